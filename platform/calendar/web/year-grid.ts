import type { CalendarYear } from '../contract.ts'

export interface DayCell {
  /** `YYYY-MM-DD` */
  day: string
  working: boolean
  /** the notice's name of the day; null when the day only follows the week */
  name: string | null
}

export interface Month {
  /** 1-12 */
  month: number
  workingDays: number
  /** Monday first; null outside the month */
  weeks: (DayCell | null)[][]
  /** what the notice says of this month: 元旦：1日至3日放假，4日上班 */
  said: string[]
}

const isWeekend = (at: Date): boolean => [0, 6].includes(at.getUTCDay())
const dateOf = (day: string): number => Number(day.slice(-2))

/** The twelve months of a year, week by week. */
export function monthsOf({ year, days }: Pick<CalendarYear, 'year' | 'days'>): Month[] {
  const named = new Map(days.map((day) => [day.day, day]))
  return Array.from({ length: 12 }, (_, index) => {
    const cells: DayCell[] = []
    for (
      const at = new Date(Date.UTC(year, index, 1));
      at.getUTCMonth() === index;
      at.setUTCDate(at.getUTCDate() + 1)
    ) {
      const day = at.toISOString().slice(0, 10)
      const known = named.get(day)
      cells.push({ day, working: known?.working ?? !isWeekend(at), name: known?.name ?? null })
    }
    const lead = (new Date(Date.UTC(year, index, 1)).getUTCDay() + 6) % 7
    const padded = [...Array<null>(lead).fill(null), ...cells]
    const weeks = Array.from({ length: Math.ceil(padded.length / 7) }, (_, week) => {
      const row = padded.slice(week * 7, week * 7 + 7)
      return [...row, ...Array<null>(7 - row.length).fill(null)]
    })
    const workingDays = cells.filter(({ working }) => working).length
    return { month: index + 1, workingDays, weeks, said: sayNamed(cells.filter(({ name }) => name !== null)) }
  })
}

/** Days of one name in one line, runs of days as 1日至3日. */
function sayNamed(cells: readonly DayCell[]): string[] {
  return [...new Set(cells.map(({ name }) => name))].map((name) => {
    const days = cells.filter((cell) => cell.name === name)
    const off = days.filter(({ working }) => !working)
    const on = days.filter(({ working }) => working)
    const parts = [off.length > 0 && `${sayRuns(off)}放假`, on.length > 0 && `${sayRuns(on)}上班`]
    return `${name}：${parts.filter(Boolean).join('，')}`
  })
}

function sayRuns(cells: readonly DayCell[]): string {
  const runs: [number, number][] = []
  for (const date of cells.map(({ day }) => dateOf(day))) {
    const last = runs.at(-1)
    if (last && last[1] === date - 1) last[1] = date
    else runs.push([date, date])
  }
  return runs.map(([from, to]) => (from === to ? `${from}日` : `${from}日至${to}日`)).join('、')
}
