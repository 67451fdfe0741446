import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ClientBase } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

export type Cell = string | number | boolean | Buffer | null

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
/** One cell of COPY's text format. */
export const copyCell = (cell: Cell): string => {
  if (cell === null) return '\\N'
  if (typeof cell === 'string')
    return /[\\\t\n\r]/.test(cell) ? cell.replace(/[\\\t\n\r]/g, (char) => escapes[char] ?? char) : cell
  if (typeof cell === 'boolean') return cell ? 't' : 'f'
  return typeof cell === 'number' ? String(cell) : `\\\\x${cell.toString('hex')}`
}

const chunkSize = 1 << 16
const progressStep = 5_000

/** Text of many rows at a time: a stream of single lines would spend its time on the stream. */
export function* copyText(rows: Iterable<readonly Cell[]>, every: (done: number) => void): Generator<string> {
  let text = ''
  let done = 0
  for (const row of rows) {
    for (const [at, cell] of row.entries()) text += at === 0 ? copyCell(cell) : `\t${copyCell(cell)}`
    text += '\n'
    if (++done % progressStep === 0) every(done)
    if (text.length >= chunkSize) {
      yield text
      text = ''
    }
  }
  if (text) yield text
  every(done)
}

/** Streams the rows into the table; memory stays the same whatever their number. */
export async function copyInto(
  client: ClientBase,
  table: string,
  columns: string,
  rows: Iterable<readonly Cell[]>,
  every: (done: number) => void,
): Promise<void> {
  await pipeline(Readable.from(copyText(rows, every)), client.query(copyFrom(`copy ${table} (${columns}) from stdin`)))
}
