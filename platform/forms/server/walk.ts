import type { Column } from '../contract/definition.ts'
import { type Data, type FormDefinition, type Json, ROW } from '../contract.ts'
import { rowsOf } from '../core/evaluate.ts'
import { textOf } from '../core/kinds/kind.ts'

/** One value of a form with where it stands: `明细.r1.金额` for a cell, by the name of its row. */
export interface Cell {
  field: Column
  /** by the name of the row: stays when rows move */
  place: string
  /** by the number of the row: what a problem is told at */
  path: string
  value: Json
}

/** Every value of fields that `wanted` asks for. */
export const cellsOf = (definition: FormDefinition, data: Data, wanted: (field: Column) => boolean): Cell[] =>
  definition.groups
    .flatMap(({ fields }) => fields)
    .flatMap((field): Cell[] => {
      if (field.type !== 'table')
        return wanted(field) ? [{ field, place: field.key, path: field.key, value: data[field.key] ?? null }] : []
      const columns = field.columns.filter(wanted)
      if (columns.length === 0) return []
      return rowsOf(data[field.key]).flatMap((row, at) =>
        columns.map((column) => ({
          field: column,
          place: `${field.key}.${textOf(row[ROW])}.${column.key}`,
          path: `${field.key}.${at}.${column.key}`,
          value: row[column.key] ?? null,
        })),
      )
    })

/** The same data with some values replaced, by their place. */
export const replaced = (
  definition: FormDefinition,
  data: Data,
  values: ReadonlyMap<string, Json>,
): Record<string, Json> => {
  if (values.size === 0) return { ...data }
  const next: Record<string, Json> = { ...data }
  for (const field of definition.groups.flatMap(({ fields }) => fields)) {
    if (field.type !== 'table') {
      if (values.has(field.key)) next[field.key] = values.get(field.key) ?? null
      continue
    }
    if (!Array.isArray(data[field.key])) continue
    next[field.key] = rowsOf(data[field.key]).map((row) => {
      const own = field.columns.map(({ key }) => [key, `${field.key}.${textOf(row[ROW])}.${key}`] as const)
      const changed = own.filter(([, place]) => values.has(place))
      return { ...row, ...Object.fromEntries(changed.map(([key, place]) => [key, values.get(place) ?? null])) }
    })
  }
  return next
}
