/** DMN 1.5 §10.3.1.2 grammar rules 26–32 and 61–63. Positions count UTF-16 units, as an editor does. */

const SPACE = /[\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]/
// surrogates stand for U+10000–U+EFFFF
const START =
  /[A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ufaff\ufb00-\ufdcf\ufdf0-\ufefe\uff00-\ufffd]/
const PART = /[\u0300-\u036f0-9\u00b7\u203f\u2040]/

const [OTHER, BLANK, BEGINS, GOES_ON] = [0, 1, 2, 3] as const
const classify = (unit: string): number => {
  if (SPACE.test(unit)) return BLANK
  return START.test(unit) ? BEGINS : PART.test(unit) ? GOES_ON : OTHER
}
/** Every character is looked at several times, and most are ASCII. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => classify(String.fromCharCode(code)))
const classOf = (unit: string): number => {
  const code = unit.charCodeAt(0)
  return code < 128 ? ASCII[code]! : classify(unit)
}

export const isSpace = (unit: string): boolean => classOf(unit) === BLANK
export const isNameStart = (unit: string): boolean => classOf(unit) === BEGINS
export const isNamePart = (unit: string): boolean => classOf(unit) >= BEGINS
export const isDigit = (unit: string): boolean => unit >= '0' && unit <= '9' && unit.length === 1

/** The end of the word that begins at `from`; `from` itself when none does. */
export const wordEnd = (text: string, from: number): number => {
  let at = from
  while (at < text.length && isNamePart(text[at]!)) at++
  return at
}

/** A name as words and signs: `a+b c` is a, +, b, c. */
export const nameTokens = (name: string): string[] => {
  const tokens: string[] = []
  for (let at = 0; at < name.length; ) {
    if (isSpace(name[at]!)) {
      at++
      continue
    }
    const end = Math.max(at + 1, wordEnd(name, at))
    tokens.push(name.slice(at, end))
    at = end
  }
  return tokens
}

/** One way of writing a name: its tokens with one space between words. */
export const normalName = (name: string): string => {
  let normal = ''
  let wordBefore = false
  for (const token of nameTokens(name)) {
    const word = isNamePart(token[0]!)
    normal += word && wordBefore ? ` ${token}` : token
    wordBefore = word
  }
  return normal
}
