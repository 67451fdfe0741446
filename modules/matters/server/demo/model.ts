import { type Elements, type LifeStage, type MatterKind, type Scene, Elements as Shape } from '../../contract.ts'

/** A matter as the demo writes it down: short, the rest follows. Laws, numbers and clauses are real; who handles it is invented. */
export interface DemoMatter {
  name: string
  kind: MatterKind
  /** code of the type */
  type: string
  /** line of work of the provincial unit that keeps it in the basic catalogue */
  line: string
  /** part of the statutory function it hangs on */
  function: string
  levels: number[]
  basis: [law: string, number: string, clause: string][]
  serves: Elements['serves']
  conditions: string[]
  /** `name`, or with what more is to be said of it */
  materials: (string | Partial<Elements['materials'][number]>)[]
  questions?: Elements['questions']
  limits?: Elements['limits']
  statutory?: [days: number, unit?: 'calendar']
  promised: number
  results: [name: string, kind: Elements['results'][number]['kind']][]
  life?: LifeStage[]
  scenes?: Scene[]
  keywords?: string
  steps?: Elements['steps']
  fees?: Elements['fees']
  visits?: [times: number, why: string]
  /** claimed by the bodies of this line in the demo's city and county; `all-offices`: by several bodies of the county for themselves */
  own?: boolean
  claimed?: 'line' | 'all-offices' | 'nobody'
}

const usual: Record<MatterKind, [key: string, name: string, who: string, days: number | null][]> = {
  internal: [
    ['apply', '申请', '申请人', null],
    ['review', '审核', '经办科室', 1],
    ['decide', '审批', '单位负责人', 1],
    ['done', '办结', '经办科室', null],
  ],
  public: [
    ['apply', '申请', '申请人', null],
    ['accept', '受理', '综合窗口', 1],
    ['review', '审查', '业务科室', 2],
    ['decide', '决定', '单位负责人', 1],
    ['deliver', '制证送达', '综合窗口', null],
  ],
  regulatory: [
    ['plan', '制定计划', '业务科室', null],
    ['notify', '通知检查对象', '执法人员', null],
    ['inspect', '现场检查', '执法人员', 1],
    ['decide', '处理决定', '单位负责人', 5],
    ['publish', '结果公示', '业务科室', null],
  ],
}

const parsed = (basis: DemoMatter['basis'][number]) => ({ law: basis[0], number: basis[1], clause: basis[2] })

export const elementsOf = (demo: DemoMatter): Elements =>
  Shape.parse({
    levels: demo.levels,
    basis: demo.basis.map(parsed),
    serves: demo.serves,
    conditions: demo.conditions,
    questions: demo.questions ?? [],
    materials: demo.materials.map((material, at) => ({
      key: `m${at + 1}`,
      ...(typeof material === 'string' ? { name: material } : material),
    })),
    steps: demo.steps ?? usual[demo.kind].map(([key, name, who, days]) => ({ key, name, who, days })),
    statutory: demo.statutory ? { days: demo.statutory[0], unit: demo.statutory[1] ?? 'working' } : null,
    promised: { days: demo.promised, unit: demo.statutory?.[1] ?? 'working' },
    limits: demo.limits ?? [],
    fees: demo.fees ?? [],
    visits: demo.visits?.[0] ?? 0,
    visitReason: demo.visits?.[1] ?? '',
    results: demo.results.map(([name, kind]) => ({ name, kind })),
    consultation: { phone: '0531-00012345', address: '' },
    supervision: { phone: '12345', address: '' },
    life: demo.life ?? [],
    scenes: demo.scenes ?? [],
    keywords: demo.keywords ?? '',
    own: demo.own ?? false,
  })

/** Questions that several matters ask alike. */
export const ask = (
  key: string,
  text: string,
  ...options: [key: string, text: string][]
): Elements['questions'][number] => ({
  key,
  text,
  options: options.map(([option, label]) => ({ key: option, text: label })),
})
