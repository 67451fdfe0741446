import { z } from 'zod'
import {
  Day,
  defineApi,
  defineEvent,
  del,
  Empty,
  get,
  Id,
  listInput,
  listOutput,
  Moment,
  post,
  put,
} from '#kernel/contract'
import { Elements, Layer, LifeStage, Limit, LocalElements, MatterKind, Scene } from './elements.ts'

export const matterStates = { new: '未发布', published: '在用', repealed: '已废止' } as const
export const MatterState = z.enum(Object.keys(matterStates) as [keyof typeof matterStates])
export type MatterState = z.infer<typeof MatterState>

export const versionStates = {
  draft: '草稿',
  review: '待审核',
  returned: '已退回',
  approved: '待发布',
  published: '在用',
  replaced: '已替代',
  repealed: '已废止',
} as const
const VersionState = z.enum(Object.keys(versionStates) as [keyof typeof versionStates])
export type VersionState = z.infer<typeof VersionState>
/** a version that nobody has put out yet; a matter has at most one */
export const openStates = ['draft', 'review', 'returned', 'approved'] as const

const UnitRef = z.object({ id: z.uuid(), name: z.string() })

export const MatterRow = z.object({
  id: z.uuid(),
  code: z.string().nullable(),
  layer: Layer,
  kind: MatterKind,
  type: z.string(),
  name: z.string(),
  unit: UnitRef,
  level: z.number().int(),
  state: MatterState,
  completeness: z.number().int(),
  publishedAt: Moment.nullable(),
})
export type MatterRow = z.infer<typeof MatterRow>

/** One thing that is wanting or wrong; `weight` is what it takes from the score. `blocks`: cannot be submitted with it. */
export const Gap = z.object({ element: z.string(), message: z.string(), weight: z.number().int(), blocks: z.boolean() })
export type Gap = z.infer<typeof Gap>

/** A material that some unit or licence already holds must not be demanded (国发〔2018〕27号 and what followed it). */
export const HeldDatum = z.object({
  id: z.uuid(),
  name: z.string(),
  form: z.enum(['licence', 'data']),
  /** other names it goes by */
  names: z.array(z.string()),
  holder: UnitRef,
  basis: z.string(),
})
export type HeldDatum = z.infer<typeof HeldDatum>
const HeldMaterial = z.object({ material: z.string(), datum: z.string(), holder: z.string() })

export const Version = z.object({
  id: z.uuid(),
  no: z.number().int(),
  purpose: z.enum(['edit', 'repeal']),
  state: VersionState,
  authorName: z.string(),
  reviewerName: z.string().nullable(),
  /** why it was sent back, or why the matter is repealed */
  reason: z.string().nullable(),
  publishOn: Day.nullable(),
  publishedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
  updatedAt: Moment,
})
export type Version = z.infer<typeof Version>

export const matterActions = ['edit', 'submit', 'discard', 'approve', 'sendBack', 'claim', 'repeal', 'addItem'] as const
export type MatterAction = (typeof matterActions)[number]

/** A matter as the catalogue and the guide show it. */
export const Matter = z.object({
  id: z.uuid(),
  code: z.string().nullable(),
  layer: Layer,
  kind: MatterKind,
  type: z.string(),
  name: z.string(),
  state: MatterState,
  unit: UnitRef,
  level: z.number().int(),
  /** 三定职责 it hangs on */
  function: z.object({ id: z.uuid(), content: z.string(), basis: z.string() }).nullable(),
  parent: z.object({ id: z.uuid(), name: z.string(), unitName: z.string() }).nullable(),
  /** of the version in force; of the basic matter for what hangs below it */
  elements: Elements,
  /** from the implementing list down, the nearest last: later ones win */
  local: LocalElements.nullable(),
  promised: Limit.nullable(),
  completeness: z.number().int(),
  gaps: z.array(Gap),
  held: z.array(HeldMaterial),
  publishedAt: Moment.nullable(),
  versionId: z.uuid().nullable(),
  versions: z.array(Version),
  /** what implements it, or what it consists of; the first ones */
  below: z.array(z.object({ id: z.uuid(), name: z.string(), unitName: z.string(), layer: Layer })),
  /** units that carry it out */
  implementing: z.number().int(),
  /** finished cases of late, and the working hours from submission to the end that they took on average */
  finished: z.number().int(),
  averageHours: z.number().nullable(),
  stars: z.number().nullable(),
  can: z.record(z.enum(matterActions), z.boolean()),
})
export type Matter = z.infer<typeof Matter>

/** A version on its way, for whoever edits or approves it. */
export const Draft = z.object({
  id: z.uuid(),
  matterId: z.uuid(),
  layer: Layer,
  kind: MatterKind,
  type: z.string(),
  name: z.string(),
  unit: UnitRef,
  level: z.number().int(),
  functionId: z.uuid().nullable(),
  functions: z.array(z.object({ id: z.uuid(), content: z.string() })),
  version: Version,
  revision: z.number().int(),
  elements: Elements,
  local: LocalElements.nullable(),
  completeness: z.number().int(),
  gaps: z.array(Gap),
  held: z.array(HeldMaterial),
  can: z.record(z.enum(matterActions), z.boolean()),
})
export type Draft = z.infer<typeof Draft>

const Difference = z.object({
  element: z.string(),
  title: z.string(),
  /** as a person reads it, one line a part */
  before: z.array(z.string()),
  after: z.array(z.string()),
})
export type Difference = z.infer<typeof Difference>

const WorkRow = MatterRow.extend({ version: Version })
export type WorkRow = z.infer<typeof WorkRow>

export const matterPublished = defineEvent('matters.published', z.object({ matterId: z.uuid(), versionId: z.uuid() }))
export const matterRepealed = defineEvent('matters.repealed', z.object({ matterId: z.uuid() }))
/** The figures of the catalogue over these units are to be counted again. */
export const catalogueChanged = defineEvent(
  'matters.catalogue-changed',
  z.object({ unitIds: z.array(z.uuid()).max(2000) }),
)

const name = z.string().trim().min(2, '请填写事项名称。').max(120, '名称最多 120 个字。')
const Seen = Id.extend({ revision: z.number().int() })
const Reason = z.string().trim().min(1, '请写明原因。').max(300, '原因最多 300 个字。')
const read = 'matters:read'
const edit = 'matters:edit'
const approve = 'matters:approve'
const facets = {
  kind: MatterKind.optional(),
  type: z.string().max(40).optional(),
  level: z.coerce.number().int().min(1).max(5).optional(),
  state: MatterState.exclude(['new']).optional(),
  life: LifeStage.optional(),
  scene: Scene.optional(),
}

export const catalogueApi = defineApi({
  catalogue: get('/api/matters', {
    summary: '事项目录',
    permission: read,
    /** `unitId`: with everything below it; the whole province when absent */
    input: listInput({ layer: Layer.default('basic'), unitId: z.uuid().optional(), ...facets }).omit({ sort: true }),
    output: listOutput(MatterRow),
  }),
  facets: get('/api/matters/facets', {
    summary: '事项目录的分面数量',
    permission: read,
    input: z.object({
      layer: Layer.default('basic'),
      unitId: z.uuid().optional(),
      q: z.string().trim().max(100).optional(),
      ...facets,
    }),
    output: z.object({
      total: z.number().int(),
      /** with a text they count at most this many matters found */
      capped: z.boolean(),
      facets: z.array(
        z.object({ name: z.string(), values: z.array(z.object({ value: z.string(), count: z.number().int() })) }),
      ),
    }),
  }),
  codes: get('/api/matters/codes', {
    summary: '事项编码表',
    permission: read,
    input: Empty,
    output: z.object({
      rows: z.array(
        z.object({
          list: z.enum(['type', 'level']),
          code: z.string(),
          name: z.string(),
          kind: MatterKind.nullable(),
          /** not checked against the standard itself yet */
          verified: z.boolean(),
        }),
      ),
    }),
  }),
  matter: get('/api/matters/:id', { summary: '办事指南', permission: read, input: Id, output: Matter }),
  version: get('/api/matters/:id/versions/:versionId', {
    summary: '事项的一个版本',
    permission: read,
    input: Id.extend({ versionId: z.uuid() }),
    output: Draft,
  }),
  diff: get('/api/matters/:id/versions/:versionId/diff', {
    summary: '事项两个版本的差异',
    permission: read,
    /** `against`: the version before it when absent */
    input: Id.extend({ versionId: z.uuid(), against: z.uuid().optional() }),
    output: z.object({ from: Version.nullable(), to: Version, rows: z.array(Difference) }),
  }),
  held: get('/api/matters/held', {
    summary: '可共享的证照和数据',
    permission: read,
    input: listInput({}).omit({ sort: true }),
    output: listOutput(HeldDatum),
  }),
  keepHeld: post('/api/matters/held', {
    summary: '登记可共享的证照和数据',
    permission: approve,
    input: z.object({
      name: z.string().trim().min(2, '请填写名称。').max(120, '名称最多 120 个字。'),
      form: z.enum(['licence', 'data']),
      names: z.array(z.string().trim().min(2).max(120)).max(20).default([]),
      holderId: z.uuid(),
      basis: z.string().trim().max(300).default(''),
    }),
    output: HeldDatum,
  }),
  work: get('/api/matters/work', {
    summary: '编制中和待审核的事项',
    permission: edit,
    input: listInput({ state: VersionState.extract([...openStates]).optional(), mine: z.boolean().optional() }).omit({
      sort: true,
    }),
    output: listOutput(WorkRow),
  }),
  queue: get('/api/matters/queue', {
    summary: '待我审核的事项',
    permission: approve,
    input: listInput({}).omit({ sort: true, q: true }),
    output: listOutput(WorkRow),
  }),
  functions: get('/api/matters/functions', {
    summary: '单位的三定职责',
    permission: edit,
    input: z.object({ unitId: z.uuid().optional() }),
    output: z.object({
      unit: UnitRef,
      level: z.number().int(),
      rows: z.array(z.object({ id: z.uuid(), content: z.string(), basis: z.string() })),
    }),
  }),
  claimable: get('/api/matters/claimable', {
    summary: '本单位可以认领的事项',
    permission: edit,
    input: listInput({ unitId: z.uuid().optional(), kind: MatterKind.optional() }).omit({ sort: true }),
    output: listOutput(MatterRow),
  }),
  create: post('/api/matters', {
    summary: '新编基本目录事项',
    permission: edit,
    input: z.object({
      name,
      kind: MatterKind,
      type: z.string().min(1, '请选择事项类型。').max(40),
      unitId: z.uuid(),
      functionId: z.uuid(),
    }),
    output: Draft,
  }),
  claim: post('/api/matters/:id/claim', {
    summary: '认领事项',
    permission: edit,
    input: Id.extend({ unitId: z.uuid(), functionId: z.uuid() }),
    output: Draft,
  }),
  addItem: post('/api/matters/:id/items', {
    summary: '增加业务办理项',
    permission: edit,
    input: Id.extend({ name, preset: LocalElements.shape.preset }),
    output: Draft,
  }),
  revise: post('/api/matters/:id/revise', {
    summary: '修订事项',
    permission: edit,
    input: Id,
    output: Draft,
  }),
  repeal: post('/api/matters/:id/repeal', {
    summary: '提请废止事项',
    permission: edit,
    input: Id.extend({ reason: Reason }),
    output: Draft,
  }),
  save: put('/api/matters/versions/:id', {
    summary: '保存事项草稿',
    permission: edit,
    input: Seen.extend({
      name: name.optional(),
      functionId: z.uuid().optional(),
      /** of a basic matter; refused for what was claimed */
      elements: Elements.optional(),
      local: LocalElements.optional(),
    }),
    output: Draft,
  }),
  submit: post('/api/matters/versions/:id/submit', {
    summary: '事项送审',
    permission: edit,
    input: Seen.extend({ publishOn: Day.nullable().default(null) }),
    output: Draft,
  }),
  discard: del('/api/matters/versions/:id', { summary: '删除事项草稿', permission: edit, input: Seen, output: Empty }),
  approve: post('/api/matters/versions/:id/approve', {
    summary: '审核通过事项',
    permission: approve,
    input: Seen,
    output: Draft,
  }),
  sendBack: post('/api/matters/versions/:id/send-back', {
    summary: '退回事项',
    permission: approve,
    input: Seen.extend({ reason: Reason }),
    output: Draft,
  }),
})
