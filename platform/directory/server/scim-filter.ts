import { bad } from './scim-error.ts'

/** Filters of RFC 7644 §3.4.2.2, read by recursive descent. Attribute names are lower-cased: they have no case. */
export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'
export type Value = string | number | boolean | null
export type Filter =
  | { is: 'and' | 'or'; left: Filter; right: Filter }
  | { is: 'not'; filter: Filter }
  | { is: 'present'; path: string }
  | { is: 'compare'; path: string; op: Comparison; value: Value }
  /** `emails[type eq "work"]`: one element fulfils all of it */
  | { is: 'element'; path: string; filter: Filter }

const comparisons: readonly string[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const MOST_CHARACTERS = 4000
const MOST_TERMS = 50
const DEEPEST = 20

type Token = { kind: 'word' | 'mark'; text: string } | { kind: 'value'; value: Value }
const LEX =
  /\s+|([A-Za-z][\w:.$-]*)|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|([()[\]])|(\.[A-Za-z][\w$-]*)/y

const fault = (detail: string) => bad('invalidFilter', `筛选条件有误：${detail}`)

const textOf = (quoted: string): string => {
  try {
    const text: unknown = JSON.parse(quoted)
    if (typeof text === 'string' && !text.includes('\0')) return text
  } catch {
    // said below
  }
  throw fault('引号里的文字不合 JSON 的写法。')
}

const lex = (text: string): Token[] => {
  if (text.length > MOST_CHARACTERS) throw fault(`长于 ${MOST_CHARACTERS} 字。`)
  const tokens: Token[] = []
  LEX.lastIndex = 0
  while (LEX.lastIndex < text.length) {
    const at = LEX.lastIndex
    const found = LEX.exec(text)
    if (!found) throw fault(`第 ${at + 1} 字起无法理解。`)
    const [, word, quoted, number, mark, sub] = found
    if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (quoted !== undefined) tokens.push({ kind: 'value', value: textOf(quoted) })
    else if (number !== undefined) tokens.push({ kind: 'value', value: Number(number) })
    else if (mark !== undefined || sub !== undefined) tokens.push({ kind: 'mark', text: mark ?? sub! })
  }
  return tokens
}

/** `a.b` or `a[filter].b`, as the target of a PATCH operation. */
export interface Path {
  attribute: string
  filter?: Filter
  sub?: string
}

class Reader {
  readonly #tokens: readonly Token[]
  #at = 0
  #terms = 0
  constructor(text: string) {
    this.#tokens = lex(text)
  }
  #peek(): string | undefined {
    const token = this.#tokens[this.#at]
    return token && token.kind !== 'value' ? token.text.toLowerCase() : undefined
  }
  #take(text: string): boolean {
    if (this.#peek() !== text) return false
    this.#at++
    return true
  }
  #expect(text: string): void {
    if (!this.#take(text)) throw fault(`缺少“${text}”。`)
  }
  #word(): string {
    const token = this.#tokens[this.#at++]
    if (token?.kind !== 'word') throw fault('缺少属性名。')
    return token.text.toLowerCase()
  }
  #value(): Value {
    const token = this.#tokens[this.#at++]
    if (token?.kind === 'value') return token.value
    const word = token?.text.toLowerCase()
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    throw fault('缺少比较的值；文字要加双引号。')
  }
  #or(depth: number): Filter {
    let left = this.#and(depth)
    while (this.#take('or')) left = { is: 'or', left, right: this.#and(depth) }
    return left
  }
  #and(depth: number): Filter {
    let left = this.#term(depth)
    while (this.#take('and')) left = { is: 'and', left, right: this.#term(depth) }
    return left
  }
  #term(depth: number): Filter {
    if (depth > DEEPEST || ++this.#terms > MOST_TERMS) throw fault('条件过多或层次过深。')
    if (this.#take('not')) {
      this.#expect('(')
      const filter = this.#or(depth + 1)
      this.#expect(')')
      return { is: 'not', filter }
    }
    if (this.#take('(')) {
      const filter = this.#or(depth + 1)
      this.#expect(')')
      return filter
    }
    const path = this.#word()
    if (this.#take('[')) {
      const filter = this.#or(depth + 1)
      this.#expect(']')
      return { is: 'element', path, filter }
    }
    const op = this.#word()
    if (op === 'pr') return { is: 'present', path }
    if (!comparisons.includes(op)) throw fault(`没有“${op}”这种比较。`)
    return { is: 'compare', path, op: op as Comparison, value: this.#value() }
  }
  #end(): void {
    if (this.#at < this.#tokens.length) throw fault('条件之后还有多余的内容。')
  }
  filter(): Filter {
    const filter = this.#or(0)
    this.#end()
    return filter
  }
  path(): Path {
    const attribute = this.#word()
    if (!this.#take('[')) {
      this.#end()
      return { attribute }
    }
    const filter = this.#or(0)
    this.#expect(']')
    const sub = this.#peek()
    if (sub?.startsWith('.')) this.#at++
    this.#end()
    return { attribute, filter, ...(sub?.startsWith('.') ? { sub: sub.slice(1) } : {}) }
  }
}

/** 400 `invalidFilter` says what is wrong. */
export const parseFilter = (text: string): Filter => new Reader(text).filter()
export const parsePath = (text: string): Path => {
  try {
    return new Reader(text).path()
  } catch (error) {
    throw bad('invalidPath', (error as Error).message)
  }
}

const orderOf = (op: Comparison, sign: number): boolean =>
  (op === 'gt' && sign > 0) || (op === 'ge' && sign >= 0) || (op === 'lt' && sign < 0) || (op === 'le' && sign <= 0)
const compare = (op: Comparison, actual: unknown, value: Value): boolean => {
  const [a, b] = [actual, value].map((one) => (typeof one === 'string' ? one.toLowerCase() : (one ?? null)))
  if (op === 'eq') return a === b
  if (op === 'ne') return a !== b
  if (typeof a !== 'string' || typeof b !== 'string') return false
  if (op === 'co') return a.includes(b)
  if (op === 'sw') return a.startsWith(b)
  if (op === 'ew') return a.endsWith(b)
  return orderOf(op, a < b ? -1 : a > b ? 1 : 0)
}
const lookUp = (element: Readonly<Record<string, unknown>>, path: string): unknown =>
  Object.entries(element).find(([key]) => key.toLowerCase() === path)?.[1]

/** Whether one element of a multi-valued attribute fulfils the filter of a PATCH path. */
export const fulfils = (element: Readonly<Record<string, unknown>>, filter: Filter): boolean => {
  switch (filter.is) {
    case 'and':
      return fulfils(element, filter.left) && fulfils(element, filter.right)
    case 'or':
      return fulfils(element, filter.left) || fulfils(element, filter.right)
    case 'not':
      return !fulfils(element, filter.filter)
    case 'present':
      return (lookUp(element, filter.path) ?? '') !== ''
    case 'compare':
      return compare(filter.op, lookUp(element, filter.path), filter.value)
    case 'element':
      throw bad('invalidPath', '方括号里不能再有方括号。')
  }
}
