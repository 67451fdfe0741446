import type { FieldFault } from '#kernel/errors'
import type { NamedDay } from '../contract.ts'

/** What the State Council's notice of one year says, and since when it stands here. */
export interface YearNotice {
  year: number
  basis: string
  publishedAt: Date
  revision: number
  days: readonly NamedDay[]
}

/** The notices known, and what they make of the days they name. */
export interface Calendar {
  notices: ReadonlyMap<number, YearNotice>
  named: ReadonlyMap<string, NamedDay>
}

/** A notice may move days of the December before its year: where two name the same day, the later one stands. */
export const compose = (notices: Iterable<YearNotice>): Calendar => {
  const sorted = [...notices].sort((a, b) => a.year - b.year)
  return {
    notices: new Map(sorted.map((notice) => [notice.year, notice])),
    named: new Map(sorted.flatMap(({ days }) => days.map((day) => [day.day, day] as const))),
  }
}

const DAY_MS = 86_400_000
export const nextDay = (day: string, step = 1): string =>
  new Date(Date.parse(day) + step * DAY_MS).toISOString().slice(0, 10)
const yearOf = (day: string): number => Number(day.slice(0, 4))
const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay())

const isPublished = ({ notices }: Calendar, day: string): boolean => notices.has(yearOf(day))
export const isWorking = ({ named }: Calendar, day: string): boolean => named.get(day)?.working ?? !isWeekend(day)

export function* daysFrom(first: string, last: string): Generator<string> {
  for (let day = first; day <= last; day = nextDay(day)) yield day
}

export const workingDaysOf = (calendar: Calendar, year: number): number => {
  let count = 0
  for (const day of daysFrom(`${year}-01-01`, `${year}-12-31`)) if (isWorking(calendar, day)) count++
  return count
}

/** The n-th working day after (n < 0: before) a day, which is not counted itself; n = 0 is the day as it is. */
export const addWorking = (calendar: Calendar, from: string, n: number): { day: string; provisional: boolean } => {
  let day = from
  let provisional = n === 0 && !isPublished(calendar, day)
  for (let left = Math.abs(n); left > 0; ) {
    day = nextDay(day, Math.sign(n))
    provisional ||= !isPublished(calendar, day)
    if (isWorking(calendar, day)) left--
  }
  return { day, provisional }
}

/** How many working days lead from a to b, so that `between(a, add(a, n)) = n`; negative when b is before a. */
export const betweenWorking = (calendar: Calendar, a: string, b: string): { days: number; provisional: boolean } => {
  const [first, last] = a <= b ? [nextDay(a), b] : [b, nextDay(a, -1)]
  let days = 0
  let provisional = false
  for (const day of daysFrom(first, last)) {
    provisional ||= !isPublished(calendar, day)
    if (isWorking(calendar, day)) days++
  }
  return { days: a <= b ? days : -days || 0, provisional }
}

// 《全国年节及纪念日放假办法》第二条: these days are off in every year.
const ALWAYS_OFF = ['01-01', '05-01', '10-01']
/** The law gives 11 days (13 since 2025): a year has about 250 working days, and a notice far from that was mistyped. */
const WORKING_DAYS = { least: 240, most: 256 }

/** Why a list of days cannot be the notice of a year; empty when it can. */
export const faultsOf = (year: number, days: readonly NamedDay[], field: string): FieldFault[] => {
  const seen = new Set<string>()
  const faults = days.flatMap(({ day, working }, at): FieldFault[] => {
    const fault = (message: string) => [{ path: `${field}.${at}`, message: `${day} ${message}` }]
    if (seen.has(day)) return fault('重复了，请只留一条')
    seen.add(day)
    if (day < `${year - 1}-12-01` || day > `${year}-12-31`) return fault(`不属于 ${year} 年的放假安排，请核对年份`)
    if (working && !isWeekend(day)) return fault('是周一至周五，本来就上班，请核对日期')
    return []
  })
  if (faults.length > 0) return faults.slice(0, 50)
  const calendar = compose([{ year, basis: '', publishedAt: new Date(0), revision: 0, days }])
  const worked = ALWAYS_OFF.map((day) => `${year}-${day}`).filter((day) => isWorking(calendar, day))
  if (worked.length > 0) return [{ path: field, message: `${worked.join('、')} 是法定节假日，名单里却没有放假` }]
  const count = workingDaysOf(calendar, year)
  if (count >= WORKING_DAYS.least && count <= WORKING_DAYS.most) return []
  const { least, most } = WORKING_DAYS
  return [{ path: field, message: `照此全年有 ${count} 个工作日，应在 ${least} 至 ${most} 之间，请核对是否有遗漏` }]
}

export interface Change {
  day: string
  before: { working: boolean; name: string | null }
  after: { working: boolean; name: string | null }
}

/** Days on which two calendars differ, within the reach of one year's notice. */
export const changesOf = (before: Calendar, after: Calendar, year: number): Change[] => {
  const side = (calendar: Calendar, day: string) => ({
    working: isWorking(calendar, day),
    name: calendar.named.get(day)?.name ?? null,
  })
  return [...daysFrom(`${year - 1}-12-01`, `${year}-12-31`)]
    .map((day) => ({ day, before: side(before, day), after: side(after, day) }))
    .filter((change) => change.before.working !== change.after.working || change.before.name !== change.after.name)
}
