import { newId } from '#kernel/ids'
import type { Kernel, SystemCtx } from '#kernel/module'
import { OutboundError } from '#kernel/outbound'
import { asSystem } from '#kernel/system'
import { sendReading } from '#platform/tasks'
import { ApplicationContent } from '../../contract.ts'
import { originsOf } from '../hosts.ts'
import { isAccepted, isPatienceOver, nextTry, PATIENCE_DAYS } from './rules.ts'
import { type Boxes, secretsOf } from './secret.ts'
import { bodyOf, headersOf } from './sign.ts'

/** Of one subscription at once, and of all together: a long queue of one holds up nobody else. */
const OF_ONE = 4
const BATCH = 40

interface Due extends Boxes {
  id: string
  webhook_id: string
  event_id: string
  type: string
  subject: string
  data: unknown
  happened_at: Date
  attempts: number
  url: string
  application_id: string
  content: unknown
}
/**
 * Leases what is due to the holder of token `$2` for two minutes, longer than the gateway waits. A process that dies loses its lease, and the
 * delivery is sent again; one that comes back late finds another token and changes nothing. What is sent is asked for here, at the last moment:
 * nothing but the word of it goes to an application that is not in force.
 */
const TAKE = `update apps.delivery d set attempts = d.attempts + 1, lease = $2, next_at = $1::timestamptz + interval '2 minutes'
  from (
    select due.id, w.url, w.secret_box, w.old_secret_box, w.old_secret_until, app.id as application_id, app.content
    from apps.webhook w join apps.application app on app.id = w.application_id
    cross join lateral (
      select d.id from apps.delivery d
      where d.webhook_id = w.id and d.next_at <= $1 and (app.state = 'approved' or d.type = 'apps.state-changed')
        and (d.type not like 'directory.%' or 'directory.read' = any(app.scopes))
      order by d.next_at limit ${OF_ONE} for update skip locked) due
    where w.state = 'active' and 'events.receive' = any(app.scopes)
    limit ${BATCH}) taken
  where d.id = taken.id
  returning d.id, d.webhook_id, d.event_id, d.type, d.subject, d.data, d.happened_at, d.attempts, taken.url, taken.secret_box,
    taken.old_secret_box, taken.old_secret_until, taken.application_id, taken.content`

/** Null when the receiver took it, otherwise why not. */
const post = async (kernel: Kernel, due: Due): Promise<string | null> => {
  try {
    if (!originsOf(ApplicationContent.parse(due.content)).includes(new URL(due.url).origin))
      return '接收地址已不在应用登记的地址内'
    const now = kernel.clock.now()
    const body = bodyOf(kernel.config.HOME_NODE, { ...due, eventId: due.event_id, happenedAt: due.happened_at })
    const headers = headersOf(secretsOf(kernel, due.webhook_id, due, now), now, body)
    const { status } = await kernel.outbound.request(due.url, { method: 'POST', headers, body })
    return isAccepted(status) ? null : `答复了 ${status}`
  } catch (error) {
    if (error instanceof OutboundError) return error.message
    // Whatever it is, it must not keep its place in the queue for ever.
    kernel.log.error({ err: error, deliveryId: due.id }, '事件通知没有发出')
    return '平台没有发出，已记录'
  }
}

const SETTLE = `with settled as (
    update apps.delivery set state = $3, next_at = $4, fault = $5, done_at = $6, lease = null where id = $1 and lease = $2 returning webhook_id)
  update apps.webhook w set failing_since = case when $5::text is null then null else coalesce(w.failing_since, $7) end,
    last_ok_at = case when $5::text is null then $7 else w.last_ok_at end
  from settled where w.id = settled.webhook_id returning w.failing_since`

const settle = async (ctx: SystemCtx, due: Due, lease: string, fault: string | null): Promise<void> => {
  const { sql, now } = ctx
  const next = fault === null ? null : nextTry(due.attempts, now)
  const state = fault === null ? 'delivered' : next === null ? 'dead' : 'waiting'
  const [webhook] = await sql<{ failing_since: Date | null }>(SETTLE, [
    due.id,
    lease,
    state,
    next,
    fault,
    next === null ? now : null,
    now,
  ])
  if (webhook && isPatienceOver(webhook.failing_since, now)) await switchOff(ctx, due)
}

/** Switches a subscription off that has accepted nothing for days, and says so to the contacts of the application. */
const switchOff = async (ctx: SystemCtx, { webhook_id, application_id, content, url }: Due): Promise<void> => {
  const off = await ctx.sql(
    "update apps.webhook set state = 'disabled', revision = revision + 1 where id = $1 and state = 'active' returning 1",
    [webhook_id],
  )
  if (off.length === 0) return
  const { name, contacts } = ApplicationContent.parse(content)
  const people = await ctx.sql<{ id: string }>(
    `select p.id from directory.person p join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     where p.id = any($1::uuid[]) and p.status = 'active'`,
    [contacts],
  )
  for (const { id } of people)
    await sendReading(
      ctx,
      { source: 'apps' },
      {
        personId: id,
        externalId: newId(),
        matter: '应用接入',
        title: `${name}的事件通知已自动停用`,
        summary: `${url} 连续 ${PATIENCE_DAYS} 天没有收下任何事件。请修好接收程序，再到事件订阅里启用；期间的事件保留 30 天，启用后补发。`,
        url: `/apps/manage/${application_id}/webhooks`,
      },
    )
}

const sendAll = async (kernel: Kernel): Promise<void> => {
  for (;;) {
    const lease = newId()
    const due = await kernel.database.query<Due>(TAKE, [kernel.clock.now(), lease], 'apps.deliveries-due')
    if (due.length === 0) return
    await Promise.all(
      due.map(async (one) => {
        const fault = await post(kernel, one)
        await asSystem(kernel, (ctx) => settle(ctx, one, lease, fault))
      }),
    )
  }
}

const running = new WeakMap<Kernel, Promise<void>>()
/** Sends what is due. Of one process one at a time; of several, none sends what another has leased. */
export const sendDeliveries = (kernel: Kernel): Promise<void> => {
  const last = running.get(kernel) ?? Promise.resolve()
  const next = last.catch(() => undefined).then(() => sendAll(kernel))
  running.set(kernel, next)
  return next
}

/** Sends as soon as something is due, on whichever node hears of it; the job takes what is left over. */
export const startSending = (kernel: Kernel): (() => Promise<void>) => {
  const stop = kernel.bus.subscribe('event.apps.delivery-due', () => {
    sendDeliveries(kernel).catch((error) => kernel.log.warn({ err: error }, '事件通知'))
  })
  return async () => {
    stop()
    await running.get(kernel)?.catch(() => undefined)
  }
}
