import type { ParsedOf } from '#kernel/contract'
import { conflict, invalid } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { deliveryDue, WEBHOOKS, type WebhookContent, type WebhookType, type webhooksApi } from '../../contract.ts'
import { originsOf } from '../hosts.ts'
import { newSecret, retireSecret } from './secret.ts'
import { COUNTS, type Owner, owned, present, readWebhook, takeWebhook, type WebhookRow } from './store.ts'

type Input<K extends keyof typeof webhooksApi> = ParsedOf<(typeof webhooksApi)[K]>
const HOUR_MS = 3_600_000
/** How long a replaced secret signs beside the new one. */
const OVERLAP_HOURS = 24

/** The scope without which there is nothing to tell. */
const needs: Record<WebhookType, string> = {
  'tasks.closed': 'tasks.push',
  'directory.unit-changed': 'directory.read',
  'directory.person-changed': 'directory.read',
  'apps.state-changed': 'events.receive',
}

const refuseContent = (app: Owner, { url, types }: WebhookContent): void => {
  if (!originsOf(app.content).includes(new URL(url).origin))
    throw invalid('接收地址要在应用正式环境登记过的地址上。', [
      { path: 'url', message: '请用登记过的协议、域名和端口，或先变更登记。' },
    ])
  const faults = types
    .filter((type) => !app.scopes.includes(needs[type]))
    .map(() => ({ path: 'types', message: '所选事件超出批准给应用的权限，请先变更登记。' }))
  if (faults.length > 0) throw invalid('所选事件超出批准给应用的权限。', faults.slice(0, 1))
}

export const webhooks = async (ctx: Ctx, { id }: Input<'webhooks'>) => {
  const app = await owned(ctx, id)
  const rows = await ctx.sql<WebhookRow>(
    `select w.*, ${COUNTS} from apps.webhook w where w.application_id = $1 order by w.created_at, w.id`,
    [id],
  )
  return { rows: rows.map(present), name: app.name, origins: originsOf(app.content) }
}

export const createWebhook = async (ctx: Ctx, { id: applicationId, ...content }: Input<'createWebhook'>) => {
  const app = await owned(ctx, applicationId, 'for update of app')
  if (app.state !== 'approved' || !app.scopes.includes('events.receive'))
    throw conflict('应用上线并获准“接收事件通知”后才能订阅，请先在登记里申请。')
  refuseContent(app, content)
  const known = await ctx.sql('select 1 from apps.webhook where application_id = $1', [applicationId])
  if (known.length >= WEBHOOKS) throw conflict(`一个应用最多 ${WEBHOOKS} 个订阅，请先删去不用的。`)
  const id = newId()
  const { secret, box } = newSecret(ctx.kernel, id)
  await ctx.sql(
    'insert into apps.webhook (id, application_id, url, types, secret_box, created_at) values ($1, $2, $3, $4, $5, $6)',
    [id, applicationId, content.url, [...new Set(content.types)], box, ctx.now],
  )
  ctx.audit({ type: 'webhook', id, label: `${app.name} ${content.url}` })
  return { webhook: present(await readWebhook(ctx, id)), secret }
}

export const editWebhook = async (ctx: Ctx, { id, revision, state, ...content }: Input<'editWebhook'>) => {
  const { app, webhook } = await takeWebhook(ctx, { id, revision })
  refuseContent(app, content)
  // Switched on again it gets its days of patience anew, and what has waited goes out.
  await ctx.sql(
    `update apps.webhook set url = $2, types = $3, state = $4, failing_since = case when state = $4 then failing_since end, revision = revision + 1
     where id = $1`,
    [id, content.url, [...new Set(content.types)], state],
  )
  if (state === 'active' && webhook.state !== 'active') ctx.emit(deliveryDue, {})
  return present(await readWebhook(ctx, id))
}

export const removeWebhook = async (ctx: Ctx, seen: Input<'removeWebhook'>) => {
  const { webhook } = await takeWebhook(ctx, seen)
  await ctx.sql('delete from apps.webhook where id = $1', [webhook.id])
  return {}
}

export const renewWebhookSecret = async (ctx: Ctx, seen: Input<'renewWebhookSecret'>) => {
  const { webhook } = await takeWebhook(ctx, seen)
  const { secret, box } = newSecret(ctx.kernel, webhook.id)
  await ctx.sql(
    'update apps.webhook set secret_box = $2, old_secret_box = $3, old_secret_until = $4, revision = revision + 1 where id = $1',
    [
      webhook.id,
      box,
      retireSecret(ctx.kernel, webhook.id, webhook.secret_box),
      new Date(ctx.now.getTime() + OVERLAP_HOURS * HOUR_MS),
    ],
  )
  return { webhook: present(await readWebhook(ctx, webhook.id)), secret }
}
