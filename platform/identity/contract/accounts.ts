import { z } from 'zod'
import { defineApi, defineEvent, download, get, Id, listInput, listOutput, Moment, post, put } from '#kernel/contract'

export const accountStates = {
  none: '未开通',
  opened: '待激活',
  active: '已激活',
  locked: '已锁定',
  closed: '已关闭',
} as const
export const AccountState = z.enum(Object.keys(accountStates) as [keyof typeof accountStates])
export type AccountState = z.infer<typeof AccountState>

/** How an activation part reaches the person. */
export const tellings = { sheet: '打印或导出', sms: '短信' } as const
const Telling = z.enum(Object.keys(tellings) as [keyof typeof tellings])
export const nameRules = { pinyin: '姓名全拼，重名的加序号', mobile: '姓名全拼，另可用手机号登录' } as const
const NameRule = z.enum(Object.keys(nameRules) as [keyof typeof nameRules])

/** Most people of one command; more are a run. */
export const openMost = 500

const UnitName = z.object({ id: z.uuid(), name: z.string() })
/** One row a person: whoever works there now, and with `state: 'closed'` those whose account was closed. */
export const AccountRow = z.object({
  personId: z.uuid(),
  name: z.string(),
  title: z.string(),
  unit: UnitName,
  org: UnitName,
  state: AccountState,
  login: z.string().nullable(),
  /** may sign in by the mobile number too */
  byMobile: z.boolean(),
  openedAt: Moment.nullable(),
  openedBy: z.string().nullable(),
  part: z
    .object({ expiresAt: Moment, over: z.boolean(), told: z.enum(['sheet', 'sms', 'failed']).nullable() })
    .nullable(),
  /** wrong tries: the name rests until then */
  restsUntil: Moment.nullable(),
  closed: z.object({ why: z.enum(['left', 'suspended']), at: Moment.nullable(), note: z.string() }).nullable(),
  /** one of the three administrators: their accounts are not handled here */
  administrator: z.boolean(),
  can: z.object({
    open: z.boolean(),
    tell: z.boolean(),
    withdraw: z.boolean(),
    suspend: z.boolean(),
    resume: z.boolean(),
  }),
})
export type AccountRow = z.infer<typeof AccountRow>

const people = z
  .array(z.uuid())
  .min(1, '请选择人员。')
  .max(openMost, `一次最多 ${openMost} 人；更多的请按单位办理。`)
  .transform((ids) => [...new Set(ids)])
const People = z.object({ personIds: people })
const Count = z.object({ done: z.number().int(), skipped: z.number().int() })
const Note = z.string().trim().min(2, '请写明原因').max(200)

/** One line of the sheet: told this once. */
export const SheetRow = z.object({
  personId: z.uuid(),
  name: z.string(),
  unit: z.string(),
  login: z.string(),
  byMobile: z.boolean(),
  part: z.string(),
  expiresAt: Moment,
})
export type SheetRow = z.infer<typeof SheetRow>

export const openingStates = { running: '进行中', done: '已办完', stopped: '已停止', failed: '未办完' } as const
export const OpeningRow = z.object({
  id: z.uuid(),
  unit: UnitName,
  by: z.string(),
  tell: Telling,
  state: z.enum(Object.keys(openingStates) as [keyof typeof openingStates]),
  /** people without an account when it began; null before the first look */
  total: z.number().int().nullable(),
  opened: z.number().int(),
  message: z.string().nullable(),
  createdAt: Moment,
  updatedAt: Moment,
})
export type OpeningRow = z.infer<typeof OpeningRow>

const RuleFields = { nameBy: NameRule, hours: z.number().int().min(1).max(720), openNew: z.boolean(), tell: Telling }
export const AccountRule = z.object({
  ...RuleFields,
  /** whose rule it is; null: what holds where nobody has set one */
  owner: UnitName.nullable(),
  updatedBy: z.string(),
  updatedAt: Moment,
  /** short messages can be sent here at all */
  sms: z.boolean(),
  can: z.object({ set: z.boolean() }),
})
export type AccountRule = z.infer<typeof AccountRule>

/** Somebody asked for accounts for many. */
export const openingAsked = defineEvent('identity.opening-asked', z.object({ id: z.uuid() }))

const see = { permission: 'identity:accounts', label: 'personal' } as const
const manage = { permission: 'identity:open', label: 'personal' } as const
const filters = { under: z.uuid().optional(), state: AccountState.optional() }
const UnitId = z.object({ unitId: z.uuid() })

export const accountsApi = defineApi({
  accounts: get('/api/accounts', {
    summary: '人员的账号',
    input: listInput(filters).omit({ sort: true }),
    output: listOutput(AccountRow),
    timeoutMs: 10_000,
    ...see,
  }),
  accountCounts: get('/api/accounts/counts', {
    summary: '各状态的账号数',
    input: z.object({ under: z.uuid() }),
    output: z.object({
      none: z.number().int(),
      opened: z.number().int(),
      active: z.number().int(),
      closed: z.number().int(),
    }),
    timeoutMs: 10_000,
    ...see,
  }),
  exportAccounts: download('/api/accounts/export', {
    summary: '导出账号清单',
    input: listInput({ ...filters, format: z.enum(['csv', 'xlsx']).default('xlsx') }),
    stepUp: true,
    audit: 'export',
    ...see,
  }),
  openAccounts: post('/api/accounts', {
    summary: '开通账号',
    input: People,
    output: Count,
    stepUp: true,
    ...manage,
  }),
  /** Parts that are told to the caller once, to be printed or exported and handed over; given before, they are void. */
  giveParts: post('/api/accounts/parts', {
    summary: '发激活码',
    input: People,
    output: z.object({ rows: z.array(SheetRow), skipped: z.number().int() }),
    stepUp: true,
    once: true,
    audit: 'export',
    permission: 'identity:open',
    label: 'secret',
  }),
  sendParts: post('/api/accounts/parts/sms', {
    summary: '用短信发激活码',
    input: People,
    output: Count,
    stepUp: true,
    ownTransactions: true,
    ...manage,
  }),
  withdrawParts: post('/api/accounts/parts/withdraw', {
    summary: '撤回激活码',
    input: People,
    output: Count,
    ...manage,
  }),
  suspendAccounts: post('/api/accounts/suspend', {
    summary: '停用账号',
    input: People.extend({ note: Note }),
    output: Count,
    stepUp: true,
    ...manage,
  }),
  resumeAccounts: post('/api/accounts/resume', {
    summary: '恢复账号',
    input: People,
    output: Count,
    stepUp: true,
    ...manage,
  }),
  openings: get('/api/accounts/openings', {
    summary: '成批开通的记录',
    input: listInput({}).omit({ q: true, sort: true }),
    output: listOutput(OpeningRow),
    ...see,
  }),
  opening: get('/api/accounts/openings/:id', { summary: '成批开通的进展', input: Id, output: OpeningRow, ...see }),
  startOpening: post('/api/accounts/openings', {
    summary: '为一个单位成批开通账号',
    input: UnitId.extend({ tell: Telling }),
    output: OpeningRow,
    stepUp: true,
    ...manage,
  }),
  stopOpening: post('/api/accounts/openings/:id/stop', {
    summary: '停止成批开通',
    input: Id,
    output: OpeningRow,
    ...manage,
  }),
  accountRule: get('/api/accounts/rules/:unitId', {
    summary: '开通规则',
    input: UnitId,
    output: AccountRule,
    ...see,
  }),
  setAccountRule: put('/api/accounts/rules/:unitId', {
    summary: '设定开通规则',
    input: UnitId.extend(RuleFields),
    output: AccountRule,
    stepUp: true,
    ...manage,
  }),
  dropAccountRule: post('/api/accounts/rules/:unitId/drop', {
    summary: '改按上级的开通规则',
    input: UnitId,
    output: AccountRule,
    ...manage,
  }),
})
