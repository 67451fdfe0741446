import type { NamedDay } from '../contract.ts'

export interface ReadNotice {
  days: NamedDay[]
  /** sentences that name days but could not be understood, with why */
  faults: string[]
  /** the number of the notice when the text has it: 国办发明电〔2025〕7号 */
  basis: string | undefined
}

const DAY_MS = 86_400_000
const brackets = /（[^）]*）|\([^)]*\)/g
const heading = /^(?:[一二三四五六七八九十]+、)?\s*([^：:，。；]{1,40})[：:]/
const date = /(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日/
// 国务院办公厅 2025年11月4日
const signature = new RegExp(`^\\D*${date.source}$`)
const range = new RegExp(`${date.source}(?:(?:至|到|—|-|~)${date.source})?`, 'g')
const number = /[^\s，。：:、]{2,12}〔\d{4}〕\d+号/

/**
 * Reads the days from the words of a notice of the State Council: one holiday a line, `元旦：1月1日（周四）至3日（周六）放假调休，共3天。
 * 1月4日（周日）上班。` A day without its year is one of `year`; one without its month is in the month named before it.
 */
export function readNoticeText(text: string, year: number): ReadNotice {
  const days: NamedDay[] = []
  const faults: string[] = []
  let name: string | undefined
  for (const line of text.split('\n').map((one) => one.replace(brackets, '').replace(/\s/g, ''))) {
    if (signature.test(line)) continue
    const head = heading.exec(line)
    name = head?.[1] ?? name
    for (const sentence of line
      .slice(head?.[0].length ?? 0)
      .split(/[。；;]/)
      .filter((one) => date.test(one))) {
      const fault = readSentence(sentence, name, year, days)
      if (fault) faults.push(`“${sentence}”${fault}`)
    }
  }
  return { days: days.sort((a, b) => (a.day < b.day ? -1 : 1)), faults, basis: number.exec(text)?.[0] }
}

function readSentence(sentence: string, name: string | undefined, year: number, into: NamedDay[]): string | undefined {
  const working = /上班/.test(sentence)
  const off = /放假|休息/.test(sentence)
  if (working && off) return '里又有放假又有上班，请用句号分开'
  if (!working && !off) return '没有写明是放假还是上班'
  if (name === undefined) return '前面没有写节日名称，应写成“元旦：1月1日放假”'
  const found: NamedDay[] = []
  let month: string | undefined
  for (const [, y1, m1, d1, y2, m2, d2] of sentence.matchAll(range)) {
    month = m1 ?? month
    const from = dayOf(Number(y1 ?? year), month, d1)
    month = m2 ?? month
    const to = d2 === undefined ? from : dayOf(Number(y2 ?? y1 ?? year), month, d2)
    if (from === undefined || to === undefined) return '里有不存在的日期'
    if (to < from || to - from > 31 * DAY_MS) return '的起止日期不对'
    for (let at = from; at <= to; at += DAY_MS)
      found.push({ day: new Date(at).toISOString().slice(0, 10), working, name })
  }
  const stated = /共(\d+)天/.exec(sentence)?.[1]
  if (stated !== undefined && Number(stated) !== found.length)
    return `写的是共 ${stated} 天，数出来是 ${found.length} 天`
  into.push(...found)
  return undefined
}

/** Midnight UTC of a day that exists; undefined otherwise. */
function dayOf(year: number, month: string | undefined, day: string | undefined): number | undefined {
  const at = Date.UTC(year, Number(month) - 1, Number(day))
  const real = new Date(at)
  return real.getUTCMonth() === Number(month) - 1 && real.getUTCDate() === Number(day) ? at : undefined
}
