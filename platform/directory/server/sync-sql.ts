import { seen } from './sql.ts'

/** The SQL of synchronisation; $1 to $3 are `unitParams`. The bench runs the same text on a bare route. */

const node = (parent: string): string => `u.no, coalesce(${parent}.no, 0) as parent, u.sort, u.kind, u.level, u.name,
  u.short_name as "shortName", u.people_total as people,
  u.children - (select count(*)::int from directory.unit h
    where h.parent_id = u.id and h.guard <> 0 and h.valid_to is null and not ${seen('h.guard', 'h.org_no')}) as children`
const LEAVES = `('village', 'division')`

/** Whom a guard of units hides, and where they stand: enough to tell two viewers' trees apart. */
const carriers = `select t.id as root, v.ver, v.visibility, v.floor,
    (select coalesce(jsonb_agg(jsonb_build_array(g.guard, g.orgs) order by g.guard), '[]')
      from (select guard, array_agg(distinct org_no) as orgs from directory.unit where guard <> 0 and valid_to is null group by guard) g) as guards
  from directory.version v left join directory.unit t on t.parent_id is null and t.valid_to is null limit 1`

/** The province down to the townships. Read once for a version and a view, never for a request. */
const base = `select ${node('p')} from directory.unit u left join directory.unit p on p.id = u.parent_id
  where u.valid_to is null and u.kind not in ${LEAVES} and ${seen('u.guard', 'u.org_no')}
  order by p.pre nulls first, u.sort, u.no`

/** $4 county */
const county = `select ${node('p')} from directory.unit u join directory.unit p on p.id = u.parent_id
  where u.county_no = $4 and u.kind in ${LEAVES} and u.valid_to is null and ${seen('u.guard', 'u.org_no')}
  order by p.pre, u.sort, u.no`

/**
 * $4 version, $5 counties held, $6 most changes to read, $7 most units to answer. The state stands in every row, of the same moment as the
 * units: nothing can change between the two. A row without `there` is gone for this viewer; without `no`, nothing changed.
 */
const delta = `with state as materialized (${carriers}),
  raw as materialized (
    select c.no from directory.change c where c.kind = 'unit' and c.ver > $4 order by c.ver limit $6),
  changed as (select no from raw group by no limit $7)
  select s.*, c.no, (select count(*)::int from raw) as read, x.*
  from state s left join changed c on true left join lateral (
    select u.id, u.no as there, coalesce(p.no, 0) as parent, u.sort, u.kind, u.level, u.name, u.short_name as "shortName", u.people_total as people,
      u.children - (select count(*)::int from directory.unit h
        where h.parent_id = u.id and h.guard <> 0 and h.valid_to is null and not ${seen('h.guard', 'h.org_no')}) as children
    from directory.unit u left join directory.unit p on p.id = u.parent_id
    where u.no = c.no and u.valid_to is null and ${seen('u.guard', 'u.org_no')}
      and (u.kind not in ${LEAVES} or u.county_no = any($5::int[]))
    limit 1) x on true`

/** $4 numbers */
const ids = `select u.no, u.id from directory.unit u where u.no = any($4::int[]) and u.valid_to is null and ${seen('u.guard', 'u.org_no')}`

export const syncQueries = {
  'directory.sync.carriers': carriers,
  'directory.sync.base': base,
  'directory.sync.county': county,
  'directory.sync.delta': delta,
  'directory.sync.ids': ids,
} as const
