import type { OutputOf, ParsedOf } from '#kernel/contract'
import { notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { historyApi, PastUnit } from '../contract/history.ts'
import { unitParams } from './browse.ts'
import { requireSeen } from './history.ts'
import { postSeen, seen } from './sql.ts'
import { viewerOf, viewerParams } from './viewer.ts'

type Api = typeof historyApi

/**
 * A row at the end of a day is the first version that ended later, or the row of today. Who may see it is decided by today's
 * rules: a unit that is closed now has no open past.
 */
const unitAt = (where: string, day: string): string => `
  select u.id, coalesce(v.data, to_jsonb(u)) as data from directory.unit u
  left join lateral (select v.data from directory.unit_version v where v.unit_id = u.id and v.valid_to > ${day} order by v.no limit 1) v on true
  where ${where} and ${seen('u.guard', 'u.org_no')}`
const livedAt = (data: string, day: string): string =>
  `(${data} ->> 'valid_from')::date <= ${day} and ((${data} ->> 'valid_to') is null or (${data} ->> 'valid_to')::date > ${day})`

const pastUnit = `s.id, (s.data ->> 'parent_id')::uuid as "parentId", s.data ->> 'kind' as kind, (s.data ->> 'level')::int as level, s.data ->> 'name' as name,
  s.data ->> 'short_name' as "shortName", s.data ->> 'valid_from' as "validFrom", s.data ->> 'valid_to' as "validTo"`

interface PastRow extends PastUnit {
  documentMark: string | null
  creditCode: string | null
  line: string | null
  establishment: number | null
}

type Crumb = OutputOf<Api['unitAsOf']>['crumb']
/** Parent after parent, each as it was that day. */
const crumbAt = async (ctx: Ctx, params: unknown[], parentId: string | null, day: string): Promise<Crumb> => {
  const crumb: Crumb = []
  let next = parentId
  // Deeper than any tree of government; a loop in the past must not become one here.
  for (let steps = 0; next && steps < 20; steps++) {
    const [row]: PastUnit[] = await ctx.sql<PastUnit>(`select ${pastUnit} from (${unitAt('u.id = $4', '$5')}) s`, [
      ...params,
      next,
      day,
    ])
    if (!row) break
    crumb.unshift({ id: row.id, name: row.name, shortName: row.shortName })
    next = row.parentId
  }
  return crumb
}

export const unitAsOf = async (
  ctx: Ctx,
  { id, day }: ParsedOf<Api['unitAsOf']>,
): Promise<OutputOf<Api['unitAsOf']>> => {
  const viewer = await viewerOf(ctx)
  const params = unitParams(viewer)
  const [row] = await ctx.sql<PastRow>(
    `select ${pastUnit}, s.data ->> 'document_mark' as "documentMark", s.data ->> 'credit_code' as "creditCode", s.data ->> 'line' as line,
       (s.data ->> 'establishment')::int as establishment from (${unitAt('u.id = $4', '$5')}) s where ${livedAt('s.data', '$5')}`,
    [...params, id, day],
  )
  if (!row) throw notFound(`${day} 的这个单位`)
  const within = 'unit_id = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)'
  const [plates, functions, crumb] = await Promise.all([
    ctx.sql<{ name: string }>(
      `select name from directory.unit_name where kind = 'plate' and ${within} order by valid_from, id`,
      [id, day],
    ),
    ctx.sql<{ content: string; basis: string }>(
      `select content, basis from directory.statutory_function where ${within} order by sort, id`,
      [id, day],
    ),
    crumbAt(ctx, params, row.parentId, day),
  ])
  return { ...row, plates: plates.map((plate) => plate.name), functions, crumb }
}

export const childrenAsOf = async (
  ctx: Ctx,
  { id, day }: ParsedOf<Api['childrenAsOf']>,
): Promise<OutputOf<Api['childrenAsOf']>> => {
  const viewer = await viewerOf(ctx)
  await requireSeen(ctx, viewer, id)
  // Its children of today, and whatever was one in some version.
  const candidates =
    'u.id in (select c.id from directory.unit c where c.parent_id = $4 union select v.unit_id from directory.unit_version v where v.parent_id = $4)'
  const rows = await ctx.sql<PastUnit>(
    `select ${pastUnit} from (${unitAt(candidates, '$5')}) s where (s.data ->> 'parent_id')::uuid = $4 and ${livedAt('s.data', '$5')}
     order by (s.data ->> 'sort')::int, s.id`,
    [...unitParams(viewer), id, day],
  )
  return { rows }
}

type PastPerson = OutputOf<Api['peopleAsOf']>['rows'][number]
export const peopleAsOf = async (
  ctx: Ctx,
  { id, day }: ParsedOf<Api['peopleAsOf']>,
): Promise<OutputOf<Api['peopleAsOf']>> => {
  const viewer = await viewerOf(ctx)
  await requireSeen(ctx, viewer, id)
  const rows = await ctx.sql<PastPerson>(
    `select p.person_id as "personId", p.id as "postId", coalesce(n.name, x.name) as name, d.data ->> 'title' as title, d.data ->> 'kind' as "postKind",
       (d.data ->> 'leader')::boolean as leader, d.data ->> 'valid_from' as "validFrom", d.data ->> 'valid_to' as "validTo"
     from directory.post p join directory.person x on x.id = p.person_id join directory.unit u on u.id = p.unit_id
     left join lateral (select v.data from directory.post_version v where v.post_id = p.id and v.valid_to > $6 order by v.no limit 1) v on true
     cross join lateral (select coalesce(v.data, to_jsonb(p)) as data) d
     left join lateral (select v.data ->> 'name' as name from directory.person_version v where v.person_id = x.id and v.valid_to > $6 order by v.no limit 1) n on true
     where p.id in (select c.id from directory.post c where c.unit_id = $5 union select v.post_id from directory.post_version v where v.unit_id = $5)
       and (d.data ->> 'unit_id')::uuid = $5 and ${livedAt('d.data', '$6')} and ${postSeen}
     order by leader desc, (d.data ->> 'sort')::int, p.id limit 5000`,
    [...viewerParams(viewer).slice(0, 4), id, day],
  )
  return { rows }
}
