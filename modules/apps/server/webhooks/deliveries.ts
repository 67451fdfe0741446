import type { ParsedOf } from '#kernel/contract'
import { conflict, invalid } from '#kernel/errors'
import { isId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { type Delivery, deliveryDue, PING, type webhooksApi } from '../../contract.ts'
import { tell } from './fan-out.ts'
import { owned, readWebhook, takeWebhook } from './store.ts'

type Input<K extends keyof typeof webhooksApi> = ParsedOf<(typeof webhooksApi)[K]>
type Row = Omit<Delivery, 'nextAt' | 'happenedAt' | 'doneAt'> & {
  next_at: Date | null
  happened_at: Date
  done_at: Date | null
}
// The content stays out of sight: it is the application's business, and the person's who wrote it.
const COLUMNS = 'id, event_id as "eventId", type, subject, state, attempts, fault, next_at, happened_at, done_at'

const present = ({ next_at, happened_at, done_at, ...row }: Row): Delivery => ({
  ...row,
  nextAt: next_at?.toISOString() ?? null,
  happenedAt: happened_at.toISOString(),
  doneAt: done_at?.toISOString() ?? null,
})

export const deliveries = async (ctx: Ctx, { id, state, q, cursor, limit }: Input<'deliveries'>) => {
  if (cursor !== undefined && !isId(cursor)) throw invalid('翻页标记有误，请从第一页看起。')
  const { application_id } = await readWebhook(ctx, id)
  await owned(ctx, application_id)
  const rows = await ctx.sql<Row>(
    `select ${COLUMNS} from apps.delivery where webhook_id = $1 and ($2::text is null or state = $2) and ($3::text is null or $3 in (subject, event_id::text))
       and ($4::uuid is null or id < $4) order by id desc limit $5`,
    [id, state ?? null, q || null, cursor ?? null, limit + 1],
  )
  const page = rows.slice(0, limit)
  return { rows: page.map(present), next: rows.length > limit ? page.at(-1)!.id : null }
}

const refuseIdle = (app: { state: string }, webhook: { state: string }): void => {
  if (webhook.state !== 'active') throw conflict('这个订阅没有启用，请先启用再发送。')
  if (app.state !== 'approved') throw conflict('应用没有上线或已停用，不能发送事件。')
}

export const pingWebhook = async (ctx: Ctx, { id }: Input<'pingWebhook'>) => {
  const { app, webhook } = await takeWebhook(ctx, { id })
  refuseIdle(app, webhook)
  const [delivery] = await tell(ctx, PING, webhook.id, [{ webhook_id: id, data: { message: '这是一条测试事件' } }])
  const [row] = await ctx.sql<Row>(`select ${COLUMNS} from apps.delivery where id = $1`, [delivery])
  return present(row!)
}

export const replayDeliveries = async (ctx: Ctx, { id, ids }: Input<'replayDeliveries'>) => {
  const { app, webhook } = await takeWebhook(ctx, { id })
  refuseIdle(app, webhook)
  const rows = await ctx.sql(
    `update apps.delivery set state = 'waiting', attempts = 0, next_at = $2, fault = null, done_at = null
     where webhook_id = $1 and state = 'dead' and ($3::uuid[] is null or id = any($3)) returning 1`,
    [id, ctx.now, ids ?? null],
  )
  if (rows.length > 0) ctx.emit(deliveryDue, {})
  return { replayed: rows.length }
}
