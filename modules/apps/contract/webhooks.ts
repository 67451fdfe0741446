import { z } from 'zod'
import { defineApi, defineEvent, del, get, Id, listInput, listOutput, Moment, post, put } from '#kernel/contract'

/** What an application can be told of. Addresses, bodies and signature: modules/apps/web/guide.md §9. */
export const webhookTypes = {
  'tasks.closed': '待办办结（本应用推送的）',
  'directory.unit-changed': '单位变化（授权范围内）',
  'directory.person-changed': '人员变化（授权范围内）',
  'apps.state-changed': '本应用停用、恢复、退役',
} as const
export const WebhookType = z.enum(Object.keys(webhookTypes) as [keyof typeof webhookTypes])
export type WebhookType = z.infer<typeof WebhookType>
/** Asked for by a person, to try the receiver; nobody subscribes to it. */
export const PING = 'apps.ping'

export const webhookStates = { active: '启用', paused: '已暂停', disabled: '已自动停用' } as const
export const WebhookState = z.enum(Object.keys(webhookStates) as [keyof typeof webhookStates])

const Webhook = z.object({
  id: z.uuid(),
  url: z.string(),
  types: z.array(WebhookType),
  state: WebhookState,
  /** since when nothing was accepted; null while all is well */
  failingSince: Moment.nullable(),
  lastOkAt: Moment.nullable(),
  waiting: z.number().int(),
  dead: z.number().int(),
  createdAt: Moment,
  revision: z.number().int(),
})
export type Webhook = z.infer<typeof Webhook>

export const WebhookContent = z.object({
  url: z
    .url({ protocol: /^https?$/, error: '请填写完整的地址，以 https:// 开头。' })
    .max(500, '地址最多 500 个字符。')
    .refine((text) => !/[#@]/.test(text), '地址不能含 # 和 @。'),
  types: z.array(WebhookType).min(1, '请至少选一种事件。').max(10),
})
export type WebhookContent = z.infer<typeof WebhookContent>

export const deliveryStates = { waiting: '待送达', delivered: '已送达', dead: '未送达' } as const
export const DeliveryState = z.enum(Object.keys(deliveryStates) as [keyof typeof deliveryStates])
const Delivery = z.object({
  id: z.uuid(),
  /** the id of the event in the body: the same one means the same event */
  eventId: z.uuid(),
  type: z.string(),
  subject: z.string(),
  state: DeliveryState,
  attempts: z.number().int(),
  nextAt: Moment.nullable(),
  /** what the receiver answered, or why it could not be reached */
  fault: z.string().nullable(),
  happenedAt: Moment,
  doneAt: Moment.nullable(),
})
export type Delivery = z.infer<typeof Delivery>

const WebhookHealth = Webhook.omit({ revision: true, types: true, createdAt: true }).extend({
  applicationId: z.uuid(),
  name: z.string(),
  unitName: z.string(),
})
export type WebhookHealth = z.infer<typeof WebhookHealth>

/** There may be something to send now: whoever hears it looks. */
export const deliveryDue = defineEvent('apps.delivery-due', z.object({}))

/** Most subscriptions of one application. */
export const WEBHOOKS = 10
const Seen = Id.extend({ revision: z.number().int() })
const Secret = z.object({ webhook: Webhook, secret: z.string() })
const permission = 'apps:register'
export const webhooksApi = defineApi({
  webhooks: get('/api/apps/:id/webhooks', {
    summary: '应用的事件订阅',
    permission,
    input: Id,
    /** `origins`: where the registered addresses lie, and so a subscription may */
    output: z.object({ rows: z.array(Webhook), name: z.string(), origins: z.array(z.string()) }),
  }),
  createWebhook: post('/api/apps/:id/webhooks', {
    summary: '新增事件订阅',
    permission,
    stepUp: true,
    once: true,
    label: 'secret',
    input: Id.extend(WebhookContent.shape),
    /** shown this once */
    output: Secret,
  }),
  editWebhook: put('/api/apps/webhooks/:id', {
    summary: '修改事件订阅',
    permission,
    input: Seen.extend(WebhookContent.shape).extend({ state: WebhookState.exclude(['disabled']) }),
    output: Webhook,
  }),
  removeWebhook: del('/api/apps/webhooks/:id', {
    summary: '删除事件订阅',
    permission,
    input: Seen,
    output: z.object({}),
  }),
  renewWebhookSecret: post('/api/apps/webhooks/:id/secret', {
    summary: '更换事件订阅的签名密钥',
    permission,
    stepUp: true,
    once: true,
    label: 'secret',
    input: Seen,
    output: Secret,
  }),
  pingWebhook: post('/api/apps/webhooks/:id/ping', {
    summary: '发送测试事件',
    permission,
    input: Id,
    output: Delivery,
    limit: { max: 20, seconds: 60 },
  }),
  deliveries: get('/api/apps/webhooks/:id/deliveries', {
    summary: '事件的送达情况',
    permission,
    input: listInput({ id: z.uuid(), state: DeliveryState.optional() }),
    output: listOutput(Delivery),
  }),
  replayDeliveries: post('/api/apps/webhooks/:id/replay', {
    summary: '重新发送未送达的事件',
    permission,
    /** without `ids`: all that were given up */
    input: Id.extend({ ids: z.array(z.uuid()).min(1).max(200).optional() }),
    output: z.object({ replayed: z.number().int() }),
  }),
  webhookHealth: get('/api/apps/webhooks', {
    summary: '各应用事件送达情况',
    permission: 'apps:operate',
    input: listInput({ state: WebhookState.optional(), failing: z.boolean().optional() }),
    output: listOutput(WebhookHealth),
  }),
})
