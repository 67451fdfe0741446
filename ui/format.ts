/** Moments and days as Chinese offices write them, always in Asia/Shanghai. */

const parts = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  weekday: 'long',
  hourCycle: 'h23',
})

const split = (at: Date) => Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]))

export type When = Date | string | number

/** `11月20日 09:42`; another year is named: `2025年11月20日 09:42` */
export function moment(at: When, now: When = new Date()): string {
  const p = split(new Date(at))
  return `${dayOf(p, now)} ${p.hour}:${p.minute}`
}

/** `11月20日`; another year is named. Takes a moment or a `YYYY-MM-DD`. */
export const day = (at: When, now: When = new Date()): string => dayOf(split(atNoon(at)), now)

/** Today as `YYYY-MM-DD`: what a date field begins with. */
export const today = (now: When = new Date()): string =>
  new Date(now).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })

/** `11月20日 星期五` */
export function dayAndWeekday(at: When, now: When = new Date()): string {
  const p = split(atNoon(at))
  return `${dayOf(p, now)} ${p.weekday}`
}

/** `09:42` */
export function time(at: When): string {
  const p = split(new Date(at))
  return `${p.hour}:${p.minute}`
}

/** Hour of the day in Asia/Shanghai, 0-23. */
export const hour = (at: When): number => Number(split(new Date(at)).hour)

// a bare day has no zone of its own; noon keeps it the same day everywhere near
const atNoon = (at: When) =>
  new Date(typeof at === 'string' && /^\d{4}-\d\d-\d\d$/.test(at) ? `${at}T12:00:00+08:00` : at)

function dayOf(p: Record<string, string>, now: When): string {
  const year = p.year === split(new Date(now)).year ? '' : `${p.year}年`
  return `${year}${p.month}月${p.day}日`
}

const decimal = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 })
/** `32,418` */
export const number = (value: number): string => decimal.format(value)

/** `1.5 MB`; sizes of files, by 1024 */
export function bytes(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, size)) / 10))
  const value = size / 1024 ** step
  return `${step === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${units[step]}`
}
