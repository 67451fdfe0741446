import type { Query } from '#kernel/db'
import { personTokenRows, unitTokenRows } from './write-derive.ts'

/** For tests: says what is wrong with the tree's numbers; empty when every interval lies inside its parent's and beside its neighbours'. */
const preorderFaults = async (sql: Query): Promise<string[]> =>
  (
    await sql<{ fault: string }>(
      `select 'interval of ' || name as fault from directory.unit where pre_end < pre
       union all select 'number taken twice: ' || min(name) from directory.unit group by pre having count(*) > 1
       union all select u.name || ' is outside ' || p.name from directory.unit u join directory.unit p on p.id = u.parent_id
         where not (u.pre > p.pre and u.pre_end <= p.pre_end)
       union all select s.name || ' overlaps its neighbour' from (
         select name, pre, lag(pre_end) over (partition by parent_id order by pre) as before from directory.unit where parent_id is not null) s
         where s.pre <= s.before
       union all select 'depth of ' || u.name from directory.unit u left join directory.unit p on p.id = u.parent_id
         where u.depth <> coalesce(p.depth + 1, 0)
       union all select 'places of ' || u.name from directory.unit u left join directory.unit p on p.id = u.parent_id
         where u.org_no <> case when u.kind = 'division' then p.org_no else u.no end
            or u.county_no <> case when u.kind = 'region' and u.level <= 3 then u.no else coalesce(p.county_no, u.no) end
            or u.city_no <> case when u.kind = 'region' and u.level <= 2 then u.no else coalesce(p.city_no, u.no) end`,
    )
  ).map((row) => row.fault)

const countFaults = async (sql: Query): Promise<string[]> =>
  (
    await sql<{ fault: string }>(
      `select 'counts of ' || u.name as fault from directory.unit u
       cross join lateral (select count(*) as n from directory.post p where p.unit_id = u.id and p.valid_to is null) d
       cross join lateral (select count(*) as n from directory.post p join directory.unit s on s.id = p.unit_id
         where s.pre between u.pre and u.pre_end and p.valid_to is null and p.kind = 'main') t
       cross join lateral (select count(*) as n from directory.unit c where c.parent_id = u.id and c.valid_to is null) c
       where (u.people_direct, u.people_total, u.children) is distinct from (d.n::int, t.n::int, c.n::int)
       union all select 'org of a post in ' || u.name from directory.post p join directory.unit u on u.id = p.unit_id
         where p.org_no <> u.org_no
       union all select 'two current posts of one kind: ' || min(person_id::text) from directory.post
         where valid_to is null and kind = 'main' group by person_id having count(*) > 1`,
    )
  ).map((row) => row.fault)

const guardFaults = async (sql: Query): Promise<string[]> =>
  (
    await sql<{ fault: string }>(
      `select 'guard of ' || u.name as fault from directory.unit u where u.guard <> directory.guard_of(directory.rules_of_unit(u.pre))
       union all select 'guard of ' || x.name from directory.person x where x.status = 'active'
         and x.guard <> directory.guard_of(directory.rules_of_person(x.id, x.rank_order))
       union all select 'guard of the words of ' || x.name from directory.person_token t join directory.person x on x.no = t.person_no
         join directory.post p on p.id = t.post_id join directory.unit u on u.id = p.unit_id
         where t.guard <> directory.guard_of(directory.rules_of_guards(x.guard, u.guard))`,
    )
  ).map((row) => row.fault)

const tally = (rows: readonly string[]): Map<string, number> => {
  const times = new Map<string, number>()
  for (const row of rows) times.set(row, (times.get(row) ?? 0) + 1)
  return times
}
const difference = (what: string, stored: readonly string[], wanted: readonly string[]): string[] => {
  const [has, needs] = [tally(stored), tally(wanted)]
  return [...new Set([...has.keys(), ...needs.keys()])]
    .filter((row) => has.get(row) !== needs.get(row))
    .map((row) => `${what} ${row} is there ${has.get(row) ?? 0} times, not ${needs.get(row) ?? 0}`)
}

const tokenFaults = async (sql: Query): Promise<string[]> => {
  const units = await sql<{ t: string }>(
    "select concat_ws('/', key, unit_no, county_no, city_no, level, division) as t from directory.unit_token",
  )
  const people = await sql<{ t: string }>(
    "select concat_ws('/', key, post_id, person_no, org_no, county_no, city_no, sort) as t from directory.person_token",
  )
  const unitsWanted = (await unitTokenRows(sql)).map((row) =>
    [row.key, row.no, row.county, row.city, row.level, row.division ? 't' : 'f'].join('/'),
  )
  const peopleWanted = (await personTokenRows(sql)).map((row) =>
    [row.key, row.postId, row.no, row.org, row.county, row.city, row.sort].join('/'),
  )
  return [
    ...difference(
      'unit word',
      units.map((row) => row.t),
      unitsWanted,
    ),
    ...difference(
      'person word',
      people.map((row) => row.t),
      peopleWanted,
    ),
  ]
}

/** For tests: derives everything from scratch and names what is stored differently. */
export const assertConsistent = async (sql: Query): Promise<void> => {
  const faults = [
    ...(await preorderFaults(sql)),
    ...(await countFaults(sql)),
    ...(await guardFaults(sql)),
    ...(await tokenFaults(sql)),
  ]
  if (faults.length > 0) throw new Error(`the directory is inconsistent: ${faults.slice(0, 10).join('; ')}`)
}
