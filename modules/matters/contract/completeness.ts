import type { Gap } from './catalogue.ts'
import { type Elements, elementTitles, type Limit, type LocalElements, type MatterKind, type When } from './elements.ts'

export interface Judged {
  kind: MatterKind
  layer: 'basic' | 'implementing' | 'item'
  functionId: string | null
  elements: Elements
  local: LocalElements | null
  /** names of materials that a unit or licence already holds */
  held: readonly { material: string; datum: string; holder: string }[]
}

const gap = (element: string, message: string, weight: number, blocks = false): Gap => ({
  element,
  message,
  weight,
  blocks,
})
const longer = (a: Limit, b: Limit): boolean => a.unit === b.unit && a.days > b.days

/** Conditions that name a question or an option there is not: they would never hold. */
const looseEnds = ({ questions, materials, steps, limits }: Elements): Gap[] => {
  const known = new Map(questions.map(({ key, options }) => [key, new Set(options.map((option) => option.key))]))
  const loose = (when: When | undefined): boolean =>
    Object.entries(when ?? {}).some(([question, options]) =>
      options.some((option) => !known.get(question)?.has(option)),
    )
  const repeated = (keys: readonly string[]): boolean => new Set(keys).size !== keys.length
  const lists = { materials, steps, limits, questions } as const
  return [
    ...Object.entries(lists).flatMap(([element, parts]) =>
      parts.some(({ when }: { when?: When }) => loose(when))
        ? [gap(element, `${elementTitles[element as keyof Elements]}里引用了不存在的情形或选项，请重新选择。`, 5, true)]
        : [],
    ),
    ...(repeated(questions.map(({ key }) => key)) || repeated(materials.map(({ key }) => key))
      ? [gap('questions', '有两个部分用了相同的标识。请删去一个后重新添加。', 5, true)]
      : []),
  ]
}

const limitGaps = ({ statutory, promised, limits }: Elements): Gap[] => [
  ...(promised === null ? [gap('promised', '请填写承诺办结时限。', 10, true)] : []),
  ...(statutory && promised && longer(promised, statutory)
    ? [gap('promised', '承诺办结时限不能长于法定办结时限。', 10, true)]
    : []),
  ...(statutory && limits.some((one) => longer(one.promised, statutory))
    ? [gap('limits', '有一种情形的时限长于法定办结时限。', 5, true)]
    : []),
]

const guideGaps = (kind: MatterKind, elements: Elements): Gap[] => {
  const { visits, visitReason, steps, materials, conditions, results, serves } = elements
  return [
    ...(serves.length === 0 ? [gap('serves', '请选择服务对象。', 6)] : []),
    ...(conditions.length === 0 ? [gap('conditions', '请写明受理条件。', 8)] : []),
    ...(materials.length === 0 ? [gap('materials', '没有申请材料。确实不要材料的，在受理条件里写明。', 6)] : []),
    ...(steps.length === 0 ? [gap('steps', '请列出办理环节。', 8)] : []),
    ...(results.length === 0 ? [gap('results', '请写明办理结果。', 6)] : []),
    ...(visits > 0 && !visitReason ? [gap('visitReason', '要到现场办理的，请写明必须到场的原因。', 8, true)] : []),
    ...(kind === 'internal' && elements.life.length === 0 && elements.scenes.length === 0
      ? [gap('scenes', '请选择职业阶段或场景，机关人员才能按它找到。', 5)]
      : []),
    ...(kind === 'public' && !elements.supervision.phone ? [gap('supervision', '请填写监督投诉电话。', 5)] : []),
    ...(!elements.consultation.phone ? [gap('consultation', '请填写咨询电话。', 4)] : []),
  ]
}

const basicGaps = ({ kind, functionId, elements, held }: Judged): Gap[] => [
  ...(functionId === null ? [gap('function', '请选择所依的三定职责。', 10, true)] : []),
  ...(elements.levels.length === 0 ? [gap('levels', '请选择行使层级，下级才能认领。', 8, true)] : []),
  ...(elements.basis.length === 0 ? [gap('basis', '请填写设定依据。', 12, true)] : []),
  ...(elements.basis.some(({ clause }) => clause === '') ? [gap('basis', '有的依据没有写到条款。', 4)] : []),
  ...limitGaps(elements),
  ...guideGaps(kind, elements),
  ...elements.materials
    .filter(({ name, source }) => source === 'applicant' && held.some(({ material }) => material === name))
    .map(({ name }) => {
      const { datum, holder } = held.find(({ material }) => material === name)!
      return gap(
        'materials',
        `“${name}”即“${datum}”，由${holder}持有，不得要求提供。请改为“政府部门核发”或删去。`,
        8,
        true,
      )
    }),
  ...looseEnds(elements),
]

const localGaps = ({ functionId, elements, local, layer }: Judged): Gap[] => [
  ...(functionId === null ? [gap('function', '请选择本单位所依的三定职责。', 15, true)] : []),
  ...(!local?.address ? [gap('address', '请填写办理地址。', 15)] : []),
  ...(!local?.phone ? [gap('phone', '请填写咨询电话。', 15)] : []),
  ...(!local?.hours ? [gap('hours', '请填写办理时间。', 10)] : []),
  ...(!local?.supervisionPhone ? [gap('supervisionPhone', '请填写监督电话。', 10)] : []),
  ...(local?.promised && elements.promised && longer(local.promised, elements.promised)
    ? [gap('promised', '承诺办结时限不能长于基本目录的时限。', 15, true)]
    : []),
  ...(layer === 'item' && Object.keys(local?.preset ?? {}).length === 0
    ? [gap('preset', '请选择这个办理项对应的情形。', 15, true)]
    : []),
  ...(Object.entries(local?.preset ?? {}).some(
    ([key, option]) =>
      !elements.questions.some((one) => one.key === key && one.options.some((each) => each.key === option)),
  )
    ? [gap('preset', '预先确定的情形在基本目录里已经没有了，请重新选择。', 10, true)]
    : []),
]

/** How complete a matter is, 0 to 100, and what is wanting. */
export const judge = (judged: Judged): { completeness: number; gaps: Gap[] } => {
  const gaps = judged.layer === 'basic' ? basicGaps(judged) : localGaps(judged)
  const lost = gaps.reduce((sum, { weight }) => sum + weight, 0)
  return { completeness: Math.max(0, 100 - lost), gaps }
}
