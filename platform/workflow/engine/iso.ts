import type { Json } from './state.ts'

const DURATION =
  /^(-)?P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?$/
/** China has kept one time since 1949; a date without an offset is Asia/Shanghai (GB/T 7408). */
const OFFSET = '+08:00'

/** Milliseconds of a date and time, or of now plus a duration (ISO 8601); NaN when it is neither. */
export const dateAfter = (value: Json, now: number): number => {
  if (typeof value !== 'string') return Number.NaN
  const match = DURATION.exec(value)
  if (!match) return moment(value)
  if (match.slice(2).every((part) => part === undefined)) return Number.NaN
  const sign = match[1] ? -1 : 1
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((part) => Number(part ?? 0) * sign)
  const shifted = new Date(now)
  const day = shifted.getUTCDate()
  shifted.setUTCDate(1)
  shifted.setUTCMonth(shifted.getUTCMonth() + years * 12 + months)
  // The 31st and a month is the last day of the next month, not some days later.
  const last = new Date(Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth() + 1, 0)).getUTCDate()
  shifted.setUTCDate(Math.min(day, last))
  return shifted.getTime() + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}

const moment = (value: string): number => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return Date.parse(`${value}T00:00:00${OFFSET}`)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(value)) return Number.NaN
  return Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(value) ? value : `${value}${OFFSET}`)
}
