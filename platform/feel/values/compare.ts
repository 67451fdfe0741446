import type { Run } from '../run.ts'
import { compareNumbers } from './number.ts'
import {
  compareDateTimes,
  compareTimes,
  DaysDuration,
  dateTimeOf,
  epochDay,
  FeelDate,
  FeelDateTime,
  FeelTime,
  MonthsDuration,
  offsetOf,
} from './temporal.ts'
import {
  type FeelContext,
  FeelFunction,
  type FeelList,
  FeelRange,
  type FeelValue,
  isContext,
  isList,
  isNumber,
  kindOf,
} from './value.ts'

/** true, false, or null where FEEL has no answer */
export type Ternary = boolean | null

/** Code points, not UTF-16 units: a surrogate pair is greater than any other character. */
export const compareStrings = (a: string, b: string): number => {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left === right) continue
    const pairs = Number(left >= 0xd800 && left <= 0xdfff) - Number(right >= 0xd800 && right <= 0xdfff)
    return pairs === 0 ? Math.sign(left - right) : pairs
  }
  return Math.sign(a.length - b.length)
}

const sign = (difference: number | bigint): number => (difference < 0 ? -1 : difference > 0 ? 1 : 0)

/** -1, 0, 1; null when the two have no order (DMN 1.5 table 50) */
export const order = (a: FeelValue, b: FeelValue): number | null => {
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) : null
  if (typeof a === 'string') return typeof b === 'string' ? compareStrings(a, b) : null
  if (a instanceof FeelDate) return b instanceof FeelDate ? sign(epochDay(a) - epochDay(b)) : null
  if (a instanceof FeelTime) return b instanceof FeelTime ? compareTimes(a, b) : null
  if (a instanceof FeelDateTime) return b instanceof FeelDateTime ? compareDateTimes(a, b) : null
  if (a instanceof DaysDuration) return b instanceof DaysDuration ? sign(a.nanos - b.nanos) : null
  if (a instanceof MonthsDuration) return b instanceof MonthsDuration ? sign(a.months - b.months) : null
  return null
}

/** A time has no date, so its zone has the offset of 1 January 1970. */
const EPOCH = new FeelDate(1970, 1, 1)
const sameTime = (a: FeelTime, b: FeelTime): boolean =>
  a.nanos === b.nanos && offsetOf(dateTimeOf(EPOCH, a)) === offsetOf(dateTimeOf(EPOCH, b))

const equalLists = (run: Run, a: FeelList, b: FeelList): Ternary => {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) {
    const same = equal(run, a[at]!, b[at]!)
    if (same !== true) return same === null ? false : same
  }
  return true
}

const equalContexts = (run: Run, a: FeelContext, b: FeelContext): Ternary => {
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = b.get(key)
    if (other === undefined || equal(run, value, other) !== true) return false
  }
  return true
}

const equalRanges = (run: Run, a: FeelRange, b: FeelRange): Ternary =>
  a.lowIncluded === b.lowIncluded &&
  a.highIncluded === b.highIncluded &&
  equal(run, a.low, b.low) === true &&
  equal(run, a.high, b.high) === true

/** A loop can build a list within a list within a list. */
const deeper = (run: Run, compare: () => Ternary): Ternary => {
  run.enter()
  const answer = compare()
  run.leave()
  return answer
}

/** `=`: null for two kinds that cannot be equal, false against null (DMN 1.5 table 49) */
export const equal = (run: Run, a: FeelValue, b: FeelValue): Ternary => {
  run.step()
  if (a === null || b === null) return a === b
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) === 0 : null
  if (typeof a !== 'object' || typeof b !== 'object') return typeof a === typeof b ? a === b : null
  if (isList(a)) return isList(b) ? deeper(run, () => equalLists(run, a, b)) : null
  if (isContext(a)) return isContext(b) ? deeper(run, () => equalContexts(run, a, b)) : null
  if (kindOf(a) !== kindOf(b)) return null
  if (a instanceof FeelRange) return equalRanges(run, a, b as FeelRange)
  if (a instanceof FeelFunction) return null
  if (a instanceof FeelDateTime) {
    const other = b as FeelDateTime
    // one with an offset and one with a zone are never equal, though neither is before the other
    return (a.time.zone === null) === (other.time.zone === null) && compareDateTimes(a, other) === 0
  }
  return order(a, b) === 0
}

/** `is()`: the same value with the same components; 20:00Z is not 21:00+01:00 (DMN 1.5 table 80) */
export const identical = (run: Run, a: FeelValue, b: FeelValue): boolean => {
  if (a === null || b === null) return a === b
  if (kindOf(a) !== kindOf(b)) return false
  if (a instanceof FeelTime) return sameTime(a, b as FeelTime)
  if (a instanceof FeelDateTime) {
    const other = b as FeelDateTime
    return order(a.date, other.date) === 0 && a.time.nanos === other.time.nanos && offsetOf(a) === offsetOf(other)
  }
  return equal(run, a, b) === true
}

/** Whether a value lies in a range; null when it cannot be compared with an end. */
export const within = (range: FeelRange, value: FeelValue): Ternary => {
  const low = range.low === null ? 1 : order(value, range.low)
  const high = range.high === null ? -1 : order(value, range.high)
  if (low === null || high === null) return null
  return (low > 0 || (low === 0 && range.lowIncluded)) && (high < 0 || (high === 0 && range.highIncluded))
}

/** «and» of two answers */
export const both = (a: Ternary, b: Ternary): Ternary => {
  if (a === false || b === false) return false
  return a === null || b === null ? null : true
}
