import {
  DAY,
  type DaysDuration,
  dateOf,
  dateTimeOf,
  daysDuration,
  type FeelDate,
  type FeelDateTime,
  type FeelTime,
  MIDNIGHT,
  type MonthsDuration,
  monthsDuration,
  SECOND,
  timeOf,
} from './temporal.ts'
import { isZone } from './zone.ts'

/** DMN 1.5 §10.3.2.3.4–8: the lexical forms of XML Schema, with an IANA zone after @ besides. Each reader gives null for any other text. */

// XML Schema 1.1 part 2 §3.3.9.2: no leading zero in a year of more than four digits
const DATE = /^(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)$/
export const parseDate = (text: string): FeelDate | null => {
  const [, year, month, day] = DATE.exec(text) ?? []
  return year === undefined ? null : dateOf(Number(year) + 0, Number(month), Number(day))
}

const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(Z|[+-]\d\d:\d\d(?::\d\d)?|@.+)?$/
/** Offsets go to ±18 hours, beyond XML Schema's 14, as ISO 8601 calculations of other engines do. */
const FARTHEST = 18 * 3600

const parseOffset = (text: string): number | null => {
  const sign = text.startsWith('-') ? -1 : 1
  const [hours = 0, minutes = 0, seconds = 0] = text.slice(1).split(':').map(Number)
  const size = hours * 3600 + minutes * 60 + seconds
  return minutes > 59 || seconds > 59 || size > FARTHEST ? null : sign * size + 0
}

export const parseTime = (text: string): FeelTime | null => {
  const [, hour, minute, second, fraction = '', where] = TIME.exec(text) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  const nanos = seconds * SECOND + Number(fraction.slice(0, 9).padEnd(9, '0'))
  if (where === undefined) return timeOf(nanos)
  if (where.startsWith('@')) return isZone(where.slice(1)) ? timeOf(nanos, null, where.slice(1)) : null
  const offset = where === 'Z' ? 0 : parseOffset(where)
  return offset === null ? null : timeOf(nanos, offset)
}

/** A date alone is its midnight. */
export const parseDateTime = (text: string): FeelDateTime | null => {
  const cut = text.indexOf('T')
  const date = parseDate(cut < 0 ? text : text.slice(0, cut))
  const time = cut < 0 ? MIDNIGHT : parseTime(text.slice(cut + 1))
  return date && time && dateTimeOf(date, time)
}

const MONTHS = /^(-?)P(?:(\d{1,10})Y)?(?:(\d{1,11})M)?$/
const DAYS = /^(-?)P(?:(\d{1,15})D)?(?:T(?=\d)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,18})(?:\.(\d{0,30}))?S)?)?$/
export const parseDuration = (text: string): DaysDuration | MonthsDuration | null => {
  const [long, minus, years, months] = MONTHS.exec(text) ?? []
  if (long !== undefined && (years ?? months) !== undefined)
    return monthsDuration((minus ? -1 : 1) * (Number(years ?? 0) * 12 + Number(months ?? 0)))
  const [short, negative, days, hours, minutes, seconds, fraction = ''] = DAYS.exec(text) ?? []
  if (short === undefined || (days ?? hours ?? minutes ?? seconds) === undefined) return null
  const whole =
    BigInt(days ?? 0) * 86_400n + BigInt(hours ?? 0) * 3600n + BigInt(minutes ?? 0) * 60n + BigInt(seconds ?? 0)
  const nanos = whole * BigInt(SECOND) + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return daysDuration(negative ? -nanos : nanos)
}

/** What stands behind @ in an expression. */
export const parseTemporal = (text: string) =>
  parseDuration(text) ?? parseTime(text) ?? (text.includes('T') ? parseDateTime(text) : parseDate(text))

const two = (value: number): string => String(value).padStart(2, '0')
const fractionOf = (nanos: number): string =>
  nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`

export const printDate = ({ year, month, day }: FeelDate): string =>
  `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`

const printOffset = (offset: number): string => {
  if (offset === 0) return 'Z'
  const size = Math.abs(offset)
  const seconds = size % 60
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${seconds === 0 ? '' : `:${two(seconds)}`}`
}

export const printTime = ({ nanos, offset, zone }: FeelTime): string => {
  const seconds = Math.floor(nanos / SECOND)
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${clock}${fractionOf(nanos % SECOND)}${zone === null ? (offset === null ? '' : printOffset(offset)) : `@${zone}`}`
}

export const printDateTime = ({ date, time }: FeelDateTime): string => `${printDate(date)}T${printTime(time)}`

export const printMonths = ({ months }: MonthsDuration): string => {
  const [years, rest] = [Math.floor(Math.abs(months) / 12), Math.abs(months) % 12]
  if (months === 0) return 'P0M'
  return `${months < 0 ? '-' : ''}P${years === 0 ? '' : `${years}Y`}${rest === 0 ? '' : `${rest}M`}`
}

export const printDays = ({ nanos }: DaysDuration): string => {
  if (nanos === 0n) return 'PT0S'
  const size = nanos < 0n ? -nanos : nanos
  const days = size / BigInt(DAY)
  const inDay = Number(size % BigInt(DAY))
  const seconds = Math.floor(inDay / SECOND)
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const rest = fractionOf(inDay % SECOND)
  const clock = `${hour === 0 ? '' : `${hour}H`}${minute === 0 ? '' : `${minute}M`}${second === 0 && rest === '' ? '' : `${second}${rest}S`}`
  return `${nanos < 0n ? '-' : ''}P${days === 0n ? '' : `${days}D`}${clock === '' ? '' : `T${clock}`}`
}
