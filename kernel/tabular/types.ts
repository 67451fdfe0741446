/** Ceilings that keep a hostile or careless file from taking the server down. */
export interface Limits {
  /** Files inside the XLSX archive. */
  entries: number
  /** Inflated bytes per compressed byte, judged once 16 MiB have been inflated. */
  ratio: number
  /** Bytes of a CSV file, or inflated bytes of all parts of an XLSX. */
  bytes: number
  /** UTF-16 units in one cell; 32,767 is what a spreadsheet itself can hold. */
  cellChars: number
  columns: number
  /** Rows of data, the header not counted, of all sheets together. */
  rows: number
  sharedStrings: number
  /** Bytes of shared strings held in memory before the rest goes to a temporary file. */
  sharedStringBytes: number
}

export const defaultLimits: Limits = {
  entries: 1_000,
  ratio: 200,
  bytes: 2 * 1024 ** 3,
  cellChars: 32_767,
  columns: 200,
  rows: 2_000_000,
  sharedStrings: 20_000_000,
  sharedStringBytes: 64 * 1024 ** 2,
}

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be'

export interface OpenOptions {
  limits?: Partial<Limits>
  /** Name, or 1-based position among the visible sheets; without it every sheet with the first one's header is read. */
  sheet?: string | number
  encoding?: 'auto' | 'utf-8' | 'gb18030'
  /** Row of the header where a title stands above it; the first row with content unless given. */
  headerRow?: number
}

export interface Row {
  /** Name of the sheet, empty for CSV; sheet and row identify a row. */
  sheet: string
  /** 1-based row as the user's spreadsheet numbers it: blank rows count, line breaks inside a cell do not. */
  row: number
  /** At least as many as the header has. */
  cells: string[]
  /** 0-based columns whose value was stored as a number of more than 15 digits, so its last digits are lost (身份证号). */
  lossy?: number[]
  /** The row has fewer or more cells than the header. */
  ragged?: 'short' | 'long'
}

export interface ReadOptions {
  /** Where to resume: the first sheet, and in it the first row, to yield. */
  fromSheet?: string
  fromRow?: number
  signal?: AbortSignal
}

export interface Table {
  format: 'csv' | 'xlsx'
  encoding: Encoding
  /** Visible sheets, empty for CSV. */
  sheets: string[]
  /** Those among them that rows() reads; a sheet with another header is not. */
  reads: string[]
  header: string[]
  /** Rows that are not blank, one at a time. */
  rows(options?: ReadOptions): AsyncGenerator<Row, void, undefined>
  /** The same rows in the batches they are parsed in: the quick way. */
  batches(options?: ReadOptions): AsyncGenerator<Row[], void, undefined>
  close(): Promise<void>
}
