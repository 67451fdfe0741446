import { PassThrough } from 'node:stream'
import type { FileAnswer } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import { type Column, csvWriter, type ExportMark, type RowWriter, xlsxWriter } from '#kernel/tabular'

export type Format = 'csv' | 'xlsx'

const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** Whose export it is. A workbook carries it at the foot of its pages; a CSV has no place beside its rows, so its name does. */
export const markOf = (ctx: Ctx): ExportMark => ({ by: ctx.actor.name, at: ctx.now })
const markedName = (name: string, format: Format, mark?: ExportMark): string =>
  `${name}${mark && format === 'csv' ? `-导出人${mark.by}` : ''}.${format}`

/** CSV in UTF-8 with its mark, or XLSX in sheets of at most 1,048,576 rows. */
export const tableWriter = (
  out: PassThrough,
  format: Format,
  sheetName: string,
  columns: readonly Column[],
  mark?: ExportMark,
): RowWriter => (format === 'csv' ? csvWriter(out, { columns }) : xlsxWriter(out, { sheetName, columns, mark }))

/** A table that is written while it is sent. What goes wrong on the way breaks the download off: half a table must not look whole. */
export const answerTable = (
  name: string,
  format: Format,
  write: (out: PassThrough) => Promise<void>,
  mark?: ExportMark,
): FileAnswer => {
  const out = new PassThrough()
  write(out).catch((error: Error) => out.destroy(error))
  return { stream: out, name: markedName(name, format, mark), mediaType: mediaTypes[format] }
}
