import { FeelBudgetError } from '../errors.ts'
import {
  parseDate,
  parseDateTime,
  parseDuration,
  parseTime,
  printDate,
  printDateTime,
  printDays,
  printMonths,
  printTime,
} from './literals.ts'
import { fromJsNumber, isNumber, parseNumber, printNumber, toJsNumber } from './number.ts'
import { FeelObject } from './object.ts'
import { DaysDuration, dateTimeAt, FeelDate, FeelDateTime, FeelTime, MonthsDuration } from './temporal.ts'
import { coerce } from './types.ts'
import { FeelRange, type FeelType, type FeelValue, isContext, isList } from './value.ts'

/** Values in one conversion, and how deep: a list may hold itself many times over, so neither alone is a bound. */
const MOST = 1_000_000
const DEEPEST = 200

const count = () => {
  let left = MOST
  return (depth: number): void => {
    if (--left < 0 || depth > DEEPEST) throw new FeelBudgetError('size')
  }
}
type Count = ReturnType<typeof count>

const READ: Readonly<Record<string, (text: string) => FeelValue>> = {
  number: parseNumber,
  date: parseDate,
  time: parseTime,
  'date and time': parseDateTime,
  'days and time duration': parseDuration,
  'years and months duration': parseDuration,
}

const memberType = (type: FeelType | undefined, key: string): FeelType | undefined =>
  typeof type === 'object' && 'context' in type && Object.hasOwn(type.context, key) ? type.context[key] : undefined

const read = (value: unknown, type: FeelType | undefined, depth: number, take: Count): FeelValue => {
  take(depth)
  if (value === null || value === undefined) return null
  if (typeof value === 'string') {
    const reader = typeof type === 'string' && Object.hasOwn(READ, type) ? READ[type] : undefined
    return reader ? reader(value) : value
  }
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return fromJsNumber(value)
  if (typeof value === 'bigint') return value.toString().length > 6000 ? null : parseNumber(value.toString())
  if (typeof value !== 'object') return null
  if (Array.isArray(value)) {
    const item = typeof type === 'object' && 'list' in type ? type.list : undefined
    const list: FeelValue[] = []
    for (const one of value) list.push(read(one, item, depth + 1, take))
    return list
  }
  if (value instanceof FeelObject || isNumber(value)) return value as FeelValue
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : dateTimeAt(value.getTime(), null)
  const context = new Map<string, FeelValue>()
  const set = (key: string, one: unknown) => context.set(key, read(one, memberType(type, key), depth + 1, take))
  if (value instanceof Map) for (const [key, one] of value) set(String(key), one)
  else for (const key of Object.keys(value)) set(key, (value as Record<string, unknown>)[key])
  return context
}

/**
 * A JS value as a FEEL value. With a type, text is read as that type («2026-01-31» as a date) and what does not fit
 * becomes null; without one text stays text. Only own enumerable properties are read.
 */
export const toFeel = (value: unknown, type?: FeelType): FeelValue => {
  const converted = read(value, type, 0, count())
  return type === undefined ? converted : coerce(converted, type)
}

/** What `fromFeel` gives: JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const write = (value: FeelValue, depth: number, take: Count): Json => {
  take(depth)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (isNumber(value)) {
    const near = toJsNumber(value)
    const back = fromJsNumber(near)
    return back !== null && printNumber(back) === printNumber(value) ? near : printNumber(value)
  }
  if (isList(value)) return value.map((item) => write(item, depth + 1, take))
  if (isContext(value)) return Object.fromEntries([...value].map(([key, item]) => [key, write(item, depth + 1, take)]))
  if (value instanceof FeelRange) return printValue(value, count())
  return printTemporal(value) ?? null
}

/** A FEEL value as JSON: temporal values and ranges as text, functions as null, a number as text where a double would change it. */
export const fromFeel = (value: FeelValue): Json => write(value, 0, count())

const printTemporal = (value: FeelValue): string | null => {
  if (value instanceof FeelDate) return printDate(value)
  if (value instanceof FeelTime) return printTime(value)
  if (value instanceof FeelDateTime) return printDateTime(value)
  if (value instanceof DaysDuration) return printDays(value)
  return value instanceof MonthsDuration ? printMonths(value) : null
}

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** How a value is written in an expression; `take` is asked before each part. */
export const printValue = (value: FeelValue, take: Count, depth = 0): string => {
  take(depth)
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quote(value)
  if (isNumber(value)) return printNumber(value)
  if (isList(value)) return `[${value.map((item) => printValue(item, take, depth + 1)).join(', ')}]`
  if (isContext(value))
    return `{${[...value].map(([key, item]) => `${/^[\p{L}_][\p{L}\p{N}_ ]*$/u.test(key) ? key : quote(key)}: ${printValue(item, take, depth + 1)}`).join(', ')}}`
  if (value instanceof FeelRange) {
    const [low, high] = [value.low, value.high].map((end) => (end === null ? null : printValue(end, take, depth + 1)))
    if (low === null) return `(${value.highIncluded ? '<=' : '<'} ${high})`
    if (high === null) return `(${value.lowIncluded ? '>=' : '>'} ${low})`
    return `${value.lowIncluded ? '[' : '('}${low}..${high}${value.highIncluded ? ']' : ')'}`
  }
  return printTemporal(value) ?? 'function'
}

/** `string()` (DMN 1.5 table 77): text as it is, everything else as written; null for null. */
export const stringOf = (value: FeelValue, take: Count = count()): string | null => {
  if (value === null) return null
  if (typeof value === 'string') return value
  return printTemporal(value) ?? printValue(value, take)
}
