import { compilePattern, type Pattern } from '../regex/pattern.ts'
import type { Run } from '../run.ts'
import { stringOf } from '../values/convert.ts'
import type { FeelNumber } from '../values/number.ts'
import type { FeelList, FeelValue } from '../values/value.ts'
import { define } from './define.ts'

/** Characters are code points: 🐎 is one (DMN 1.5 table 77). */
const ASTRAL = /[\ud800-\udfff]/
const lengthOf = (run: Run, text: string): number => {
  run.step(text.length >> 6)
  if (!ASTRAL.test(text)) return text.length
  let length = 0
  for (const _ of text) length++
  return length
}

const substring = (run: Run, text: string, start: FeelNumber, length?: FeelNumber): FeelValue => {
  if (typeof start !== 'number' || start === 0) return null
  if (length !== undefined && (typeof length !== 'number' || length < 1)) return null
  const characters = ASTRAL.test(text) ? [...text] : text
  run.step(text.length >> 6)
  if (start > characters.length || -start > characters.length) return start > 0 ? '' : null
  const from = start > 0 ? start - 1 : characters.length + start
  const cut = characters.slice(from, length === undefined ? undefined : from + length)
  return typeof cut === 'string' ? cut : cut.join('')
}

const looked = (run: Run, text: string, match: string): void => run.step((text.length + match.length) >> 6)

const before = (run: Run, text: string, match: string): string => {
  looked(run, text, match)
  const at = text.indexOf(match)
  return at < 0 ? '' : text.slice(0, at)
}
const after = (run: Run, text: string, match: string): string => {
  looked(run, text, match)
  const at = text.indexOf(match)
  return at < 0 ? '' : text.slice(at + match.length)
}

/** Compiled patterns of one evaluation: a loop uses the same one again and again. */
const patterns = new WeakMap<Run, Map<string, Pattern | null>>()
const patternOf = (run: Run, source: string, flags: string): Pattern | null => {
  const known = patterns.get(run) ?? new Map<string, Pattern | null>()
  patterns.set(run, known)
  const key = `${flags}/${source}`
  const found = known.get(key)
  if (found !== undefined) return found
  run.step(source.length)
  const pattern = compilePattern(source, flags)
  if (pattern) run.step(pattern.size >> 2)
  known.set(key, pattern)
  return pattern
}

const matches = (run: Run, input: string, source: string, flags?: string | null): FeelValue => {
  const pattern = patternOf(run, source, flags ?? '')
  return pattern === null ? null : pattern.test(run, input)
}

const replace = (run: Run, input: string, source: string, replacement: string, flags?: string | null): FeelValue => {
  const pattern = patternOf(run, source, flags ?? '')
  const result = pattern?.replace(run, input, replacement) ?? null
  return result === null ? null : run.text(result)
}

const split = (run: Run, text: string, delimiter: string): FeelValue => {
  const pattern = patternOf(run, delimiter, '')
  const parts = pattern?.split(run, text) ?? null
  return parts && run.list(parts)
}

const join = (
  run: Run,
  list: FeelList,
  delimiter?: string | null,
  prefix?: string | null,
  suffix?: string | null,
): FeelValue => {
  const texts = list.filter((item) => item !== null)
  if (!texts.every((item) => typeof item === 'string')) return null
  run.room(texts.length)
  let length = 0
  for (const text of texts) {
    length += text.length + (delimiter?.length ?? 0)
    if (length > run.budget.size) run.room(length)
  }
  return run.text(`${prefix ?? ''}${texts.join(delimiter ?? '')}${suffix ?? ''}`)
}

/** DMN 1.5 §10.3.4.3, string functions. */
export const strings = [
  define('string(from:any)', (run: Run, value: FeelValue) => {
    const text = stringOf(value, (depth) => run.part(depth))
    return text === null ? null : run.text(text)
  }),
  define('substring(string:string, start position:number, length?:number)', substring),
  define('string length(string:string)', lengthOf),
  define('upper case(string:string)', (run: Run, text: string) => run.text(text.toUpperCase())),
  define('lower case(string:string)', (run: Run, text: string) => run.text(text.toLowerCase())),
  define('substring before(string:string, match:string)', before),
  define('substring after(string:string, match:string)', after),
  define('contains(string:string, match:string)', (run: Run, text: string, match: string) => {
    looked(run, text, match)
    return text.includes(match)
  }),
  define('starts with(string:string, match:string)', (_run: Run, text: string, match: string) =>
    text.startsWith(match),
  ),
  define('ends with(string:string, match:string)', (_run: Run, text: string, match: string) => text.endsWith(match)),
  define('matches(input:string, pattern:string, flags?:string|null)', matches),
  define('replace(input:string, pattern:string, replacement:string, flags?:string|null)', replace),
  define('split(string:string, delimiter:string)', split),
  define('string join(list:list, delimiter?:string|null, prefix?:string|null, suffix?:string|null)', join),
]
