import { PassThrough } from 'node:stream'
import type { FileAnswer } from '#kernel/contract'
import { type Column, csvWriter, type RowWriter, xlsxWriter } from '#kernel/tabular'

export type Format = 'csv' | 'xlsx'

const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** CSV in UTF-8 with its mark, or XLSX in sheets of at most 1,048,576 rows. */
export const tableWriter = (
  out: PassThrough,
  format: Format,
  sheetName: string,
  columns: readonly Column[],
): RowWriter => (format === 'csv' ? csvWriter(out, { columns }) : xlsxWriter(out, { sheetName, columns }))

/** A table that is written while it is sent. What goes wrong on the way breaks the download off: half a table must not look whole. */
export const answerTable = (name: string, format: Format, write: (out: PassThrough) => Promise<void>): FileAnswer => {
  const out = new PassThrough()
  write(out).catch((error: Error) => out.destroy(error))
  return { stream: out, name: `${name}.${format}`, mediaType: mediaTypes[format] }
}
