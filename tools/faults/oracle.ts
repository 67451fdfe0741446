import type { Query } from '#kernel/db'
import { personTokenRows } from '../../platform/directory/server/write-derive.ts'
import type { Ground } from './ground.ts'
import type { Imported } from './imports.ts'
import type { Acknowledged } from './writers.ts'

type Sql = Ground['sql']

/** Acknowledged commands are there exactly once, and nothing else is: rows, history, audit. */
const commandFaults = async (sql: Sql, acknowledged: readonly Acknowledged[]): Promise<string[]> => {
  const rows = await sql<{
    staffNo: string
    id: string
    rank: string | null
    posts: number
    versions: number
    created: number
    updated: number
  }>(
    `select x.staff_no as "staffNo", x.id, x.rank,
       (select count(*)::int from directory.post p where p.person_id = x.id) as posts,
       (select count(*)::int from directory.person_version v where v.person_id = x.id) as versions,
       (select count(*)::int from kernel.audit a where a.target_id = x.id::text and a.action = 'directory.createPerson') as created,
       (select count(*)::int from kernel.audit a where a.target_id = x.id::text and a.action = 'directory.updatePerson') as updated
     from directory.person x where x.staff_no like 'W%'`,
  )
  const found = new Map(rows.map((row) => [row.staffNo, row]))
  const faults = found.size === rows.length ? [] : ['a staff number was written twice']
  if (rows.length !== acknowledged.length)
    faults.push(`${rows.length} people made, ${acknowledged.length} acknowledged`)
  for (const { staffNo, personId, rank } of acknowledged) {
    const row = found.get(staffNo)
    if (!row || row.id !== personId) faults.push(`${staffNo} was acknowledged and is lost`)
    else if (row.rank !== rank) faults.push(`the change of ${staffNo} was acknowledged and is lost`)
    else if (row.posts !== 1 || row.versions !== 1 || row.created !== 1 || row.updated !== 1)
      faults.push(`${staffNo} was done more than once, or by halves: ${JSON.stringify(row)}`)
  }
  return faults
}

/** Every row of a file exactly once, its faulty ones not at all, and the counts that its owner reads agree. */
const importFaults = async (sql: Sql, { id, prefix, rows, people, posts, faulty }: Imported): Promise<string[]> => {
  const [found] = await sql<{
    people: number
    numbers: number
    posts: number
    mains: number
    applied: number
    state: string
    done: Record<string, number>
  }>(
    `select count(*)::int as people, count(distinct x.staff_no)::int as numbers,
       (select count(*)::int from directory.post p join directory.person y on y.id = p.person_id where y.staff_no like $1) as posts,
       (select count(*)::int from directory.post p join directory.person y on y.id = p.person_id where y.staff_no like $1 and p.kind = 'main') as mains,
       i.applied, i.state, i.done
     from directory.import i left join directory.person x on x.staff_no like $1 where i.id = $2 group by i.id`,
    [`${prefix}%`, id],
  )
  const expected = {
    people,
    numbers: people,
    posts,
    mains: people,
    applied: rows,
    state: 'done',
    done: { created: people, updated: 0, posts: posts - people, same: 0, skipped: faulty },
  }
  return sameJson(found, expected)
    ? []
    : [`import ${prefix}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`]
}

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object'
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value
const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** What is derived, derived anew: counts up to the root, search words, the versions that clients sync by. */
const derivedFaults = async (sql: Sql): Promise<string[]> => {
  const faults: string[] = []
  const counts = await sql<{ name: string }>(
    `select u.name from directory.unit u
     cross join lateral (select count(*) as n from directory.post p where p.unit_id = u.id and p.valid_to is null) d
     cross join lateral (select count(*) as n from directory.post p join directory.unit s on s.id = p.unit_id
       where s.pre between u.pre and u.pre_end and p.valid_to is null and p.kind = 'main') t
     where u.people_direct <> d.n or u.people_total <> t.n`,
  )
  for (const { name } of counts) faults.push(`the counts of ${name} are wrong`)
  const stored = await sql<{ word: string }>(
    "select concat_ws('/', key, post_id, person_no, org_no, county_no, city_no, sort) as word from directory.person_token order by 1",
  )
  const wanted = (await personTokenRows(sql as Query)).map((row) =>
    [row.key, row.postId, row.no, row.org, row.county, row.city, row.sort].join('/'),
  )
  const has = new Set(stored.map(({ word }) => word))
  if (has.size !== stored.length) faults.push('search words are stored twice')
  if (has.size !== wanted.length || wanted.some((word) => !has.has(word)))
    faults.push('search words are missing or too many')
  const [sync] = await sql<{ unseen: number; ahead: boolean }>(
    `select (select count(*)::int from directory.person x where x.source = 'import'
         and not exists (select 1 from directory.change c where c.kind = 'person' and c.no = x.no)) as unseen,
       (select coalesce(max(ver), 0) from directory.change) > (select ver from directory.version) as ahead`,
  )
  if (sync!.unseen > 0) faults.push(`${sync!.unseen} people are not in the log that clients sync by`)
  if (sync!.ahead) faults.push('the version is behind the changes')
  return faults
}

/** Half an outbox is a lost event: everything must get out in the end. */
const outboxFaults = async (sql: Sql): Promise<string[]> => {
  for (let look = 0; look < 600; look++) {
    const [row] = await sql<{ n: number }>('select count(*)::int as n from kernel.outbox')
    if (row!.n === 0) return []
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return ['events stay in the outbox']
}

/** What is wrong after all the killing; empty when nothing is. */
export const judge = async (
  ground: Ground,
  acknowledged: readonly Acknowledged[],
  imported: readonly Imported[],
): Promise<string[]> => [
  ...(await commandFaults(ground.sql, acknowledged)),
  ...(await Promise.all(imported.map((one) => importFaults(ground.sql, one)))).flat(),
  ...(await derivedFaults(ground.sql)),
  ...(await outboxFaults(ground.sql)),
]
