import { FeelSyntaxError } from '../errors.ts'
import { isNameStart, isSpace, nameTokens, normalName, wordEnd } from './characters.ts'

interface Known<T> {
  readonly name: string
  readonly tokens: readonly string[]
  readonly meaning: T
}

/** The end of a name's tokens in the text, -1 when they do not stand there. Space may stand between any two. */
const endOf = (text: string, from: number, tokens: readonly string[]): number => {
  let at = from
  for (const [nth, token] of tokens.entries()) {
    if (nth > 0) while (at < text.length && isSpace(text[at]!)) at++
    if (!text.startsWith(token, at)) return -1
    const end = wordEnd(text, at)
    // a word must be the whole word
    if (end > at && end !== at + token.length) return -1
    at += token.length
  }
  return at
}

/** Names, found by their first word and then the longest first. */
export class NameIndex<T> {
  readonly #byWord = new Map<string, Known<T>[]>()
  readonly #names = new Map<string, T>()

  add(name: string, meaning: T): void {
    const tokens = nameTokens(name)
    const normal = normalName(name)
    const before = this.#names.has(normal)
    this.#names.set(normal, meaning)
    const known = this.#byWord.get(tokens[0]!) ?? []
    const kept = before ? known.filter((one) => one.name !== normal) : known
    kept.push({ name: normal, tokens, meaning })
    if (kept.length > 1) kept.sort((a, b) => b.tokens.length - a.tokens.length)
    this.#byWord.set(tokens[0]!, kept)
  }

  get(normal: string): T | undefined {
    return this.#names.get(normal)
  }

  names(): Iterable<string> {
    return this.#names.keys()
  }

  /** The longest name that stands in the text. */
  match(text: string, from: number): { name: string; meaning: T; end: number } | null {
    const end = Math.max(from + 1, wordEnd(text, from))
    for (const { name, tokens, meaning } of this.#byWord.get(text.slice(from, end)) ?? []) {
      const end = endOf(text, from, tokens)
      if (end >= 0) return { name, meaning, end }
    }
    return null
  }
}

/** Names that whoever compiles declares must be readable in an expression. */
export const checkName = (name: string): void => {
  const tokens = nameTokens(name)
  if (tokens.length === 0 || !isNameStart(tokens[0]![0]!))
    throw new FeelSyntaxError('name-invalid', `名称“${name}”不能用在表达式里：须以文字、字母或下划线开头。`, 0, 0)
}

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

const LONGEST = 40
const LOOKED_AT = 500
/** At most three names that look like the one written. */
export const closeNames = (written: string, known: Iterable<string>): string[] => {
  const word = written.slice(0, LONGEST).toLowerCase()
  const found: { name: string; far: number }[] = []
  let looked = 0
  for (const name of known) {
    if (++looked > LOOKED_AT) break
    const other = name.slice(0, LONGEST).toLowerCase()
    const part = Math.min(word.length, other.length) > 1 && (other.includes(word) || word.includes(other))
    const far = part ? Math.abs(other.length - word.length) / 10 : distance(word, other)
    if (far <= Math.floor(Math.max(word.length, other.length) / 3) || (word.length > 1 ? 1 : 0))
      found.push({ name, far })
  }
  return found
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name)
}
