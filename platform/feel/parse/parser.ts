import { FeelSyntaxError } from '../errors.ts'
import type { FeelType } from '../values/value.ts'
import type { Iterator, Local, Node, UnaryTests } from './ast.ts'
import { Cursor, LONGEST_TEXT } from './cursor.ts'
import { readArithmetic, readDisjunction, readTests } from './operators.ts'
import type { Names } from './scope.ts'
import { readType } from './type.ts'
import { heightOf } from './visit.ts'

const readIf = (cursor: Cursor, at: number): Node => {
  const condition = cursor.expression()
  cursor.needKeyword('then', 'if 的条件')
  const yes = cursor.expression()
  cursor.needKeyword('else', 'then 的内容')
  const no = cursor.expression()
  const type = typeof yes.type === 'string' && yes.type === no.type ? yes.type : undefined
  return { kind: 'if', condition, yes, no, type, at, end: no.end }
}

/** What the turns of a loop hold, as far as it is known. */
const elementOf = (from: Node, to: Node | undefined): FeelType | undefined => {
  if (to || typeof from.type === 'string') return from.type
  if (from.type && 'list' in from.type) return from.type.list
  return from.type && 'range' in from.type ? from.type.range : undefined
}

/** Each variable is seen by the ones behind it and by the body. */
const readIterators = (cursor: Cursor, read: (iterators: readonly Iterator[]) => Node): Node => {
  const iterators: Iterator[] = []
  const next = (): Node => {
    const name = cursor.newName('变量', ['in'])
    cursor.needKeyword('in', '变量名称')
    const from = cursor.expression()
    const to = cursor.take('..') ? readArithmetic(cursor) : undefined
    const type = elementOf(from, to)
    const local: Local = { name, ...(type === undefined ? {} : { type }) }
    iterators.push({ local, from, ...(to ? { to } : {}) })
    return cursor.within([local], null, () => (cursor.take(',') ? cursor.deeper(next) : read(iterators)))
  }
  return next()
}

const readFor = (cursor: Cursor, at: number): Node =>
  readIterators(cursor, (iterators) => {
    cursor.needKeyword('return', 'for 的范围')
    const partial: Local = { name: 'partial' }
    const body = cursor.within([partial], null, cursor.expression)
    return { kind: 'for', iterators, partial, body, type: { list: body.type ?? 'Any' }, at, end: body.end }
  })

const readQuantified = (cursor: Cursor, every: boolean, at: number): Node =>
  readIterators(cursor, (iterators) => {
    cursor.needKeyword('satisfies', every ? 'every 的范围' : 'some 的范围')
    const body = cursor.expression()
    return { kind: 'quantified', every, iterators, body, type: 'boolean', at, end: body.end }
  })

const readFunction = (cursor: Cursor, at: number): Node => {
  const parameters: Local[] = []
  cursor.need('(', 'function')
  while (!cursor.looks(')')) {
    const start = cursor.at
    const name = cursor.newName('参数', [])
    if (parameters.some((other) => other.name === name)) cursor.fail('duplicate-key', `参数“${name}”写了两次。`, start)
    const type = cursor.take(':') ? readType(cursor) : undefined
    parameters.push({ name, ...(type === undefined ? {} : { type }) })
    if (!cursor.take(',')) break
  }
  cursor.need(')', '参数')
  if (cursor.word() === 'external')
    cursor.fail('external', '不支持 external 函数：表达式不能调用外部程序。', cursor.at, 8)
  const body = cursor.within(parameters, null, cursor.expression)
  return { kind: 'function', parameters, body, at, end: body.end }
}

const TEXTUAL: Readonly<Record<string, (cursor: Cursor, at: number) => Node>> = {
  if: readIf,
  for: readFor,
  some: (cursor, at) => readQuantified(cursor, false, at),
  every: (cursor, at) => readQuantified(cursor, true, at),
  function: readFunction,
}

const readWhole = (cursor: Cursor): Node => {
  const at = cursor.at
  const word = cursor.word()
  if (!Object.hasOwn(TEXTUAL, word)) return readDisjunction(cursor)
  // a data item may be called `if needed`
  const named = cursor.names.find(cursor.scope, cursor.text, at)
  if (named && named.end > at + word.length) return readDisjunction(cursor)
  cursor.keyword(word)
  return TEXTUAL[word]!(cursor, at)
}

const readExpression = (cursor: Cursor): Node => {
  const { closing } = cursor
  cursor.closing = false
  const node = cursor.deeper(() => readWhole(cursor))
  cursor.closing = closing
  return node
}

const open = (text: string, names: Names): Cursor => {
  if (text.length > LONGEST_TEXT)
    throw new FeelSyntaxError(
      'too-long',
      `表达式不能超过 ${LONGEST_TEXT} 个字符，现有 ${text.length} 个。`,
      LONGEST_TEXT,
      text.length - LONGEST_TEXT,
    )
  const cursor = new Cursor(text, names, readExpression)
  if (cursor.done) cursor.fail('empty', '表达式是空的。', 0, 0)
  return cursor
}

/** Chains like a = b = c and a.b[1](2) are read without going deeper, but are deep to whoever goes through the tree. */
const DEEPEST_TREE = 300
const checkDepth = (cursor: Cursor, roots: readonly Node[]): void => {
  if (heightOf(roots, DEEPEST_TREE) > DEEPEST_TREE)
    cursor.fail('too-deep', `嵌套超过 ${DEEPEST_TREE} 层。请拆成几个表达式。`, 0, 1)
}

const close = (cursor: Cursor): void => {
  if (!cursor.done) cursor.unexpected('这里应为运算符或结尾')
}

/** Reads an expression. @throws FeelSyntaxError */
export const parseExpression = (text: string, names: Names): Node => {
  const cursor = open(text, names)
  const node = cursor.expression()
  close(cursor)
  checkDepth(cursor, [node])
  return node
}

/** not(…) over the whole cell; else an expression that happens to begin with not(). */
const readNegated = (cursor: Cursor): ReturnType<typeof readTests> | null => {
  const start = cursor.at
  if (cursor.keyword('not') && cursor.take('(')) {
    const tests = readTests(cursor)
    if (cursor.take(')') && cursor.done) return tests
  }
  cursor.at = start
  return null
}

/** Reads a cell of a decision table: `-`, `not(…)` or tests with commas (DMN 1.5 grammar rules 13–17). @throws FeelSyntaxError */
export const parseUnaryTests = (text: string, names: Names, type?: FeelType): UnaryTests => {
  const cursor = open(text, names)
  const input: Local = { name: '?', ...(type === undefined ? {} : { type }) }
  cursor.input = input
  if (cursor.looks('-') && cursor.text.slice(cursor.at + 1).trim() === '')
    return { any: true, negated: false, input, tests: [] }
  const negated = readNegated(cursor)
  const tests = negated ?? readTests(cursor)
  close(cursor)
  checkDepth(
    cursor,
    tests.map(({ value }) => value),
  )
  return { any: false, negated: negated !== null, input, tests }
}
