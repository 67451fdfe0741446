import type { Json } from '../../contract/data.ts'
import { fault, isObject, type Kind, kept, textOf } from './kind.ts'

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const isDay = (text: string): boolean => {
  const [, year, month, day] = DAY.exec(text) ?? []
  if (year === undefined || Number(year) < 1) return false
  const moment = new Date(`${text}T00:00:00Z`)
  return (
    !Number.isNaN(moment.getTime()) && moment.getUTCMonth() + 1 === Number(month) && moment.getUTCDate() === Number(day)
  )
}
/** 2026-1-5, 2026/1/5, 2026.1.5 and 2026年1月5日 are 2026-01-05. */
const toDay = (given: Json): string | null => {
  const [, year, month = '', day = ''] =
    /^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?$/.exec(
      textOf(given).slice(0, 40).normalize('NFKC').trim(),
    ) ?? []
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return year !== undefined && isDay(text) ? text : null
}
const toTime = (given: Json): string | null => {
  const [, hour, minute = ''] =
    /^(\d{1,2})[:：](\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(textOf(given).slice(0, 40).trim()) ?? []
  return hour !== undefined && Number(hour) < 24 && Number(minute) < 60 ? `${hour.padStart(2, '0')}:${minute}` : null
}

/** `2026年1月5日` */
const dayWords = (day: string): string => day.replace(DAY, (_, y, m, d) => `${Number(y)}年${Number(m)}月${Number(d)}日`)

export const date: Kind<'date'> = {
  feel: () => 'date',
  read({ min, max }, given) {
    const day = toDay(given)
    if (day === null) return fault('请填写日期，例如 2026-01-31。')
    if (min !== undefined && day < min) return fault(`不能早于${dayWords(min)}。`)
    if (max !== undefined && day > max) return fault(`不能晚于${dayWords(max)}。`)
    return kept(day)
  },
  say: (value) => dayWords(textOf(value)),
}

export const time: Kind<'time'> = {
  feel: () => 'time',
  read(_field, given) {
    const text = toTime(given)
    return text === null ? fault('请填写时间，例如 09:30。') : kept(text)
  },
  toFeel: (value) => `${textOf(value)}:00`,
  fromFeel: (answer) => (typeof answer === 'string' ? answer.slice(0, 5) : answer),
  say: textOf,
}

const ZONE = '@Asia/Shanghai'
export const dateTime: Kind<'dateTime'> = {
  feel: () => 'date and time',
  read(_field, given) {
    const [first = '', second = ''] = textOf(given).trim().split(/[T ]/)
    const [day, clock] = [toDay(first), toTime(second)]
    return day && clock ? kept(`${day}T${clock}`) : fault('请填写日期和时间，例如 2026-01-31 09:30。')
  },
  // With its zone, or FEEL would put it in no order with now().
  toFeel: (value) => `${textOf(value)}:00${ZONE}`,
  fromFeel: (answer) => (typeof answer === 'string' ? answer.slice(0, 16) : answer),
  say: (value) =>
    textOf(value).replace(/^(.{10})T(.{5})$/, (_, day: string, clock: string) => `${dayWords(day)} ${clock}`),
}

export const halves = { am: '上午', pm: '下午' } as const
type Half = keyof typeof halves
const isHalf = (value: Json | undefined): value is Half => value === 'am' || value === 'pm'
export interface Period {
  from: string
  to: string
  /** a period begins with a morning and ends with an afternoon where nothing else is said */
  fromHalf: Half
  toHalf: Half
  /** counted by the calendar, where the field asks for that */
  days?: number
}

/** Days between both ends, each included, in halves. */
export const daysOf = ({ from, to, fromHalf, toHalf, days }: Period): number =>
  days ?? spanOf({ from, to, fromHalf, toHalf })
const spanOf = ({ from, to, fromHalf, toHalf }: Omit<Period, 'days'>): number =>
  (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1 - (fromHalf === 'pm' ? 0.5 : 0) - (toHalf === 'am' ? 0.5 : 0)

export const periodOf = (value: Json): Period | null => {
  if (!isObject(value)) return null
  const { from = null, to = null, fromHalf, toHalf, days } = value
  const [start, end] = [toDay(from), toDay(to)]
  if (!start || !end) return null
  const read = {
    from: start,
    to: end,
    fromHalf: isHalf(fromHalf) ? fromHalf : ('am' as const),
    toHalf: isHalf(toHalf) ? toHalf : ('pm' as const),
  }
  return typeof days === 'number' && days >= 0 && days < 100_000 ? { ...read, days } : read
}

export const period: Kind<'period'> = {
  feel: () => ({
    context: { 开始: 'date', 结束: 'date', 开始半天: 'string', 结束半天: 'string', 天数: 'number' },
  }),
  read({ halves: wanted = false, count }, given) {
    const value = periodOf(given)
    if (!value) return fault('请把开始和结束的日期都填上。')
    // Whatever days came along: only the server counts by the calendar, and only where it is asked for.
    if (count === undefined) delete value.days
    if (!wanted && (value.fromHalf === 'pm' || value.toHalf === 'am')) return fault('这里只能按整天填写。')
    if (spanOf(value) <= 0) return fault('结束不能早于开始。')
    return kept({ ...value })
  },
  toFeel(value) {
    const read = periodOf(value)
    if (!read) return null
    return {
      开始: read.from,
      结束: read.to,
      开始半天: halves[read.fromHalf],
      结束半天: halves[read.toHalf],
      天数: daysOf(read),
    }
  },
  fromFeel(answer) {
    if (!isObject(answer)) return answer
    const half = (word: Json | undefined): Json => (word === halves.am ? 'am' : word === halves.pm ? 'pm' : null)
    const { 开始: from = null, 结束: to = null, 开始半天, 结束半天 } = answer
    return { from, to, fromHalf: half(开始半天), toHalf: half(结束半天) }
  },
  say(value, { halves: wanted = false, count }) {
    const read = periodOf(value)
    if (!read) return ''
    const half = (one: Half): string => (wanted ? halves[one] : '')
    return `${dayWords(read.from)}${half(read.fromHalf)}至${dayWords(read.to)}${half(read.toHalf)}，共 ${daysOf(read)} ${count ? '个工作日' : '天'}`
  },
}
