import { invalid } from '#kernel/errors'

/** Where a page ended: the moment and the id of its last row. */
export const readCursor = (cursor: string | undefined): [string | null, string | null] => {
  if (cursor === undefined) return [null, null]
  const [at, id] = cursor.split('~')
  if (!at || !id || Number.isNaN(Date.parse(at)) || !/^[0-9a-f-]{36}$/.test(id))
    throw invalid('翻页标记有误，请从第一页看起。')
  return [at, id]
}
export const writeCursor = (at: Date, id: string): string => `${at.toISOString()}~${id}`

/** Text for `ilike`: what a person types is looked for as it is. */
export const containing = (text: string | undefined): string | null =>
  text ? `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` : null
