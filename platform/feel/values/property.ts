import type { Run } from '../run.ts'
import { weekdayOf } from './calendar.ts'
import { add, divide, type FeelNumber } from './number.ts'
import { FeelObject } from './object.ts'
import {
  DAY,
  type DaysDuration,
  daysDuration,
  epochDay,
  type FeelDate,
  type FeelDateTime,
  type FeelTime,
  offsetOf,
  SECOND,
} from './temporal.ts'
import { type FeelRange, type FeelValue, isContext, isList } from './value.ts'

const ofDate = (date: FeelDate, name: string): FeelValue => {
  if (name === 'year') return date.year
  if (name === 'month') return date.month
  if (name === 'day') return date.day
  return name === 'weekday' ? weekdayOf(epochDay(date)) : null
}

const seconds = (nanos: number): FeelNumber => add(Math.floor(nanos / SECOND), divide(nanos % SECOND, SECOND) ?? 0) ?? 0
const ofTime = (time: FeelTime, name: string, offset: number | null): FeelValue => {
  if (name === 'hour') return Math.floor(time.nanos / (3600 * SECOND))
  if (name === 'minute') return Math.floor(time.nanos / (60 * SECOND)) % 60
  if (name === 'second') return seconds(time.nanos % (60 * SECOND))
  if (name === 'timezone') return time.zone
  return name === 'time offset' && offset !== null ? daysDuration(BigInt(offset) * BigInt(SECOND)) : null
}

const ofDateTime = (value: FeelDateTime, name: string): FeelValue =>
  ofDate(value.date, name) ?? ofTime(value.time, name, name === 'time offset' ? offsetOf(value) : null)

const ofDays = ({ nanos }: DaysDuration, name: string): FeelValue => {
  const inDay = Number(nanos % BigInt(DAY))
  const whole = Math.trunc(inDay / SECOND)
  if (name === 'days') return Number(nanos / BigInt(DAY))
  if (name === 'hours') return Math.trunc(whole / 3600) + 0
  if (name === 'minutes') return (Math.trunc(whole / 60) % 60) + 0
  return name === 'seconds' ? (add(whole % 60, divide(inDay % SECOND, SECOND) ?? 0) ?? 0) : null
}

const ofRange = (range: FeelRange, name: string): FeelValue => {
  if (name === 'start') return range.low
  if (name === 'end') return range.high
  if (name === 'start included') return range.lowIncluded
  return name === 'end included' ? range.highIncluded : null
}

/** `value.name` (DMN 1.5 §10.3.2.5, tables 59 and 65); null when there is none. Of a list, the list of its items' values. */
export const propertyOf = (run: Run, value: FeelValue, name: string): FeelValue => {
  if (value === null || typeof value !== 'object') return null
  if (isContext(value)) return value.get(name) ?? null
  if (isList(value)) {
    run.room(value.length)
    return value.map((item) => (isList(item) ? null : propertyOf(run, item, name)))
  }
  if (!(value instanceof FeelObject)) return null
  switch (value.kind) {
    case 'date':
      return ofDate(value, name)
    case 'time':
      return ofTime(value, name, value.offset)
    case 'date and time':
      return ofDateTime(value, name)
    case 'days and time duration':
      return ofDays(value, name)
    case 'years and months duration':
      if (name === 'years') return Math.trunc(value.months / 12) + 0
      return name === 'months' ? (value.months % 12) + 0 : null
    case 'range':
      return ofRange(value, name)
    default:
      return null
  }
}
