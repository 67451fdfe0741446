import { dayOf } from '#kernel/clock'
import type { Query } from '#kernel/db'
import { addWorkingDays, type OfficeDays, officeDays, workingDaysBetween } from '#platform/calendar'
import type { Limit } from '../contract/graph.ts'
import type { Json } from '../engine/state.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const SHANGHAI = 8 * HOUR_MS

/** Whose office hours count: those of the unit that started the case, or of the nearest above it that has its own. */
export interface Office {
  sql: Query
  unit: string
}

const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) - SHANGHAI
/** A term in working days ends with its last day; the day on which it begins is not counted (民法典 第二百零一条). */
const endOfDay = (day: string): number => startOfDay(day) + DAY_MS - 1000

const hoursOf = ({ sql, unit }: Office): Promise<OfficeDays> =>
  officeDays(sql, async () => {
    const rows = await sql<{ id: string }>(
      `with recursive above as (
         select id, parent_id, 0 as step from directory.unit where id = $1
         union all select u.id, u.parent_id, a.step + 1 from directory.unit u join above a on u.id = a.parent_id where a.step < 12)
       select id from above order by step`,
      [unit],
      'workflow.units.above',
    )
    return rows.map(({ id }) => id)
  })

const afterWorkingDays = async (office: Office, from: number, days: number): Promise<number> => {
  const whole = Math.max(0, Math.floor(days))
  const { day } = await addWorkingDays(office.sql, new Date(from), whole)
  const part = days - whole
  return part > 0 ? afterPart(office, endOfDay(day), part) : endOfDay(day)
}

/** Goes through the office hours of working days from `from` until what is needed is gone by; `need` says how much, from the hours of the first day. */
const count = (open: OfficeDays, from: number, need: (hours: number) => number): number | undefined => {
  let left: number | undefined
  for (let day = dayOf(new Date(from)), turn = 0; turn < MOST_DAYS; turn++) {
    const spans = open.isWorking(day) ? open.hours(day) : []
    const ahead = spans
      .map((span) => ({ begin: Math.max(from, startOfDay(day) + span.from), end: startOfDay(day) + span.to }))
      .filter(({ begin, end }) => end > begin)
    if (ahead.length > 0) left ??= need(spans.reduce((sum, span) => sum + span.to - span.from, 0))
    for (const { begin, end } of ahead) {
      if (left !== undefined && end - begin >= left) return begin + left
      if (left !== undefined) left -= end - begin
    }
    day = dayOf(new Date(startOfDay(day) + DAY_MS + HOUR_MS))
  }
  return undefined
}
const MOST_DAYS = 3_000

const afterWorkingHours = async (office: Office, from: number, hours: number): Promise<number> =>
  count(await hoursOf(office), from, () => hours * HOUR_MS) ?? from + hours * HOUR_MS
/** A share of the next working day. */
const afterPart = async (office: Office, from: number, part: number): Promise<number> =>
  count(await hoursOf(office), from, (hours) => hours * part) ?? from + part * DAY_MS

const after = (office: Office, from: number, amount: number, unit: Limit['unit']): Promise<number> => {
  if (unit === 'working-days') return afterWorkingDays(office, from, amount)
  if (unit === 'working-hours') return afterWorkingHours(office, from, amount)
  return Promise.resolve(from + amount * (unit === 'days' ? DAY_MS : HOUR_MS))
}

/** When a step turns yellow and red, and when each of its overdue actions falls; milliseconds. */
export const limitFrom = async (office: Office, limit: Limit, from: number): Promise<Json> => {
  const due = await after(office, from, limit.amount, limit.unit)
  const overdue = await Promise.all(
    limit.overdue.map((one) => (one.after > 0 ? after(office, due, one.after, limit.unit) : due)),
  )
  return { due, yellow: await after(office, from, limit.amount * limit.yellow, limit.unit), overdue }
}

/** A duration in working time: whole days of P…D as working days, hours as office hours. */
export const workingDue = async (office: Office, value: Json, from: number): Promise<number | null> => {
  const match = typeof value === 'string' ? /^P(?:(\d{1,4})D)?(?:T(\d{1,5})H)?$/.exec(value) : null
  if (!match || (match[1] === undefined && match[2] === undefined)) return null
  const days = match[1] === undefined ? from : await afterWorkingDays(office, from, Number(match[1]))
  return match[2] === undefined ? days : afterWorkingHours(office, days, Number(match[2]))
}

/** The clock stood still from `from` to `to`: the working days between are given back. */
export const extendedBy = async (sql: Query, due: number, from: number, to: number): Promise<number> => {
  const { days } = await workingDaysBetween(sql, new Date(from), new Date(to))
  if (days <= 0) return due + (to - from)
  const { day } = await addWorkingDays(sql, new Date(due), days)
  return startOfDay(day) + ((due + SHANGHAI) % DAY_MS)
}
