import { calendarApi, type Notice } from '../contract.ts'
import { readNoticeText } from './notice-text.ts'

const HolidayFile = calendarApi.preview.input.shape.holidayCn.unwrap()

type Read = { faults: string[]; input: Pick<Notice, 'basis' | 'holidayCn' | 'days'> }

/** Either form of a notice, as the endpoint takes it. */
export function readNotice(text: string, stated: string, year: number): Read {
  const basis = stated.trim() || undefined
  if (text.trim().startsWith('{')) {
    const file = HolidayFile.safeParse(parse(text))
    if (!file.success) return { faults: ['这不是 holiday-cn 的数据文件，请核对内容是否完整。'], input: {} }
    return { faults: [], input: { basis, holidayCn: file.data } }
  }
  const read = readNoticeText(text, year)
  const faults = read.faults.map((fault) => `${fault}。`)
  if (read.days.length === 0 && faults.length === 0)
    faults.push('没有找到放假日期，请粘贴通知原文，如“元旦：1月1日至3日放假”。')
  return { faults, input: { basis: basis ?? read.basis, days: read.days } }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
