import { dayOf } from '#kernel/clock'
import type { Query } from '#kernel/db'
import { hoursOn, spanTimes } from './hours-rules.ts'
import { addWorking, betweenWorking, isWorking, nextDay } from './rules.ts'
import { loadCalendar } from './store.ts'

/** A day `YYYY-MM-DD`, or a moment, which falls on its day in Asia/Shanghai. */
type DayOrMoment = string | Date

/** Terms set by law run to some hundred working days; more is a fault of the caller. */
const FURTHEST = 2600

const toDay = (value: DayOrMoment): string => {
  const day = typeof value === 'string' ? value : dayOf(value)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || nextDay(`${day}T00:00:00Z`, 0) !== day)
    throw new RangeError(`not a day of the calendar: ${day}`)
  return day
}

/** Is the day worked, 调休 included? A year without notice follows its weeks. */
export const isWorkingDay = async (sql: Query, day: DayOrMoment): Promise<boolean> =>
  isWorking(await loadCalendar(sql), toDay(day))

/**
 * The n-th working day after the given one (before it when n is negative); the given day itself is not counted, worked or not.
 * `provisional`: the way there crosses days of a year whose notice is not out; count again at `calendar.year-published`.
 */
export const addWorkingDays = async (
  sql: Query,
  day: DayOrMoment,
  n: number,
): Promise<{ day: string; provisional: boolean }> => {
  if (!Number.isInteger(n) || Math.abs(n) > FURTHEST) throw new RangeError(`not a number of working days: ${n}`)
  return addWorking(await loadCalendar(sql), toDay(day), n)
}

/** Working days from a (not counted) to b (counted): what `addWorkingDays(a, n)` takes to reach b; negative when b is before a. */
export const workingDaysBetween = async (
  sql: Query,
  a: DayOrMoment,
  b: DayOrMoment,
): Promise<{ days: number; provisional: boolean }> => betweenWorking(await loadCalendar(sql), toDay(a), toDay(b))

/** When offices are open, for whoever works under these units (the nearest first); times in milliseconds since midnight. */
export interface OfficeDays {
  isWorking(day: string): boolean
  hours(day: string): readonly { from: number; to: number }[]
}
/** `unitsAbove` is asked only where some unit has hours of its own. */
export const officeDays = async (sql: Query, unitsAbove: () => Promise<readonly string[]>): Promise<OfficeDays> => {
  const calendar = await loadCalendar(sql)
  const units = calendar.hours.some(({ unitId }) => unitId !== null) ? await unitsAbove() : []
  return {
    isWorking: (day) => isWorking(calendar, toDay(day)),
    hours: (day) => hoursOn(calendar.hours, toDay(day), units).map(spanTimes),
  }
}
