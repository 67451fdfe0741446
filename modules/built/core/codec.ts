import type { Json } from '#platform/forms/contract'
import type { Field } from './storage.ts'

/** A value of a field as the columns of its table hold it, and back. Both ways exact: what comes back is what was kept. */

type Cells = readonly unknown[]
const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const json = (value: Json): string | null => (value === null ? null : JSON.stringify(value))
const idOf = (value: Json, key = 'id'): string | null =>
  isObject(value) && typeof value[key] === 'string' ? (value[key] as string) : null
const named = (value: Json, key = 'id'): Cells => [
  Array.isArray(value) ? value.flatMap((one) => idOf(one, key) ?? []) : idOf(value, key),
  json(value),
]

export const encode = ({ type }: Field, value: Json): Cells => {
  switch (type) {
    case 'person':
    case 'unit':
    case 'relation':
      return named(value)
    case 'region':
      return named(value, 'code')
    case 'period': {
      if (!isObject(value)) return [null, null, null, null, null]
      return [value.from ?? null, value.to ?? null, value.fromHalf ?? null, value.toHalf ?? null, value.days ?? null]
    }
    case 'file':
    case 'picture':
    case 'table':
      return [json(value)]
    default:
      return [value]
  }
}

/** `cells` in the order of the columns, a moment as text. */
export const decode = ({ type }: Field, cells: Cells): Json => {
  const [first = null, second = null] = cells
  switch (type) {
    case 'number':
      return first === null ? null : Number(first)
    case 'time':
      return typeof first === 'string' ? first.slice(0, 5) : null
    case 'dateTime':
      return typeof first === 'string' ? first.slice(0, 16).replace(' ', 'T') : null
    case 'person':
    case 'unit':
    case 'relation':
    case 'region':
      return second as Json
    case 'period': {
      if (first === null) return null
      const [from, to, fromHalf, toHalf, days = null] = cells
      const period = { from, to, fromHalf, toHalf } as { [key: string]: Json }
      return days === null ? period : { ...period, days: Number(days) }
    }
    default:
      return first as Json
  }
}
