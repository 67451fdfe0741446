import { dayOf } from '#kernel/clock'
import type { Query } from '#kernel/db'
import { addWorkingDays, isWorkingDay, workingDaysBetween } from '#platform/calendar'
import type { Limit } from '../contract/graph.ts'
import type { Json } from '../engine/state.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Office hours when no rule of the unit says otherwise: 9–12 and 13:30–17:30 are seven hours; limits in hours run within them. */
const OPEN = [
  { from: 9, to: 12 },
  { from: 13.5, to: 17.5 },
] as const
const HOURS_A_DAY = OPEN.reduce((sum, { from, to }) => sum + to - from, 0)
const SHANGHAI = 8 * HOUR_MS

const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) - SHANGHAI
/** A term in working days ends with its last day; the day on which it begins is not counted (民法典 第二百零一条). */
const endOfDay = (day: string): number => startOfDay(day) + DAY_MS - 1000

const afterWorkingDays = async (sql: Query, from: number, days: number): Promise<number> => {
  const whole = Math.max(0, Math.floor(days))
  const { day } = await addWorkingDays(sql, new Date(from), whole)
  const part = days - whole
  return part > 0 ? afterWorkingHours(sql, endOfDay(day), part * HOURS_A_DAY) : endOfDay(day)
}

/** Counts office hours on working days. */
const afterWorkingHours = async (sql: Query, from: number, hours: number): Promise<number> => {
  let left = hours * HOUR_MS
  for (let day = dayOf(new Date(from)), turn = 0; turn < MOST_DAYS; turn++) {
    if (await isWorkingDay(sql, day))
      for (const span of OPEN) {
        const begin = Math.max(from, startOfDay(day) + span.from * HOUR_MS)
        const end = startOfDay(day) + span.to * HOUR_MS
        if (end - begin >= left && end > begin) return begin + left
        if (end > begin) left -= end - begin
      }
    day = dayOf(new Date(startOfDay(day) + DAY_MS + HOUR_MS))
  }
  return from + hours * HOUR_MS
}
const MOST_DAYS = 3_000

const after = (sql: Query, from: number, amount: number, unit: Limit['unit']): Promise<number> => {
  if (unit === 'working-days') return afterWorkingDays(sql, from, amount)
  if (unit === 'working-hours') return afterWorkingHours(sql, from, amount)
  return Promise.resolve(from + amount * (unit === 'days' ? DAY_MS : HOUR_MS))
}

/** When a step turns yellow and red, and when each of its overdue actions falls; milliseconds. */
export const limitFrom = async (sql: Query, limit: Limit, from: number): Promise<Json> => {
  const due = await after(sql, from, limit.amount, limit.unit)
  const overdue = await Promise.all(
    limit.overdue.map((one) => (one.after > 0 ? after(sql, due, one.after, limit.unit) : due)),
  )
  return { due, yellow: await after(sql, from, limit.amount * limit.yellow, limit.unit), overdue }
}

/** A duration in working time: whole days of P…D as working days, hours as office hours. */
export const workingDue = async (sql: Query, value: Json, from: number): Promise<number | null> => {
  const match = typeof value === 'string' ? /^P(?:(\d{1,4})D)?(?:T(\d{1,5})H)?$/.exec(value) : null
  if (!match || (match[1] === undefined && match[2] === undefined)) return null
  const days = match[1] === undefined ? from : await afterWorkingDays(sql, from, Number(match[1]))
  return match[2] === undefined ? days : afterWorkingHours(sql, days, Number(match[2]))
}

/** The clock stood still from `from` to `to`: the working days between are given back. */
export const extendedBy = async (sql: Query, due: number, from: number, to: number): Promise<number> => {
  const { days } = await workingDaysBetween(sql, new Date(from), new Date(to))
  if (days <= 0) return due + (to - from)
  const { day } = await addWorkingDays(sql, new Date(due), days)
  return startOfDay(day) + ((due + SHANGHAI) % DAY_MS)
}
