import type { ArithmeticOperator, CompareOperator, NodeOf, Test } from '../parse/ast.ts'
import { heightOf } from '../parse/visit.ts'
import type { Run } from '../run.ts'
import { minus, minusSign, over, plus, raise, times } from '../values/arithmetic.ts'
import { both, equal, order, type Ternary, within } from '../values/compare.ts'
import { coerce, isInstance } from '../values/types.ts'
import { FeelFunction, FeelRange, type FeelValue, isList, kindOf } from '../values/value.ts'
import { bind, type Code, type Compile, type Frame } from './code.ts'

/** A power is worked out to 76 digits: a millisecond, where a sum takes one of a thousand parts. */
const POWER_STEPS = 100

/** Each operation is a step: a turn of a loop may hold thousands of them. */
const OPERATE: Record<ArithmeticOperator, (run: Run, a: FeelValue, b: FeelValue) => FeelValue> = {
  '+': (run, a, b) => {
    run.step()
    return plus(run, a, b)
  },
  '-': (run, a, b) => {
    run.step()
    return minus(a, b)
  },
  '*': (run, a, b) => {
    run.step()
    return times(a, b)
  },
  '/': (run, a, b) => {
    run.step()
    return over(a, b)
  },
  '**': (run, a, b) => {
    run.step(POWER_STEPS)
    return raise(a, b)
  },
}

export const compileArithmetic = (node: NodeOf<'arithmetic'>, frame: Frame | null, compile: Compile): Code => {
  const first = compile(node.first, frame)
  const rest = node.rest.map(({ operator, value }) => ({ operate: OPERATE[operator], code: compile(value, frame) }))
  const [only] = rest
  if (rest.length === 1) return (run, env) => only!.operate(run, first(run, env), only!.code(run, env))
  return (run, env) => {
    let result = first(run, env)
    for (const { operate, code } of rest) result = operate(run, result, code(run, env))
    return result
  }
}

export const compileNegate = (node: NodeOf<'negate'>, frame: Frame | null, compile: Compile): Code => {
  const value = compile(node.value, frame)
  return (run, env) => minusSign(value(run, env))
}

export const compareValues = (run: Run, operator: CompareOperator, a: FeelValue, b: FeelValue): Ternary => {
  if (operator === '=') return equal(run, a, b)
  if (operator === '!=') {
    const same = equal(run, a, b)
    return same === null ? null : !same
  }
  const position = order(a, b)
  if (position === null) return null
  if (operator === '<') return position < 0
  if (operator === '<=') return position <= 0
  return operator === '>' ? position > 0 : position >= 0
}

export const compileCompare = (node: NodeOf<'compare'>, frame: Frame | null, compile: Compile): Code => {
  const [left, right] = [compile(node.left, frame), compile(node.right, frame)]
  const { operator } = node
  return (run, env) => compareValues(run, operator, left(run, env), right(run, env))
}

/** DMN 1.5 tables 51 and 52; what is neither true nor false counts as unknown. */
export const compileLogic = (node: NodeOf<'logic'>, frame: Frame | null, compile: Compile): Code => {
  const items = node.items.map((item) => compile(item, frame))
  const decisive = node.operator === 'or'
  return (run, env) => {
    let unknown = false
    for (const item of items) {
      const value = item(run, env)
      if (value === decisive) return decisive
      if (value !== !decisive) unknown = true
    }
    return unknown ? null : !decisive
  }
}

export const compileBetween = (node: NodeOf<'between'>, frame: Frame | null, compile: Compile): Code => {
  const [value, low, high] = [compile(node.value, frame), compile(node.low, frame), compile(node.high, frame)]
  return (run, env) => {
    const one = value(run, env)
    return both(compareValues(run, '>=', one, low(run, env)), compareValues(run, '<=', one, high(run, env)))
  }
}

const isRange = (value: FeelValue): value is FeelRange => value instanceof FeelRange

/** Whether a value meets one value of a test: it equals it, lies in the range, or is one of the list (DMN 1.5 table 53). */
export const meets = (run: Run, value: FeelValue, wanted: FeelValue): Ternary => {
  if (isRange(wanted) && !isRange(value)) return within(wanted, value)
  if (!isList(wanted)) return equal(run, value, wanted)
  run.step(wanted.length)
  if (isList(value) && equal(run, value, wanted) === true) return true
  return wanted.some(
    (item) => (isRange(item) && !isRange(value) ? within(item, value) : equal(run, value, item)) === true,
  )
}

/** `env` holds the input in front. */
export const compileTest = (
  test: Test,
  frame: Frame | null,
  compile: Compile,
): ((run: Run, env: { readonly value: FeelValue } & Parameters<Code>[1]) => Ternary) => {
  const wanted = compile(test.value, frame)
  if (test.kind === 'compare') {
    const { operator } = test
    return (run, env) => compareValues(run, operator, env.value, wanted(run, env))
  }
  if (test.usesInput)
    return (run, env) => {
      const answer = wanted(run, env)
      return typeof answer === 'boolean' ? answer : null
    }
  return (run, env) => meets(run, env.value, wanted(run, env))
}

export const anyTrue = (answers: Iterable<Ternary>): Ternary => {
  let unknown = false
  for (const answer of answers) {
    if (answer === true) return true
    if (answer === null) unknown = true
  }
  return unknown ? null : false
}

export const compileIn = (node: NodeOf<'in'>, frame: Frame | null, compile: Compile): Code => {
  const value = compile(node.value, frame)
  const inner: Frame = { local: node.input, up: frame }
  const tests = node.tests.map((test) => compileTest(test, inner, compile))
  return (run, env) => {
    const here = bind(value(run, env), env)
    return anyTrue(tests.map((test) => test(run, here)))
  }
}

export const compileInstance = (node: NodeOf<'instance'>, frame: Frame | null, compile: Compile): Code => {
  const value = compile(node.value, frame)
  return (run, env) => {
    const one = value(run, env)
    return isInstance(one, node.of, run.look)
  }
}

export const compileRange = (node: NodeOf<'range'>, frame: Frame | null, compile: Compile): Code => {
  const ends = [node.low, node.high].map((end) => end && compile(end, frame))
  // only a written null leaves a side open: a missing value must not let everything in
  const open = [node.low, node.high].map((end) => end === null || (end.kind === 'literal' && end.value === null))
  return (run, env) => {
    const [low = null, high = null] = ends.map((end) => end?.(run, env) ?? null)
    if ((low === null && !open[0]) || (high === null && !open[1]) || (low === null && high === null)) return null
    if (low !== null && order(low, low) === null) return null
    if (high !== null && order(high, high) === null) return null
    if (low !== null && high !== null && kindOf(low) !== kindOf(high)) return null
    return new FeelRange(low, high, node.lowIncluded, node.highIncluded)
  }
}

export const compileFunction = (node: NodeOf<'function'>, frame: Frame | null, compile: Compile): Code => {
  let inner = frame
  for (const local of node.parameters) inner = { local, up: inner }
  const body = compile(node.body, inner)
  const { parameters } = node
  const height = heightOf([node.body])
  return (_run, env) =>
    new FeelFunction(
      parameters,
      (run, values) => {
        let here = env
        for (let at = 0; at < parameters.length; at++) {
          const { type } = parameters[at]!
          const value = values[at]!
          const good = type === undefined ? value : coerce(value, type, run.look)
          if (good === null && value !== null) return null
          here = bind(good, here)
        }
        return body(run, here)
      },
      height,
    )
}
