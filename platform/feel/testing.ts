import { expect, it } from 'vitest'
import { type Context, compileExpression, type DeclaredNames } from './engine.ts'
import { FeelSyntaxError } from './errors.ts'
import { printValue } from './values/convert.ts'
import type { FeelValue } from './values/value.ts'

/** A clock that stands still at noon in Shanghai on 22 November 2026. */
export const clock = { now: () => new Date('2026-11-22T04:00:00Z') }
/** No time passes, so that only steps can end an evaluation. */
export const options = { clock, milliseconds: () => 0 }

export const evaluate = (text: string, names: DeclaredNames = [], context: Context = {}): FeelValue =>
  compileExpression(text, { names }).evaluate(context, options)

/** How the result is written in FEEL; a refused expression gives ✗ and its code. */
export const resultOf = (text: string, names: DeclaredNames = [], context: Context = {}): string => {
  try {
    return printValue(evaluate(text, names, context), () => {})
  } catch (error) {
    if (error instanceof FeelSyntaxError) return `✗ ${error.code}`
    throw error
  }
}

/** Lines of `expression → result`; a table of its own for each section of the specification. */
export const table = (title: string, lines: string): void => {
  const rows = lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(' → ') as [string, string])
  it.each(rows)(`${title}: %s → %s`, (text, result) => {
    expect(resultOf(text)).toBe(result)
  })
}
