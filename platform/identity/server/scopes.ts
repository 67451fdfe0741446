import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Actor } from '#kernel/actor'
import type { ScopePredicate } from '#kernel/module'

export type ScopeKind = 'self' | 'unit' | 'subtree' | 'region' | 'line' | 'book' | 'all'

/** Units that one permission reaches, by the kinds of scope; what is in several counts once. */
export interface Places {
  /** these alone */
  units: readonly string[]
  /** these with everything below them */
  subtrees: readonly string[]
  /** codes of divisions 行政区划: units placed there and below, the vertical ones 垂直管理 too */
  regions: readonly string[]
  /** lines of work 条线, within a subtree when there is a `top` */
  lines: readonly { line: string; top: string | null }[]
  /** address books: the units that are members */
  books: readonly string[]
}
/** Where one permission reaches: everywhere, or some places. */
export type Reach = 'all' | Places

export const NOWHERE: Places = { units: [], subtrees: [], regions: [], lines: [], books: [] }

/** How far a permission reaches, and who lent it. */
export interface Held {
  reach: Reach
  lentBy: readonly string[]
}
// What stands behind an actor is nobody else's business: kept beside it, not in it.
const standing = new WeakMap<Actor, ReadonlyMap<string, Held>>()
export const setReaches = (actor: Actor, byPermission: ReadonlyMap<string, Held>): void => {
  standing.set(actor, byPermission)
}
/** Who lent the actor this permission, or a part of its reach. */
export const lendersOf = (actor: Actor, permission: string): readonly string[] =>
  standing.get(actor)?.get(permission)?.lentBy ?? []
export const reachFor = (actor: Actor, permission: string): Reach =>
  standing.get(actor)?.get(permission)?.reach ?? NOWHERE

const quoted = (value: string | null): string => (value === null ? 'null' : `"${value.replaceAll(/["\\]/g, '\\$&')}"`)
/** One parameter each, however many values: as text, because a query builder would take a list apart. */
const array = (values: readonly (string | null)[]): string => `{${values.map(quoted).join(',')}}`

/** GB/T 2260 and its 12-digit extension: two digits each for province, city and county, three each for township and village. */
const ofRegion = (code: string): [string, string] => {
  const used = [2, 4, 6, 9, 12].find((length) => /^0*$/.test(code.slice(length)))!
  return [code, code.slice(0, used).padEnd(12, '9')]
}

interface Branch {
  /** the values of each of its parts; one part takes lists, where the planner can reckon with them */
  parts(places: Places): readonly (readonly string[])[]
  /** `?` for each of the values; each kind of scope enters by an index of its own */
  text: string
}
const whole = (...lists: readonly (readonly (string | null)[])[]) => (lists[0]!.length > 0 ? [lists.map(array)] : [])
// A division 内设机构 without a line or a region of its own has those of its organisation.
const BRANCHES: readonly Branch[] = [
  {
    parts: ({ subtrees }) => whole(subtrees),
    text: `select scope_unit.id from directory.unit scope_top join directory.unit scope_unit on scope_unit.pre between scope_top.pre and scope_top.pre_end
      where scope_top.id = any(?::uuid[])`,
  },
  { parts: ({ units }) => whole(units), text: 'select unnest(?::uuid[])' },
  // One part a region: of bounds in a list the planner would guess a ninth of all units, and read the whole table.
  {
    parts: ({ regions }) => regions.map(ofRegion),
    text: 'select scope_unit.id from directory.unit scope_unit where scope_unit.region_code between ? and ?',
  },
  {
    parts: ({ regions }) => regions.map(ofRegion),
    text: `select scope_unit.id from directory.unit scope_org join directory.unit scope_unit on scope_unit.org_no = scope_org.no and scope_unit.region_code is null
      where scope_org.region_code between ? and ?`,
  },
  {
    parts: ({ lines }) =>
      whole(
        lines.map(({ line }) => line),
        lines.map(({ top }) => top),
      ),
    text: `select scope_unit.id from unnest(?::text[], ?::uuid[]) scope_line (line, top)
      join directory.unit scope_unit on scope_unit.line = scope_line.line left join directory.unit scope_top on scope_top.id = scope_line.top
      where scope_line.top is null or scope_unit.pre between scope_top.pre and scope_top.pre_end`,
  },
  {
    parts: ({ lines }) =>
      whole(
        lines.map(({ line }) => line),
        lines.map(({ top }) => top),
      ),
    text: `select scope_unit.id from unnest(?::text[], ?::uuid[]) scope_line (line, top)
      join directory.unit scope_org on scope_org.line = scope_line.line join directory.unit scope_unit on scope_unit.org_no = scope_org.no and scope_unit.line is null
      left join directory.unit scope_top on scope_top.id = scope_line.top
      where scope_line.top is null or scope_unit.pre between scope_top.pre and scope_top.pre_end`,
  },
  {
    parts: ({ books }) => whole(books),
    text: 'select scope_entry.unit_id from directory.address_book_entry scope_entry where scope_entry.book_id = any(?::uuid[]) and scope_entry.unit_id is not null',
  },
  {
    parts: ({ books }) => whole(books),
    text: `select scope_unit.id from directory.address_book_entry scope_entry join directory.unit scope_org on scope_org.id = scope_entry.unit_id
      join directory.unit scope_unit on scope_unit.org_no = scope_org.no where scope_entry.book_id = any(?::uuid[])`,
  },
]

/** The reach as one condition inside the query: a semi-join whose branches are index ranges, never a list of the units it holds. */
export const reachPredicate = (reach: Reach): ScopePredicate => {
  const constant = (text: string): ScopePredicate => ({ sql: () => sql.raw(text), text: () => ({ text, params: [] }) })
  if (reach === 'all') return constant('true')
  const used = BRANCHES.flatMap(({ parts, text }) => parts(reach).map((params) => ({ text, params })))
  if (used.length === 0) return constant('false')
  const params = used.flatMap((one) => one.params)
  const parts = used
    .map(({ text }) => text)
    .join(' union all ')
    .split('?')
  return {
    sql: (column: SQLWrapper): SQL =>
      sql`${column} in (${sql.join(parts.flatMap((part, at) => [sql.raw(part), ...(at < params.length ? [sql`${params[at]}`] : [])]))})`,
    text: (column, from) => ({
      text: `${column} in (${parts.map((part, at) => (at < params.length ? `${part}$${from + at}` : part)).join('')})`,
      params,
    }),
  }
}

/** The data scope of an actor's permission; read with the query itself, so that a unit which moved a moment ago is judged by where it is now. */
export const scopePredicate = (actor: Actor, permission: string): ScopePredicate =>
  reachPredicate(reachFor(actor, permission))
