import type { ListQuery } from '#kernel/web'
import type { SearchParams } from '../search-params.ts'
import type { Column, Filter } from './types.ts'

/** What a table keeps in the address. */
export const urlDefaults = (filters: readonly Filter[]): SearchParams => ({
  q: '',
  sort: '',
  row: '',
  ...Object.fromEntries(filters.map((filter) => [filter.name, isMultiple(filter) ? [] : ''])),
})

export const isMultiple = (filter: Filter): boolean => filter.kind === 'select' && filter.multiple === true

/** The question to the server: what the address says, without empty values and without the open row. */
export function questionOf(state: SearchParams, fixed: ListQuery = {}): ListQuery {
  const asked = Object.entries(state).filter(([name, value]) => name !== 'row' && value.length > 0)
  return { ...Object.fromEntries(asked), ...fixed }
}

/** How many filters narrow the list, the search box included. */
export const narrowed = (state: SearchParams): number =>
  Object.entries(state).filter(([name, value]) => name !== 'row' && name !== 'sort' && value.length > 0).length

/** A click on the head: up, down, off again. */
export function nextSort(now: string, column: string): string {
  if (now === column) return `-${column}`
  return now === `-${column}` ? '' : column
}

export const ariaSort = (now: string, column: string | undefined): 'ascending' | 'descending' | undefined => {
  if (column === undefined || now === '') return undefined
  return now === column ? 'ascending' : now === `-${column}` ? 'descending' : undefined
}

/** The columns to show: the first always, then what was chosen, in the order of the table. */
export const shownColumns = <R>(columns: readonly Column<R>[], chosen: readonly string[] | undefined): Column<R>[] =>
  columns.filter((column, at) => at === 0 || (chosen ? chosen.includes(column.key) : !column.optional))

/** The row `step` places away; from nowhere the first step leads to an end of the list. */
export function moveRow(keys: readonly string[], now: string | undefined, step: 1 | -1): string | undefined {
  if (keys.length === 0) return undefined
  const at = now === undefined ? -1 : keys.indexOf(now)
  if (at < 0) return step === 1 ? keys[0] : keys.at(-1)
  return keys[Math.max(0, Math.min(keys.length - 1, at + step))]
}

/** `共 130 条`, `已显示 50 条`, with what narrows it. */
export function countText(shown: number, total: number | undefined, more: boolean, measure: string): string {
  if (total !== undefined) return `共 ${total.toLocaleString('zh-CN')} ${measure}`
  return more ? `已显示 ${shown} ${measure}，还有更多` : `共 ${shown} ${measure}`
}
