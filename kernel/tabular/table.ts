import { TabularError } from './errors.ts'
import type { Encoding, Limits, ReadOptions, Row, Table } from './types.ts'

/** Rows without content that may stand above the header. */
const BLANK_ROWS_ABOVE = 10_000

/** A row as a format delivers it, blank ones included. */
export interface Raw {
  row: number
  cells: string[]
  lossy?: number[]
}

/** One sheet, or the whole of a CSV file, that can be read any number of times. */
export interface Source {
  sheet: string
  read(fromRow: number, signal?: AbortSignal): AsyncGenerator<Raw[], void, undefined>
}

/** First row from `headerRow` on that has content, without the blank cells at its end. */
export async function findHeader(source: Source, headerRow = 1): Promise<Raw | undefined> {
  for await (const batch of source.read(headerRow)) {
    for (const { row, cells } of batch) {
      const width = cells.findLastIndex((cell) => cell !== '') + 1
      // A copy through a buffer: a slice would hold the parsed chunk it was cut from for as long as the table lives.
      if (width > 0) return { row, cells: JSON.parse(JSON.stringify(cells.slice(0, width))) as string[] }
      if (row > headerRow + BLANK_ROWS_ABOVE) return undefined
    }
  }
  return undefined
}

export interface Parts {
  format: 'csv' | 'xlsx'
  encoding: Encoding
  sheets: string[]
  header: string[]
  /** The sources that share the header, in order, with the row it stands in. */
  sources: { source: Source; headerRow: number }[]
  limits: Limits
  close(): Promise<void>
}

/** Makes the table that callers see of the sources of a file. */
export function buildTable(parts: Parts): Table {
  const { format, encoding, sheets, header, sources, limits, close } = parts

  async function* batches({ fromSheet, fromRow = 1, signal }: ReadOptions = {}) {
    const start = fromSheet === undefined ? 0 : sources.findIndex(({ source }) => source.sheet === fromSheet)
    if (start < 0) throw new TabularError('tabular.no_sheet', `文件里没有工作表“${fromSheet}”。`, { sheet: fromSheet })
    let total = 0
    for (const [index, { source, headerRow }] of sources.slice(start).entries()) {
      const from = Math.max(headerRow + 1, index === 0 ? fromRow : 1)
      for await (const raws of source.read(from, signal)) {
        const last = raws.at(-1)?.row ?? 0
        const batch = raws.map((raw) => shape(raw, source.sheet)).filter((row) => row !== undefined)
        total += batch.length
        if (total > limits.rows || last - headerRow > limits.rows) throw tooManyRows(source.sheet, last)
        if (batch.length > 0) yield batch
      }
    }
  }

  function shape({ row, cells, lossy }: Raw, sheet: string): Row | undefined {
    let width = cells.length
    while (width > header.length && cells[width - 1] === '') width--
    const long = width > header.length
    const short = format === 'csv' && width < header.length
    cells.length = width
    if (cells.every((cell) => cell === '')) return undefined
    while (cells.length < header.length) cells.push('')
    return { sheet, row, cells, ...(lossy && { lossy }), ...((long || short) && { ragged: long ? 'long' : 'short' }) }
  }

  function tooManyRows(sheet: string, row: number): TabularError {
    return new TabularError('tabular.too_many_rows', `数据超过 ${limits.rows} 行，请拆分后分批上传。`, { sheet, row })
  }

  async function* rows(options?: ReadOptions) {
    for await (const batch of batches(options)) yield* batch
  }

  const reads = format === 'csv' ? [] : sources.map(({ source }) => source.sheet)
  return { format, encoding, sheets, reads, header, rows, batches, close }
}
