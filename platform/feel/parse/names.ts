import { FeelSyntaxError } from '../errors.ts'
import { isNameStart, isSpace, nameTokens, normalName, wordEnd } from './characters.ts'

interface Branch<T> {
  readonly next: Map<string, Branch<T>>
  /** set where a name ends */
  known?: { readonly name: string; readonly meaning: T }
}
const branch = <T>(): Branch<T> => ({ next: new Map() })

/** Names as a tree of their tokens, so that the time to find one does not depend on how many there are. */
export class NameIndex<T> {
  readonly #root: Branch<T> = branch()
  readonly #names = new Map<string, T>()

  add(name: string, meaning: T): void {
    let here = this.#root
    for (const token of nameTokens(name)) {
      const next = here.next.get(token) ?? branch<T>()
      here.next.set(token, next)
      here = next
    }
    const normal = normalName(name)
    here.known = { name: normal, meaning }
    this.#names.set(normal, meaning)
  }

  get(normal: string): T | undefined {
    return this.#names.get(normal)
  }

  names(): Iterable<string> {
    return this.#names.keys()
  }

  /** The longest name that stands in the text. Space may stand between any two tokens. */
  match(text: string, from: number): { name: string; meaning: T; end: number } | null {
    let best: { name: string; meaning: T; end: number } | null = null
    let here: Branch<T> | undefined = this.#root
    for (let at = from; at < text.length; ) {
      if (at > from) while (at < text.length && isSpace(text[at]!)) at++
      const end = Math.max(at + 1, wordEnd(text, at))
      here = here.next.get(text.slice(at, end))
      if (!here) break
      if (here.known) best = { ...here.known, end }
      at = end
    }
    return best
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
const LOOKED_AT = 300
/** At most three names that look like the one written. */
export const closeNames = (written: string, known: Iterable<string>): string[] => {
  const word = written.slice(0, LONGEST).toLowerCase()
  const found: { name: string; far: number }[] = []
  let looked = 0
  for (const name of known) {
    if (++looked > LOOKED_AT) break
    const other = name.slice(0, LONGEST).toLowerCase()
    const part = Math.min(word.length, other.length) > 1 && (other.includes(word) || word.includes(other))
    const apart = Math.abs(other.length - word.length)
    const near = Math.max(1, Math.floor(Math.max(word.length, other.length) / 3))
    if (!part && apart > near) continue
    const far = part ? apart / 10 : distance(word, other)
    if (part || (word.length > 1 && far <= near)) found.push({ name, far })
  }
  return found
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name)
}
