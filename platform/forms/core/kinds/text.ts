import {
  creditCodeFault,
  identityNumberFault,
  mobileFault,
  normaliseCreditCode,
  normaliseIdentityNumber,
  normaliseMobile,
} from '#platform/directory/contract'
import type { Json } from '../../contract/data.ts'
import { fault, type Kind, kept, type Reading, textOf } from './kind.ts'

const LINE = 200
const LONG = 5000
const asText = (given: Json): string | null => {
  if (typeof given === 'string') return given
  return typeof given === 'number' || typeof given === 'boolean' ? String(given) : null
}
const read = (given: Json, most: number, lines: boolean): Reading => {
  const text = asText(given)?.trim()
  if (text === undefined) return fault('请填写文字。')
  if (text.length > most)
    return fault(`最多 ${most.toLocaleString('en')} 个字，现在 ${text.length.toLocaleString('en')} 个。`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what no keyboard types is what is refused
  if ((lines ? /[\x00-\x08\x0b-\x1f\x7f]/ : /\p{Cc}/u).test(lines ? text.replaceAll('\r\n', '\n') : text))
    return fault(lines ? '文字里有不能保存的控制字符，请删去后重新填写。' : '请写成一行。')
  return text.isWellFormed()
    ? kept(lines ? text.replaceAll('\r\n', '\n') : text)
    : fault('文字里有残缺的字符，请重新填写。')
}

export const text: Kind<'text'> = {
  feel: () => 'string',
  read: ({ maxLength = LINE }, given) => read(given, maxLength, false),
  say: textOf,
}
export const longText: Kind<'longText'> = {
  feel: () => 'string',
  read: ({ maxLength = LONG }, given) => read(given, maxLength, true),
  say: textOf,
}

const TAG = 20
export const tags: Kind<'tags'> = {
  feel: () => ({ list: 'string' }),
  read({ most = 20 }, given) {
    const words = [given].flat().map((one) => read(one, TAG, false))
    const wrong = words.find((word) => 'fault' in word)
    if (wrong) return wrong
    const list = words.flatMap((word) => ('value' in word && word.value !== '' ? [word.value] : []))
    const different = [...new Set(list)]
    return different.length > most ? fault(`最多 ${most} 个标签。`) : kept(different)
  },
  say: (value) => [value].flat().map(textOf).join('、'),
}

/** The server gives it; here it is only passed on. */
export const serial: Kind<'serial'> = {
  feel: () => 'string',
  read: (_field, given) => read(given, 100, false),
  say: textOf,
}

/** A code that is typed with spaces, dashes or full-width digits and kept without them. */
const code = (normalise: (text: string) => string, check: (text: string, today: string) => string | null) => ({
  feel: () => 'string' as const,
  read: (_field: unknown, given: Json, today: string): Reading => {
    const text = normalise((asText(given) ?? '').slice(0, 100))
    const wrong = check(text, today)
    return wrong ? fault(wrong) : kept(text)
  },
  say: textOf,
})

export const creditCode: Kind<'creditCode'> = code(normaliseCreditCode, creditCodeFault)

/** The three digits of the province and city, and the last four: what a mask leaves (GB 11643 has 18). */
const MASK = /^\d{3}\*{11}\d{3}[\dX]$/
export const isMask = (value: Json): value is string => typeof value === 'string' && MASK.test(value)
export const maskOf = (number: string): string => `${number.slice(0, 3)}${'*'.repeat(11)}${number.slice(-4)}`

/** A mask given back means that the number was left as it is; the server compares it with what it keeps. */
export const identityNumber: Kind<'identityNumber'> = {
  ...code(normaliseIdentityNumber, (text, today) => (MASK.test(text) ? null : identityNumberFault(text, today))),
  // Expressions see the mask alone: a formula cannot copy the number to where it is not sealed.
  toFeel: (value) => (isMask(value) ? value : maskOf(textOf(value))),
  say: (value) => (isMask(value) ? value : maskOf(textOf(value))),
  plain: (value) => (isMask(value) ? value : maskOf(textOf(value))),
}

const LANDLINE = /^(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?$/
const phoneFault = (text: string): string | null =>
  mobileFault(normaliseMobile(text)) === null || LANDLINE.test(text)
    ? null
    : '电话号码填写有误。请填写 11 位手机号，或带区号的座机号，例如 0531-86061234。'
export const phone: Kind<'phone'> = {
  feel: () => 'string',
  read(_field, given) {
    const typed = (asText(given) ?? '')
      .slice(0, 100)
      .normalize('NFKC')
      .replace(/[\s()]/g, '')
      .replace(/[\p{Pd}−]/gu, '-')
    const mobile = normaliseMobile(typed)
    const text = mobileFault(mobile) === null ? mobile : typed
    const wrong = phoneFault(text)
    return wrong ? fault(wrong) : kept(text)
  },
  say: textOf,
}

// RFC 5321 allows more; what offices use is this, and what mail servers take
const EMAIL = /^[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}$/
export const email: Kind<'email'> = {
  feel: () => 'string',
  read(_field, given) {
    const text = (asText(given) ?? '').slice(0, 300).normalize('NFKC').trim()
    return EMAIL.test(text) && text.length <= 254
      ? kept(text)
      : fault('电子邮箱填写有误，例如 zhang@example.com。请核对。')
  },
  say: textOf,
}
