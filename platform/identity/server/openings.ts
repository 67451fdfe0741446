import type { OutputOf, ParsedOf } from '#kernel/contract'
import { readMomentCursor } from '#kernel/cursors'
import { conflict, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { type accountsApi, type OpeningRow, openingAsked } from '../contract.ts'
import { refuseWithoutSms } from './account-commands.ts'

type Api = typeof accountsApi

type Stored = Omit<OpeningRow, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date }
const SELECT = `select o.id, jsonb_build_object('id', u.id, 'name', u.name) as unit, o.by_name as by, o.tell, o.state, o.total, o.opened, o.message,
    o.created_at as "createdAt", o.updated_at as "updatedAt"
  from identity.opening o join directory.unit u on u.id = o.unit_id`
const present = ({ createdAt, updatedAt, ...row }: Stored): OpeningRow => ({
  ...row,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})

/** Newest first; the cursor is the moment and id of the last row. */
export const openings = async (ctx: Ctx, input: ParsedOf<Api['openings']>): Promise<OutputOf<Api['openings']>> => {
  const [at, id] = readMomentCursor(input.cursor)
  const scope = ctx.scopeText('o.unit_id', 4)
  const rows = await ctx.sql<Stored>(
    `${SELECT} where ${scope.text} and ($1::timestamptz is null or (o.created_at, o.id) < ($1, $2::uuid))
     order by o.created_at desc, o.id desc limit $3`,
    [at, id, input.limit + 1, ...scope.params],
  )
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page.map(present),
    next: rows.length > page.length && last ? `${last.createdAt.toISOString()}|${last.id}` : null,
  }
}

export const opening = async (ctx: Ctx, { id }: { id: string }): Promise<OpeningRow> => {
  const scope = ctx.scopeText('o.unit_id', 2)
  return present(
    await ctx
      .sql<Stored>(`${SELECT} where o.id = $1 and ${scope.text}`, [id, ...scope.params])
      .then(one('这次成批开通')),
  )
}

/** Everybody without an account in the unit and below it: the work goes on by itself, in batches, wherever a server runs. */
export const startOpening = async (
  ctx: Ctx,
  { unitId, tell }: ParsedOf<Api['startOpening']>,
): Promise<OutputOf<Api['startOpening']>> => {
  if (tell === 'sms') refuseWithoutSms(ctx)
  const scope = ctx.scopeText('u.id', 2)
  const [unit] = await ctx.sql<{ name: string }>(
    `select u.name from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text} for share`,
    [unitId, ...scope.params],
  )
  if (!unit) throw notFound('这个单位')
  await ctx.sql("select pg_advisory_xact_lock(hashtextextended('identity.opening/' || $1, 0))", [unitId])
  const [running] = await ctx.sql("select 1 from identity.opening where unit_id = $1 and state = 'running'", [unitId])
  if (running) throw conflict(`${unit.name}正在成批开通，请等它办完。`)
  const id = newId()
  await ctx.sql(
    `insert into identity.opening (id, unit_id, account_id, person_id, by_name, tell, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [id, unitId, ctx.actor.accountId, ctx.actor.personId, ctx.actor.name, tell, ctx.now],
  )
  ctx.emit(openingAsked, { id })
  ctx.audit({ type: 'unit', id: unitId, label: unit.name, detail: { opening: id } })
  return opening(ctx, { id })
}

export const stopOpening = async (ctx: Ctx, { id }: { id: string }): Promise<OpeningRow> => {
  const { unit } = await opening(ctx, { id })
  const stopped = await ctx.sql(
    "update identity.opening set state = 'stopped', updated_at = $2 where id = $1 and state = 'running' returning 1",
    [id, ctx.now],
  )
  if (stopped.length === 0) throw conflict('这次成批开通已经办完或停止。')
  ctx.audit({ type: 'unit', id: unit.id, label: unit.name, detail: { opening: id } })
  return opening(ctx, { id })
}
