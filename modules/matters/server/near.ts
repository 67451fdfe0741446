import type { Query } from '#kernel/db'
import { one } from '#kernel/errors'

/** Where somebody works, seen from a matter: whom to turn to is who is nearest above. */
export interface Standpoint {
  /** units above and including the own one, by number */
  above: number[]
  cities: number[]
  counties: number[]
}

export const standpointOf = (sql: Query, unitId: string): Promise<Standpoint> =>
  sql<Standpoint>(
    `with recursive chain as (
       select u.no, u.parent_id from directory.unit u where u.id = $1
       union all select u.no, u.parent_id from chain join directory.unit u on u.id = chain.parent_id)
     select array(select no from chain) as above, array[u.city_no, r.no] as cities, array[u.county_no, u.city_no, r.no] as counties
     from directory.unit u, directory.unit r where u.id = $1 and r.parent_id is null and r.valid_to is null limit 1`,
    [unitId],
    'matters.standpoint',
  ).then(one('您的单位'))

/**
 * The implementing matter that somebody would turn to, as a lateral of the basic matter `b`: the own unit's, else the county's, the city's, the
 * province's. What a unit does for its own people alone (`own`) is asked of no other. A handful of rows of one index, however many carry it out.
 */
export const nearest = (above: string, cities: string, counties: string): string => `
  select m.id, m.unit_id, m.version_id from matters.matter m
  where m.basic_id = b.id and m.layer = 'implementing' and m.state = 'published' and m.state <> 'new'
    and m.city_no = any(${cities}::int[]) and m.county_no = any(${counties}::int[])
    and (m.unit_no = any(${above}::int[]) or m.level <= 3 and not b.own)
  order by (m.unit_no = any(${above}::int[])) desc, m.level desc, m.unit_no limit 1`
