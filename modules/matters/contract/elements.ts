import { z } from 'zod'

/** 机关内部事项, 政务服务事项, 监管事项 */
export const matterKinds = { internal: '机关内部事项', public: '政务服务事项', regulatory: '监管事项' } as const
export const MatterKind = z.enum(Object.keys(matterKinds) as [keyof typeof matterKinds])
export type MatterKind = z.infer<typeof MatterKind>

/** 基本目录 → 实施清单 → 业务办理项 */
export const layers = { basic: '基本目录', implementing: '实施清单', item: '业务办理项' } as const
export const Layer = z.enum(Object.keys(layers) as [keyof typeof layers])
export type Layer = z.infer<typeof Layer>

export const subjectKinds = {
  person: '自然人',
  enterprise: '企业法人',
  institution: '事业法人',
  association: '社会组织法人',
  unincorporated: '非法人企业',
  organ: '行政机关',
  servant: '公务员',
  other: '其他组织',
} as const
const SubjectKind = z.enum(Object.keys(subjectKinds) as [keyof typeof subjectKinds])

/** The life of a civil servant, in its order. */
export const lifeStages = {
  entry: '入职',
  confirmation: '转正定级',
  training: '教育培训',
  leave: '请休假',
  travel: '出差',
  benefit: '工资福利',
  transfer: '交流调动',
  promotion: '晋升职级',
  retirement: '退休',
} as const
export const LifeStage = z.enum(Object.keys(lifeStages) as [keyof typeof lifeStages])
export type LifeStage = z.infer<typeof LifeStage>

export const levelWords: Record<number, string> = { 1: '省级', 2: '市级', 3: '县级', 4: '乡级', 5: '村级' }

/** What somebody in an office has in hand when looking for a matter. */
export const scenes = {
  people: '人事',
  finance: '财务报销',
  property: '用房用车用品',
  seal: '公文印章',
  meeting: '会议接待',
  information: '信息化',
  enterprise: '企业开办和经营',
  citizen: '群众生活',
  inspection: '检查执法',
} as const
export const Scene = z.enum(Object.keys(scenes) as [keyof typeof scenes])
export type Scene = z.infer<typeof Scene>

const line = (most: number) => z.string().trim().max(most, `最多 ${most} 个字。`)
const required = (most: number, message: string) => line(most).min(1, message)
/** Parts of a list are told apart by a key of their own, so that a diff says what became of each. */
const Key = z.string().regex(/^[a-z0-9-]{1,40}$/, '标识只能用小写字母、数字和横线。')

/** A part applies when every question named here was answered by one of the options named. */
export const When = z.record(Key, z.array(Key).min(1).max(20))
export type When = z.infer<typeof When>

export const Basis = z.object({
  law: required(120, '请填写法律法规或文件的名称。'),
  /** 文号 */
  number: line(60).default(''),
  clause: line(80).default(''),
  text: line(2000).default(''),
})
export type Basis = z.infer<typeof Basis>

export const materialForms = { electronic: '电子', paper: '纸质', both: '纸质和电子' } as const
export const materialSources = {
  applicant: '申请人自备',
  government: '政府部门核发',
  intermediary: '中介机构出具',
} as const
export const Material = z.object({
  key: Key,
  name: required(120, '请填写材料名称。'),
  form: z.enum(Object.keys(materialForms) as [keyof typeof materialForms]).default('electronic'),
  originals: z.number().int().min(0).max(99).default(1),
  copies: z.number().int().min(0).max(99).default(0),
  licence: z.boolean().default(false),
  required: z.boolean().default(true),
  source: z.enum(Object.keys(materialSources) as [keyof typeof materialSources]).default('applicant'),
  note: line(500).default(''),
  basis: line(200).default(''),
  when: When.optional(),
})
export type Material = z.infer<typeof Material>

const limitUnits = { working: '个工作日', calendar: '日' } as const
export const Limit = z.object({
  days: z.number().int().min(0).max(3650),
  unit: z.enum(Object.keys(limitUnits) as [keyof typeof limitUnits]).default('working'),
})
export type Limit = z.infer<typeof Limit>
/** 0 is 即办; nothing is said of what nobody filled in. */
export const limitWords = (limit: Limit | null): string =>
  limit === null ? '' : limit.days === 0 ? '当场办结' : `${limit.days} ${limitUnits[limit.unit]}`

const Step = z.object({
  key: Key,
  name: required(40, '请填写环节名称。'),
  who: line(60).default(''),
  days: z.number().int().min(0).max(3650).nullable().default(null),
  note: line(300).default(''),
  when: When.optional(),
})

export type Step = z.infer<typeof Step>

const Question = z.object({
  key: Key,
  text: required(120, '请填写问题。'),
  options: z
    .array(z.object({ key: Key, text: required(80, '请填写选项。') }))
    .min(2, '一个问题至少有两个选项。')
    .max(20),
  /** asked only after these answers: what makes the list a tree */
  when: When.optional(),
})

export type Question = z.infer<typeof Question>

/** In this situation the matter takes longer, or less. */
export const SituationLimit = z.object({ when: When, promised: Limit })

export const resultKinds = { licence: '证照', document: '批文', record: '登记备案', none: '无实体结果' } as const
const Result = z.object({
  name: required(120, '请填写结果名称。'),
  kind: z.enum(Object.keys(resultKinds) as [keyof typeof resultKinds]).default('document'),
})
const Fee = z.object({
  name: required(60, '请填写收费项目。'),
  standard: required(200, '请填写收费标准。'),
  basis: required(200, '请填写收费依据。'),
})
const Contact = z.object({ phone: line(60).default(''), address: line(200).default('') })

const list = <T extends z.ZodType>(of: T, most: number, what: string) =>
  z.array(of).max(most, `${what}最多 ${most} 条。`).default([])

/** What the owner of the basic catalogue decides. A draft may lack much; the completeness score says what. */
export const Elements = z.object({
  /** 行使层级: which levels may claim it */
  levels: z.array(z.number().int().min(1).max(5)).max(5).default([]),
  basis: list(Basis, 20, '依据'),
  serves: z.array(SubjectKind).max(8).default([]),
  conditions: list(line(500), 30, '受理条件'),
  questions: list(Question, 30, '情形'),
  materials: list(Material, 60, '材料'),
  steps: list(Step, 30, '环节'),
  statutory: Limit.nullable().default(null),
  promised: Limit.nullable().default(null),
  limits: list(SituationLimit, 20, '分情形的时限'),
  fees: list(Fee, 20, '收费'),
  /** 到办事现场次数 */
  visits: z.number().int().min(0).max(20).default(0),
  visitReason: line(200).default(''),
  results: list(Result, 10, '结果'),
  consultation: Contact.default({ phone: '', address: '' }),
  supervision: Contact.default({ phone: '', address: '' }),
  /** 特别程序: hearings and the like, which stop the clock */
  special: line(200).default(''),
  life: z.array(LifeStage).max(9).default([]),
  scenes: z.array(Scene).max(9).default([]),
  keywords: line(200).default(''),
  /** what each unit does for its own people alone: leave, seals */
  own: z.boolean().default(false),
  /** key of the process that handles it, where the usual one will not do */
  process: z.string().trim().max(100).default(''),
})
export type Elements = z.infer<typeof Elements>

/** What the unit that carries a matter out may say itself: nothing else can be written there. */
export const LocalElements = z.object({
  address: line(200).default(''),
  hours: line(200).default(''),
  phone: line(60).default(''),
  supervisionPhone: line(60).default(''),
  /** never longer than the basic catalogue promises */
  promised: Limit.nullable().default(null),
  conditions: list(line(500), 10, '本地条件'),
  /** whose to-do it becomes; nobody named: the unit's own people */
  acceptors: z
    .array(z.object({ id: z.uuid(), name: z.string().max(50) }))
    .max(20)
    .default([]),
  deciders: z
    .array(z.object({ id: z.uuid(), name: z.string().max(50) }))
    .max(20)
    .default([]),
  /** a handling item answers some questions beforehand: 变更, 注销 */
  preset: z.record(Key, Key).default({}),
})
export type LocalElements = z.infer<typeof LocalElements>

/** The names of the elements, as the editor, the difference of two versions and a spreadsheet call them. */
export const elementTitles: Record<keyof Elements, string> = {
  levels: '行使层级',
  basis: '设定依据',
  serves: '服务对象',
  conditions: '受理条件',
  questions: '办理情形',
  materials: '申请材料',
  steps: '办理环节',
  statutory: '法定办结时限',
  promised: '承诺办结时限',
  limits: '分情形时限',
  fees: '收费',
  visits: '到现场次数',
  visitReason: '必须到现场的原因',
  results: '办理结果',
  consultation: '咨询方式',
  supervision: '监督投诉',
  special: '特别程序',
  life: '职业阶段',
  scenes: '场景',
  keywords: '关键词',
  own: '只为本单位人员办理',
  process: '办理流程',
}
export const localTitles: Record<keyof LocalElements, string> = {
  address: '办理地址',
  hours: '办理时间',
  phone: '咨询电话',
  supervisionPhone: '监督电话',
  promised: '承诺办结时限',
  conditions: '本地条件',
  acceptors: '受理人',
  deciders: '审批人',
  preset: '预先确定的情形',
}
