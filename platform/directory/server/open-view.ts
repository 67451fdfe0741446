import type { Query } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import { type MaskableField, maskableFields } from '../contract/visibility.ts'
import { postSeen, seen } from './sql.ts'
import { fieldNumber } from './verdict.ts'
import { viewerFor, viewerParams, worldOf } from './viewer.ts'

/**
 * For queries of other modules whose caller is nobody's exception, such as an application: guards that hide and masks in force, as of at
 * most half a second ago. Parameters of `notHidden` and `notMasked`.
 */
export const closedToAll = async (
  kernel: Kernel,
): Promise<{ hidden: readonly number[]; masked: readonly number[] }> => {
  const { closedToAll } = await worldOf(kernel)
  return { hidden: closedToAll.hiddenAway, masked: closedToAll.maskedAway }
}

/** SQL: no rule hides the unit or person of this guard; `parameter` is the number of `hidden`. */
export const notHidden = (guard: string, parameter: number): string => `${guard} <> all($${parameter}::int[])`

const isMaskable = (field: string): field is MaskableField => Object.hasOwn(maskableFields, field)
/** SQL: no rule masks the field of the person of this guard; `parameter` is the number of `masked`. */
export const notMasked = (guard: string, field: string, parameter: number): string =>
  isMaskable(field) ? `${guard} * 8 + ${fieldNumber(field)} <> all($${parameter}::int[])` : 'true'

/** People and units of these ids whom this person may see; a form that names somebody may name no one else. */
export const visibleTo = async (
  kernel: Kernel,
  sql: Query,
  personId: string,
  ids: { people: readonly string[]; units: readonly string[] },
): Promise<{ people: { id: string; name: string; unitName: string }[]; units: { id: string; name: string }[] }> => {
  const params = viewerParams(await viewerFor(kernel, personId))
  const people =
    ids.people.length === 0
      ? []
      : sql<{ id: string; name: string; unitName: string }>(SEEN_PEOPLE, [...params.slice(0, 4), ids.people])
  const units =
    ids.units.length === 0 ? [] : sql<{ id: string; name: string }>(SEEN_UNITS, [...params.slice(0, 3), ids.units])
  return { people: await people, units: await units }
}
const SEEN_PEOPLE = `select distinct on (x.id) x.id, x.name, u.short_name as "unitName" from directory.person x
  join directory.post p on p.person_id = x.id and p.valid_to is null join directory.unit u on u.id = p.unit_id
  where x.id = any($5::uuid[]) and x.status = 'active' and ${postSeen} order by x.id, p.kind <> 'main'`
const SEEN_UNITS = `select u.id, u.name from directory.unit u
  where u.id = any($4::uuid[]) and u.valid_to is null and ${seen('u.guard', 'u.org_no')}`
