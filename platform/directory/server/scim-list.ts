import type { Keyring } from '#kernel/crypto'
import { type Parameters, parameters } from './admin-list.ts'
import { type ScimCall, scopeParams } from './scim-call.ts'
import { bad } from './scim-error.ts'
import { type Filter, parseFilter } from './scim-filter.ts'
import { isObject, type Json } from './scim-patch.ts'
import { canonical, MOST_RESULTS, type Shape } from './scim-schema.ts'
import { type Columns, conditionOf } from './scim-sql.ts'

/** What a list may be asked, by query or by `/.search`. */
export interface ListQuery {
  filter?: string
  sortBy?: string
  descending: boolean
  startIndex: number
  count: number
}

const text = (value: unknown, what: string): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw bad('invalidValue', `${what} 须为文字。`)
  return value
}
const whole = (value: unknown, what: string, otherwise: number): number => {
  if (value === undefined || value === null || value === '') return otherwise
  const number = typeof value === 'string' && /^[+-]?\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > 999_999_999)
    throw bad('invalidValue', `${what} 须为整数。`)
  return number
}
export const readListQuery = (asked: Json): ListQuery => {
  const order = text(asked.sortOrder, 'sortOrder')?.toLowerCase()
  if (order !== undefined && order !== 'ascending' && order !== 'descending')
    throw bad('invalidValue', 'sortOrder 须为 ascending 或 descending。')
  return {
    filter: text(asked.filter, 'filter'),
    sortBy: text(asked.sortBy, 'sortBy'),
    descending: order === 'descending',
    // RFC 7644 §3.4.2.4: below one counts as one, a negative count as none.
    startIndex: Math.max(1, whole(asked.startIndex, 'startIndex', 1)),
    count: Math.min(MOST_RESULTS, Math.max(0, whole(asked.count, 'count', 100))),
  }
}

export interface Source {
  select: string
  from: string
  id: string
  sorts: Readonly<Record<string, string>>
  columns(keys: Keyring): Columns
  /** ids that alone can fulfil `attribute eq "value"`; undefined where no index finds them */
  find?(call: ScimCall, attribute: string, value: string): Promise<string[]> | undefined
  /** the column of those ids, inside of `from` */
  found: string
}

/** Of the equalities that must all hold, the first that an index answers: the rest of the filter is weighed on its few rows. */
const narrowed = (call: ScimCall, source: Source, filter: Filter): Promise<string[]> | undefined => {
  if (filter.is === 'and') return narrowed(call, source, filter.left) ?? narrowed(call, source, filter.right)
  if (filter.is !== 'compare' || filter.op !== 'eq' || typeof filter.value !== 'string') return undefined
  return source.find?.(call, filter.path, filter.value)
}

const orderOf = (source: Source, shape: Shape, { sortBy, descending }: ListQuery): string => {
  if (!sortBy) return source.id
  const keys = canonical(shape, sortBy)?.keys.join('.').toLowerCase() ?? ''
  const column = Object.hasOwn(source.sorts, keys) ? source.sorts[keys] : undefined
  if (!column) throw bad('invalidPath', `不能按“${sortBy}”排序。`)
  return `${column} ${descending ? 'desc' : 'asc'}, ${source.id}`
}

/** A page and the exact number of all; what takes too long to count is answered `tooMany` by the statement's time limit. */
export const listRows = async <R extends object>(
  call: ScimCall,
  source: Source,
  shape: Shape,
  query: ListQuery,
): Promise<{ total: number; rows: R[] }> => {
  const params: Parameters = parameters()
  for (const value of scopeParams(call)) params.bind(value)
  const filter = query.filter ? parseFilter(query.filter) : undefined
  const few = filter && (await narrowed(call, source, filter))
  const condition =
    (filter ? ` and ${conditionOf(filter, source.columns(call.kernel.keys), params)}` : '') +
    (few ? ` and ${source.found} = any(${params.bind(few)}::uuid[])` : '')
  const order = orderOf(source, shape, query)
  const [counted] = await call.sql<{ n: number }>(`select count(*)::int as n ${source.from}${condition}`, params.values)
  if (query.count === 0) return { total: counted!.n, rows: [] }
  // Ids first: what a row shows is worked out for the rows of the page only, not for all that the offset skips.
  const page = `limit ${params.bind(query.count)} offset ${params.bind(query.startIndex - 1)}`
  const ids = await call.sql<{ id: string }>(
    `select ${source.found} as id ${source.from}${condition} order by ${order} ${page}`,
    params.values,
  )
  const rows = await call.sql<R>(
    `${source.select} ${source.from} and ${source.found} = any($5::uuid[]) order by array_position($5, ${source.found})`,
    [...scopeParams(call), ids.map(({ id }) => id)],
  )
  return { total: counted!.n, rows }
}

const pathsOf = (shape: Shape, value: unknown, what: string): string[][] | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  const names = typeof value === 'string' ? value.split(',') : value
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw bad('invalidValue', `${what} 须为以逗号分隔的属性名。`)
  // Names nobody knows are passed over, RFC 7644 §3.9 has no error for them.
  return names.flatMap((name: string) => {
    const known = canonical(shape, name.trim())
    return known ? [known.keys] : []
  })
}
const each = (value: unknown, work: (one: Json) => Json): unknown =>
  Array.isArray(value) ? value.map((one) => (isObject(one) ? work(one) : one)) : isObject(value) ? work(value) : value

export interface Projection {
  wants(attribute: string): boolean
  of(resource: Json): Json
}
/** `attributes` and `excludedAttributes` of RFC 7644 §3.9; `id` and `schemas` are always there. */
export const projection = (shape: Shape, asked: Json): Projection => {
  const only = pathsOf(shape, asked.attributes, 'attributes')
  const without = pathsOf(shape, asked.excludedAttributes, 'excludedAttributes') ?? []
  const always = ['id', 'schemas']
  const pick = (key: string, value: unknown): unknown => {
    const paths = only!.filter(([top]) => top === key)
    if (paths.some(([, sub]) => sub === undefined)) return value
    const subs = paths.map(([, sub]) => sub)
    return each(value, (one) => Object.fromEntries(Object.entries(one).filter(([name]) => subs.includes(name))))
  }
  const drop = (key: string, value: unknown): unknown => {
    const subs = without.filter(([top, sub]) => top === key && sub !== undefined).map(([, sub]) => sub)
    return subs.length === 0
      ? value
      : each(value, (one) => Object.fromEntries(Object.entries(one).filter(([name]) => !subs.includes(name))))
  }
  const wants = (key: string): boolean =>
    always.includes(key) ||
    (only ? only.some(([top]) => top === key) : !without.some(([top, sub]) => top === key && sub === undefined))
  return {
    wants,
    of: (resource) =>
      Object.fromEntries(
        Object.entries(resource)
          .filter(([key]) => wants(key))
          .map(([key, value]) => [key, always.includes(key) ? value : only ? pick(key, value) : drop(key, value)]),
      ),
  }
}
