import { type Element, text } from './model.ts'
import type { Notes } from './problems.ts'

/** The element whose extension is read, and where its problems go. */
export interface At {
  element: Element
  notes: Notes
}

const wrong = (at: At, where: string, value: string, should: string): undefined => {
  at.notes.refuse(
    'bad-value',
    at.element,
    (called) => `${called}的 ${where} 写的是“${value.slice(0, 60)}”，应当是${should}。请改正。`,
  )
  return undefined
}

/** An attribute with a fixed set of words. */
export function word<T extends string, D extends T | undefined>(
  at: At,
  from: Element,
  attribute: string,
  words: readonly T[],
  otherwise: D,
): T | D {
  const value = text(from, attribute)
  if (value === undefined || value === '') return otherwise
  if ((words as readonly string[]).includes(value)) return value as T
  wrong(at, `${tag(from)} ${attribute}`, value, `${words.join('、')} 之一`)
  return otherwise
}

export function yes(at: At, from: Element, attribute: string): true | undefined {
  return word(at, from, attribute, ['true', 'false'], 'false') === 'true' ? true : undefined
}

/** A number from `least` to `most`, both included unless `above`: then more than `least`. */
export function number(
  at: At,
  from: Element,
  attribute: string,
  { least, most, above, whole }: { least: number; most: number; above?: boolean; whole?: boolean },
): number | undefined {
  const value = text(from, attribute)
  if (value === undefined || value === '') return undefined
  const read = /^\d{1,12}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN
  if (read <= most && (above ? read > least : read >= least) && (!whole || Number.isInteger(read))) return read
  return wrong(
    at,
    `${tag(from)} ${attribute}`,
    value,
    `${above ? `大于 ${least}` : `不小于 ${least}`}、不大于 ${most} 的${whole ? '整数' : '数'}`,
  )
}

/** An attribute that must be there. */
export function needed(at: At, from: Element, attribute: string, what: string): string | undefined {
  const value = text(from, attribute)
  if (value) return value
  at.notes.refuse(
    'missing-value',
    at.element,
    (called) => `${called}没有写${what}（${tag(from)} 的 ${attribute}）。请补上。`,
  )
  return undefined
}

export const list = (from: Element, attribute: string): string[] =>
  (text(from, attribute) ?? '').split(/\s+/).filter((part) => part !== '')

const tag = (element: Element): string => {
  const [prefix, name = ''] = element.$type.split(':')
  return `${prefix}:${name.charAt(0).toLowerCase()}${name.slice(1)}`
}
