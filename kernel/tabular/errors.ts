/** Stable codes of everything that can be wrong with a tabular file. */
export type TabularCode =
  | 'tabular.old_xls'
  | 'tabular.encrypted'
  | 'tabular.not_tabular'
  | 'tabular.binary'
  | 'tabular.unknown_encoding'
  | 'tabular.mixed_encoding'
  | 'tabular.empty'
  | 'tabular.no_sheet'
  | 'tabular.broken'
  | 'tabular.forbidden_xml'
  | 'tabular.zip_bomb'
  | 'tabular.too_large'
  | 'tabular.too_many_rows'
  | 'tabular.too_many_columns'
  | 'tabular.cell_too_long'
  | 'tabular.quote_not_closed'

/** Place of a fault as the user sees it: rows and columns count from 1, `byte` is the 1-based byte of the file. */
export interface Where {
  sheet?: string
  row?: number
  column?: number
  byte?: number
}

/** A fault of the file that its owner can mend; the message says how. */
export class TabularError extends Error {
  override readonly name = 'TabularError'
  readonly code: TabularCode
  readonly where: Where

  constructor(code: TabularCode, message: string, where: Where = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.where = where
  }
}

/** Spreadsheet letters of a 1-based column: 1 → A, 27 → AA. */
export function columnLetters(column: number): string {
  let letters = ''
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
  }
  return letters
}

/** "B7", with its sheet when there is one: 工作表“人员”的 B7. */
export function cellName({ sheet, row = 0, column = 0 }: Where): string {
  const cell = `${columnLetters(column)}${row || ''}`
  return sheet ? `工作表“${sheet}”的 ${cell}` : cell
}

export function cellTooLong(where: Where, limit: number, advice = '请缩短内容后重新上传'): TabularError {
  const place = where.row ? `${cellName(where)} 单元格` : '文件里有一段文字'
  return new TabularError('tabular.cell_too_long', `${place}超过 ${limit} 个字符，${advice}。`, where)
}

export function tooManyColumns(where: Where, limit: number): TabularError {
  const message = `${cellName(where)} 在第 ${limit} 列之外还有内容，请删去多余的列后重新上传。`
  return new TabularError('tabular.too_many_columns', message, where)
}

export function broken(detail: string, where: Where = {}, cause?: unknown): TabularError {
  const place = where.sheet ? `（工作表“${where.sheet}”${where.row ? `第 ${where.row} 行附近` : ''}）` : ''
  const message = `文件已损坏或不完整${place}：${detail}。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。`
  return new TabularError('tabular.broken', message, where, { cause })
}

/** Library faults become "broken file"; our own errors and those of the operating system (disk full, no file) stay what they are. */
export function asTabularError(error: unknown, where: Where = {}): unknown {
  if (error instanceof TabularError || !(error instanceof Error) || 'syscall' in error) return error
  return broken('内容无法解析', where, error)
}
