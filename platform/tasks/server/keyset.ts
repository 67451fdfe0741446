import { invalid } from '#kernel/errors'

const moment = (text: string | undefined): text is string => text !== undefined && !Number.isNaN(Date.parse(text))
const unreadable = () => invalid('翻页标记有误，请从第一页看起。')

/** Where a page ended: the moment and the id of its last row. */
export const readCursor = (cursor: string | undefined): [string | null, string | null] => {
  if (cursor === undefined) return [null, null]
  const [at, id] = cursor.split('~')
  if (!moment(at) || !id || !/^[0-9a-f-]{36}$/.test(id)) throw unreadable()
  return [at, id]
}
export const writeCursor = (at: Date, id: string): string => `${at.toISOString()}~${id}`

const NO_LIMIT = 'infinity'
/** Where a page ended that goes by limits: arrival and id, and before them the limit. */
export const readDueCursor = (cursor: string | undefined): [string | null, string | null, string | null] => {
  if (cursor === undefined) return [null, null, null]
  const [due, ...rest] = cursor.split('~')
  if (due !== NO_LIMIT && !moment(due)) throw unreadable()
  return [...readCursor(rest.join('~')), due]
}
export const writeDueCursor = (due: Date | null, at: Date, id: string): string =>
  `${due?.toISOString() ?? NO_LIMIT}~${writeCursor(at, id)}`

/** Text for `ilike`: what a person types is looked for as it is. */
export const containing = (text: string | undefined): string | null =>
  text ? `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` : null

/** A day in Asia/Shanghai as the moment it begins; `after` days later. */
export const dayStart = (day: string | undefined, after = 0): string | null =>
  day ? new Date(Date.parse(`${day}T00:00:00+08:00`) + after * 86_400_000).toISOString() : null
