import type { Kernel, SystemCtx } from '#kernel/module'
import { isWorkingDay, workingDaysBetween } from '#platform/calendar'
import { visibleTo } from '#platform/directory'
import type { Data, Json, Problem } from '../contract.ts'
import { isObject, textOf } from '../core/kinds/kind.ts'
import { type Period, periodOf } from '../core/kinds/times.ts'
import type { Form } from './forms.ts'
import { keeperOf, type Reference } from './keeper.ts'
import { type Cell, cellsOf, replaced } from './walk.ts'

type Reader = Pick<SystemCtx, 'sql'> & { kernel: Kernel }
const listOf = (value: Json): Reference[] => [value].flat().filter(isObject)
const idOf = (one: Reference): string => textOf(one.id ?? one.code)
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const regionsOf = async ({ sql }: Reader, codes: string[]): Promise<Map<string, Reference>> => {
  if (codes.length === 0) return new Map()
  const rows = await sql<{ code: string; name: string }>(
    `with recursive up as (
       select r.code as start, r.parent_code, r.name, 1 as step from directory.region r where r.code = any($1) and r.valid_to is null
       union all select up.start, r.parent_code, r.name, up.step + 1 from up join directory.region r on r.code = up.parent_code)
     select start as code, string_agg(name, '' order by step desc) as name from up group by start`,
    [codes],
    'forms.regions.named',
  )
  return new Map(rows.map((row) => [row.code, { ...row }]))
}

const referencing = new Set(['person', 'unit', 'region', 'relation'])

/**
 * Names of people, units and regions are the directory's, never the browser's: each one newly chosen must exist, and whoever chooses it must
 * be allowed to see it. What was chosen before keeps the name it had then.
 */
export const resolveReferences = async (
  reader: Reader,
  form: Form,
  data: Data,
  before: Data,
  personId: string,
): Promise<{ data: Record<string, Json>; problems: Problem[] }> => {
  const { definition } = form
  const old = new Map(
    cellsOf(definition, before, ({ type }) => referencing.has(type)).map((cell) => [cell.place, cell.value]),
  )
  const known = (cell: Cell): Map<string, Reference> =>
    new Map(listOf(old.get(cell.place) ?? null).map((one) => [idOf(one), one]))
  const cells = cellsOf(definition, data, ({ type }) => referencing.has(type)).filter(({ value }) => value !== null)
  const fresh = (type: string): string[] => {
    const chosen = cells.filter(({ field }) => field.type === type)
    const ids = chosen.flatMap((cell) =>
      listOf(cell.value)
        .map(idOf)
        .filter((id) => !known(cell).has(id)),
    )
    return [...new Set(ids)]
  }
  const found = await visibleTo(reader.kernel, reader.sql, personId, {
    people: fresh('person').filter((id) => UUID.test(id)),
    units: fresh('unit').filter((id) => UUID.test(id)),
  })
  const directory: Record<string, Map<string, Reference>> = {
    person: new Map(found.people.map((one) => [one.id, { ...one }])),
    unit: new Map(found.units.map((one) => [one.id, { ...one }])),
    region: await regionsOf(reader, fresh('region')),
  }
  const problems: Problem[] = []
  const values = new Map<string, Json>()
  for (const cell of cells) {
    const list = listOf(cell.value)
    const { field } = cell
    const own =
      field.type === 'relation'
        ? await keeperOf(form)?.resolve(
            reader,
            form,
            field,
            list.map(idOf).filter((id) => UUID.test(id)),
            personId,
          )
        : directory[field.type]
    // What a relation copies may have changed since: whoever chooses it anew gets it as it is now.
    const named = list.map((one) => {
      const [fresh, old] = [own?.get(idOf(one)), known(cell).get(idOf(one))]
      return field.type === 'relation' ? (fresh ?? old) : (old ?? fresh)
    })
    if (named.some((one) => one === undefined))
      problems.push({ path: cell.path, message: `「${cell.field.title}」所选的已不在目录中，或您看不到，请重新选择。` })
    else values.set(cell.place, Array.isArray(cell.value) ? (named as Reference[]) : (named[0] ?? cell.value))
  }
  await countPeriods(reader, form, data, values)
  return { data: replaced(definition, data, values), problems }
}

/** Periods that are counted by the calendar get their days from it, whatever came in. */
const countPeriods = async (
  reader: Reader,
  { definition }: Form,
  data: Data,
  values: Map<string, Json>,
): Promise<void> => {
  for (const { field, place, value } of cellsOf(definition, data, ({ type }) => type === 'period')) {
    const period = field.type === 'period' && field.count ? periodOf(value) : null
    if (period) values.set(place, await countedByCalendar(reader, period))
  }
}

const LONGEST_MS = 3660 * 86_400_000
/** A period with its working days; a half is taken off where the first or the last day is one. */
export const countedByCalendar = async ({ sql }: Pick<Reader, 'sql'>, period: Period): Promise<Json> => {
  const { from, to, fromHalf, toHalf } = period
  const { days: _, ...rest } = period
  if (to < from || Date.parse(to) - Date.parse(from) > LONGEST_MS) return { ...rest }
  const [first, last] = [await isWorkingDay(sql, from), await isWorkingDay(sql, to)]
  const { days } = await workingDaysBetween(sql, from, to)
  const off = (first && fromHalf === 'pm' ? 0.5 : 0) + (last && toHalf === 'am' ? 0.5 : 0)
  return { ...rest, days: days + (first ? 1 : 0) - off }
}
