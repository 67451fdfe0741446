import type { Row } from '#kernel/tabular'
import { cleanText } from '#kernel/text'

/** What one cell says: a value, or a fault with what to do about it. */
export type Reading = { value: unknown } | { fault: string }
export type Read = (cell: string) => Reading
/** A column that a file may have. */
export interface FieldDef {
  title: string
  required: boolean
  /** what other offices call it */
  synonyms: readonly string[]
  read: Read
}
export type Fields = Readonly<Record<string, FieldDef>>
/** Which column, counted from 0, holds which field. */
export type Mapping = Readonly<Record<string, number>>

/** A fault of one cell, or of the whole row when `col` is -1. */
export interface CellFault {
  col: number
  value: string
  message: string
}
/** One row of a file; a field that is absent was empty and changes nothing. */
export interface Line {
  /** 1 for the first row of data, counted through all sheets */
  no: number
  sheet: string
  row: number
  values: Readonly<Record<string, unknown>>
  faults: CellFault[]
  blame(field: string, message: string): CellFault
}

const plainTitle = (title: string): string =>
  title
    .normalize('NFKC')
    .replace(/[(（[【].*?[)）\]】]/gu, '')
    .replace(/[\s*:：_/、.-]+/gu, '')

/** Guesses which column holds which field: the titles first, then what other offices call them. */
export const suggestMapping = (fields: Fields, header: readonly string[]): Record<string, number> => {
  const titles = header.map(plainTitle)
  const mapping: Record<string, number> = {}
  const taken = new Set<number>()
  const take = (field: string, title: string): void => {
    const column = titles.findIndex((one, at) => !taken.has(at) && one === plainTitle(title))
    if (column < 0 || field in mapping) return
    mapping[field] = column
    taken.add(column)
  }
  for (const [field, { title }] of Object.entries(fields)) take(field, title)
  for (const [field, { synonyms }] of Object.entries(fields)) for (const synonym of synonyms) take(field, synonym)
  return mapping
}

/** What is wrong with a mapping, as sentences. */
export const mappingFaults = (fields: Fields, width: number, mapping: Mapping): string[] => {
  const columns = Object.values(mapping)
  return [
    ...Object.keys(mapping)
      .filter((field) => !Object.hasOwn(fields, field))
      .map((field) => `没有“${field}”这个字段。`),
    ...(columns.some((column) => column >= width) ? ['有的字段对应了不存在的列。'] : []),
    ...(new Set(columns).size < columns.length ? ['有两个字段对应了同一列，请改正其中一个。'] : []),
    ...Object.entries(fields)
      .filter(([field, { required }]) => required && !(field in mapping))
      .map(([, { title }]) => `请指出“${title}”在哪一列。`),
  ]
}

const SHOWN = 60
/** Reads rows by a mapping. */
export const lineReader = (fields: Fields, mapping: Mapping) => {
  const columns = Object.entries(mapping).flatMap(([field, column]) =>
    fields[field] ? [{ field, column, def: fields[field] }] : [],
  )
  return ({ sheet, row, cells }: Row, no: number): Line => {
    const values: Record<string, unknown> = {}
    const faults: CellFault[] = []
    const blame = (field: string, message: string): CellFault => {
      const col = mapping[field] ?? -1
      return { col, value: col < 0 ? '' : [...(cells[col] ?? '')].slice(0, SHOWN).join(''), message }
    }
    for (const { field, column, def } of columns) {
      const cell = cleanText((cells[column] ?? '').trim())
      if (cell === undefined) faults.push(blame(field, '内容里有看不见的控制字符，请删去。'))
      else if (cell === '') {
        if (def.required) faults.push(blame(field, `请填写${def.title}。`))
      } else {
        const reading = def.read(cell)
        if ('fault' in reading) faults.push(blame(field, reading.fault))
        else values[field] = reading.value
      }
    }
    return { no, sheet, row, values, faults, blame }
  }
}
