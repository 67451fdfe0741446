import { format } from '#ui'

const DAY_MS = 24 * 3_600_000
const ZONE_MS = 8 * 3_600_000
const dayNumber = (ms: number) => Math.floor((ms + ZONE_MS) / DAY_MS)

/** 超期 2 天, 今天 17:30 到期, 剩 3 天: by calendar days in Asia/Shanghai; amber within a day, as the server counts 先办. */
export const dueWords = (dueAt: string, now = Date.now()): { state: 'ok' | 'warn' | 'over'; words: string } => {
  const due = Date.parse(dueAt)
  const days = dayNumber(due) - dayNumber(now)
  if (due < now) return { state: 'over', words: days === 0 ? '今天已超期' : `超期 ${-days} 天` }
  if (days === 0) return { state: 'warn', words: `今天 ${format.time(dueAt)} 到期` }
  return { state: due < now + DAY_MS ? 'warn' : 'ok', words: `剩 ${days} 天` }
}
