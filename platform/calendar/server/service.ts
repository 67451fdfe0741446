import { invalid, stale } from '#kernel/errors'
import type { Handlers } from '#kernel/module'
import { type CalendarYear, type calendarApi, type NamedDay, type Notice, yearPublished } from '../contract.ts'
import { hoursHandlers } from './hours.ts'
import { type Calendar, changesOf, compose, faultsOf, workingDaysOf, type YearNotice } from './rules.ts'
import { loadCalendar, lockCalendar, saveNotice } from './store.ts'

const present = (calendar: Calendar, year: number): CalendarYear => {
  const notice = calendar.notices.get(year)
  return {
    year,
    published: notice !== undefined,
    caution: notice ? null : '未公布，按周末推算',
    basis: notice?.basis ?? null,
    publishedAt: notice?.publishedAt.toISOString() ?? null,
    revision: notice?.revision ?? 0,
    workingDays: workingDaysOf(calendar, year),
    days: [...calendar.named.values()].filter(({ day }) => day.startsWith(`${year}-`)).sort(byDay),
  }
}

const byDay = (a: NamedDay, b: NamedDay): number => (a.day < b.day ? -1 : 1)

/** Either form as basis and days, or an error that names each fault. */
const readNotice = ({ year, basis, holidayCn, days }: Notice): { basis: string; days: NamedDay[] } => {
  if ((holidayCn === undefined) === (days === undefined))
    throw invalid('请提交一种放假安排：holiday-cn 文件，或日期清单。')
  if (holidayCn && holidayCn.year !== year)
    throw invalid(`这个文件是 ${holidayCn.year} 年的，不是 ${year} 年的。请换一个文件，或改选年份。`)
  const field = holidayCn ? 'holidayCn.days' : 'days'
  const list =
    holidayCn?.days.map(({ date, isOffDay, name }) => ({ day: date, working: !isOffDay, name })) ?? days ?? []
  const faults = faultsOf(year, list, field)
  if (faults.length > 0) throw invalid('放假安排有误，请按提示核对通知原文后再提交。', faults)
  const stated = basis ?? holidayCn?.papers.join(' ')
  if (!stated) throw invalid('请写明依据，如“国办发明电〔2025〕7号”。', [{ path: 'basis', message: '缺少依据' }])
  return { basis: stated, days: list.sort(byDay) }
}

/** What the calendar would be with the notice in. */
const weigh = (before: Calendar, input: Notice, now: Date) => {
  const { year } = input
  const known = before.notices.get(year)
  const read = readNotice(input)
  const notice: YearNotice = { ...read, year, publishedAt: now, revision: (known?.revision ?? 0) + 1 }
  const changed = known?.basis !== read.basis || JSON.stringify(known.days) !== JSON.stringify(read.days)
  const after = changed ? compose([...before.notices.values(), notice]) : before
  return { known, notice, changed, after, changes: changesOf(before, after, year) }
}

export const handlers: Handlers<typeof calendarApi> = {
  ...hoursHandlers,
  async year(ctx, { year }) {
    return present(await loadCalendar(ctx.sql), year)
  },
  async preview(ctx, input) {
    const before = await loadCalendar(ctx.sql)
    const { known, notice, changed, after, changes } = weigh(before, input, ctx.now)
    return {
      revision: known?.revision ?? 0,
      changed,
      basis: { before: known?.basis ?? null, after: notice.basis },
      workingDays: { before: workingDaysOf(before, input.year), after: workingDaysOf(after, input.year) },
      changes,
    }
  },
  async importNotice(ctx, input) {
    await lockCalendar(ctx.sql)
    const { known, notice, changed, after, changes } = weigh(await loadCalendar(ctx.sql), input, ctx.now)
    // The same notice again, by a second click or a second administrator, is no fault and no news.
    if (!changed) return { changed, calendar: present(after, input.year) }
    if ((known?.revision ?? 0) !== input.revision) throw stale(known?.revision ?? 0)
    await saveNotice(ctx.sql, notice)
    ctx.audit({ type: 'calendar.year', id: String(input.year), label: `${input.year} 年放假安排`, detail: { changes } })
    const years = new Set([input.year, ...changes.map(({ day }) => Number(day.slice(0, 4)))])
    for (const year of years) ctx.emit(yearPublished, { year, basis: notice.basis })
    return { changed, calendar: present(after, input.year) }
  },
}
