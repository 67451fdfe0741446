import type { Run } from '../run.ts'
import { epochDayOf, isoWeekOf, weekdayOf } from '../values/calendar.ts'
import { parseDate, parseDateTime, parseDuration, parseTime } from '../values/literals.ts'
import { type FeelNumber, multiply, roundTo } from '../values/number.ts'
import {
  type DaysDuration,
  dateOf,
  dateTimeAt,
  dateTimeOf,
  epochDay,
  FeelDate,
  type FeelDateTime,
  FeelTime,
  MIDNIGHT,
  monthsBetween,
  monthsDuration,
  SECOND,
  timeOf,
} from '../values/temporal.ts'
import type { FeelValue } from '../values/value.ts'
import { isZone } from '../values/zone.ts'
import { define } from './define.ts'

const toDate = (_run: Run, from: string | FeelDate | FeelDateTime): FeelValue => {
  if (typeof from === 'string') return parseDate(from)
  return from instanceof FeelDate ? from : from.date
}

/** A date is its midnight in UTC (DMN 1.5 table 76). */
const toTime = (_run: Run, from: string | FeelTime | FeelDate | FeelDateTime): FeelValue => {
  if (typeof from === 'string') return parseTime(from)
  if (from instanceof FeelTime) return from
  return from instanceof FeelDate ? timeOf(0, 0) : from.time
}

const inRange = (n: FeelNumber, end: number): n is number => typeof n === 'number' && n >= 0 && n < end

const timeFrom = (
  _run: Run,
  hour: FeelNumber,
  minute: FeelNumber,
  second: FeelNumber,
  offset?: DaysDuration | null,
): FeelValue => {
  if (!inRange(hour, 24) || !inRange(minute, 60)) return null
  const nanos = multiply(second, SECOND)
  const whole = nanos === null ? null : roundTo(nanos, 0, 'down')
  if (whole === null || !inRange(whole, 60 * SECOND)) return null
  const clock = (hour * 3600 + minute * 60) * SECOND + whole
  if (offset === undefined || offset === null) return timeOf(clock)
  const east = offset.nanos / BigInt(SECOND)
  return east > 64_800n || east < -64_800n ? null : timeOf(clock, Number(east))
}

const dateFrom = (_run: Run, year: FeelNumber, month: FeelNumber, day: FeelNumber): FeelValue =>
  typeof year === 'number' && typeof month === 'number' && typeof day === 'number' ? dateOf(year, month, day) : null

const toDateTime = (_run: Run, from: string | FeelDate | FeelDateTime): FeelValue => {
  if (typeof from === 'string') return parseDateTime(from)
  return from instanceof FeelDate ? dateTimeOf(from, MIDNIGHT) : from
}

const dayOf = (value: FeelDate | FeelDateTime): FeelDate => (value instanceof FeelDate ? value : value.date)

const between = (_run: Run, from: FeelDate | FeelDateTime, to: FeelDate | FeelDateTime): FeelValue =>
  monthsDuration(monthsBetween(dayOf(from), dayOf(to)))

const ZONE = 'Asia/Shanghai'
const nowOf = (run: Run): FeelDateTime | null => {
  const zone = run.clock.zone ?? ZONE
  return isZone(zone) ? dateTimeAt(run.now().getTime(), zone) : null
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const onDate = (read: (date: FeelDate) => FeelValue) => (_run: Run, date: FeelDate | FeelDateTime) => read(dayOf(date))

/** DMN 1.5 §10.3.4.1 conversions, §10.3.4.8 date and time functions, §10.3.4.7 temporal built-ins. */
export const temporal = [
  define('date(from:string|date|datetime)', toDate),
  define('date(year:number, month:number, day:number)', dateFrom),
  define('time(from:string|time|date|datetime)', toTime),
  define('time(hour:number, minute:number, second:number, offset?:days|null)', timeFrom),
  define('date and time(from:string|date|datetime)', toDateTime),
  define('date and time(date:date|datetime, time:time)', (_run: Run, date: FeelDate | FeelDateTime, time: FeelTime) =>
    dateTimeOf(dayOf(date), time),
  ),
  define('duration(from:string)', (_run: Run, from: string) => parseDuration(from)),
  define('years and months duration(from:date|datetime, to:date|datetime)', between),
  define('now()', nowOf),
  define('today()', (run: Run) => nowOf(run)?.date ?? null),
  define(
    'day of year(date:date|datetime)',
    onDate((date) => epochDay(date) - epochDayOf(date.year, 1, 1) + 1),
  ),
  define(
    'day of week(date:date|datetime)',
    onDate((date) => WEEKDAYS[weekdayOf(epochDay(date)) - 1]!),
  ),
  define(
    'month of year(date:date|datetime)',
    onDate((date) => MONTHS[date.month - 1]!),
  ),
  define(
    'week of year(date:date|datetime)',
    onDate((date) => isoWeekOf(epochDay(date))),
  ),
]
