import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Actor } from '#kernel/actor'
import type { ScopePredicate } from '#kernel/module'

/** Where one permission reaches: everywhere, or these units: alone, or with everything below them. */
export type Reach = 'all' | { subtrees: readonly string[]; units: readonly string[] }

const NOWHERE: Reach = { subtrees: [], units: [] }

// What stands behind an actor is nobody else's business: kept beside it, not in it.
const reaches = new WeakMap<Actor, ReadonlyMap<string, Reach>>()
export const setReaches = (actor: Actor, byPermission: ReadonlyMap<string, Reach>): void => {
  reaches.set(actor, byPermission)
}

const uuids = (ids: readonly string[]): string => `{${ids.join(',')}}`

/**
 * The data scope as one condition inside the query: a semi-join on the preorder index, never a list of ids. The intervals are read with the
 * query itself, so that a unit which moved a moment ago is judged by where it is now.
 */
export const scopePredicate = (actor: Actor, permission: string): ScopePredicate => {
  const reach = reaches.get(actor)?.get(permission) ?? NOWHERE
  if (reach === 'all') return { sql: () => sql`true`, text: () => ({ text: 'true', params: [] }) }
  if (reach.subtrees.length + reach.units.length === 0)
    return { sql: () => sql`false`, text: () => ({ text: 'false', params: [] }) }
  const params = [uuids(reach.subtrees), uuids(reach.units)]
  return {
    sql: (column: SQLWrapper): SQL => sql`${column} in (
      select scope_unit.id from directory.unit scope_top join directory.unit scope_unit on scope_unit.pre between scope_top.pre and scope_top.pre_end
      where scope_top.id = any(${params[0]}::uuid[]) union all select unnest(${params[1]}::uuid[]))`,
    text: (column, from) => ({
      text: `${column} in (
        select scope_unit.id from directory.unit scope_top join directory.unit scope_unit on scope_unit.pre between scope_top.pre and scope_top.pre_end
        where scope_top.id = any($${from}::uuid[]) union all select unnest($${from + 1}::uuid[]))`,
      params,
    }),
  }
}
