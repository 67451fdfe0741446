import { z } from 'zod'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { toTsQueryText } from '#platform/search'
import type { Layer, MatterRow, mattersApi } from '../contract.ts'
import { type Params, type Place, params, placeOf } from './places.ts'

type Input = Pick<ParsedOf<typeof mattersApi.catalogue>, 'layer' | 'cursor' | 'limit'> &
  Partial<ParsedOf<typeof mattersApi.catalogue>>
type Sql = Pick<Ctx, 'sql'>

const rowColumns = `m.id, m.code, m.layer, m.kind, m.type, m.name, m.level, m.state, m.completeness, m.published_at as "publishedAt"`
export interface Row extends Omit<MatterRow, 'unit' | 'publishedAt' | 'type'> {
  type: string
  publishedAt: Date | null
  unitId: string
  unitName: string
}
export const presentRow = ({ unitId, unitName, publishedAt, ...row }: Row): MatterRow => ({
  id: row.id,
  code: row.code,
  layer: row.layer,
  kind: row.kind,
  type: row.type,
  name: row.name,
  level: row.level,
  state: row.state,
  completeness: row.completeness,
  unit: { id: unitId, name: unitName },
  publishedAt: publishedAt?.toISOString() ?? null,
})

/** What a matter `m` must be, beside where it stands. */
const narrowed = ({ kind, type, level, state }: Input, p: Params): string =>
  [
    kind ? `and m.kind = ${p.add(kind)}` : '',
    type ? `and m.type = ${p.add(type)}` : '',
    level ? `and m.level = ${p.add(level)}` : '',
    state ? `and m.state = ${p.add(state)}` : '',
  ].join(' ')

/** Nobody reads on past so many matters found by their words. */
export const MOST_HITS = 200
/** What is asked for by words, or by the stage of a career or a scene: basic matters, the best first. */
export const isAsked = ({ q, life, scene }: Partial<Input>): boolean => Boolean(q || life || scene)
export const hits = ({ q, life, scene }: Partial<Input>, p: Params): string => {
  const text = q ? toTsQueryText(q) : ''
  // a text of nothing but punctuation asks for a word that no matter has
  const query = q ? `to_tsquery('simple', ${p.add(text || 'qitongnothing')})` : ''
  const conditions = [
    query ? `b.words @@ ${query}` : '',
    life ? `b.life @> array[${p.add(life)}]` : '',
    scene ? `b.scenes @> array[${p.add(scene)}]` : '',
  ].filter(Boolean)
  const rank = query ? `ts_rank(b.words, ${query}) desc, ` : ''
  return `select b.id, row_number() over (order by ${rank}b.code, b.id)::int as place from matters.matter b
    where b.layer = 'basic' and b.state = 'published' and ${conditions.join(' and ')} order by ${rank}b.code, b.id limit ${MOST_HITS}`
}

/** Where a matter `m` stands, by the numbers of city and county that its row carries: an index range, however large the subtree. */
const within = (place: Place, p: Params): string => {
  if (place.root) return ''
  if (place.kind === 'region' && place.level === 2) return `and m.city_no = ${p.add(place.no)}`
  const county = `and m.city_no = ${p.add(place.cityNo)} and m.county_no = ${p.add(place.countyNo)}`
  if (place.kind === 'region' && place.level === 3) return county
  return `${county} and exists (select 1 from directory.unit w where w.id = m.unit_id and w.pre between ${p.add(place.pre)} and ${p.add(place.preEnd)})`
}

const bad = () => invalid('翻页标记有误，请从第一页看起。')
const read = <S extends z.ZodType>(cursor: string | undefined, shape: S): z.output<S> | undefined => {
  if (cursor === undefined) return undefined
  const parsed = shape.safeParse(cursor.split('~'))
  if (!parsed.success) throw bad()
  return parsed.data
}
const int = z.coerce.number().int()
type Page = OutputOf<typeof mattersApi.catalogue>
const page = <R extends Row>(rows: readonly R[], limit: number, cursorOf: (row: R) => unknown[]): Page => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown.map(presentRow), next: rows.length > limit && last ? cursorOf(last).join('~') : null }
}

const withUnit = `u.id as "unitId", coalesce(nullif(u.short_name, ''), u.name) as "unitName"`

/** The basic catalogue in the order of its codes: a few thousand rows at most. */
const basics = async (ctx: Sql, place: Place, input: Input): Promise<Page> => {
  const after = read(input.cursor, z.tuple([z.string().max(40), z.uuid()]))
  const p = params(input.limit + 1)
  const text = `select ${rowColumns}, ${withUnit} from matters.matter m join directory.unit u on u.id = m.unit_id
    where m.layer = 'basic' and m.state <> 'new' ${narrowed(input, p)}
      ${place.root ? '' : `and u.pre between ${p.add(place.pre)} and ${p.add(place.preEnd)}`}
      ${after ? `and (m.code, m.id) > (${p.add(after[0])}, ${p.add(after[1])}::uuid)` : ''}
    order by m.code, m.id limit $1`
  const rows = await ctx.sql<Row>(text, p.values)
  return page(rows, input.limit, (row) => [row.code, row.id])
}

/**
 * What hangs below it, unit by unit in the order of the tree. The tally says of each unit whether it has any such matter, so that a rare
 * one costs a look at a small row for each unit, not at its matters; the whole stops at a page.
 */
const walk = async (ctx: Sql, place: Place, layer: Layer, input: Input): Promise<Page> => {
  const after = read(input.cursor, z.tuple([int, z.string().max(40), z.uuid()]))
  const p = params(input.limit + 1, layer, place.pre, place.preEnd)
  const conditions = narrowed(input, p)
  const tallied = conditions.replaceAll('m.', 't.')
  const from = after ? { pre: p.add(after[0]), code: p.add(after[1]), id: p.add(after[2]) } : undefined
  const text = `select m.*, ${withUnit}, u.pre from directory.unit u cross join lateral (
      select ${rowColumns} from matters.matter m where m.unit_id = u.id and m.layer = $2 and m.state <> 'new' ${conditions}
        ${from ? `and (u.pre > ${from.pre} or (m.code, m.id) > (${from.code}, ${from.id}::uuid))` : ''}
      order by m.code, m.id limit $1) m
    where u.pre between ${from ? `greatest($3, ${from.pre})` : '$3'} and $4
      and exists (select 1 from matters.tally t where t.unit_id = u.id and t.layer = $2 ${tallied})
    order by u.pre, m.code, m.id limit $1`
  const rows = await ctx.sql<Row & { pre: number }>(text, p.values)
  return page(rows, input.limit, (row) => [row.pre, row.code, row.id])
}

/** What was found by words: matter by matter as they answer, each where it is carried out, the nearest part of the province together. */
const found = async (ctx: Sql, place: Place, layer: Layer, input: Input): Promise<Page> => {
  const after = read(input.cursor, z.tuple([int, int, int, int, z.uuid()]))
  const p = params(input.limit + 1, layer)
  const asked = hits(input, p)
  const where = `${layer === 'basic' ? `m.id = hit.id and m.layer = 'basic'` : 'm.basic_id = hit.id and m.layer = $2'} and m.state <> 'new' ${narrowed(input, p)} ${within(place, p)}`
  const order = 'm.city_no, m.county_no, m.unit_no, m.id'
  const from = after?.map((value) => p.add(value))
  const text = `with hit as materialized (${asked})
    select m.*, ${withUnit}, hit.place from hit cross join lateral (
      select ${rowColumns}, m.unit_id, m.city_no as city, m.county_no as county, m.unit_no as unit_at from matters.matter m where ${where}
        ${from ? `and (hit.place > ${from[0]}::int or (${order}) > (${from[1]}::int, ${from[2]}::int, ${from[3]}::int, ${from[4]}::uuid))` : ''}
        and $2::text is not null
      order by ${order} limit $1) m join directory.unit u on u.id = m.unit_id
    ${from ? `where hit.place >= ${from[0]}::int` : ''}
    order by hit.place, m.city, m.county, m.unit_at, m.id limit $1`
  const rows = await ctx.sql<Row & { place: number; city: number; county: number; unit_at: number }>(text, p.values)
  return page(rows, input.limit, (row) => [row.place, row.city, row.county, row.unit_at, row.id])
}

/** A whole code is looked up, not searched. */
const byCode = async (ctx: Sql, code: string): Promise<Page> => {
  const rows = await ctx.sql<Row>(
    `select ${rowColumns}, ${withUnit} from matters.matter m join directory.unit u on u.id = m.unit_id where m.code = $1 and m.state <> 'new'`,
    [code],
    'matters.by-code',
  )
  return { rows: rows.map(presentRow), next: null }
}
const CODE = /^[0-9A-Z]{12}(?:[0-9A-Z]{19}(?:\d{2})?)?$/

export const catalogue = async (ctx: Sql, input: Input): Promise<Page> => {
  const code = input.q?.toUpperCase() ?? ''
  if (CODE.test(code) && /\d{8}/.test(code)) return byCode(ctx, code)
  const place = await placeOf(ctx.sql, input.unitId)
  if (isAsked(input)) return found(ctx, place, input.layer, input)
  return input.layer === 'basic' ? basics(ctx, place, input) : walk(ctx, place, input.layer, input)
}
