import { broken, cellName, cellTooLong, tooManyColumns, type Where } from './errors.ts'
import { type NumberFormat, renderNumber } from './numbers.ts'
import { RichText, unescapeXstring } from './rich-text.ts'
import type { SharedStrings } from './shared-strings.ts'
import type { Raw } from './table.ts'
import type { Limits } from './types.ts'
import { endlessToken, type XmlTarget } from './xml.ts'

/** Rows and columns of a sheet, by the format's own limits. */
export const SHEET_ROWS = 1_048_576
const SHEET_COLUMNS = 16_384

export interface SheetContext {
  sheet: string
  strings: SharedStrings
  formats: NumberFormat[]
  date1904: boolean
  limits: Limits
}

/** Turns the XML of one worksheet into rows (ISO/IEC 29500-1 §18.3.1); take() hands over those that are complete. */
export class SheetTarget implements XmlTarget {
  readonly #context: SheetContext
  readonly #fromRow: number
  readonly #rich = new RichText()
  #done: Raw[] = []
  #inData = false
  #inCell = false
  #inValue = false
  #inRich = false
  #row = 0
  #column = 0
  #type = ''
  #style = 0
  #value = ''
  #cells: string[] = []
  #lossy: number[] | undefined

  constructor(context: SheetContext, fromRow: number) {
    this.#context = context
    this.#fromRow = fromRow
  }

  take(): Raw[] {
    const rows = this.#done
    this.#done = []
    return rows
  }

  /** The cell being read. */
  get where(): Where {
    return { sheet: this.#context.sheet, row: this.#row, column: this.#column }
  }

  open(name: string, attributes: Record<string, string>): void {
    if (this.#inRich) this.#rich.open(name, attributes)
    else if (name === 'c') this.#openCell(attributes)
    else if (this.#inCell) {
      if (name === 'v') this.#inValue = true
      else if (name === 'is') {
        this.#inRich = true
        this.#rich.start()
      }
    } else if (name === 'row') this.#openRow(attributes)
    else if (name === 'sheetData') this.#inData = true
  }

  text(text: string): void {
    if (this.#inValue) this.#value += text
    else if (this.#inRich) this.#rich.add(text)
    else return
    // Escapes such as _x000D_ make raw text up to seven times as long.
    if (this.#value.length + this.#rich.length > this.#context.limits.cellChars * 7) this.tooLong()
  }

  close(name: string): void {
    if (this.#inRich) {
      if (name === 'is') this.#inRich = false
      else this.#rich.close(name)
    } else if (name === 'v') this.#inValue = false
    else if (name === 'c' && this.#inCell) this.#closeCell()
    else if (name === 'row' && this.#inData) this.#closeRow()
    else if (name === 'sheetData') this.#inData = false
  }

  /** For the cell being read; outside of cells nothing that long is honest. */
  tooLong(): never {
    if (!this.#inCell) throw endlessToken()
    throw cellTooLong(this.where, this.#context.limits.cellChars)
  }

  #openRow({ r }: Record<string, string>): void {
    const row = r === undefined ? this.#row + 1 : Number(r)
    if (!this.#inData || !Number.isInteger(row) || row <= this.#row || row > SHEET_ROWS) {
      throw broken('行号不正确', this.where)
    }
    this.#row = row
    this.#column = 0
    this.#cells = []
    this.#lossy = undefined
  }

  #closeRow(): void {
    if (this.#row < this.#fromRow) return
    this.#done.push({ row: this.#row, cells: this.#cells, ...(this.#lossy && { lossy: this.#lossy }) })
  }

  #openCell({ r, t, s }: Record<string, string>): void {
    const column = r === undefined ? this.#column + 1 : columnOf(r)
    if (this.#row === 0 || column === 0 || column > SHEET_COLUMNS) throw broken('单元格位置不正确', this.where)
    this.#column = column
    this.#inCell = this.#row >= this.#fromRow
    this.#type = t ?? 'n'
    this.#style = s === undefined ? 0 : Number(s)
    this.#value = ''
    this.#rich.start()
  }

  #closeCell(): void {
    const text = this.#render()
    if (text !== '') this.#place(text)
    this.#inCell = false
  }

  #place(text: string): void {
    const { limits } = this.#context
    if (this.#column > limits.columns) throw tooManyColumns(this.where, limits.columns)
    if (text.length > limits.cellChars) this.tooLong()
    while (this.#cells.length < this.#column - 1) this.#cells.push('')
    this.#cells[this.#column - 1] = text
  }

  #render(): string {
    const value = this.#value
    switch (this.#type) {
      case 'inlineStr':
        return unescapeXstring(this.#rich.text)
      case 's':
        return value === '' ? '' : this.#shared(value)
      case 'b':
        return value === '' ? '' : /^(?:1|true)$/.test(value.trim()) ? 'TRUE' : 'FALSE'
      case 'n':
        return value === '' ? '' : this.#number(value)
      default:
        // str (result of a formula), e (error as shown, #N/A), d (ISO 8601 date)
        return unescapeXstring(value)
    }
  }

  #shared(value: string): string {
    const { strings } = this.#context
    const index = Number(value)
    if (strings.tooLong !== undefined && index >= strings.tooLong) {
      if (index === strings.tooLong) this.tooLong()
      return '?'
    }
    const text = strings.get(index)
    if (text === undefined) throw broken(`${cellName(this.where)} 引用的文字不存在`, this.where)
    return text
  }

  #number(value: string): string {
    const { formats, date1904 } = this.#context
    const rendered = renderNumber(value, formats[this.#style] ?? 'general', date1904)
    if (!rendered) throw broken(`${cellName(this.where)} 的数字无法解析`, this.where)
    if (rendered.lossy) {
      this.#lossy ??= []
      this.#lossy.push(this.#column - 1)
    }
    return rendered.text
  }
}

/** 1-based column of a reference such as AB12, 0 when it is none. */
function columnOf(reference: string): number {
  let column = 0
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) & ~32
    if (letter < 65 || letter > 90) return reference.charCodeAt(i) < 58 ? column : 0
    column = column * 26 + letter - 64
    if (column > SHEET_COLUMNS) return column
  }
  return 0
}
