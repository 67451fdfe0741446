import { conflict, invalid } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Change } from './write-model.ts'

export type NameKind = 'full' | 'short' | 'plate' | 'mark'
/** A name and the days it holds; `validTo` is the first day it no longer does. */
export interface DatedName {
  kind: NameKind
  name: string
  validFrom: string
  validTo: string | null
}
export interface StatutoryFunction {
  content: string
  basis: string
}

interface NameRow {
  id: string
  name: string
  valid_from: string
}

/** From `day` on the unit bears exactly these names of the kind; those it no longer bears end that day. */
const bear = async (
  { sql }: Change,
  unitId: string,
  kind: NameKind,
  names: readonly string[],
  day: string,
): Promise<boolean> => {
  const open = await sql<NameRow>(
    'select id, name, valid_from from directory.unit_name where unit_id = $1 and kind = $2 and valid_to is null',
    [unitId, kind],
  )
  const gone = open.filter((row) => !names.includes(row.name))
  const added = names.filter((name) => !open.some((row) => row.name === name))
  const late = gone.find((row) => row.valid_from > day)
  if (late)
    throw invalid(`“${late.name}”自 ${late.valid_from} 起启用，新名称的启用日不能更早。请改日期。`, [
      { path: 'effective', message: `不能早于 ${late.valid_from}` },
    ])
  // A name borne for no day was a slip of the pen: it leaves no trace here, the versions keep it.
  await sql('delete from directory.unit_name where id = any($1::uuid[]) and valid_from = $2', [
    gone.map((row) => row.id),
    day,
  ])
  await sql('update directory.unit_name set valid_to = $2 where id = any($1::uuid[])', [gone.map((row) => row.id), day])
  for (const name of added)
    await sql('insert into directory.unit_name (id, unit_id, kind, name, valid_from) values ($1, $2, $3, $4, $5)', [
      newId(),
      unitId,
      kind,
      name,
      day,
    ])
  return gone.length + added.length > 0
}

export interface Names {
  name?: string
  shortName?: string
  documentMark?: string | null
  plates?: readonly string[]
}
/** Answers whether a plate changed: the others are columns of the unit too. */
export const writeNames = async (
  change: Change,
  unitId: string,
  names: Names,
  day: string,
  shown: { name: string; shortName: string },
): Promise<boolean> => {
  if (names.name !== undefined) await bear(change, unitId, 'full', [names.name], day)
  if (names.shortName !== undefined || names.name !== undefined)
    await bear(change, unitId, 'short', shown.shortName === shown.name ? [] : [shown.shortName], day)
  if (names.documentMark !== undefined)
    await bear(change, unitId, 'mark', names.documentMark ? [names.documentMark] : [], day)
  return names.plates !== undefined && (await bear(change, unitId, 'plate', [...new Set(names.plates)], day))
}

/** The functions from `day` on, in this order; one that is no longer among them ends that day. */
export const writeFunctions = async (
  { sql }: Change,
  unitId: string,
  functions: readonly StatutoryFunction[],
  day: string,
): Promise<void> => {
  const contents = functions.map((one) => one.content)
  const bases = functions.map((one) => one.basis)
  const current = `f.unit_id = $1 and f.valid_to is null`
  const listed = 'unnest($3::text[], $4::text[]) with ordinality as w (content, basis, nth)'
  const params = [unitId, day, contents, bases]
  await sql(
    `delete from directory.statutory_function f where ${current} and f.valid_from >= $2
       and not exists (select 1 from ${listed} where w.content = f.content and w.basis = f.basis)`,
    params,
  )
  await sql(
    `update directory.statutory_function f set valid_to = $2 where ${current}
       and not exists (select 1 from ${listed} where w.content = f.content and w.basis = f.basis)`,
    params,
  )
  await sql(
    `update directory.statutory_function f set sort = w.nth from ${listed}
     where ${current} and w.content = f.content and w.basis = f.basis and f.sort <> w.nth and $2::date is not null`,
    params,
  )
  await sql(
    `insert into directory.statutory_function (id, unit_id, sort, content, basis, valid_from)
     select w.id, $1, w.nth, w.content, w.basis, $2 from unnest($3::text[], $4::text[], $5::uuid[]) with ordinality as w (content, basis, id, nth)
     where not exists (select 1 from directory.statutory_function f where ${current} and w.content = f.content and w.basis = f.basis)`,
    [...params, functions.map(() => newId())],
  )
}

/** Corrects the dated names of a unit as a whole; the open full name, short name and mark are those the unit shows. */
const checkNames = (names: readonly DatedName[]): Required<Names> => {
  const openOf = (kind: NameKind): string[] =>
    names.filter((row) => row.kind === kind && row.validTo === null).map((row) => row.name)
  for (const [at, row] of names.entries())
    if (row.validTo !== null && row.validTo <= row.validFrom)
      throw invalid('名称的停用日须晚于启用日。', [{ path: `names.${at}.validTo`, message: '须晚于启用日' }])
  for (const kind of ['full', 'short', 'mark'] as const) {
    const dated = names.filter((row) => row.kind === kind).toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
    for (const [at, row] of dated.entries()) {
      const next = dated[at + 1]
      if (next && (row.validTo === null || row.validTo > next.validFrom))
        throw invalid(`“${row.name}”与“${next.name}”的起止日期重叠。请改正日期。`)
    }
  }
  const [name] = openOf('full')
  if (!name) throw conflict('须有一个仍在使用的全称（停用日留空）。')
  return {
    name,
    shortName: openOf('short')[0] ?? name,
    documentMark: openOf('mark')[0] ?? null,
    plates: openOf('plate'),
  }
}

export const replaceNames = async (
  { sql }: Change,
  unitId: string,
  names: readonly DatedName[],
): Promise<Required<Names>> => {
  const shown = checkNames(names)
  await sql('delete from directory.unit_name where unit_id = $1', [unitId])
  await sql(
    `insert into directory.unit_name (id, unit_id, kind, name, valid_from, valid_to)
     select t.id, $1, t.kind, t.name, t.valid_from, t.valid_to from unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::date[]) t (id, kind, name, valid_from, valid_to)`,
    [
      unitId,
      names.map(() => newId()),
      names.map((row) => row.kind),
      names.map((row) => row.name),
      names.map((row) => row.validFrom),
      names.map((row) => row.validTo),
    ],
  )
  return shown
}
