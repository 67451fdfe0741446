import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Actor } from '#kernel/actor'
import type { ScopePredicate } from '#kernel/module'

/** A subtree as an interval of preorder numbers, both ends included. */
export interface Interval {
  from: number
  to: number
}
/** Where one permission reaches: everywhere, or these intervals of the tree. */
export type Reach = 'all' | readonly Interval[]

// What stands behind an actor is nobody else's business: kept beside it, not in it.
const reaches = new WeakMap<Actor, ReadonlyMap<string, Reach>>()
export const setReaches = (actor: Actor, byPermission: ReadonlyMap<string, Reach>): void => {
  reaches.set(actor, byPermission)
}
export const reachOf = (actor: Actor, permission: string): Reach => reaches.get(actor)?.get(permission) ?? []

/** Overlapping and neighbouring intervals become one, so that the predicate stays short. */
export const merge = (intervals: readonly Interval[]): Interval[] => {
  const sorted = [...intervals].sort((a, b) => a.from - b.from)
  const merged: Interval[] = []
  for (const next of sorted) {
    const last = merged.at(-1)
    if (last && next.from <= last.to + 1) last.to = Math.max(last.to, next.to)
    else merged.push({ ...next })
  }
  return merged
}

/** The data scope as one condition inside the query: a semi-join on the preorder index, never a list of ids. */
export const scopePredicate = (actor: Actor, permission: string): ScopePredicate => {
  const reach = reachOf(actor, permission)
  if (reach === 'all') return { sql: () => sql`true`, text: () => ({ text: 'true', params: [] }) }
  if (reach.length === 0) return { sql: () => sql`false`, text: () => ({ text: 'false', params: [] }) }
  return {
    sql: (column: SQLWrapper): SQL => {
      const ranges = sql.join(
        reach.map(({ from, to }) => sql`scope_unit.pre between ${from} and ${to}`),
        sql` or `,
      )
      return sql`${column} in (select scope_unit.id from directory.unit scope_unit where ${ranges})`
    },
    text: (column, from) => {
      const ranges = reach.map((_, at) => `scope_unit.pre between $${from + at * 2} and $${from + at * 2 + 1}`)
      return {
        text: `${column} in (select scope_unit.id from directory.unit scope_unit where ${ranges.join(' or ')})`,
        params: reach.flatMap(({ from: low, to }) => [low, to]),
      }
    },
  }
}
