import { openCsv } from './csv-read.ts'
import { sniffFormat } from './sniff.ts'
import { defaultLimits, type OpenOptions, type Table } from './types.ts'
import { openXlsx } from './xlsx-read.ts'

export { csvWriter } from './csv-write.ts'
export { cellName, columnLetters, type TabularCode, TabularError, type Where } from './errors.ts'
export { unguardFormula } from './guard.ts'
export {
  defaultLimits,
  type Encoding,
  type Limits,
  type OpenOptions,
  type ReadOptions,
  type Row,
  type Table,
} from './types.ts'
export type { Column, RowWriter } from './writer.ts'
export type { ExportMark } from './xlsx-parts.ts'
export { xlsxWriter } from './xlsx-write.ts'

/**
 * Opens an uploaded CSV or XLSX, told apart by content, for reading in constant memory. Whatever is wrong with the
 * file is a TabularError, here or while rows are read. Close the table when done.
 */
export async function openTable(path: string, options: OpenOptions = {}): Promise<Table> {
  const limits = { ...defaultLimits, ...options.limits }
  return (await sniffFormat(path)) === 'xlsx' ? openXlsx(path, options, limits) : openCsv(path, options, limits)
}
