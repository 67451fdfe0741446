import type { Parameters } from './admin-list.ts'
import { bad } from './scim-error.ts'
import type { Comparison, Filter, Value } from './scim-filter.ts'

/** An attribute that may be filtered by: SQL of ours, never the caller's. `exact`: case counts. */
export interface Column {
  sql: string
  type: 'text' | 'exact' | 'boolean' | 'moment'
  /** of a sealed attribute: what equals what where a blind index answers the comparison */
  blind?(op: Comparison, text: string): { sql: string; value: string | Buffer } | undefined
}
export type Columns = Readonly<Record<string, Column>>

const fault = (detail: string) => bad('invalidFilter', `筛选条件有误：${detail}`)

const momentOf = (value: Value): string => {
  const at = typeof value === 'string' ? new Date(value) : new Date(Number.NaN)
  const year = at.getUTCFullYear()
  if (Number.isNaN(at.getTime()) || year < 1 || year > 9999) throw fault('时间须写成 2026-11-20T09:00:00Z 的样子。')
  return at.toISOString()
}

const signs = { gt: '>', ge: '>=', lt: '<', le: '<=' } as const
const textual = (column: Column, op: Comparison, value: Value, { bind }: Parameters): string => {
  if (typeof value !== 'string') throw fault('这个属性须与文字比较。')
  if (column.blind) {
    const found = column.blind(op, value)
    if (!found) throw fault('手机号加密保存，只能用 eq、ne、pr，或用 ew 比较后四位。')
    return `${found.sql} = ${bind(found.value)}`
  }
  const exact = column.type === 'exact'
  const left = exact ? column.sql : `lower(${column.sql})`
  const right = exact ? `${bind(value)}::text` : `lower(${bind(value)}::text)`
  if (op === 'eq') return `${left} = ${right}`
  if (op === 'co') return `strpos(${left}, ${right}) > 0`
  if (op === 'sw') return `starts_with(${left}, ${right})`
  if (op === 'ew') return `right(${left}, length(${right})) = ${right}`
  return `${left} collate "C" ${signs[op as keyof typeof signs]} ${right} collate "C"`
}

const comparison = (column: Column, op: Comparison, value: Value, params: Parameters): string => {
  if (value === null) {
    if (op !== 'eq') throw fault('null 只能用 eq 或 ne 比较。')
    return `${column.sql} is null`
  }
  if (column.type === 'text' || column.type === 'exact') return textual(column, op, value, params)
  if (column.type === 'boolean') {
    if (op !== 'eq' || typeof value !== 'boolean') throw fault('这个属性只能用 eq 或 ne 与 true、false 比较。')
    return `${column.sql} = ${params.bind(value)}::boolean`
  }
  const right = `${params.bind(momentOf(value))}::timestamptz`
  // A moment is told to the millisecond; the database knows it finer.
  const left = `date_trunc('milliseconds', ${column.sql})`
  if (op === 'eq') return `${left} = ${right}`
  if (!(op in signs)) throw fault('时间不能这样比较。')
  return `${left} ${signs[op as keyof typeof signs]} ${right}`
}

/** The filter as one condition. Values are parameters; whatever is no known attribute is a 400, never SQL. */
export const conditionOf = (filter: Filter, columns: Columns, params: Parameters, within = ''): string => {
  const column = (path: string): Column => {
    const known = Object.hasOwn(columns, within + path) ? columns[within + path] : undefined
    if (!known) throw fault(`不能按“${within}${path}”筛选。`)
    return known
  }
  switch (filter.is) {
    case 'and':
    case 'or':
      return `(${conditionOf(filter.left, columns, params, within)} ${filter.is} ${conditionOf(filter.right, columns, params, within)})`
    case 'not':
      return `(not ${conditionOf(filter.filter, columns, params, within)})`
    case 'present': {
      const { sql, type } = column(filter.path)
      return type === 'boolean' ? `coalesce(${sql}, false)` : `coalesce(${sql}::text, '') <> ''`
    }
    case 'element':
      if (within) throw fault('方括号里不能再有方括号。')
      return conditionOf(filter.filter, columns, params, `${filter.path}.`)
    case 'compare': {
      const { op, value } = filter
      const holds = (one: Comparison) => `coalesce(${comparison(column(filter.path), one, value, params)}, false)`
      return op === 'ne' ? `(not ${holds('eq')})` : holds(op)
    }
  }
}
