import type { Query } from '#kernel/db'
import type { MaskableField } from '../contract/visibility.ts'
import { fieldNumber } from './verdict.ts'

/**
 * The SQL of the hot endpoints, by name: each runs as a prepared statement of that name, and the bench runs the same text on a
 * bare route. $1 to $6 are `viewerParams`: own units, guards hidden elsewhere and here, own number, masks elsewhere and here.
 */

/** The rule "here or elsewhere" chooses between two lists: whoever shares the unit may see more. */
const chosen = (org: string, elsewhere: number, here: number): string =>
  `case when ${org} = any($1::int[]) then $${here}::int[] else $${elsewhere}::int[] end`
export const seen = (guard: string, org: string): string => `(${guard} = 0 or ${guard} <> all(${chosen(org, 2, 3)}))`
const seenPerson = (guard: string, org: string, no: string): string => `(${seen(guard, org)} or ${no} = $4::int)`
const masked = (field: MaskableField): string =>
  `(x.no <> $4::int and x.guard * 8 + ${fieldNumber(field)} = any(${chosen('p.org_no', 5, 6)}))`
const shown = (field: MaskableField, column: string): string =>
  `case when ${masked(field)} then null else ${column} end`

/** Columns of `UnitNode`; hidden children are not counted, so that no arrow opens on nothing. */
const unitNode = `u.id, u.no, u.parent_id as "parentId", u.kind, u.level, u.name, u.short_name as "shortName",
  u.children - (select count(*)::int from directory.unit h
    where h.parent_id = u.id and h.guard <> 0 and h.valid_to is null and not ${seen('h.guard', 'h.org_no')}) as children,
  u.people_total as "peopleTotal"`
const ref = (alias: string): string =>
  `jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name, 'shortName', ${alias}.short_name)`

/** Columns of `PersonRow` from x person, p post, u unit, o org; the mobile number is a box, to be opened for whom the row is. */
export const personRow = `x.id as "personId", p.id as "postId", x.name, x.pinyin, p.title, p.charge, p.leader, p.kind as "postKind",
  u.id as "unitId", u.name as "unitName", o.id as "orgId", o.name as "orgName",
  ${shown('phone', 'p.phone')} as phone, ${shown('mobile', 'x.mobile')} as mobile,
  array_remove(array[case when ${masked('mobile')} then 'mobile' end, case when ${masked('phone')} then 'phone' end], null) as masked`

/** A post of x in u may be shown: neither the person nor the unit is hidden. */
export const postSeen = `(x.no = $4::int or (${seen('x.guard', 'p.org_no')} and ${seen('u.guard', 'u.org_no')}))`

const root = `select ${unitNode} from directory.unit u where u.parent_id is null and u.valid_to is null limit 1`

/** $4 unit: there, and not hidden */
const unitSeen = `select 1 from directory.unit u where u.id = $4 and ${seen('u.guard', 'u.org_no')}`

/** $4 unit, $5 whether divisions are wanted */
const children = `select ${unitNode} from directory.unit u
  where u.parent_id = $4 and u.valid_to is null and ${seen('u.guard', 'u.org_no')} and ($5::boolean or u.kind <> 'division')
  order by u.sort, u.no`

const crumbOf = (start: string): string => `with recursive up as (
    select a.id, a.parent_id, a.name, a.short_name, a.depth from directory.unit a where a.id = ${start}
    union all select a.id, a.parent_id, a.name, a.short_name, a.depth from directory.unit a join up on a.id = up.parent_id)`

/** $4 unit, $5 today */
const unit = `select ${unitNode},
  (${crumbOf('u.parent_id')} select coalesce(jsonb_agg(${ref('up')} order by up.depth), '[]') from up) as crumb,
  ${ref('o')} as org, u.credit_code as "creditCode", u.document_mark as "documentMark", u.line,
  case when s.id is not null then ${ref('s')} end as superior,
  u.region_code as "regionCode", u.establishment, u.phone, u.address, u.closed, u.valid_from as "validFrom", u.valid_to as "validTo",
  u.people_direct as "peopleDirect",
  (select coalesce(jsonb_agg(jsonb_build_object('content', f.content, 'basis', f.basis) order by f.sort, f.id), '[]')
    from directory.statutory_function f where f.unit_id = u.id and f.valid_from <= $5 and (f.valid_to is null or f.valid_to > $5)) as functions,
  (select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'name', n.name, 'validFrom', n.valid_from, 'validTo', n.valid_to) order by n.valid_from desc, n.kind), '[]')
    from directory.unit_name n where n.unit_id = u.id) as names, u.revision
  from directory.unit u join directory.unit o on o.no = u.org_no
  left join directory.unit s on s.id = u.superior_id and ${seen('s.guard', 's.org_no')}
  where u.id = $4 and ${seen('u.guard', 'u.org_no')}`

/** $4 unit */
const divisions = `select ${unitNode} from directory.unit u
  where u.parent_id = $4 and u.kind = 'division' and u.valid_to is null and ${seen('u.guard', 'u.org_no')} order by u.sort, u.no`

/**
 * $7 unit, $8 only the unit itself, $9 most rows, $10 what the name or its spelling begins with, $11 to $14 the last row of the
 * page before: unit, leader, sort, post. Unit after unit in tree order, each read from its own index and stopped at the limit.
 */
const people = `with top as materialized (select t.org_no, t.pre, t.pre_end from directory.unit t where t.id = $7 and ${seen('t.guard', 't.org_no')})
  select ${personRow}, p.sort
  from directory.unit u
  cross join lateral (
    select p.* from directory.post p join directory.person x on x.id = p.person_id
    where p.unit_id = u.id and p.valid_to is null and x.status = 'active' and ${postSeen}
      and ($10::text is null or starts_with(x.name, $10) or starts_with(x.initials, $10) or starts_with(replace(x.pinyin, ' ', ''), $10))
      and (u.id is distinct from $11::uuid or p.leader < $12::boolean or (p.leader = $12 and (p.sort, p.id) > ($13::int, $14::uuid)))
    order by p.leader desc, p.sort, p.id limit $9
  ) p
  join directory.person x on x.id = p.person_id
  join directory.unit o on o.no = u.org_no
  where u.org_no = (select org_no from top) and u.valid_to is null
    and u.pre between greatest((select pre from top), (select last.pre from directory.unit last where last.id = $11))
      and case when $8 then (select pre from top) else (select pre_end from top) end
  order by u.pre, p.leader desc, p.sort, p.id limit $9`

/** $7 person: the posts that may be seen; no row, no person */
const person = `select x.id, x.name, x.pinyin, x.gender, x.revision,
    ${shown('rank', 'x.rank')} as rank, ${shown('mobile', 'x.mobile')} as mobile, ${shown('email', 'x.email')} as email,
    array_remove(array[case when ${masked('mobile')} then 'mobile' end, case when ${masked('phone')} then 'phone' end,
      case when ${masked('email')} then 'email' end, case when ${masked('room')} then 'room' end, case when ${masked('rank')} then 'rank' end], null) as masked,
    jsonb_build_object('id', p.id, 'kind', p.kind, 'title', p.title, 'charge', p.charge, 'unit', ${ref('u')}, 'org', ${ref('o')},
      'phone', ${shown('phone', 'p.phone')}, 'room', ${shown('room', 'p.room')}, 'validFrom', p.valid_from, 'validTo', p.valid_to) as post
  from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null
  join directory.unit u on u.id = p.unit_id join directory.unit o on o.no = u.org_no
  where x.id = $7 and x.status = 'active' and ${postSeen}
  order by p.kind <> 'main', p.valid_from, p.id`

/** $4 person, $5 today */
const duties = `select ${ref('u')} as unit, d.duty from directory.duty d join directory.unit u on u.id = d.unit_id
  where d.person_id = $4 and d.valid_from <= $5 and (d.valid_to is null or d.valid_to > $5) and ${seen('u.guard', 'u.org_no')}
  order by d.sort, d.duty`

/** $1 owner, $2 person */
const isFavourite = 'select 1 from directory.favourite where owner_id = $1 and person_id = $2'

/** $7 owner */
const favourites = `select distinct on (f.at, x.id) ${personRow}
  from directory.favourite f join directory.person x on x.id = f.person_id and x.status = 'active'
  join directory.post p on p.person_id = x.id and p.valid_to is null
  join directory.unit u on u.id = p.unit_id join directory.unit o on o.no = u.org_no
  where f.owner_id = $7 and ${postSeen} order by f.at desc, x.id, p.kind <> 'main', p.id`

// Search ----------------------------------------------------------------------------------------------------------------
// A prefix is a range of bytes: these operators match text_pattern_ops in a generic plan too, which LIKE with a parameter does not.
const range = 't.key ~>=~ k.low and t.key ~<~ k.high'
const nearest = 'order by t.key using ~<~, t.sort'
// Tail keys are found only by whom the number is shown to: finding by tail would tell the number digit by digit.
const tokenSeen = `${seenPerson('t.guard', 't.org_no', 't.person_no')}
  and (not $7::boolean or t.person_no = $4::int or t.guard * 8 + ${fieldNumber('mobile')} <> all(${chosen('t.org_no', 5, 6)}))`
/** A person may have several keys of one beginning (pinyin and initials): more rows than people are read. */
const DEPTH = 64
// The sub-selects keep the lengths of the lists from the planner: it then finds one plan as good as any and keeps it.
const list = (parameter: number, type: string): string => `(select $${parameter}::${type}[])`
const keys = (low: number, high: number): string => `unnest(${list(low, 'text')}, ${list(high, 'text')}) k (low, high)`
// Where a key promises too much, the person and the post behind it decide; how many are looked at is bounded.
const behind = `exists (select 1 from directory.person x join directory.post p on p.id = t.post_id where x.no = t.person_no
    and x.name || '|' || p.title like all($18::text[]) and x.initials like $19)`
const PATIENCE = 500

const stages = (residual: boolean, depth = DEPTH): string => {
  const token = 'directory.person_token t'
  const probe = (where: string, most: number): string => {
    const plain = `select t.person_no, t.post_id from ${token} where ${where} and ${range} and ${tokenSeen} ${nearest}`
    return residual
      ? `select t.* from (${plain} limit ${PATIENCE}) t where ${behind} limit ${most}`
      : `${plain} limit ${most}`
  }
  const stage = (number: number, from: string, where: string, most: number = depth): string =>
    `(select ${number} as stage, t.* from ${from} cross join lateral (${probe(where, most)}) t limit ${depth})`
  return [
    `(select 0 as stage, t.* from unnest($12::uuid[]) recent (id) join directory.person r on r.id = recent.id
      cross join lateral (select t.person_no, t.post_id from ${keys(8, 9)}, ${token}
        where t.person_no = r.no and ${range} and ${tokenSeen} ${residual ? `and ${behind}` : ''} limit 1) t limit 20)`,
    stage(1, keys(8, 9), 't.org_no = $13'),
    stage(2, keys(8, 9), 't.county_no = $14 and t.org_no <> $13'),
    stage(3, `unnest($15::int[]) c (no) cross join ${keys(8, 9)}`, 't.county_no = c.no', 20),
    stage(4, keys(10, 11), 't.city_no <> $16'),
  ].join('\n    union all\n    ')
}

// Whom the tokens name, each once, in the order found.
const foundPeople = (
  found: string,
  most: string,
  depth = DEPTH,
): string => `select f.stage, o.no as "orgNo", o.county_no as "countyNo", o.city_no as "cityNo", ${personRow}
  from (select * from (select distinct on (n.person_no) n.* from (select a.*, row_number() over () as nth from (${found} limit ${depth}) a) n
    order by n.person_no, n.nth) once order by once.nth limit ${most}) f
  join directory.person x on x.no = f.person_no and x.status = 'active' join directory.post p on p.id = f.post_id and p.valid_to is null
  join directory.unit u on u.id = p.unit_id join directory.unit o on o.no = u.org_no
  order by f.nth`

/**
 * $7 the keys are tails, $8 $9 ranges of keys, $10 $11 the ranges for strangers, $12 recent people, $13 own unit, $14 own county,
 * $15 the other counties of the own city, $16 own city, $17 most people. Later stages are not read when earlier ones suffice.
 */
const search = foundPeople(stages(false), '$17')
/** $18 patterns of "name|title" that all hold, $19 pattern of the initials */
const searchResidual = foundPeople(stages(true), '$17')
/** More digits than the index of tails knows: everybody of that tail, and the number itself decides when it is open. */
const searchNumber = foundPeople(stages(false, PATIENCE), '$17', PATIENCE)

/**
 * People within units named by another word: $8 $9 ranges of keys, $10 units with $11 $12 their intervals, nearest first,
 * $13 counties, $14 most people, $15 patterns.
 */
const searchInside = foundPeople(
  `(select 5 as stage, t.person_no, t.post_id from unnest($10::int[], $11::bigint[], $12::bigint[]) within (org, low, high) cross join ${keys(8, 9)}
      cross join lateral (select t.person_no, t.post_id from directory.person_token t join directory.post q on q.id = t.post_id
        join directory.unit h on h.id = q.unit_id join directory.person y on y.no = t.person_no
        where t.org_no = within.org and ${range} and ${tokenSeen} and h.pre between within.low and within.high
          and y.name || '|' || q.title like all($15::text[]) ${nearest} limit 20) t limit ${DEPTH})
    union all
    (select 5 as stage, t.person_no, t.post_id from unnest($13::int[]) c (no) cross join ${keys(8, 9)}
      cross join lateral (select t.person_no, t.post_id from directory.person_token t join directory.post q on q.id = t.post_id
        join directory.person y on y.no = t.person_no
        where t.county_no = c.no and ${range} and ${tokenSeen} and y.name || '|' || q.title like all($15::text[]) ${nearest} limit 20) t limit ${DEPTH})`,
  '$14',
)

// Exact keys are the first of their range, whatever the stage; divisions are looked for nearby only.
const unitStages = (most: number): string => {
  const stage = (number: number, places: string, where: string, each: number): string =>
    `(select ${number} as stage, t.* from ${places}${keys(4, 5)} cross join lateral (
      select t.unit_no, t.division, t.key = k.low as exact from directory.unit_token t
      where ${where} and ${range} order by t.key using ~<~, t.level, t.unit_no limit ${each}) t limit ${most})`
  const counties = (parameter: number): string => `unnest(${list(parameter, 'int')}) c (no) cross join `
  return [
    stage(1, counties(6), 't.county_no = c.no and not t.division', most),
    stage(2, counties(7), 't.county_no = c.no and not t.division', 5),
    stage(3, '', 'not t.division', most),
    stage(4, counties(6), 't.county_no = c.no and t.division', most),
  ].join('\n    union all\n    ')
}

// A path of names for ten rows: plain joins are planned for what they cost, a recursive query for a hundred times more.
const ABOVE = [1, 2, 3, 4, 5, 6, 7] as const
const above = ABOVE.map(
  (n) => `left join directory.unit a${n} on a${n}.id = ${n === 1 ? 'u' : `a${n - 1}`}.parent_id`,
).join(' ')
const path = `concat_ws(' / ', ${ABOVE.map((n) => `a${n}.short_name`)
  .reverse()
  .join(', ')})`

/** $4 $5 ranges of keys, $6 own county, $7 the other counties of the own city */
const searchUnits = `select ${unitNode}, ${path} as crumb
  from (select g.*, row_number() over (order by g.division, g.exact desc, g.stage, u.level, u.pre) as nth
    from (select n.unit_no, min(n.stage) as stage, bool_or(n.exact) as exact, bool_and(n.division) as division from (${unitStages(30)}) n group by 1) g
    join directory.unit u on u.no = g.unit_no and u.valid_to is null and ${seen('u.guard', 'u.org_no')}
    order by nth limit 11) f
  join directory.unit u on u.no = f.unit_no ${above} order by f.nth`

/** The same words as a place to look for people: at most 300 units, nearest first; counties when a region is named. */
const searchPlaces = `select u.org_no as org, u.pre as low, u.pre_end as high, u.no, u.kind, u.level, u.county_no as county, u.city_no as city
  from (select n.unit_no, min(n.stage) as stage, bool_or(n.exact) as exact from (${unitStages(100)}) n group by 1 order by 2, 3 desc limit 300) f
  cross join lateral (select u.* from directory.unit u where u.no = f.unit_no and u.valid_to is null and ${seen('u.guard', 'u.org_no')} limit 1) u
  order by f.stage, f.exact desc, u.level, u.pre`

/** $1 interval: the units below a region or group */
const orgsWithin = `select u.org_no as org, u.pre as low, u.pre_end as high from directory.unit u
  where u.pre between $1 and $2 and u.no = u.org_no and u.valid_to is null order by u.pre limit 300`

export const queries = {
  'directory.root': root,
  'directory.children': children,
  'directory.unit': unit,
  'directory.unit-seen': unitSeen,
  'directory.divisions': divisions,
  'directory.people': people,
  'directory.person': person,
  'directory.duties': duties,
  'directory.favourites': favourites,
  'directory.is-favourite': isFavourite,
  'directory.search': search,
  'directory.search-residual': searchResidual,
  'directory.search-number': searchNumber,
  'directory.search-inside': searchInside,
  'directory.search-units': searchUnits,
  'directory.search-places': searchPlaces,
  'directory.orgs-within': orgsWithin,
} as const
export type QueryName = keyof typeof queries

/** Runs one of them as the prepared statement of its name. */
export const run = <R extends object>(sql: Query, name: QueryName, params: readonly unknown[]): Promise<R[]> =>
  sql<R>(queries[name], params, name)
