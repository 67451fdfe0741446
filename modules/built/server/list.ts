import { dayOf } from '#kernel/clock'
import { invalid, notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { project, sayValue } from '#platform/forms'
import type { Access, Json } from '#platform/forms/contract'
import type { Grant, RecordRow, RecordState } from '../contract.ts'
import { decode } from '../core/codec.ts'
import { isFiltered, isOrdered } from '../core/derive.ts'
import { addUp, isShown } from '../core/grants.ts'
import { mainColumn } from '../core/storage.ts'
import { type Condition, readWhere } from '../core/where.ts'
import { grantsOf, type Held, heldSql, type Params, params, showing } from './held.ts'
import type { LiveEntity, LiveField } from './live.ts'

/** One statement a list: rows by grants, filters, order and page, all of it at once. */

export interface ListInput {
  q?: string
  sort?: string
  view?: string
  where?: string[]
  cursor?: string
  limit: number
}
interface Order {
  key: string
  column: string
  cast: string
  descending: boolean
  nullable: boolean
}

const OWN_ORDER: Readonly<Record<string, string>> = { '@created': 'created_at', '@updated': 'updated_at' }
const orderOf = ({ fields }: LiveEntity, sort: string, isOffered: (key: string) => boolean): Order => {
  const descending = sort.startsWith('-')
  const key = descending ? sort.slice(1) : sort
  const own = Object.hasOwn(OWN_ORDER, key) ? OWN_ORDER[key] : undefined
  if (own) return { key, column: `r.${own}`, cast: 'timestamptz', descending, nullable: false }
  const found = fields.get(key)
  if (!found || !isOffered(key) || !(isOrdered(found.field) || found.field.type === 'period'))
    throw invalid(`不能按“${key.slice(0, 40)}”排序。`, [{ path: 'sort', message: '没有这一列，或它不能排序。' }])
  const type = found.columns[0]?.type ?? 'text'
  return { key, column: `r.${mainColumn(found.field, found.no)}`, cast: type, descending, nullable: true }
}

const COMPARABLE: Readonly<Record<string, RegExp>> = {
  numeric: /^-?\d{1,20}(\.\d{1,12})?$/,
  'numeric(20,2)': /^-?\d{1,20}(\.\d{1,2})?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}:\d{2}$/,
  'timestamp(0)': /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/,
  timestamptz: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  boolean: /^(true|false)$/,
  text: /^[^\0]{0,20000}$/s,
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Where the page before ended, as its `next` said; it comes back from outside and may be anything. */
const readCursor = (cursor: string, { key, cast, descending }: Order): [string | null, string] => {
  const bad = invalid('翻页标记有误，请从第一页看起。')
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw bad
  }
  if (!Array.isArray(read) || read.length !== 3) throw bad
  const [sort, value, id] = read as unknown[]
  const fits = value === null || (typeof value === 'string' && COMPARABLE[cast]?.test(value) && isReal(cast, value))
  if (sort !== `${descending ? '-' : ''}${key}` || !fits || typeof id !== 'string' || !UUID.test(id)) throw bad
  return [value as string | null, id]
}
const isReal = (cast: string, value: string): boolean =>
  !/date|time/.test(cast) || cast === 'time' || !Number.isNaN(Date.parse(value.replace(' ', 'T')))
const writeCursor = ({ key, descending }: Order, value: string | null, id: string): string =>
  Buffer.from(JSON.stringify([`${descending ? '-' : ''}${key}`, value, id])).toString('base64url')

/** Empty ones last on the way down and first on the way up: that is how the index lies. */
const afterCursor = (
  { column, cast, descending, nullable }: Order,
  [value, id]: [string | null, string],
  p: Params,
): string => {
  const last = `${p.add(id)}::uuid`
  if (value === null)
    return descending ? `(${column} is null and r.id < ${last})` : `(${column} is not null or r.id > ${last})`
  const row = `(${column}, r.id) ${descending ? '<' : '>'} (${p.add(value)}::${cast}, ${last})`
  return descending && nullable ? `(${row} or ${column} is null)` : row
}

const likePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

const conditionSql = ({ key, compare, values }: Condition, live: LiveEntity, p: Params): string => {
  if (key === '@state') return `${compare === '!=' ? 'not ' : ''}(r.state = any(${p.add(values)}::text[]))`
  if (key.startsWith('@')) {
    const column = key === '@created' ? 'r.created_at' : 'r.updated_at'
    const day = p.add(values[0])
    return compare === '>='
      ? `${column} >= (${day}::date)::timestamp at time zone 'Asia/Shanghai'`
      : `${column} < (${day}::date + 1)::timestamp at time zone 'Asia/Shanghai'`
  }
  const found = live.fields.get(key)!
  return fieldSql(found, compare, values, p)
}
const fieldSql = (
  { field, no, columns }: LiveField,
  compare: Condition['compare'],
  values: readonly Json[],
  p: Params,
): string => {
  const column = `r.${mainColumn(field, no)}`
  const type = columns[0]?.type ?? 'text'
  if (compare === '?') return `${column} is null`
  if (compare === '~') return `${column} ilike ${p.add(likePattern(String(values[0])))}`
  // A period that touches the days one looks at: it ends after their beginning and begins before their end.
  if (field.type === 'period')
    return compare === '>='
      ? `r.f_${no}_to >= ${p.add(values[0])}::date`
      : `r.f_${no}_from <= ${p.add(values[0])}::date`
  if (compare === '>=' || compare === '<=') return `${column} ${compare} ${p.add(values[0])}::${type}`
  const among = type.endsWith('[]')
    ? `${column} && ${p.add(values)}::${type}`
    : `${column} = any(${p.add(values)}::${type}[])`
  return compare === '=' ? among : `not coalesce(${among}, false)`
}

const TEXTS = new Set(['text', 'longText', 'phone', 'email', 'creditCode', 'serial'])
/** What a search looks through: words and names, each only in rows of which the caller may see it. */
const searchSql = (live: LiveEntity, grants: readonly Grant[], { conditions }: Held, q: string, p: Params): string => {
  const word = p.add(likePattern(q))
  const bySight = new Map<string, string[]>()
  for (const { field, no } of live.fields.values()) {
    const named = (field.type === 'person' || field.type === 'unit' || field.type === 'relation') && !field.multiple
    const looked = TEXTS.has(field.type)
      ? `r.f_${no} ilike ${word}`
      : named
        ? `r.f_${no}_said ->> 'name' ilike ${word}`
        : undefined
    const sight = conditions.filter((_, at) => isShown(grants[at]!, field.key))
    if (!looked || sight.length === 0) continue
    const seen = sight.length === grants.length ? 'true' : `(${sight.join(' or ')})`
    bySight.set(seen, [...(bySight.get(seen) ?? []), looked])
  }
  const parts = [...bySight].map(([seen, looked]) => `(${seen} and (${looked.join(' or ')}))`)
  return parts.length > 0 ? `(${parts.join(' or ')})` : 'false'
}

export interface Listed {
  sql: string
  values: unknown[]
  order: Order
  grants: Grant[]
  live: LiveEntity
}
/** The cells of one row, as they come; a moment as text, so that no zone of the server shifts it. */
const cellsOf = ({ fields }: LiveEntity): string =>
  [...fields.values()]
    .flatMap(({ columns }) =>
      columns.map(({ name, type }) => (type === 'timestamp(0)' ? `r.${name}::text as ${name}` : `r.${name}`)),
    )
    .join(', ')

const viewOf = ({ entity }: LiveEntity, key: string | undefined) => {
  const views = entity.views ?? []
  const found = key === undefined ? undefined : views.find((view) => view.key === key)
  if (key !== undefined && !found) throw notFound('这个视图')
  return found
}

/** The statement of a list. `may`: what the grants must allow beside reading. */
export const listSql = (
  ctx: Ctx,
  live: LiveEntity,
  { q, sort, view, where = [], cursor, limit }: ListInput,
  may?: 'export',
): Listed => {
  const own = grantsOf(ctx, live).filter((grant) => may === undefined || grant.may.includes(may))
  const chosen = viewOf(live, view)
  const isOffered = (key: string): boolean => showing(own, [key]).length > 0
  const order = orderOf(live, sort ?? chosen?.sort ?? '-@created', isOffered)
  const conditions = [...(chosen?.where ?? []), ...where].map((one) => {
    const read = readWhere(one, (key) => (isOffered(key) ? live.fields.get(key)?.field : undefined), dayOf(ctx.now))
    if ('fault' in read) throw invalid(read.fault, [{ path: 'where', message: read.fault }])
    return read.condition
  })
  const used = [order.key, ...conditions.map(({ key }) => key)].filter((key) => !key.startsWith('@'))
  const grants = showing(own, used)
  const p = params()
  const sight = heldSql(ctx, live, grants, p)
  const { held, some } = sight
  const filters = conditions.map((condition) => conditionSql(condition, live, p))
  if (q) filters.push(searchSql(live, grants, sight, q, p))
  if (cursor !== undefined) filters.push(afterCursor(order, readCursor(cursor, order), p))
  const direction = order.descending
    ? `desc${order.nullable ? ' nulls last' : ''}`
    : `asc${order.nullable ? ' nulls first' : ''}`
  const sql = `select r.id, r.revision, r.state, r.author_name as "authorName", u.short_name as "unitName", r.created_at as "createdAt", r.updated_at as "updatedAt",
      ${held} as held, ${sortedBy(order)} as place, ${cellsOf(live)}
    from ${live.table} r join directory.unit u on u.id = r.unit_id
    where r.removed_at is null and ${[some, ...filters].join(' and ')}
    order by ${order.column} ${direction}, r.id ${order.descending ? 'desc' : 'asc'} limit ${p.add(limit + 1)}`
  return { sql, values: p.values, order, grants, live }
}
const sortedBy = ({ column, cast }: Order): string => (cast === 'timestamptz' ? `${column}` : `${column}::text`)

interface Raw {
  id: string
  revision: number
  state: RecordState
  authorName: string
  unitName: string
  createdAt: Date
  updatedAt: Date
  held: number[]
  place: string | Date | null
  [column: string]: unknown
}

/** Rows as the caller may see them: which fields show is decided row by row, once for each set of grants. */
const presenter = ({ live, grants }: Listed): ((raw: Raw) => RecordRow) => {
  const accesses = new Map<string, Access>()
  const accessFor = (held: readonly number[]): Access => {
    const name = held.join()
    const before = accesses.get(name)
    if (before) return before
    const access = addUp(
      live.entity,
      held.map((at) => grants[at]!),
      () => false,
    )
    accesses.set(name, access)
    return access
  }
  return (raw) => {
    const data = project(live.form.definition, decoded(live, raw), accessFor(raw.held))
    return {
      id: raw.id,
      revision: raw.revision,
      label: labelOf(live, data),
      state: raw.state,
      unitName: raw.unitName,
      authorName: raw.authorName,
      createdAt: raw.createdAt.toISOString(),
      updatedAt: raw.updatedAt.toISOString(),
      data,
    }
  }
}
export const decoded = ({ fields }: LiveEntity, raw: Readonly<Record<string, unknown>>): Record<string, Json> => {
  const data: Record<string, Json> = {}
  for (const [key, { field, columns }] of fields)
    data[key] = decode(
      field,
      columns.map(({ name }) => raw[name] ?? null),
    )
  return data
}
/** What a record is called, where one may know it. */
export const labelOf = ({ entity, fields }: LiveEntity, data: Readonly<Record<string, Json>>): string => {
  const found = fields.get(entity.label)
  const said = found && found.field.type !== 'table' ? sayValue(found.field, data[entity.label]) : ''
  return said || entity.name
}
export const selectCells = cellsOf

export const runList = async (
  ctx: Ctx,
  listed: Listed,
  limit: number,
): Promise<{ rows: RecordRow[]; next: string | null }> => {
  if (listed.grants.length === 0) return { rows: [], next: null }
  const raws = await ctx.sql<Raw>(listed.sql, listed.values)
  const shown = raws.slice(0, limit)
  const last = shown.at(-1)
  const place = last?.place instanceof Date ? last.place.toISOString() : (last?.place ?? null)
  return {
    rows: shown.map(presenter(listed)),
    next: raws.length > limit && last ? writeCursor(listed.order, place, last.id) : null,
  }
}

/** The fields that show in at least one row. */
export const shownFields = ({ live, grants }: Listed): LiveField[] =>
  [...live.fields.values()].filter(({ field }) => isFiltered(field) && showing(grants, [field.key]).length > 0)
