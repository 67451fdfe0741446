import type { CompareOperator, Node } from '../parse/ast.ts'
import { printValue } from '../values/convert.ts'
import { Decimal, type FeelNumber, isNumber, printNumber } from '../values/number.ts'
import { type FeelValue, isList } from '../values/value.ts'

const LONGEST = 60
const LONGEST_NUMBER = 16
/** Twelve digits: a third need not be read to its end. */
const shortNumber = (value: FeelNumber): string => new Decimal(printNumber(value)).toSignificantDigits(12).toString()
const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`)
class TooLong extends Error {}

/** A value for a sentence: at most 60 characters. */
export const wordOf = (value: FeelValue): string => {
  if (value === null) return '没有值'
  if (value === true) return '是'
  if (value === false) return '否'
  if (isNumber(value) && printNumber(value).length > LONGEST_NUMBER) return cut(`约 ${shortNumber(value)}`)
  let left = 200
  const take = (): void => {
    if (--left < 0) throw new TooLong()
  }
  try {
    return cut(printValue(value, take))
  } catch (error) {
    if (!(error instanceof TooLong)) throw error
    return isList(value) ? `${value.length} 项` : '很长的内容'
  }
}

export const sourceOf = (text: string, node: { readonly at: number; readonly end: number }): string =>
  cut(text.slice(node.at, node.end).replace(/\s+/g, ' '))

/** A value with where it comes from: 金额 60000. What is written out stands for itself. */
export const namedValue = (text: string, node: Node, value: FeelValue): string => {
  const written =
    node.kind === 'literal' || node.kind === 'range' || (node.kind === 'negate' && node.value.kind === 'literal')
  if (written || (node.kind === 'list' && node.items.every((item) => item.kind === 'literal'))) return wordOf(value)
  return `${sourceOf(text, node)} ${wordOf(value)}`
}

const SIGNS: Readonly<Record<CompareOperator, string>> = {
  '=': '=',
  '!=': '≠',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
}
const OPPOSITE: Readonly<Record<CompareOperator, CompareOperator>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

/** The sign that states the fact: a comparison that fails holds with the opposite sign. */
export const signOf = (operator: CompareOperator, holds: boolean): string =>
  SIGNS[holds ? operator : OPPOSITE[operator]]

/** 金额 60000 不符合 [1..50000] */
export const membership = (subject: string, wanted: string, answer: boolean | null): string =>
  answer === null ? `${subject} 与 ${wanted} 不能比较` : `${subject} ${answer ? '符合' : '不符合'} ${wanted}`

/** A cell of a decision table: `text` is the whole cell. */
export const cellFact = (text: string, label: string, value: FeelValue, answer: boolean | null): string =>
  membership(`${label} ${wordOf(value)}`, sourceOf(text, { at: 0, end: text.length }).trim(), answer)
