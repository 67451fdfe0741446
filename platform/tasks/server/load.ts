import type { ParsedOf } from '#kernel/contract'
import { one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Limit, tasksApi, Urgency } from '../contract.ts'
import { readDueCursor, writeDueCursor } from './keyset.ts'

/** $1 the caller's unit, $2 now; `scope` the caller's own reach: units of the organisation the caller works in, and of no other. */
const UNITS = (
  scope: string,
) => `select u.id, u.short_name from directory.unit m join directory.unit u on u.org_no = m.org_no and u.valid_to is null
    where m.id = $1 and ${scope}`
const limitOf = `case when t.due_at < $2 then 'over' when t.due_at < $2::timestamptz + interval '1 day' then 'near' else 'ok' end`

interface MatterRow {
  matter: string
  over: number
  near: number
  ok: number
}

/** Counts by matter and limit; nothing here knows a person. */
export const load = async (ctx: Ctx) => {
  const { name } = await ctx
    .sql<{ name: string }>(
      'select o.short_name as name from directory.unit m join directory.unit o on o.no = m.org_no where m.id = $1',
      [ctx.actor.unitId || null],
      'tasks.load.unit',
    )
    .then(one('您的单位'))
  const scope = ctx.scopeText('u.id', 3)
  const matters = await ctx.sql<MatterRow>(
    `with unit as materialized (${UNITS(scope.text)})
     select g.matter, count(*) filter (where g.due = 'over')::int as over, count(*) filter (where g.due = 'near')::int as near,
       count(*) filter (where g.due = 'ok')::int as ok
     from (select t.matter, ${limitOf} as due from unit join tasks.task t on t.unit_id = unit.id and t.state = 'open') g
     group by g.matter order by count(*) filter (where g.due = 'over') desc, count(*) desc, g.matter`,
    [ctx.actor.unitId || null, ctx.now, ...scope.params],
  )
  return { unitName: name, total: matters.reduce((sum, row) => sum + row.over + row.near + row.ok, 0), matters }
}

interface LoadRow {
  id: string
  matter: string
  unit: string
  handler: string
  urgency: Urgency
  due_at: Date | null
  created_at: Date
  total: number
}
const DUE = "coalesce(date_trunc('milliseconds', t.due_at), 'infinity'::timestamptz)"

/** The rows behind a number of `load`, the nearest limit first. */
export const loadRows = async (ctx: Ctx, input: ParsedOf<typeof tasksApi.loadRows>) => {
  const [at, id, due] = readDueCursor(input.cursor)
  const scope = ctx.scopeText('u.id', 9)
  const asked: Limit | null = input.due ?? null
  const rows = await ctx.sql<LoadRow>(
    `with unit as materialized (${UNITS(scope.text)}), t as materialized (
       select t.id, t.matter, t.person_id, t.urgency, t.due_at, t.created_at, unit.short_name from unit
       join tasks.task t on t.unit_id = unit.id and t.state = 'open'
       where ($3::text is null or t.matter = $3) and ($4::text is null or ${limitOf} = $4))
     select t.id, t.matter, t.short_name as unit, p.name as handler, t.urgency, t.due_at, t.created_at, (select count(*)::int from t) as total
     from t join directory.person p on p.id = t.person_id
     where $5::timestamptz is null or ${DUE} > $5 or (${DUE} = $5 and (t.created_at, t.id) < ($6::timestamptz, $7::uuid))
     order by ${DUE}, t.created_at desc, t.id desc limit $8`,
    [ctx.actor.unitId || null, ctx.now, input.matter ?? null, asked, due, at, id, input.limit + 1, ...scope.params],
  )
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => ({
      id: row.id,
      matter: row.matter,
      unitName: row.unit,
      handlerName: row.handler,
      urgency: row.urgency,
      dueAt: row.due_at?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
    })),
    next: rows.length > input.limit && last ? writeDueCursor(last.due_at, last.created_at, last.id) : null,
    ...(input.cursor === undefined && { total: rows[0]?.total ?? 0 }),
  }
}
