/** The pattern is refused; `message` says why in Chinese. */
export class PatternError extends Error {}

/** Whether a code point belongs. */
export type CharacterSet = (code: number) => boolean

/** Both cases of a character, as far as each is one character. */
const variants = (code: number): number[] => {
  const text = String.fromCodePoint(code)
  return [text, text.toLowerCase(), text.toUpperCase()].flatMap((one) =>
    [...one].length === 1 ? [one.codePointAt(0)!] : [],
  )
}

export const literalSet = (character: string, caseless: boolean): CharacterSet => {
  const wanted = character.codePointAt(0)!
  if (!caseless) return (code) => code === wanted
  const all = new Set(variants(wanted))
  return (code) => all.has(code) || variants(code).includes(wanted)
}

export const rangeSet = (first: string, last: string, caseless: boolean): CharacterSet => {
  const [low, high] = [first.codePointAt(0)!, last.codePointAt(0)!]
  const inside: CharacterSet = (code) => code >= low && code <= high
  return caseless ? (code) => variants(code).some(inside) : inside
}

export const classSet = (sets: readonly CharacterSet[], negated: boolean): CharacterSet => {
  const any: CharacterSet = (code) => sets.some((set) => set(code))
  return negated ? (code) => !any(code) : any
}

export const except =
  (whole: CharacterSet, without: CharacterSet): CharacterSet =>
  (code) =>
    whole(code) && !without(code)

/** One character against a JS class: no repetition, so no backtracking. */
const byClass = (source: string): CharacterSet => {
  const one = new RegExp(`^[${source}]$`, 'u')
  return (code) => one.test(String.fromCodePoint(code))
}

const MULTI: Record<string, CharacterSet> = {
  s: (code) => code === 32 || code === 9 || code === 10 || code === 13,
  d: byClass('\\p{Nd}'),
  // XML Schema part 2 §G.4.2.5: everything but punctuation, separators and others
  w: byClass('\\p{L}\\p{M}\\p{N}\\p{S}'),
  i: byClass('\\p{L}_:'),
  c: byClass('\\p{L}\\p{M}\\p{Nd}._:\\-\\u00b7'),
}

export const multiEscape = (sign: string): CharacterSet => {
  const set = Object.hasOwn(MULTI, sign.toLowerCase()) ? MULTI[sign.toLowerCase()] : undefined
  if (!set) throw new PatternError(`不认识“\\${sign}”`)
  return sign === sign.toLowerCase() ? set : (code) => !set(code)
}

const CATEGORY = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)$/
/** Blocks of XML Schema part 2 §G.4.2.3 that Chinese and European texts use. */
const BLOCKS: Readonly<Record<string, readonly [number, number]>> = {
  IsBasicLatin: [0, 0x7f],
  'IsLatin-1Supplement': [0x80, 0xff],
  'IsLatinExtended-A': [0x100, 0x17f],
  'IsLatinExtended-B': [0x180, 0x24f],
  IsGreek: [0x370, 0x3ff],
  IsCyrillic: [0x400, 0x4ff],
  IsGeneralPunctuation: [0x2000, 0x206f],
  IsCJKSymbolsandPunctuation: [0x3000, 0x303f],
  IsHiragana: [0x3040, 0x309f],
  IsKatakana: [0x30a0, 0x30ff],
  IsCJKUnifiedIdeographs: [0x4e00, 0x9fff],
  IsHalfwidthandFullwidthForms: [0xff00, 0xffef],
}
export const propertySet = (name: string): CharacterSet => {
  const block = Object.hasOwn(BLOCKS, name) ? BLOCKS[name] : undefined
  if (block) return (code) => code >= block[0] && code <= block[1]
  if (!CATEGORY.test(name)) throw new PatternError(`不认识字符类别“${name.slice(0, 30)}”`)
  return byClass(`\\p{${name}}`)
}
