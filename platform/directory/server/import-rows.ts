import { maskText } from '#kernel/classify'
import type { Row } from '#kernel/tabular'
import type { ImportKind, ImportMapping } from '../contract/transfer.ts'
import { fieldsOf, tidy } from './import-fields.ts'

/** A fault of one cell, or of the whole row when `col` is -1. */
export interface CellFault {
  col: number
  value: string
  message: string
}

/** One row of a file, read by its mapping. A field that is absent was empty: it changes nothing. */
export interface Draft {
  /** 1 for the first row of data, counted through all sheets */
  no: number
  sheet: string
  row: number
  values: Readonly<Record<string, string | number | boolean | undefined>>
  faults: CellFault[]
  /** a fault in the column of a field; the row as a whole when the file has no such column */
  blame(field: string, message: string): CellFault
}

const MOST_SHOWN = 60
/** 3.79999E+17: how a spreadsheet saves such a number as CSV. */
const SCIENTIFIC = /^\d(?:\.\d+)?E\+\d+$/i
const LOSSY = '号码被存成了数字，末尾几位已经丢失。请把这一列的格式改为“文本”，重新填写后再上传。'

/** Reads rows of a kind of file by a mapping. */
export const rowReader = (kind: ImportKind, mapping: ImportMapping, width: number, today: string) => {
  const all = fieldsOf(kind)
  const columns = Object.entries(mapping).flatMap(([field, column]) =>
    all[field] ? [{ field, column, def: all[field] }] : [],
  )
  const shown = (field: string, cell: string): string =>
    all[field]?.personal ? maskText(cell.slice(0, 40)) : [...cell].slice(0, MOST_SHOWN).join('')

  return ({ sheet, row, cells, lossy, ragged }: Row, no: number): Draft => {
    const values: Record<string, string | number | boolean> = {}
    const blame = (field: string, message: string): CellFault => {
      const col = mapping[field] ?? -1
      return { col, value: col < 0 ? '' : shown(field, tidy(cells[col] ?? '')), message }
    }
    const faults: CellFault[] = []
    if (ragged === 'long')
      faults.push({
        col: -1,
        value: '',
        message: `这一行比表头多出内容，共 ${cells.length} 格而表头只有 ${width} 格。请核对是否多了逗号。`,
      })
    for (const { field, column, def } of columns) {
      const cell = tidy(cells[column] ?? '')
      if (cell === '') {
        if (def.required) faults.push(blame(field, `请填写${def.title}。`))
        continue
      }
      const isSpoilt = def.digits && (lossy?.includes(column) || SCIENTIFIC.test(cell))
      const reading = isSpoilt ? { fault: LOSSY } : def.read(cell, today)
      if (reading === undefined) continue
      if ('fault' in reading) faults.push(blame(field, reading.fault))
      else values[field] = reading.value
    }
    return { no, sheet, row, values, faults, blame }
  }
}
