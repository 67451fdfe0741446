import { readMomentCursor } from '#kernel/cursors'

export const writeCursor = (at: Date, id: string): string => `${at.toISOString()}|${id}`

const NO_LIMIT = 'infinity'
/** Where a page ended that goes by limits: arrival and id, and before them the limit. */
export const readDueCursor = (cursor: string | undefined): [string | null, string | null, string | null] => {
  const [due = '', rest] = cursor?.split('~') ?? []
  const [at, id] = readMomentCursor(cursor === undefined ? undefined : (rest ?? ''))
  if (cursor === undefined) return [null, null, null]
  // The limit is read as the arrival is: by the same shape, or there is none.
  return [at, id, due === NO_LIMIT ? due : readMomentCursor(`${due}|${id}`)[0]]
}
export const writeDueCursor = (due: Date | null, at: Date, id: string): string =>
  `${due?.toISOString() ?? NO_LIMIT}~${writeCursor(at, id)}`

/** Text for `ilike`: what a person types is looked for as it is. */
export const containing = (text: string | undefined): string | null =>
  text ? `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` : null

/** A day in Asia/Shanghai as the moment it begins; `after` days later. */
export const dayStart = (day: string | undefined, after = 0): string | null =>
  day ? new Date(Date.parse(`${day}T00:00:00+08:00`) + after * 86_400_000).toISOString() : null
