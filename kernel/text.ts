/** What text of people must not hold, wherever it comes in: by a form, a sheet or another system. */

/** Controls, and signs that turn text round or hide it: no name has them, and whoever reads the screen is deceived by them. */
const HOSTILE = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]|\p{Cs}|\p{Noncharacter_Code_Point}/u
/** Spaces of no width come along with what is copied from pages; two names that look alike must be alike. */
const UNSEEN = /[\u00ad\u200b\u2060\ufeff]/g

/** The text without what nobody can see; undefined when something in it deceives. */
export const cleanText = (text: string): string | undefined =>
  HOSTILE.test(text) ? undefined : text.replaceAll(UNSEEN, '')

/** Scripts in which a name is written as a whole; letters of two of them in one name are one letter dressed up as another. */
const ALONE = [
  /^\p{Script=Tibetan}+$/u,
  /^\p{Script=Mongolian}+$/u,
  /^\p{Script=Arabic}+$/u,
  /^\p{Script=Yi}+$/u,
  /^\p{Script=Hangul}+$/u,
  /^\p{Script=Cyrillic}+$/u,
  /^[\p{Script=New_Tai_Lue}\p{Script=Tai_Le}]+$/u,
]
const ORDINARY = /^[\p{Script=Han}\p{Script=Latin}]*$/u
/** Letters, marks on them, digits, the dots and hyphens of names, the dot between Tibetan syllables. */
const SIGNS = /^[\p{L}\p{M}\p{Nd} ·\u0f0b.'’\-‐()（）々〇]*$/u

/**
 * Why a person's name is refused, in Chinese; undefined when it is good. Unicode TS 39 §5: one script, or Han with Latin; what looks alike and is
 * not the same letter would let two people bear one name on the screen.
 */
export const nameFault = (name: string): string | undefined => {
  const text = cleanText(name)
  if (text === undefined) return '姓名里有看不见的控制字符，请删去，重新键入。'
  if (!SIGNS.test(text)) return '姓名里只能有文字、间隔号“·”、空格和连接号，请改正。'
  const letters = text.replaceAll(/[^\p{L}]/gu, '')
  if (!ORDINARY.test(letters) && !ALONE.some((script) => script.test(letters)))
    return '姓名里混有看着相同的外文字母（如俄文的 а），请用键盘重新键入。'
  return undefined
}
