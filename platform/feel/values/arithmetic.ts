import type { Run } from '../run.ts'
import { add, divide, type FeelNumber, isNumber, multiply, negate, power, subtract } from './number.ts'
import { FeelObject } from './object.ts'
import {
  datePlusNanos,
  dateTimeMinus,
  dateTimeOf,
  daysDuration,
  type FeelDate,
  type FeelDateTime,
  isLocal,
  MIDNIGHT,
  monthsDuration,
  nanosAsNumber,
  plusMonths,
  plusNanos,
  scaleDays,
  timeMinus,
  timeOf,
  timePlusNanos,
} from './temporal.ts'
import { type FeelValue, kindOf, type Temporal } from './value.ts'

const isTemporal = (value: FeelValue): value is Temporal =>
  value instanceof FeelObject && value.kind !== 'range' && value.kind !== 'function'

/** point + duration, in this order (DMN 1.5 table 56) */
const plusDuration = (a: Temporal, b: Temporal): FeelValue => {
  if (b.kind === 'years and months duration') {
    if (a.kind === 'date') return plusMonths(a, b.months)
    if (a.kind === 'years and months duration') return monthsDuration(a.months + b.months)
    if (a.kind !== 'date and time') return null
    const date = plusMonths(a.date, b.months)
    return date && dateTimeOf(date, a.time)
  }
  if (b.kind !== 'days and time duration') return null
  if (a.kind === 'date') return datePlusNanos(a, b.nanos)
  if (a.kind === 'time') return timePlusNanos(a, b.nanos)
  if (a.kind === 'date and time') return plusNanos(a, b.nanos)
  return a.kind === 'days and time duration' ? daysDuration(a.nanos + b.nanos) : null
}

/** A date beside a date and time is its midnight: UTC when the other has an offset or zone, local when it is local. */
const midnightLike = (date: FeelDate, like: FeelDateTime): FeelDateTime =>
  dateTimeOf(date, isLocal(like.time) ? MIDNIGHT : timeOf(0, 0))

const minusPoint = (a: Temporal, b: Temporal): FeelValue => {
  if (a.kind === 'time' && b.kind === 'time') return timeMinus(a, b)
  if (a.kind === 'date' && b.kind === 'date') return dateTimeMinus(dateTimeOf(a, MIDNIGHT), dateTimeOf(b, MIDNIGHT))
  if (a.kind === 'date and time' && b.kind === 'date and time') return dateTimeMinus(a, b)
  if (a.kind === 'date' && b.kind === 'date and time') return dateTimeMinus(midnightLike(a, b), b)
  if (a.kind === 'date and time' && b.kind === 'date') return dateTimeMinus(a, midnightLike(b, a))
  return null
}

const opposite = (value: Temporal): FeelValue => {
  if (value.kind === 'days and time duration') return daysDuration(-value.nanos)
  return value.kind === 'years and months duration' ? monthsDuration(-value.months) : null
}

export const plus = (run: Run, a: FeelValue, b: FeelValue): FeelValue => {
  if (isNumber(a) && isNumber(b)) return add(a, b)
  if (typeof a === 'string' && typeof b === 'string') return run.text(a + b)
  if (!isTemporal(a) || !isTemporal(b)) return null
  const isDuration = a.kind.endsWith('duration')
  return isDuration && !b.kind.endsWith('duration') ? plusDuration(b, a) : plusDuration(a, b)
}

export const minus = (a: FeelValue, b: FeelValue): FeelValue => {
  if (isNumber(a) && isNumber(b)) return subtract(a, b)
  if (!isTemporal(a) || !isTemporal(b)) return null
  if (!b.kind.endsWith('duration')) return minusPoint(a, b)
  const back = opposite(b)
  return isTemporal(back) ? plusDuration(a, back) : null
}

const scaleMonths = (months: number, by: (months: FeelNumber) => FeelNumber | null): FeelValue => {
  const scaled = by(months)
  if (scaled === null) return null
  const whole = Math.trunc(Number(scaled.toString()))
  return Number.isSafeInteger(whole) ? monthsDuration(whole) : null
}

export const times = (a: FeelValue, b: FeelValue): FeelValue => {
  if (isNumber(a) && isNumber(b)) return multiply(a, b)
  if (isNumber(a) && isTemporal(b)) return times(b, a)
  if (!isTemporal(a) || !isNumber(b)) return null
  if (a.kind === 'days and time duration') return scaleDays(a, (nanos) => multiply(nanos, b))
  return a.kind === 'years and months duration' ? scaleMonths(a.months, (months) => multiply(months, b)) : null
}

export const over = (a: FeelValue, b: FeelValue): FeelValue => {
  if (isNumber(a) && isNumber(b)) return divide(a, b)
  if (!isTemporal(a)) return null
  if (isNumber(b)) {
    if (a.kind === 'days and time duration') return scaleDays(a, (nanos) => divide(nanos, b))
    return a.kind === 'years and months duration' ? scaleMonths(a.months, (months) => divide(months, b)) : null
  }
  if (!isTemporal(b)) return null
  if (a.kind === 'days and time duration' && b.kind === 'days and time duration')
    return b.nanos === 0n ? null : divide(nanosAsNumber(a.nanos), nanosAsNumber(b.nanos))
  if (a.kind === 'years and months duration' && b.kind === 'years and months duration')
    return divide(a.months, b.months)
  return null
}

export const raise = (a: FeelValue, b: FeelValue): FeelValue => (isNumber(a) && isNumber(b) ? power(a, b) : null)

export const minusSign = (value: FeelValue): FeelValue => {
  if (isNumber(value)) return negate(value)
  return isTemporal(value) && kindOf(value).endsWith('duration') ? opposite(value) : null
}
