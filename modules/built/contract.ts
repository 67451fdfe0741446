import { z } from 'zod'
import {
  defineApi,
  defineEvent,
  del,
  download,
  Empty,
  get,
  Id,
  listInput,
  listOutput,
  Moment,
  post,
  put,
} from '#kernel/contract'
import { Access, Data, FormDefinition, FormView, Problem, RecordView } from '#platform/forms/contract'
import { AppKey, EntityKey } from './contract/definition.ts'

export {
  AppDefinition,
  type Entity,
  type Grant,
  type Rollup,
} from './contract/definition.ts'

export const recordStates = {
  kept: '已登记',
  running: '办理中',
  done: '已办结',
  refused: '未通过',
  withdrawn: '已撤回',
} as const
const RecordState = z.enum(Object.keys(recordStates) as [keyof typeof recordStates])
export type RecordState = z.infer<typeof RecordState>
export const versionStates = {
  draft: '草稿',
  review: '待审核',
  promoting: '正在发布',
  published: '在用',
  superseded: '已替代',
} as const
const VersionState = z.enum(Object.keys(versionStates) as [keyof typeof versionStates])
export type VersionState = z.infer<typeof VersionState>

const App = z.object({
  key: z.string(),
  name: z.string(),
  sentence: z.string(),
  heading: z.string(),
  unitName: z.string(),
  version: z.number().int(),
})
export type App = z.infer<typeof App>
const ViewShown = z.object({
  key: z.string(),
  name: z.string(),
  columns: z.array(z.string()),
  filters: z.array(z.string()),
  sort: z.string(),
  where: z.array(z.string()),
})
export type ViewShown = z.infer<typeof ViewShown>
/** An entity as the caller may know it. */
const EntityShown = z.object({
  key: z.string(),
  name: z.string(),
  sentence: z.string(),
  label: z.string(),
  /** without what no grant of the caller shows */
  form: FormDefinition,
  access: Access,
  views: z.array(ViewShown),
  hasProcess: z.boolean(),
  can: z.object({ create: z.boolean(), export: z.boolean() }),
})
export type EntityShown = z.infer<typeof EntityShown>

const Row = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  label: z.string(),
  state: RecordState,
  unitName: z.string(),
  authorName: z.string(),
  createdAt: Moment,
  updatedAt: Moment,
  /** of the fields the caller may see in this row */
  data: Data,
})
export type RecordRow = z.infer<typeof Row>
const Full = RecordView.extend({
  label: z.string(),
  state: RecordState,
  /** the case it is handled in */
  instanceId: z.uuid().nullable(),
  authorName: z.string(),
  unitName: z.string(),
  createdAt: Moment,
  can: z.object({ write: z.boolean(), remove: z.boolean() }),
})
export type FullRecord = z.infer<typeof Full>

const MOST_REVISION = 2_147_483_647
const Revision = z.number().int().min(1).max(MOST_REVISION)
const OfApp = z.object({ app: AppKey })
const OfEntity = OfApp.extend({ entity: EntityKey })
const OfRecord = OfEntity.extend(Id.shape)
/** Filters as they stand in the address: `类别=事假|病假`, `天数>=3`, `事由~检查`, `附件?` for what is empty. */
const where = z.array(z.string().max(300)).max(20).optional()
const listed = { view: z.string().max(25).optional(), where }
const Given = Data
const Saved = z.object({ id: z.uuid(), revision: z.number().int() })

const AppRow = z.object({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  unitName: z.string(),
  /** in force */
  version: z.number().int().nullable(),
  /** on its way */
  pending: VersionState.nullable(),
  updatedAt: Moment,
})
export type AppRow = z.infer<typeof AppRow>
const Version = z.object({
  version: z.number().int(),
  state: VersionState,
  revision: z.number().int(),
  editorName: z.string(),
  editedAt: Moment,
  submitterName: z.string().nullable(),
  /** what whoever sent it back wrote */
  note: z.string(),
})
const Promotion = z.object({
  /** in words, in the order in which they are done */
  steps: z.array(z.object({ words: z.string(), done: z.boolean() })),
  copied: z.number().int(),
  /** values that the new type cannot hold; they stay in the old column, which is kept */
  unconverted: z.number().int(),
  fault: z.string(),
})
const AppFull = AppRow.extend({
  unitId: z.uuid(),
  versions: z.array(Version),
  /** of the version on its way, else the one in force */
  definition: z.json(),
  faults: z.array(Problem),
  promotion: Promotion.nullable(),
  can: z.object({ edit: z.boolean(), submit: z.boolean(), decide: z.boolean() }),
})
export type AppFull = z.infer<typeof AppFull>
const Change = z.object({ kind: z.enum(['added', 'changed', 'removed']), path: z.string(), words: z.string() })
export type Change = z.infer<typeof Change>

/** A version was approved: its tables are changed step by step. */
export const promotionAsked = defineEvent('built.promotion-asked', z.object({ versionId: z.uuid() }))
export const appPublished = defineEvent(
  'built.app-published',
  z.object({ appId: z.uuid(), key: z.string(), version: z.number().int() }),
)

export const builtApi = defineApi({
  apps: get('/api/built/apps', {
    summary: '我能用的自建应用',
    permission: 'built:use',
    input: z.object({}),
    output: z.object({ rows: z.array(App) }),
  }),
  app: get('/api/built/apps/:app', {
    summary: '一个自建应用',
    permission: 'built:use',
    input: OfApp,
    output: App.extend({ entities: z.array(EntityShown) }),
  }),
  openapi: get('/api/built/apps/:app/openapi', {
    summary: '自建应用的接口说明（OpenAPI）',
    permission: 'built:use',
    input: OfApp,
    output: z.record(z.string(), z.json()),
  }),
  list: get('/api/built/records/:app/:entity', {
    summary: '自建应用的记录',
    permission: 'built:use',
    input: listInput(listed).extend(OfEntity.shape),
    output: listOutput(Row),
    label: 'personal',
  }),
  exportRecords: download('/api/built/records/:app/:entity/export', {
    summary: '导出自建应用的记录',
    permission: 'built:use',
    input: listInput(listed)
      .omit({ cursor: true, limit: true })
      .extend(OfEntity.shape)
      .extend({ format: z.enum(['csv', 'xlsx']).default('xlsx') }),
    label: 'personal',
    audit: 'export',
  }),
  blank: get('/api/built/records/:app/:entity/new', {
    summary: '新建记录要填的表单',
    permission: 'built:use',
    input: OfEntity,
    output: FormView,
  }),
  create: post('/api/built/records/:app/:entity', {
    summary: '新建记录',
    permission: 'built:use',
    input: OfEntity.extend({ data: Given }),
    output: Saved.extend({ instanceId: z.uuid().nullable() }),
    label: 'personal',
  }),
  createMany: post('/api/built/records/:app/:entity/batch', {
    summary: '批量新建记录，一条有误则都不保存',
    permission: 'built:use',
    input: OfEntity.extend({ rows: z.array(Given).min(1).max(100) }),
    output: z.object({ rows: z.array(Saved) }),
    label: 'personal',
  }),
  read: get('/api/built/records/:app/:entity/:id', {
    summary: '一条记录',
    permission: 'built:use',
    input: OfRecord,
    output: Full,
    label: 'personal',
  }),
  save: put('/api/built/records/:app/:entity/:id', {
    summary: '修改记录',
    permission: 'built:use',
    input: OfRecord.extend({ revision: Revision, data: Given }),
    output: Saved,
    label: 'personal',
  }),
  remove: del('/api/built/records/:app/:entity/:id', {
    summary: '删除记录',
    permission: 'built:use',
    input: OfRecord.extend({ revision: Revision }),
    output: Empty,
  }),
  history: get('/api/built/records/:app/:entity/:id/history', {
    summary: '记录的修改经过',
    permission: 'built:use',
    input: OfRecord,
    output: z.object({
      rows: z.array(
        z.object({
          revision: z.number().int(),
          at: Moment,
          name: z.string(),
          changes: z.array(z.object({ key: z.string(), title: z.string(), before: z.string() })),
        }),
      ),
    }),
    label: 'personal',
  }),
  restore: post('/api/built/records/:app/:entity/:id/restore', {
    summary: '把记录恢复成以前的样子',
    permission: 'built:use',
    input: OfRecord.extend({ revision: Revision, to: Revision }),
    output: Saved,
    label: 'personal',
  }),

  schema: get('/api/built/schema', {
    summary: '应用定义的 JSON Schema',
    permission: 'built:define',
    input: z.object({}),
    output: z.record(z.string(), z.json()),
  }),
  definitions: get('/api/built/definitions', {
    summary: '本单位的应用定义',
    permission: 'built:define',
    input: listInput({}).omit({ sort: true }),
    output: listOutput(AppRow),
  }),
  definition: get('/api/built/definitions/:id', {
    summary: '一个应用的定义和版本',
    permission: 'built:define',
    input: Id,
    output: AppFull,
  }),
  check: post('/api/built/definitions/check', {
    summary: '检查应用定义',
    permission: 'built:define',
    input: z.object({ definition: z.json() }),
    output: z.object({ faults: z.array(Problem) }),
  }),
  createApp: post('/api/built/definitions', {
    summary: '新建应用',
    permission: 'built:define',
    input: z.object({ unitId: z.uuid(), definition: z.json() }),
    output: Id,
  }),
  saveDraft: put('/api/built/definitions/:id/draft', {
    summary: '保存应用定义的草稿',
    permission: 'built:define',
    /** `revision`: the one last seen; 0 begins the next version */
    input: Id.extend({ revision: z.number().int().min(0).max(MOST_REVISION), definition: z.json() }),
    output: z.object({ revision: z.number().int(), version: z.number().int(), faults: z.array(Problem) }),
  }),
  changes: get('/api/built/definitions/:id/changes', {
    summary: '新版本与在用版本的差别和要做的改动',
    permission: 'built:define',
    input: Id.extend({ from: Revision.optional(), to: Revision.optional() }),
    output: z.object({ changes: z.array(Change), steps: z.array(z.string()) }),
  }),
  submit: post('/api/built/definitions/:id/submit', {
    summary: '应用定义送审',
    permission: 'built:define',
    input: Id.extend({ revision: Revision }),
    output: Empty,
  }),
  sendBack: post('/api/built/definitions/:id/send-back', {
    summary: '退回应用定义',
    permission: 'built:publish',
    input: Id.extend({
      revision: Revision,
      note: z.string().trim().min(1, '请写明退回的原因。').max(500),
    }),
    output: Empty,
  }),
  publish: post('/api/built/definitions/:id/publish', {
    summary: '审核通过并发布应用',
    permission: 'built:publish',
    input: Id.extend({ revision: Revision }),
    output: Empty,
  }),
})
