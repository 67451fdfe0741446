import type { ParsedOf } from '#kernel/contract'
import { one } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import { OutboundError } from '#kernel/outbound'
import type { appsApi, HealthRow } from '../contract.ts'
import { cursorAfter, pageOf } from './lists.ts'

type Input<K extends keyof typeof appsApi> = ParsedOf<(typeof appsApi)[K]>
type Row = Omit<HealthRow, 'checkedAt' | 'lastCallAt'> & { checkedAt: Date | null; lastCallAt: Date | null }

export const health = async (ctx: Ctx, { q, health: light, idleDays, state, cursor, limit }: Input<'health'>) => {
  const [name, id] = cursorAfter(cursor)
  const scope = ctx.scopeText('app.unit_id', 9)
  const found = await ctx.sql<Row>(
    `with page as (
       select app.id, app.name, app.unit_id, app.state, app.health, app.health_at, app.last_call_at from apps.application app
       where app.version > 0 and app.state <> 'retired' and ($1::text is null or strpos(lower(app.name), lower($1)) > 0)
         and ($2::text is null or app.health = $2) and ($3::text is null or app.state = $3)
         and ($4::int is null or (app.state = 'approved' and coalesce(app.last_call_at, app.approved_at) < $5::timestamptz - make_interval(days => $4)))
         and ($6::text is null or (app.name, app.id) > ($6, $7::uuid)) and ${scope.text}
       order by app.name, app.id limit $8)
     select page.id, page.name, u.name as "unitName", page.state, page.health, page.health_at as "checkedAt", page.last_call_at as "lastCallAt",
       r.latency, r."errorRate", coalesce((select sum(g.calls)::int from apps.usage g where g.application_id = page.id and g.hour > $5::timestamptz - interval '7 days'), 0) as calls
     from page join directory.unit u on u.id = page.unit_id cross join lateral (
       select percentile_disc(0.5) within group (order by p.ms) filter (where p.ok) as latency,
         (count(*) filter (where not p.ok))::float / nullif(count(*), 0) as "errorRate"
       from apps.probe p where p.application_id = page.id and p.at > $5::timestamptz - interval '1 day') r
     order by page.name, page.id`,
    [q || null, light ?? null, state ?? null, idleDays ?? null, ctx.now, name, id, limit + 1, ...scope.params],
  )
  return pageOf(
    found.map((row) => ({
      ...row,
      checkedAt: row.checkedAt?.toISOString() ?? null,
      lastCallAt: row.lastCallAt?.toISOString() ?? null,
    })),
    limit,
  )
}

export const probes = async (ctx: Ctx, { id }: Input<'probes'>) => {
  const scope = ctx.scopeText('app.unit_id', 2)
  await ctx
    .sql(`select 1 from apps.application app where app.id = $1 and ${scope.text}`, [id, ...scope.params])
    .then(one('应用'))
  const rows = await ctx.sql<{ at: Date; ok: boolean; ms: number; fault: string | null }>(
    'select at, ok, ms, fault from apps.probe where application_id = $1 order by at desc limit 100',
    [id],
  )
  const usage = await ctx.sql<{ hour: Date; calls: number; refused: number }>(
    "select hour, calls, refused from apps.usage where application_id = $1 and hour > $2::timestamptz - interval '7 days' order by hour",
    [id, ctx.now],
  )
  return {
    rows: rows.map((row) => ({ ...row, at: row.at.toISOString() })),
    usage: usage.map((row) => ({ ...row, hour: row.hour.toISOString() })),
  }
}

const AT_ONCE = 8

const probeOne = async (kernel: Kernel, { id, health_url }: { id: string; health_url: string }): Promise<void> => {
  const began = performance.now()
  let fault: string | null = null
  try {
    const { status } = await kernel.outbound.request(health_url)
    if (status < 200 || status >= 300) fault = `答复了 ${status}`
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    fault = error.message
  }
  await kernel.database.query(
    `with kept as (insert into apps.probe (application_id, at, ok, ms, fault) values ($1, $2, $3, $4, $5) on conflict do nothing)
     update apps.application set health = case when $3 then 'up' else 'down' end, health_at = $2 where id = $1`,
    [id, kernel.clock.now(), fault === null, Math.round(performance.now() - began), fault],
  )
}

/** Asks every application in force whether it is well, a few at a time. */
export const probeAll = async (kernel: Kernel): Promise<void> => {
  const due = await kernel.database.query<{ id: string; health_url: string }>(
    "select id, health_url from apps.application where state = 'approved' and health_url is not null",
  )
  const work = async (): Promise<void> => {
    for (let next = due.pop(); next; next = due.pop()) await probeOne(kernel, next)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}
