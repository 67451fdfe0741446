import type { Cursor } from './cursor.ts'

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' }
const HEX = /^[0-9a-fA-F]+$/

/** DMN 1.5 grammar rules 33–34 and 64. A backslash before any other character stands for itself, as in patterns. Does not take the space behind. */
export const readString = (cursor: Cursor): string => {
  const { text } = cursor
  const start = cursor.at
  let value = ''
  let at = start + 1
  for (;;) {
    const unit = text[at]
    if (unit === undefined || unit === '\n' || unit === '\r')
      cursor.fail('string-open', '文字没有结束，缺少右引号。', start, at - start)
    if (unit === '"') break
    const next = unit === '\\' ? text[at + 1] : undefined
    if (next === undefined) {
      value += unit
      at++
    } else if (Object.hasOwn(ESCAPES, next)) {
      value += ESCAPES[next]
      at += 2
    } else if (next === 'u' || next === 'U') {
      const length = next === 'u' ? 4 : 6
      const digits = text.slice(at + 2, at + 2 + length)
      const code = digits.length === length && HEX.test(digits) ? Number.parseInt(digits, 16) : -1
      if (code < 0 || code > 0x10ffff)
        cursor.fail('string-escape', '字符编号写法不对，应为 \\u 加四位或 \\U 加六位十六进制数。', at, length + 2)
      value += String.fromCodePoint(code)
      at += length + 2
    } else {
      value += unit
      at++
    }
  }
  cursor.at = at + 1
  return value
}
