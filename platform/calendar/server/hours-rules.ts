import type { Span } from '../contract/office-hours.ts'

/** When an office is open, as it is kept: for whom, which part of each year, since when. */
export interface HoursRule {
  id: string
  unitId: string | null
  fromDay: string
  toDay: string
  validFrom: string
  validTo: string | null
  spans: readonly Span[]
}

const DAYS_BEFORE = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]
/** Which day of a leap year: both ends of February count alike. */
const dayNumber = (monthAndDay: string): number =>
  (DAYS_BEFORE[Number(monthAndDay.slice(0, 2)) - 1] ?? 0) + Number(monthAndDay.slice(3))
const lengthOf = ({ fromDay, toDay }: HoursRule): number => ((dayNumber(toDay) - dayNumber(fromDay) + 366) % 366) + 1

const applies = ({ fromDay, toDay, validFrom, validTo }: HoursRule, day: string): boolean => {
  if (day < validFrom || (validTo !== null && day >= validTo)) return false
  const at = day.slice(5)
  return fromDay <= toDay ? at >= fromDay && at <= toDay : at >= fromDay || at <= toDay
}

/** The hours of a day for whoever stands under these units, the nearest first: the nearest that says something, its narrowest season, the latest rule. */
export const hoursOn = (rules: readonly HoursRule[], day: string, units: readonly string[]): readonly Span[] => {
  for (const unit of [...units, null]) {
    const meant = rules.filter((rule) => rule.unitId === unit && applies(rule, day))
    const [first] = meant.sort((a, b) => lengthOf(a) - lengthOf(b) || (a.validFrom < b.validFrom ? 1 : -1))
    if (first) return first.spans
  }
  return []
}

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
/** Milliseconds since midnight. */
export const spanTimes = ({ from, to }: Span): { from: number; to: number } => ({
  from: minutes(from) * 60_000,
  to: minutes(to) * 60_000,
})

/** Why these cannot be the hours of a day; empty when they can. */
export const faultOfSpans = (spans: readonly Span[]): string | undefined => {
  for (const [index, span] of spans.entries()) {
    if (span.to <= span.from) return `第 ${index + 1} 段的结束时间要晚于开始时间。`
    const before = spans[index - 1]
    if (before && span.from < before.to) return `第 ${index + 1} 段与前一段有重叠，请按先后填写。`
  }
  return undefined
}
/** What stands for everybody all the year round: without it some day would have no hours. */
export const isGround = ({ unitId, fromDay, toDay, validFrom, validTo }: HoursRule, today: string): boolean =>
  unitId === null && validTo === null && validFrom <= today && fromDay === '01-01' && toDay === '12-31'
