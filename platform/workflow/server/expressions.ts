import { compileExpression, FeelBudgetError, type FeelClock, fromFeel } from '#platform/feel'
import { Unevaluable } from '../engine/machine.ts'
import type { Json } from '../engine/state.ts'
import type { Compile } from './env.ts'

/** What the engine itself offers to every expression. */
export const OFFERED = ['结果', '环节结果', '总数', '已完成', '未完成', '同意数', '不同意数'] as const

/** FEEL over the names of a process; its moment is the command's own and its budget is of steps alone, so that a replay gives the same. */
export const compile: Compile = (expression, names) => {
  const compiled = compileExpression(expression, { names: [...new Set([...names, ...OFFERED])] })
  return (values, now, milliseconds) => {
    const clock: FeelClock = { now: () => new Date(now) }
    try {
      return fromFeel(compiled.evaluate(values, { clock, milliseconds })) as Json
    } catch (error) {
      if (error instanceof FeelBudgetError) throw new Unevaluable(error.message)
      throw error
    }
  }
}
