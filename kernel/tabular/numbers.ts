const DAY = 86_400
/** Serial of 9999-12-31, the last day a spreadsheet knows. */
const LAST_SERIAL = 2_958_465

/** How a style shows a number: as it is, padded with zeros to a width, or as a moment or a span of time. */
export type NumberFormat = number | 'general' | 'date' | 'elapsed'

/** Dates among the built-in formats, the Chinese ones included (ISO/IEC 29500-1 §18.8.30). */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58)

/** Reads a number format of styles.xml. */
export function numberFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) return id === 46 ? 'elapsed' : isBuiltInDate(id) ? 'date' : 'general'
  const bare = code
    .split(';', 1)[0]!
    .replace(/"[^"]*"/g, '')
    .replace(/[\\_*]./g, '')
  if (/\[(?:h+|m+|s+)\]/i.test(bare)) return 'elapsed'
  const plain = bare.replace(/\[[^\]]*\]/g, '')
  if (/^0{2,32}$/.test(plain)) return plain.length
  return /[ymdhs年月日]/i.test(plain.replace(/general|AM\/PM/gi, '')) ? 'date' : 'general'
}

export interface Rendered {
  text: string
  /** More than the 15 digits a spreadsheet keeps were stored as a number. */
  lossy: boolean
}

/** Text of a numeric cell as its user reads it; undefined when it is no number. */
export function renderNumber(raw: string, format: NumberFormat, date1904: boolean): Rendered | undefined {
  if (format === 'general' && /^-?[1-9]\d{0,14}$/.test(raw)) return { text: raw, lossy: false }
  const value = raw.trim() === '' ? Number.NaN : Number(raw)
  if (!Number.isFinite(value)) return undefined
  if (format === 'date' || format === 'elapsed') {
    const text = format === 'date' ? renderDate(value, date1904) : renderElapsed(value)
    if (text !== undefined) return { text, lossy: false }
  }
  if (Number.isInteger(value) && Math.abs(value) >= 1e15) return { text: BigInt(value).toString(), lossy: true }
  const text = plainDecimal(Number(value.toPrecision(15)))
  return { text: typeof format === 'number' && /^\d+$/.test(text) ? text.padStart(format, '0') : text, lossy: false }
}

/** 1e-7 → 0.0000001: no exponent where a person would write none. */
function plainDecimal(value: number): string {
  const text = String(value)
  return text.includes('e-') && Math.abs(value) > 1e-15 ? value.toFixed(20).replace(/\.?0+$/, '') : text
}

/** ISO date, time or both; the 1900 system counts a 29 February 1900 that never was. */
function renderDate(serial: number, date1904: boolean): string | undefined {
  const seconds = Math.round(serial * DAY)
  const day = Math.floor(seconds / DAY)
  const rest = seconds - day * DAY
  const last = date1904 ? LAST_SERIAL - 1462 : LAST_SERIAL
  if (seconds < 0 || day > last) return undefined
  const time = clock(rest)
  if (day === 0 && !date1904) return time
  const date = isoDay(day, date1904)
  return rest === 0 ? date : `${date}T${time}`
}

function isoDay(day: number, date1904: boolean): string {
  if (date1904) return new Date(Date.UTC(1904, 0, 1 + day)).toISOString().slice(0, 10)
  if (day === 60) return '1900-02-29'
  return new Date(Date.UTC(1899, 11, day < 60 ? 31 + day : 30 + day)).toISOString().slice(0, 10)
}

function renderElapsed(days: number): string | undefined {
  return days < 0 ? undefined : clock(Math.round(days * DAY))
}

function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
