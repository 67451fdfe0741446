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

/** Of one subscription at once; one that fails is tried with one. */
const AT_ONCE = 4

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
/** What may be sent of `w` now: nothing but the word of it goes to an application that is not in force. */
const DUE = `d.webhook_id = w.id and d.next_at <= $1 and (app.state = 'approved' or d.type = 'apps.state-changed')
  and (d.type not like 'directory.%' or 'directory.read' = any(app.scopes))`
const OPEN = "w.state = 'active' and 'events.receive' = any(app.scopes)"
const WAITING = `select w.id from apps.webhook w join apps.application app on app.id = w.application_id
  where ${OPEN} and exists (select 1 from apps.delivery d where ${DUE})`
/**
 * Leases what is due of subscription `$3` to the holder of token `$2` for two minutes, longer than the gateway waits. A process that dies loses
 * its lease, and the delivery is sent again; one that comes back late finds another token and changes nothing.
 */
const TAKE = `update apps.delivery d set attempts = d.attempts + 1, lease = $2, next_at = $1::timestamptz + interval '2 minutes'
  from (
    select due.id, w.url, w.secret_box, w.old_secret_box, w.old_secret_until, app.id as application_id, app.content
    from apps.webhook w join apps.application app on app.id = w.application_id
    cross join lateral (
      select d.id from apps.delivery d where ${DUE} order by d.next_at
      limit case when w.failing_since is null then ${AT_ONCE} else 1 end for update skip locked) due
    where w.id = $3 and ${OPEN}) taken
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
    const { status } = await kernel.outbound.request(due.url, { method: 'POST', headers, body, maxRedirects: 0 })
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

/** Sends some of a subscription; false when nothing was due. */
const sendSome = async (kernel: Kernel, webhookId: string): Promise<boolean> => {
  const lease = newId()
  const due = await kernel.database.query<Due>(TAKE, [kernel.clock.now(), lease, webhookId], 'apps.deliveries-due')
  await Promise.all(
    due.map(async (one) => {
      const fault = await post(kernel, one)
      await asSystem(kernel, (ctx) => settle(ctx, one, lease, fault))
    }),
  )
  return due.length > 0
}

interface Sending {
  stopped: boolean
  /** by subscription: one that answers slowly holds up nobody else */
  drains: Map<string, { again: boolean; done: Promise<void> }>
}
const sendings = new WeakMap<Kernel, Sending>()
const sendingOf = (kernel: Kernel): Sending => {
  const known = sendings.get(kernel) ?? { stopped: false, drains: new Map() }
  sendings.set(kernel, known)
  return known
}

const drain = (kernel: Kernel, webhookId: string): void => {
  const sending = sendingOf(kernel)
  const known = sending.drains.get(webhookId)
  if (known) {
    known.again = true
    return
  }
  const mine = { again: true, done: Promise.resolve() }
  const work = async (): Promise<void> => {
    try {
      while (mine.again && !sending.stopped) {
        mine.again = false
        while (!sending.stopped && (await sendSome(kernel, webhookId)));
      }
    } finally {
      sending.drains.delete(webhookId)
    }
  }
  sending.drains.set(webhookId, mine)
  mine.done = work()
}

/** Sends what is due and resolves when nothing is: with a receiver that is slow, much later. */
export const sendDeliveries = async (kernel: Kernel): Promise<void> => {
  const waiting = await kernel.database.query<{ id: string }>(WAITING, [kernel.clock.now()], 'apps.webhooks-waiting')
  for (const { id } of waiting) drain(kernel, id)
  // also those that were at it before: what they have leased is not waiting any more
  await Promise.all([...sendingOf(kernel).drains.values()].map(({ done }) => done))
}

/** Sets off what is due and waits for nothing: a job must not keep its place for the slowest receiver. */
export const wakeSending = (kernel: Kernel): void => {
  sendDeliveries(kernel).catch((error: Error) => kernel.log.warn({ err: error }, '事件通知'))
}

/** Sends as soon as something is due, on whichever node hears of it; the job takes what is left over. */
export const startSending = (kernel: Kernel): (() => Promise<void>) => {
  const stop = kernel.bus.subscribe('event.apps.delivery-due', () => wakeSending(kernel))
  return async () => {
    stop()
    const sending = sendingOf(kernel)
    sending.stopped = true
    await Promise.allSettled([...sending.drains.values()].map(({ done }) => done))
  }
}
