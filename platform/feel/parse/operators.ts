import type { ArithmeticOperator, CompareOperator, Node, Test } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { readEndpoint, readPostfix } from './primary.ts'
import { readType } from './type.ts'

/** DMN 1.5 §10.3.1.2 grammar rules 1–7 and 44–56, the loosest first: or, and, comparison, + -, * /, **, unary -, instance of. */

const COMPARE: readonly CompareOperator[] = ['<=', '>=', '!=', '<', '>', '=']
const spanOf = (first: Node, last: { readonly end: number }) => ({ at: first.at, end: last.end })

const readChain = (cursor: Cursor, operator: 'and' | 'or', part: (cursor: Cursor) => Node): Node => {
  const first = part(cursor)
  if (cursor.word() !== operator) return first
  const items = [first]
  while (cursor.keyword(operator)) items.push(part(cursor))
  return { kind: 'logic', operator, items, type: 'boolean', ...spanOf(first, items.at(-1)!) }
}
export const readDisjunction = (cursor: Cursor): Node => readChain(cursor, 'or', readConjunction)
const readConjunction = (cursor: Cursor): Node => readChain(cursor, 'and', readComparison)

export const compareOperator = (cursor: Cursor): CompareOperator | null => {
  if (cursor.looks('==')) cursor.fail('double-equals', '比较相等请用一个等号“=”。', cursor.at, 2)
  if (cursor.looks('<>')) cursor.fail('not-equals', '不等于请写成“!=”。', cursor.at, 2)
  return COMPARE.find((sign) => cursor.take(sign)) ?? null
}

const readComparison = (cursor: Cursor): Node => {
  let left = readArithmetic(cursor)
  let ordered = false
  for (;;) {
    const at = cursor.at
    const operator = compareOperator(cursor)
    if (operator !== null) {
      const ordering = operator !== '=' && operator !== '!='
      if (ordering && ordered) cursor.fail('chained', '不能连着比较大小，请用 and 连接，或写成“x in [低..高]”。', at)
      ordered ||= ordering
      const right = readArithmetic(cursor)
      left = { kind: 'compare', operator, left, right, type: 'boolean', ...spanOf(left, right) }
    } else if (cursor.keyword('between')) {
      const low = readArithmetic(cursor)
      cursor.needKeyword('and', 'between 的下限')
      const high = readArithmetic(cursor)
      left = { kind: 'between', value: left, low, high, type: 'boolean', ...spanOf(left, high) }
    } else if (cursor.keyword('in')) left = readIn(cursor, left)
    else return left
  }
}

const operatorOf = (cursor: Cursor, signs: readonly ArithmeticOperator[]): ArithmeticOperator | undefined =>
  // ** is not two times *
  signs.find((sign) => cursor.looks(sign) && !(sign === '*' && cursor.looks('**')))

const readLeft = (cursor: Cursor, signs: readonly ArithmeticOperator[], part: (cursor: Cursor) => Node): Node => {
  const first = part(cursor)
  let operator = operatorOf(cursor, signs)
  if (operator === undefined) return first
  const rest: { operator: ArithmeticOperator; value: Node }[] = []
  for (; operator !== undefined; operator = operatorOf(cursor, signs)) {
    cursor.take(operator)
    rest.push({ operator, value: part(cursor) })
  }
  const numeric = first.type === 'number' && rest.every(({ value }) => value.type === 'number')
  return { kind: 'arithmetic', first, rest, type: numeric ? 'number' : undefined, ...spanOf(first, rest.at(-1)!.value) }
}
const SUM = ['+', '-'] as const
const PRODUCT = ['*', '/'] as const
const POWER = ['**'] as const
export const readArithmetic = (cursor: Cursor): Node => readLeft(cursor, SUM, readProduct)
const readProduct = (cursor: Cursor): Node => readLeft(cursor, PRODUCT, readPower)
const readPower = (cursor: Cursor): Node => readLeft(cursor, POWER, readUnary)

const readUnary = (cursor: Cursor): Node => {
  const at = cursor.at
  if (cursor.take('-')) {
    const value = cursor.deeper(() => readUnary(cursor))
    return { kind: 'negate', value, type: value.type, at, end: value.end }
  }
  const value = readPostfix(cursor, readArithmetic)
  if (!cursor.keyword('instance')) return value
  cursor.needKeyword('of', 'instance')
  const of = readType(cursor)
  return { kind: 'instance', value, of, type: 'boolean', at: value.at, end: cursor.at }
}

/** Rule 7: an operator and its operand, or any expression (a range is one). */
export const readTest = (cursor: Cursor): Test => {
  const at = cursor.at
  const operator = compareOperator(cursor)
  const uses = cursor.inputUses
  const value = operator === null ? cursor.expression() : readArithmetic(cursor)
  if (operator !== null) return { kind: 'compare', operator, value, at, end: value.end }
  return { kind: 'value', value, usesInput: cursor.inputUses > uses, at, end: value.end }
}

export const readTests = (cursor: Cursor): Test[] => {
  const tests = [readTest(cursor)]
  while (cursor.take(',')) tests.push(readTest(cursor))
  return tests
}

/** `in` takes one test, or several in brackets; the bracket may also open a range: (1..5]. */
const readIn = (cursor: Cursor, value: Node): Node => {
  const input = { name: '?', type: value.type }
  const outer = cursor.input
  cursor.input = input
  const tests = cursor.looks('(') ? readBracketed(cursor) : [readOneTest(cursor)]
  cursor.input = outer
  return { kind: 'in', value, input, tests, type: 'boolean', at: value.at, end: cursor.at }
}

const readOneTest = (cursor: Cursor): Test => {
  const at = cursor.at
  const operator = compareOperator(cursor)
  const uses = cursor.inputUses
  const value = readArithmetic(cursor)
  if (operator !== null) return { kind: 'compare', operator, value, at, end: value.end }
  return { kind: 'value', value, usesInput: cursor.inputUses > uses, at, end: value.end }
}

const readBracketed = (cursor: Cursor): Test[] => {
  const at = cursor.at
  cursor.take('(')
  const tests = cursor.deeper(() => readTests(cursor))
  const [only] = tests
  if (tests.length === 1 && only!.kind === 'value' && cursor.take('..')) {
    const range = readEndpoint(cursor, readArithmetic, only!.value, false, at)
    return [{ kind: 'value', value: range, usesInput: false, at, end: range.end }]
  }
  cursor.need(')', '列出的条件')
  return tests
}
