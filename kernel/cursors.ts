import { invalid } from '#kernel/errors'

/** Where a page of a list ended, as its `next` said: a cursor comes back from outside, and may be anything. */

const isMoment = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text))
const isId = (text: string | undefined): text is string =>
  text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
const unreadable = () => invalid('翻页标记有误，请从第一页看起。')

/** `<what sorts><by><id>` */
const partsOf = (cursor: string, by: string): [string | undefined, string | undefined] => {
  const cut = cursor.lastIndexOf(by)
  return cut < 0 ? [undefined, undefined] : [cursor.slice(0, cut), cursor.slice(cut + by.length)]
}

/** `moment|id`, both null for the first page. */
export const readMomentCursor = (cursor: string | undefined): [at: string | null, id: string | null] => {
  if (cursor === undefined) return [null, null]
  const [at, id] = partsOf(cursor, '|')
  if (!isMoment(at) || !isId(id)) throw unreadable()
  return [at, id]
}
/** `name⏎id` */
export const readNameCursor = (cursor: string | undefined): [name: string | null, id: string | null] => {
  if (cursor === undefined) return [null, null]
  const [name, id] = partsOf(cursor, '\n')
  if (name === undefined || !isId(id)) throw unreadable()
  return [name, id]
}
export const readIdCursor = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null
  if (!isId(cursor)) throw unreadable()
  return cursor
}
