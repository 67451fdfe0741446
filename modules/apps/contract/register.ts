import { z } from 'zod'
import {
  defineApi,
  defineEvent,
  download,
  Empty,
  get,
  Id,
  listInput,
  listOutput,
  Moment,
  post,
  put,
  upload,
} from '#kernel/contract'
import { ApplicationContent, AppScope, Category, DirectoryField } from './content.ts'

export const appStates = {
  draft: '草稿',
  checked: '已检测',
  submitted: '待审核',
  approved: '已上线',
  suspended: '已停用',
  retired: '已退役',
} as const
export const AppState = z.enum(Object.keys(appStates) as [keyof typeof appStates])
export type AppState = z.infer<typeof AppState>
/** A registration or change on its way. */
export const pendingStates = ['draft', 'checked', 'submitted'] as const
export type PendingState = (typeof pendingStates)[number]

export const appActions = [
  'edit',
  'check',
  'submit',
  'recall',
  'approve',
  'sendBack',
  'suspend',
  'resume',
  'retire',
  'secret',
] as const
export type AppAction = (typeof appActions)[number]

/** One line of the contract test: what was tried, whether it passed, and what to do when it did not. */
export const CheckLine = z.object({
  key: z.string(),
  title: z.string(),
  result: z.enum(['pass', 'fail', 'skip']),
  detail: z.string(),
  ms: z.number().int().nullable(),
})
export type CheckLine = z.infer<typeof CheckLine>

export const environments = { production: '正式环境', test: '测试环境' } as const
export const Environment = z.enum(['production', 'test'])
export type Environment = z.infer<typeof Environment>

const Named = z.object({ id: z.uuid(), name: z.string() })
export const AppRow = z.object({
  id: z.uuid(),
  name: z.string(),
  unitName: z.string(),
  category: Category,
  state: AppState,
  pending: z.enum(pendingStates).nullable(),
  version: z.number().int(),
  protectionLevel: z.number().int(),
  updatedAt: Moment,
})
export type AppRow = z.infer<typeof AppRow>

export const AppDetail = z.object({
  id: z.uuid(),
  unit: Named,
  state: AppState,
  pending: z.enum(pendingStates).nullable(),
  version: z.number().int(),
  firstParty: z.boolean(),
  iconId: z.uuid().nullable(),
  quotaMinute: z.number().int(),
  quotaDay: z.number().int(),
  reason: z.string().nullable(),
  /** what is in force, or what is drafted before the first approval */
  content: ApplicationContent,
  /** the change on its way */
  next: z
    .object({
      no: z.number().int(),
      content: ApplicationContent,
      checks: z.array(CheckLine),
      checkedAt: Moment.nullable(),
      submittedAt: Moment.nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  versions: z.array(
    z.object({ no: z.number().int(), release: z.string(), changes: z.string(), by: z.string(), at: Moment }),
  ),
  clients: z.array(
    z.object({
      environment: Environment,
      clientId: z.uuid(),
      /** `until`: the last moment of a secret that was replaced */
      secrets: z.array(z.object({ createdAt: Moment, until: Moment.nullable() })),
      /** kinds and names of its public keys; with any of them secrets do not count */
      keys: z.array(z.string()),
    }),
  ),
  /** names of everything the contents name by id */
  names: z.record(z.string(), z.string()),
  issuer: z.string(),
  can: z.record(z.enum(appActions), z.boolean()),
  revision: z.number().int(),
})
export type AppDetail = z.infer<typeof AppDetail>

/** Something an approved application lost or got back: whoever serves it looks again. */
export const applicationChanged = defineEvent(
  'apps.application-changed',
  z.object({ id: z.uuid(), state: AppState, name: z.string() }),
)
export const iconsRemoved = defineEvent('apps.icons-removed', z.object({ fileIds: z.array(z.uuid()) }))

const Seen = Id.extend({ revision: z.number().int() })
const Reason = Seen.extend({ reason: z.string().trim().min(1, '请写明原因。').max(200, '原因最多 200 个字。') })
const listed = {
  state: AppState.optional(),
  pending: z.enum(pendingStates).optional(),
  category: Category.optional(),
  unitId: z.uuid().optional(),
}
export const ICON_BYTES = 512 * 1024

export const registerApi = defineApi({
  managed: get('/api/apps/managed', {
    summary: '本单位登记的应用',
    permission: 'apps:register',
    input: listInput(listed),
    output: listOutput(AppRow),
  }),
  review: get('/api/apps/review', {
    summary: '待审核的应用',
    permission: 'apps:approve',
    input: listInput(listed),
    output: listOutput(AppRow),
  }),
  registered: get('/api/apps/registered/:id', {
    summary: '查看应用登记',
    permission: 'signed-in',
    input: Id,
    output: AppDetail,
  }),
  create: post('/api/apps', {
    summary: '登记应用',
    permission: 'apps:register',
    /** `unitId`: the owner; the author's own organisation when absent */
    input: ApplicationContent.extend({ unitId: z.uuid().optional() }),
    output: AppDetail,
  }),
  edit: put('/api/apps/:id', {
    summary: '修改应用登记',
    permission: 'apps:register',
    input: ApplicationContent.extend(Seen.shape),
    output: AppDetail,
  }),
  check: post('/api/apps/:id/check', {
    summary: '检测应用接口',
    permission: 'apps:register',
    input: Seen,
    output: AppDetail,
    ownTransactions: true,
    limit: { max: 20, seconds: 60 },
  }),
  submit: post('/api/apps/:id/submit', {
    summary: '应用送审',
    permission: 'apps:register',
    input: Seen,
    output: AppDetail,
  }),
  recall: post('/api/apps/:id/recall', {
    summary: '撤回应用送审',
    permission: 'apps:register',
    input: Seen,
    output: AppDetail,
  }),
  approve: post('/api/apps/:id/approve', {
    summary: '批准应用上线',
    permission: 'apps:approve',
    stepUp: true,
    /** what is granted may be less than what was asked */
    input: Seen.extend({
      scopes: z.array(AppScope),
      directoryFields: z.array(DirectoryField),
      firstParty: z.boolean().default(false),
      quotaMinute: z.number().int().min(1).max(100_000).default(600),
      quotaDay: z.number().int().min(1).max(10_000_000).default(100_000),
    }),
    output: AppDetail,
  }),
  sendBack: post('/api/apps/:id/send-back', {
    summary: '退回应用登记',
    permission: 'apps:approve',
    input: Reason,
    output: AppDetail,
  }),
  suspend: post('/api/apps/:id/suspend', {
    summary: '停用应用',
    permission: 'apps:operate',
    stepUp: true,
    input: Reason,
    output: AppDetail,
  }),
  resume: post('/api/apps/:id/resume', {
    summary: '恢复应用',
    permission: 'apps:operate',
    stepUp: true,
    input: Seen,
    output: AppDetail,
  }),
  retire: post('/api/apps/:id/retire', {
    summary: '应用退役',
    permission: 'apps:operate',
    stepUp: true,
    input: Reason,
    output: AppDetail,
  }),
  renewSecret: post('/api/apps/:id/secret', {
    summary: '生成或轮换应用密钥',
    permission: 'apps:register',
    stepUp: true,
    once: true,
    label: 'secret',
    /** hours the secret in use stays good beside the new one */
    input: Seen.extend({ environment: Environment, keepHours: z.number().int().min(0).max(168).default(24) }),
    /** shown this once */
    output: z.object({ clientId: z.uuid(), secret: z.string() }),
  }),
  setIcon: upload('/api/apps/:id/icon', {
    summary: '上传应用图标',
    permission: 'apps:register',
    input: Id,
    output: z.object({ iconId: z.uuid() }),
    maxBytes: ICON_BYTES,
  }),
  icon: download('/api/apps/:id/icon', { summary: '应用图标', permission: 'apps:use', input: Id }),
  categories: get('/api/apps/categories', {
    summary: '各类应用的数目',
    permission: 'apps:use',
    input: Empty,
    output: z.object({ rows: z.array(z.object({ category: Category, count: z.number().int() })) }),
  }),
})
