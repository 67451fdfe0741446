import { dayOf } from '#kernel/clock'
import { type Query, transaction } from '#kernel/db'
import { notFound } from '#kernel/errors'
import type { Ctx, Kernel, SystemCtx } from '#kernel/module'
import { sessionsEnded } from '../contract.ts'

type Place = Pick<SystemCtx, 'sql' | 'kernel' | 'emit'>

/** Deletes sessions and cuts their sockets; every node drops what it remembered within a second, sooner by the event. */
export const endSessions = async (ctx: Place, where: string, params: readonly unknown[]): Promise<string[]> => {
  const rows = await ctx.sql<{ id: string }>(`delete from identity.session where ${where} returning id`, params)
  const ids = rows.map(({ id }) => id)
  for (const id of ids) ctx.kernel.realtime.endSession(id)
  if (ids.length > 0) ctx.emit(sessionsEnded, { sessionIds: ids })
  return ids
}

/** Ends the sessions and the grants of somebody who left; a return needs new grants. */
export const endAccount = async (ctx: Place & Pick<SystemCtx, 'now'>, personId: string): Promise<void> => {
  await endSessions(ctx, 'account_id in (select id from identity.account where person_id = $1)', [personId])
  await ctx.sql(
    `update identity.grant set valid_to = greatest(valid_from, $2::date) where valid_to is null
       and account_id in (select id from identity.account where person_id = $1)`,
    [personId, dayOf(ctx.now)],
  )
}

interface SessionRecord {
  id: string
  created_at: Date
  ends_at: Date
  address: string
  agent: string
  factors: string[]
  new_device: boolean
  device: string | null
}

export const listSessions = async (ctx: Ctx) => {
  const rows = await ctx.sql<SessionRecord>(
    `select s.id, s.created_at, coalesce(s.ends_at, s.expires_at) as ends_at, s.address, s.agent, s.factors, s.new_device, d.name as device
     from identity.session s left join identity.device d on d.id = s.device_id
     where s.account_id = $1 and s.expires_at > $2 order by s.created_at desc, s.id desc limit 100`,
    [ctx.actor.accountId, ctx.now],
  )
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.ends_at.toISOString(),
    address: row.address,
    agent: row.agent,
    device: row.device ?? undefined,
    factors: row.factors,
    newDevice: row.new_device,
    current: row.id === ctx.actor.sessionId,
  }))
}

export const endSession = async (ctx: Ctx, id: string): Promise<void> => {
  const ended = await endSessions(ctx, 'id = $1 and account_id = $2', [id, ctx.actor.accountId])
  if (ended.length === 0) throw notFound('这个登录')
}

export const endOtherSessions = async (ctx: Ctx): Promise<{ ended: number }> => {
  const { accountId, sessionId } = ctx.actor
  return { ended: (await endSessions(ctx, 'account_id = $1 and id <> $2', [accountId, sessionId])).length }
}

/** What nobody needs any more: sessions a week after their end, counts, tickets, devices out of use for half a year. */
export const prune = async (sql: Query, now: Date): Promise<void> => {
  await sql(
    `delete from identity.session where created_at < $1::timestamptz - interval '7 days'
       and expires_at < $1::timestamptz - interval '7 days'`,
    [now],
  )
  await sql('delete from identity.attempt where until < $1', [now])
  await sql('delete from identity.challenge where expires_at < $1', [now])
  await sql("delete from identity.device where last_used_at < $1::timestamptz - interval '180 days'", [now])
  await sql(
    "delete from identity.opening where state <> 'running' and created_at < $1::timestamptz - interval '3 years'",
    [now],
  )
  await sql("delete from identity.recovery where opened_at < $1::timestamptz - interval '3 years'", [now])
}

/** A transaction for a handler that has none of its own, with the same events and answer. */
export const inTransaction = <T>(ctx: Ctx, work: (inside: Ctx) => Promise<T>): Promise<T> =>
  transaction(ctx.kernel.database.pool, ({ query, db }) => work({ ...ctx, sql: query, db }))

export const isProductionSafe = async (kernel: Kernel): Promise<boolean> => {
  const [row] = await kernel.database.query<{ demo: boolean }>(
    'select exists (select 1 from identity.account where demo) as demo',
  )
  return !row!.demo
}
