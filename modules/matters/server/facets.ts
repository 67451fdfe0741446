import type { OutputOf, ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import type { mattersApi } from '../contract.ts'
import { hits, isAsked, MOST_HITS } from './catalogue.ts'
import { params, placeOf } from './places.ts'

const names = ['kind', 'type', 'level', 'state'] as const
type Name = (typeof names)[number]
interface Counted extends Record<Name, string | number> {
  n: number
}
type Input = ParsedOf<typeof mattersApi.facets>

/** What each choice would leave, the other choices standing. */
const facetsOf = (rows: readonly Counted[], input: Input) => {
  const passes = (row: Counted, but?: Name): boolean =>
    names.every((name) => name === but || input[name] === undefined || String(row[name]) === String(input[name]))
  const facets = names.map((name) => {
    const counts = new Map<string, number>()
    for (const row of rows)
      if (passes(row, name)) counts.set(String(row[name]), (counts.get(String(row[name])) ?? 0) + row.n)
    return { name, values: [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count) }
  })
  return { total: rows.filter((row) => passes(row)).reduce((sum, { n }) => sum + n, 0), facets }
}

/** Without a text the tally of the node answers, some hundred rows whatever the size of the catalogue; with one, the matters found. */
export const facets = async (ctx: Pick<Ctx, 'sql'>, input: Input): Promise<OutputOf<typeof mattersApi.facets>> => {
  if (isAsked(input)) {
    const p = params()
    const rows = await ctx.sql<Counted>(
      `with hit as materialized (${hits(input, p)}) select m.kind, m.type, m.level, m.state, 1 as n from hit join matters.matter m on m.id = hit.id`,
      p.values,
    )
    return { ...facetsOf(rows, input), capped: rows.length === MOST_HITS }
  }
  const place = await placeOf(ctx.sql, input.unitId)
  const rows = await ctx.sql<Counted>(
    'select kind, type, level, state, n from matters.tally where unit_id = $1 and layer = $2',
    [place.id, input.layer],
    'matters.facets',
  )
  return { ...facetsOf(rows, input), capped: false }
}
