import { dateOfEpochDay, daysInMonth, epochDayOf, isRealDate, MAX_YEAR } from './calendar.ts'
import { Decimal, type FeelNumber, fromDecimal } from './number.ts'
import { FeelObject } from './object.ts'
import { offsetAt, offsetOfInstant } from './zone.ts'

export const SECOND = 1_000_000_000
export const DAY = 86_400 * SECOND
const DAY_BIG = BigInt(DAY)

export class FeelDate extends FeelObject<'date'> {
  readonly kind = 'date'
  readonly year: number
  readonly month: number
  readonly day: number
  constructor(year: number, month: number, day: number) {
    super()
    this.year = year
    this.month = month
    this.day = day
  }
}
/** A clock time, `nanos` since midnight; `offset` in seconds east, or `zone`, or neither (a local time). */
export class FeelTime extends FeelObject<'time'> {
  readonly kind = 'time'
  readonly nanos: number
  readonly offset: number | null
  readonly zone: string | null
  constructor(nanos: number, offset: number | null, zone: string | null) {
    super()
    this.nanos = nanos
    this.offset = offset
    this.zone = zone
  }
}
export class FeelDateTime extends FeelObject<'date and time'> {
  readonly kind = 'date and time'
  readonly date: FeelDate
  readonly time: FeelTime
  constructor(date: FeelDate, time: FeelTime) {
    super()
    this.date = date
    this.time = time
  }
}
export class DaysDuration extends FeelObject<'days and time duration'> {
  readonly kind = 'days and time duration'
  readonly nanos: bigint
  constructor(nanos: bigint) {
    super()
    this.nanos = nanos
  }
}
export class MonthsDuration extends FeelObject<'years and months duration'> {
  readonly kind = 'years and months duration'
  readonly months: number
  constructor(months: number) {
    super()
    this.months = months
  }
}

export const dateOf = (year: number, month: number, day: number): FeelDate | null =>
  isRealDate(year, month, day) ? new FeelDate(year, month, day) : null

const LAST_DAY = epochDayOf(MAX_YEAR, 12, 31)
const FIRST_DAY = epochDayOf(-MAX_YEAR, 1, 1)
export const dateAt = (epochDay: number): FeelDate | null => {
  if (!(epochDay >= FIRST_DAY && epochDay <= LAST_DAY)) return null
  const { year, month, day } = dateOfEpochDay(epochDay)
  return new FeelDate(year, month, day)
}
export const epochDay = (date: FeelDate): number => epochDayOf(date.year, date.month, date.day)

export const timeOf = (nanos: number, offset: number | null = null, zone: string | null = null): FeelTime =>
  new FeelTime(nanos, offset, zone)
export const dateTimeOf = (date: FeelDate, time: FeelTime): FeelDateTime => new FeelDateTime(date, time)
export const MIDNIGHT = timeOf(0)

/** ±30 thousand million years: more is an error, so that durations cannot be grown without end */
const LONGEST = 10n ** 27n
export const daysDuration = (nanos: bigint): DaysDuration | null =>
  nanos > LONGEST || nanos < -LONGEST ? null : new DaysDuration(nanos)
export const monthsDuration = (months: number): MonthsDuration | null =>
  Math.abs(months) <= MAX_YEAR * 24 ? new MonthsDuration(months + 0) : null

export const isLocal = (time: FeelTime): boolean => time.offset === null && time.zone === null

const localNanos = (value: FeelDateTime): bigint => BigInt(epochDay(value.date)) * DAY_BIG + BigInt(value.time.nanos)

/** Seconds east of Greenwich, null for a local time; a time alone has no date and so no offset in a zone. */
export const offsetOf = (value: FeelDateTime): number | null => {
  const { offset, zone, nanos } = value.time
  if (offset !== null) return offset
  return zone === null ? null : offsetAt(zone, epochDay(value.date) * 86_400 + Math.floor(nanos / SECOND))
}

/** Nanoseconds since 1970: UTC when it has an offset or zone, on its own clock when local. */
export const momentOf = (value: FeelDateTime): bigint => localNanos(value) - BigInt((offsetOf(value) ?? 0) * SECOND)

/** The date and time at a moment of `momentOf`, on the clock of `like`. */
const atMoment = (moment: bigint, like: FeelTime): FeelDateTime | null => {
  const { offset, zone } = like
  const seconds = Number(moment / BigInt(SECOND))
  const east = zone === null ? (offset ?? 0) : offsetOfInstant(zone, seconds)
  const local = moment + BigInt(east * SECOND)
  const rest = ((local % DAY_BIG) + DAY_BIG) % DAY_BIG
  const date = dateAt(Number((local - rest) / DAY_BIG))
  return date && dateTimeOf(date, timeOf(Number(rest), offset, zone))
}

/** A moment on the clock of a zone, or in UTC. */
export const dateTimeAt = (milliseconds: number, zone: string | null): FeelDateTime | null =>
  atMoment(BigInt(Math.floor(milliseconds)) * 1_000_000n, zone === null ? timeOf(0, 0) : timeOf(0, null, zone))

/** XML Schema 1.1 part 2 appendix E.3.3: a day past the month's end becomes its last day */
export const plusMonths = (date: FeelDate, months: number): FeelDate | null => {
  const total = date.year * 12 + date.month - 1 + months
  const year = Math.floor(total / 12)
  const month = total - year * 12 + 1
  return dateOf(year, month, Math.min(date.day, daysInMonth(year, month)))
}

export const plusNanos = (value: FeelDateTime, nanos: bigint): FeelDateTime | null =>
  atMoment(momentOf(value) + nanos, value.time)

/** A date is its midnight, so a part of a day may fall into the next one. */
export const datePlusNanos = (date: FeelDate, nanos: bigint): FeelDate | null =>
  plusNanos(dateTimeOf(date, MIDNIGHT), nanos)?.date ?? null

/** Clocks go round. */
export const timePlusNanos = (time: FeelTime, nanos: bigint): FeelTime =>
  timeOf(Number((((BigInt(time.nanos) + nanos) % DAY_BIG) + DAY_BIG) % DAY_BIG), time.offset, time.zone)

/** null when one has an offset and the other is local */
export const dateTimeMinus = (a: FeelDateTime, b: FeelDateTime): DaysDuration | null =>
  isLocal(a.time) === isLocal(b.time) ? daysDuration(momentOf(a) - momentOf(b)) : null

/** UTC nanoseconds when it can be told without a date: an offset, or nothing to subtract */
const clockOf = (time: FeelTime): number => time.nanos - (time.offset ?? 0) * SECOND

/** Whether two times can be put in order: both local, both with offsets, or both of one zone. */
export const sameClock = (a: FeelTime, b: FeelTime): boolean =>
  a.zone !== null || b.zone !== null ? a.zone === b.zone : (a.offset === null) === (b.offset === null)

export const timeMinus = (a: FeelTime, b: FeelTime): DaysDuration | null =>
  sameClock(a, b) ? daysDuration(BigInt(clockOf(a) - clockOf(b))) : null

/** -1, 0, 1; null when they cannot be put in order */
export const compareTimes = (a: FeelTime, b: FeelTime): number | null =>
  sameClock(a, b) ? Math.sign(clockOf(a) - clockOf(b)) : null

export const compareDateTimes = (a: FeelDateTime, b: FeelDateTime): number | null => {
  if (isLocal(a.time) !== isLocal(b.time)) return null
  const [left, right] = [momentOf(a), momentOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Whole years and months from one date to another, towards zero. */
export const monthsBetween = (from: FeelDate, to: FeelDate): number => {
  const months = (to.year - from.year) * 12 + to.month - from.month
  if (months > 0 && to.day < from.day) return months - 1
  if (months < 0 && to.day > from.day) return months + 1
  return months + 0
}

export const scaleDays = (value: DaysDuration, by: (nanos: InstanceType<typeof Decimal>) => FeelNumber | null) => {
  const scaled = by(new Decimal(value.nanos.toString()))
  if (scaled === null) return null
  const digits = new Decimal(scaled).toDecimalPlaces(0, 1).toFixed(0)
  return digits.length > 30 ? null : daysDuration(BigInt(digits))
}
export const nanosAsNumber = (nanos: bigint): FeelNumber => fromDecimal(new Decimal(nanos.toString()))
