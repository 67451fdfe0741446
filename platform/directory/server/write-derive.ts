import { personTokens, readName, unitTokens } from './tokens.ts'
import type { Change } from './write-model.ts'

type Derive = Pick<Change, 'sql' | 'touched'>

// Words of so many people at a time: an import of millions stays flat.
const BATCH = 2000

/**
 * Posts counted anew where they changed. Up to the root goes the difference in people, who count once, where their main post is; what a
 * unit counted of its own before is its total without those of its lower units.
 */
export const recountPeople = async ({ sql, touched }: Derive): Promise<void> => {
  if (touched.staffed.size === 0) return
  const rows = await sql<{ id: string }>(
    `with recursive differing as (
       select u.id, u.parent_id, n.posts - u.people_direct as own, n.people - u.people_total
           + coalesce((select sum(c.people_total)::int from directory.unit c where c.parent_id = u.id), 0) as more
       from directory.unit u cross join lateral (
         select count(*)::int as posts, (count(*) filter (where p.kind = 'main'))::int as people
         from directory.post p where p.unit_id = u.id and p.valid_to is null) n
       where u.id = any($1::uuid[])),
     up as (
       select id, parent_id, more, own from differing where more <> 0 or own <> 0
       union all select u.id, u.parent_id, up.more, 0 from up join directory.unit u on u.id = up.parent_id where up.more <> 0)
     update directory.unit u set people_total = people_total + s.more, people_direct = people_direct + s.own
     from (select id, sum(more)::int as more, sum(own)::int as own from up group by id) s where u.id = s.id
     returning u.id`,
    [[...touched.staffed]],
  )
  for (const { id } of rows) touched.units.add(id)
}

export const recountChildren = async ({ sql, touched }: Derive): Promise<void> => {
  if (touched.parents.size === 0) return
  await sql(
    `update directory.unit u set children = n.children
     from (select t.id, (select count(*)::int from directory.unit c where c.parent_id = t.id and c.valid_to is null) as children
       from unnest($1::uuid[]) t (id)) n where u.id = n.id and u.children <> n.children`,
    [[...touched.parents]],
  )
  for (const id of touched.parents) touched.units.add(id)
}

interface UnitWordsRow {
  no: number
  name: string
  short_name: string
  document_mark: string | null
  others: string[]
  county_no: number
  city_no: number
  level: number
  kind: string
}
// Plates of today, then former full names: people ask for both.
const unitWords = `select u.no, u.name, u.short_name, u.document_mark, u.county_no, u.city_no, u.level, u.kind,
    array(select n.name from directory.unit_name n where n.unit_id = u.id and n.name <> u.name
      and ((n.kind = 'plate' and n.valid_to is null) or (n.kind = 'full' and n.valid_to is not null))
      order by n.kind desc, n.valid_from desc, n.id) as others
  from directory.unit u where u.valid_to is null`

export interface UnitTokenRow {
  key: string
  no: number
  county: number
  city: number
  level: number
  division: boolean
}
const tokensOfUnit = (row: UnitWordsRow): UnitTokenRow[] =>
  unitTokens({
    name: row.name,
    shortName: row.short_name,
    otherNames: row.others,
    documentMark: row.document_mark,
  }).map((key) => ({
    key,
    no: row.no,
    county: row.county_no,
    city: row.city_no,
    level: row.level,
    division: row.kind === 'division',
  }))
/** What the search words of units should be; all units without `ids`. */
export const unitTokenRows = async (sql: Change['sql'], ids?: readonly string[]): Promise<UnitTokenRow[]> =>
  (
    await (ids ? sql<UnitWordsRow>(`${unitWords} and u.id = any($1::uuid[])`, [ids]) : sql<UnitWordsRow>(unitWords))
  ).flatMap(tokensOfUnit)

export const rewriteUnitTokens = async ({ sql, touched }: Derive): Promise<void> => {
  if (touched.named.size === 0) return
  const ids = [...touched.named]
  await sql(
    'delete from directory.unit_token t using directory.unit u where u.id = any($1::uuid[]) and t.unit_no = u.no',
    [ids],
  )
  const rows = await unitTokenRows(sql, ids)
  await sql(
    `insert into directory.unit_token (key, unit_no, county_no, city_no, level, division)
     select * from unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::smallint[], $6::boolean[])`,
    [
      rows.map((row) => row.key),
      rows.map((row) => row.no),
      rows.map((row) => row.county),
      rows.map((row) => row.city),
      rows.map((row) => row.level),
      rows.map((row) => row.division),
    ],
  )
  for (const id of ids) touched.units.add(id)
}

interface PersonWordsRow {
  no: number
  name: string
  pinyin: string
  mobile_tail: string | null
  post_id: string
  title: string
  sort: number
  org_no: number
  county_no: number
  city_no: number
}
const personWords = `select x.no, x.name, x.pinyin, x.mobile_tail, p.id as post_id, p.title, p.sort, p.org_no, u.county_no, u.city_no
  from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null join directory.unit u on u.id = p.unit_id
  where x.status = 'active'`

export interface PersonTokenRow {
  key: string
  postId: string
  no: number
  org: number
  county: number
  city: number
  sort: number
}
/** What the search words of people should be; all people without `ids`. */
export const personTokenRows = async (sql: Change['sql'], ids?: readonly string[]): Promise<PersonTokenRow[]> => {
  const rows = await (ids
    ? sql<PersonWordsRow>(`${personWords} and x.id = any($1::uuid[])`, [ids])
    : sql<PersonWordsRow>(personWords))
  return rows.flatMap((row) =>
    personTokens({ ...readName(row.name, row.pinyin), name: row.name, tail: row.mobile_tail, title: row.title }).map(
      (key) => ({
        key,
        postId: row.post_id,
        no: row.no,
        org: row.org_no,
        county: row.county_no,
        city: row.city_no,
        sort: row.sort,
      }),
    ),
  )
}

const rewriteBatch = async ({ sql, touched }: Derive, ids: readonly string[]): Promise<void> => {
  const before = await sql<{ no: number; county: number }>(
    `with gone as (delete from directory.person_token t using directory.person x where x.id = any($1::uuid[]) and t.person_no = x.no
       returning t.person_no as no, t.county_no as county) select distinct no, county from gone`,
    [ids],
  )
  const rows = await personTokenRows(sql, ids)
  await sql(
    `insert into directory.person_token (key, post_id, person_no, org_no, county_no, city_no, sort)
     select * from unnest($1::text[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])`,
    [
      rows.map((row) => row.key),
      rows.map((row) => row.postId),
      rows.map((row) => row.no),
      rows.map((row) => row.org),
      rows.map((row) => row.county),
      rows.map((row) => row.city),
      rows.map((row) => row.sort),
    ],
  )
  const places = new Set(rows.map((row) => `${row.no}/${row.county}`))
  for (const { no, county } of before)
    if (!places.has(`${no}/${county}`)) touched.left.push({ kind: 'person', no, county })
}

export const rewritePersonTokens = async (derive: Derive): Promise<void> => {
  const ids = [...derive.touched.people]
  for (let at = 0; at < ids.length; at += BATCH) await rewriteBatch(derive, ids.slice(at, at + BATCH))
}

/** The rows that a client with an older version must fetch. What left a county is gone there one version before it is elsewhere. */
export const noteChanges = async ({ sql, touched, ver, now }: Change): Promise<void> => {
  let at = ver
  if (touched.left.length > 0) {
    await sql(
      `insert into directory.change (ver, kind, no, county_no, gone, at)
       select distinct on (t.kind, t.no) $1, t.kind, t.no, t.county, true, $2 from unnest($3::text[], $4::int[], $5::int[]) t (kind, no, county)`,
      [
        at,
        now,
        touched.left.map((row) => row.kind),
        touched.left.map((row) => row.no),
        touched.left.map((row) => row.county),
      ],
    )
    const [next] = await sql<{ ver: number }>('update directory.version set ver = ver + 1 returning ver')
    at = next!.ver
  }
  if (touched.units.size + touched.people.size === 0) return
  await sql(
    `insert into directory.change (ver, kind, no, county_no, gone, at)
     select $1::bigint, 'unit', u.no, u.county_no, u.valid_to is not null, $2::timestamptz from directory.unit u where u.id = any($3::uuid[])
     union all
     select $1, 'person', x.no, coalesce((select u.county_no from directory.post p join directory.unit u on u.id = p.unit_id
         where p.person_id = x.id order by p.valid_to is null desc, p.kind = 'main' desc, p.valid_to desc, p.id limit 1), 0), x.status <> 'active', $2
     from directory.person x where x.id = any($4::uuid[])`,
    [at, now, [...touched.units], [...touched.people]],
  )
}
