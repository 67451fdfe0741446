import { FeelSyntaxError } from '../errors.ts'
import { propertyNames } from '../values/types.ts'
import type { Local, Node } from './ast.ts'
import { isNamePart, isNameStart, isSpace, normalName, wordEnd } from './characters.ts'
import { closeNames } from './names.ts'
import { type Names, type Scope, scopeOf } from './scope.ts'

/** Brackets, operators and textual expressions inside each other. */
const DEEPEST = 200
export const LONGEST_TEXT = 10_000

const FULL_WIDTH = /[！-／：-＠［-｀｛-～“”‘’【】、。≥≤≠×÷]/
const HALF: Readonly<Record<string, string>> = {
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '×': '*',
  '÷': '/',
  '“': '"',
  '”': '"',
  '【': '[',
  '】': ']',
  '、': ',',
}
/** The sign to write instead of one of a Chinese keyboard. */
const halfOf = (sign: string): string =>
  HALF[sign] ?? (sign >= '！' && sign <= '～' ? String.fromCharCode(sign.charCodeAt(0) - 0xfee0) : '')

/** What people write who know other languages. */
const SLIPS: Readonly<Record<string, string>> = {
  '&': '“并且”请写成 and。',
  '|': '“或者”请写成 or。',
  '!': '取反请写成 not(…)，不等于请写成 !=。',
  "'": '文字请用双引号。',
  '%': '取余请用 modulo(…)。',
  is: '判断没有值请写成 = null。',
  not: '取反请写成 not(…)。',
}

/** Where reading stands: the text, the place and the names in scope. Reads from left to right, never back over an expression. */
export class Cursor {
  readonly text: string
  readonly names: Names
  at = 0
  scope: Scope | null = null
  /** what `?` stands for here */
  input: Local | null = null
  /** how often `?` was read */
  inputUses = 0
  /** reading the upper end of a range, where `[` may close it */
  closing = false
  #depth = 0
  /** Reads one whole expression; given from outside because the parts of the grammar need each other. */
  readonly expression: () => Node

  constructor(text: string, names: Names, expression: (cursor: Cursor) => Node) {
    this.text = text
    this.names = names
    this.expression = () => expression(this)
    this.skip()
  }

  fail(code: string, message: string, at = this.at, length = Math.max(1, this.at - at)): never {
    throw new FeelSyntaxError(
      code,
      `第 ${at + 1} 个字符处：${message}`,
      at,
      Math.min(length, Math.max(1, this.text.length - at)),
    )
  }

  deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) this.fail('too-deep', `嵌套超过 ${DEEPEST} 层。请拆成几个表达式。`)
    const result = read()
    this.#depth--
    return result
  }

  /** Over space and comments. */
  skip(): void {
    for (;;) {
      while (this.at < this.text.length && isSpace(this.text[this.at]!)) this.at++
      if (this.text.startsWith('//', this.at)) {
        const end = this.text.indexOf('\n', this.at)
        this.at = end < 0 ? this.text.length : end
      } else if (this.text.startsWith('/*', this.at)) {
        const end = this.text.indexOf('*/', this.at + 2)
        if (end < 0) this.fail('comment-open', '注释没有结束，缺少“*/”。', this.at, 2)
        this.at = end + 2
      } else return
    }
  }

  get done(): boolean {
    return this.at >= this.text.length
  }

  looks(sign: string): boolean {
    return this.text.startsWith(sign, this.at)
  }

  /** Takes a sign and the space after it. */
  take(sign: string): boolean {
    if (!this.looks(sign)) return false
    this.at += sign.length
    this.skip()
    return true
  }

  need(sign: string, after: string): void {
    if (!this.take(sign)) this.unexpected(`${after}之后应为“${sign}”`)
  }

  /** The word that begins here, or an empty text. */
  word(): string {
    return isNameStart(this.text[this.at] ?? ' ') ? this.text.slice(this.at, wordEnd(this.text, this.at)) : ''
  }

  keyword(word: string): boolean {
    if (this.word() !== word) return false
    this.at += word.length
    this.skip()
    return true
  }

  needKeyword(word: string, after: string): void {
    if (!this.keyword(word)) this.unexpected(`${after}之后应为“${word}”`)
  }

  unexpected(wanted: string): never {
    if (this.done) this.fail('unfinished', `表达式没有写完，${wanted}。`, this.text.length, 0)
    const sign = this.text[this.at]!
    const found = this.word() || sign
    if (FULL_WIDTH.test(sign)) {
      this.fail(
        'full-width',
        `不能用“${sign}”，请${halfOf(sign) ? `写成“${halfOf(sign)}”` : '改用英文半角符号'}。`,
        this.at,
        1,
      )
    }
    const slip = Object.hasOwn(SLIPS, found) ? SLIPS[found] : ''
    this.fail('unexpected', `没有料到“${found}”，${wanted}。${slip}`, this.at, found.length)
  }

  /** Reads a name being given (a key, a variable, a parameter) up to one of the stops. */
  newName(what: string, stops: readonly string[]): string {
    const start = this.at
    if (!isNameStart(this.text[this.at] ?? ' ')) this.unexpected(`这里应为${what}的名称`)
    let end = this.at
    while (!this.done) {
      const word = this.word()
      if (stops.includes(word) && end > start) break
      if (word !== '') this.at += word.length
      else if (isNamePart(this.text[this.at]!) || "./-'+*".includes(this.text[this.at]!)) this.at++
      else break
      end = this.at
      this.skip()
    }
    return normalName(this.text.slice(start, end))
  }

  /** Whether a name and a colon stand here: a named argument. */
  namedArgument(): boolean {
    for (let at = this.at; at < this.text.length; at++) {
      const unit = this.text[at]!
      if (unit === ':') return at > this.at
      if (!isNamePart(unit) && !isSpace(unit) && !"./-'+*".includes(unit)) return false
    }
    return false
  }

  unknownName(name: string, at: number, filters: readonly Local[] = []): never {
    const keys = filters.flatMap(({ type }) => propertyNames(type))
    const close = closeNames(name, [...keys, ...this.names.visible(this.scope)])
    const hint = close.length === 0 ? '' : `是否指${close.map((one) => `“${one}”`).join('、')}？`
    const [wide = ''] = FULL_WIDTH.exec(name) ?? []
    const advice = halfOf(wide) ? `如果“${wide}”是符号，请写成“${halfOf(wide)}”。` : ''
    this.fail('unknown-name', `没有名为“${name}”的数据项或函数。${hint}${advice}`, at, name.length)
  }

  /** Reads within an inner scope. */
  within<T>(locals: readonly Local[], item: Local | null, read: () => T): T {
    const before = this.scope
    this.scope = scopeOf(before, locals, item)
    for (const { name } of locals) this.names.pool.add(name, true)
    const result = read()
    this.scope = before
    return result
  }
}
