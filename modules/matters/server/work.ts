import { z } from 'zod'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { invalid, notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { toTsQueryText } from '#platform/search'
import type { MatterRow, mattersApi, WorkRow } from '../contract.ts'
import { type Row as MatterRecord, presentRow } from './catalogue.ts'
import { presentVersion, type VersionRow, versionColumns, versionPeople } from './matter.ts'
import { organisationOf, params, placeOf } from './places.ts'
import { unitsInScope } from './scope.ts'

type Api = typeof mattersApi

interface Row extends VersionRow {
  matter: Omit<MatterRecord, 'publishedAt'>
  at: Date
}
const Cursor = z.tuple([z.iso.datetime(), z.uuid()])
const positionOf = (cursor: string | undefined) => {
  if (cursor === undefined) return undefined
  const read = Cursor.safeParse(cursor.split('~'))
  if (!read.success) throw invalid('翻页标记有误，请从第一页看起。')
  return read.data
}

interface Asked {
  state?: string
  mine?: boolean
  q?: string
  cursor?: string
  limit: number
}
const OPEN = "v.state in ('draft', 'review', 'returned', 'approved')"
const ORDER = 'order by v.updated_at desc, v.id desc limit $1'
/**
 * Versions on their way in the caller's units, the last touched first. Whoever may see all, or asks for their own, walks an index by time; with
 * another scope each of its units is asked for its last ones, so that a county never walks the drafts of the province.
 */
const openVersions = async (ctx: Ctx, asked: Asked): Promise<OutputOf<Api['work']>> => {
  const after = positionOf(asked.cursor)
  const p = params(asked.limit + 1)
  const conditions = [
    OPEN,
    asked.state ? `v.state = ${p.add(asked.state)}` : '',
    asked.mine ? `v.author_id = ${p.add(ctx.actor.personId)}` : '',
    asked.q ? `strpos(lower(v.name), lower(${p.add(asked.q)})) > 0` : '',
    after ? `(v.updated_at, v.id) < (${p.add(after[0])}::timestamptz, ${p.add(after[1])}::uuid)` : '',
  ].filter(Boolean)
  const units = unitsInScope(ctx, p.values.length + 1)
  const where = conditions.join(' and ')
  const found = units
    ? asked.mine
      ? `select v.* from matters.version v where ${where} and v.unit_id in ${units.text} ${ORDER}`
      : `select v.* from (select distinct id from ${units.text} s (id)) w
         cross join lateral (select v.* from matters.version v where v.unit_id = w.id and ${where} ${ORDER}) v ${ORDER}`
    : `select v.* from matters.version v where ${where} ${ORDER}`
  const rows = await ctx.sql<Row>(
    `select ${versionColumns}, v.updated_at as at,
       json_build_object('id', m.id, 'code', m.code, 'layer', m.layer, 'kind', m.kind, 'type', m.type, 'name', v.name, 'level', m.level, 'state', m.state,
         'completeness', v.completeness, 'unitId', u.id, 'unitName', u.name) as matter
     from (${found}) v ${versionPeople} join matters.matter m on m.id = v.matter_id join directory.unit u on u.id = m.unit_id ${ORDER}`,
    [...p.values, ...(units?.params ?? [])],
  )
  const page = rows.slice(0, asked.limit)
  const last = page.at(-1)
  return {
    rows: page.map(
      (row): WorkRow => ({ ...presentRow({ ...row.matter, publishedAt: null }), version: presentVersion(row) }),
    ),
    next: rows.length > asked.limit && last ? `${last.at.toISOString()}~${last.id}` : null,
  }
}

export const work = (ctx: Ctx, input: ParsedOf<Api['work']>) => openVersions(ctx, input)
export const queue = (ctx: Ctx, input: ParsedOf<Api['queue']>) => openVersions(ctx, { ...input, state: 'review' })

/** The unit asked for, or the caller's own organisation, when the caller edits for it. */
const editedUnit = async (ctx: Ctx, unitId: string | undefined) => {
  const place = unitId ? await placeOf(ctx.sql, unitId) : await organisationOf(ctx.sql, ctx.actor.unitId)
  const scope = ctx.scopeText('u.id', 2)
  const [own] = await ctx.sql(`select 1 from directory.unit u where u.id = $1 and ${scope.text}`, [
    place.id,
    ...scope.params,
  ])
  if (!own) throw notFound('这个单位')
  return place
}

export const functions = async (
  ctx: Ctx,
  { unitId }: ParsedOf<Api['functions']>,
): Promise<OutputOf<Api['functions']>> => {
  const place = await editedUnit(ctx, unitId)
  const rows = await ctx.sql<{ id: string; content: string; basis: string }>(
    'select id, content, basis from directory.statutory_function where unit_id = $1 and valid_to is null order by sort, id limit 200',
    [place.id],
  )
  return { unit: { id: place.id, name: place.name }, level: place.level, rows }
}

/** Basic matters of the unit's level that it has not claimed: those of its own line of work first. */
export const claimable = async (
  ctx: Ctx,
  { unitId, kind, q, cursor, limit }: ParsedOf<Api['claimable']>,
): Promise<OutputOf<Api['claimable']>> => {
  const place = await editedUnit(ctx, unitId)
  const p = params(limit + 1, place.id, place.level)
  const after = cursor?.split('~')
  if (after && (after.length !== 3 || !z.uuid().safeParse(after[2]).success))
    throw invalid('翻页标记有误，请从第一页看起。')
  const query = q ? toTsQueryText(q) : ''
  const rows = await ctx.sql<MatterRecord & { far: number }>(
    `select x.* from (
       select m.id, m.code, m.layer, m.kind, m.type, m.name, m.level, m.state, m.completeness, m.published_at as "publishedAt", u.id as "unitId", u.name as "unitName",
         case when u.line is not distinct from (select line from directory.unit where id = $2) then 0 else 1 end as far
       from matters.matter m join directory.unit u on u.id = m.unit_id
       where m.layer = 'basic' and m.state = 'published' and $3 = any(m.levels) ${kind ? `and m.kind = ${p.add(kind)}` : ''}
         ${query ? `and m.words @@ to_tsquery('simple', ${p.add(query)})` : ''}
         and not exists (select 1 from matters.matter i where i.basic_id = m.id and i.layer = 'implementing' and i.unit_id = $2)) x
     ${after ? `where (x.far, x.code, x.id) > (${p.add(Number(after[0]))}::int, ${p.add(after[1])}, ${p.add(after[2])}::uuid)` : ''}
     order by x.far, x.code, x.id limit $1`,
    p.values,
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map((row): MatterRow => presentRow(row)),
    next: rows.length > limit && last ? `${last.far}~${last.code}~${last.id}` : null,
  }
}
