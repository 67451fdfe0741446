import type { Query } from '#kernel/db'
import { one } from '#kernel/errors'

/** A node of the tree as the catalogue's queries need it. */
export interface Place {
  id: string
  no: number
  name: string
  kind: string
  level: number
  pre: number
  preEnd: number
  countyNo: number
  cityNo: number
  creditCode: string | null
  root: boolean
}

const columns = `u.id, u.no, u.name, u.kind, u.level, u.pre, u.pre_end as "preEnd", u.county_no as "countyNo", u.city_no as "cityNo",
  u.credit_code as "creditCode", u.parent_id is null as root`

/** A region above the township is a place, a township is a body; divisions and groups stand for the body they belong to. */
export const isBody = ({ kind, level }: Pick<Place, 'kind' | 'level'>): boolean =>
  kind === 'region' ? level === 4 : kind !== 'group' && kind !== 'division'
/** The same of a unit `u`, in SQL. */
export const BODY = "u.kind not in ('group', 'division') and (u.kind <> 'region' or u.level = 4)"

/** The whole province when no unit is named. */
export const placeOf = (sql: Query, unitId: string | undefined): Promise<Place> =>
  unitId === undefined
    ? sql<Place>(
        `select ${columns} from directory.unit u where u.parent_id is null and u.valid_to is null order by u.sort, u.no limit 1`,
        [],
        'matters.root',
      ).then(one('这个单位'))
    : sql<Place>(
        `select ${columns} from directory.unit u where u.id = $1 and u.valid_to is null`,
        [unitId],
        'matters.place',
      ).then(one('这个单位'))

/** The organisation a person belongs to; a division stands for it. */
export const organisationOf = (sql: Query, unitId: string): Promise<Place> =>
  sql<Place>(
    `select ${columns} from directory.unit d join directory.unit u on u.no = d.org_no where d.id = $1`,
    [unitId],
    'matters.organisation',
  ).then(one('您的单位'))

/** Numbers the parameters of a hand-written query as they come. */
export const params = (...first: unknown[]) => {
  const values: unknown[] = [...first]
  return { values, add: (value: unknown): string => `$${values.push(value)}` }
}
export type Params = ReturnType<typeof params>
