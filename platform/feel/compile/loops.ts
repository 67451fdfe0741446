import type { Iterator, Local, NodeOf } from '../parse/ast.ts'
import type { Run } from '../run.ts'
import type { Ternary } from '../values/compare.ts'
import { compareNumbers, isInteger, isNumber } from '../values/number.ts'
import { dateAt, epochDay, FeelDate } from '../values/temporal.ts'
import { FeelRange, type FeelValue, isContext, isList } from '../values/value.ts'
import { bind, type Code, type Compile, type Env, type Frame } from './code.ts'

/** How many names of the expression read a local: `partial` costs a copy in each turn, so only when it is read. */
export type Uses = ReadonlySet<Local>

const isDate = (value: FeelValue): value is FeelDate => value instanceof FeelDate

/** Whole numbers or days from one to the other, upwards or downwards; null when they are neither. */
const sequence = (run: Run, from: FeelValue, to: FeelValue): readonly FeelValue[] | null => {
  if (isDate(from) && isDate(to)) {
    const days = sequence(run, epochDay(from), epochDay(to))
    return days?.map((day) => dateAt(day as number)) ?? null
  }
  if (!isNumber(from) || !isNumber(to) || !isInteger(from) || !isInteger(to)) return null
  if (typeof from !== 'number' || typeof to !== 'number') {
    // beyond 2^53 each single number would be too slow to be worth it, and a span is never short enough
    run.room(compareNumbers(from, to) === 0 ? 1 : Number.MAX_SAFE_INTEGER)
    return [from]
  }
  run.room(Math.abs(to - from) + 1)
  const step = from <= to ? 1 : -1
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => from + at * step)
}

const rangeItems = (run: Run, range: FeelRange): readonly FeelValue[] | null => {
  const { low, high } = range
  if (low === null || high === null) return null
  const items = sequence(run, low, high)
  if (items === null) return null
  const upwards = items.length === 1 || isDate(low) ? true : compareNumbers(low as number, high as number) <= 0
  if (!upwards || (isDate(low) && isDate(high) && epochDay(low) > epochDay(high))) return []
  return items.slice(range.lowIncluded ? 0 : 1, range.highIncluded ? undefined : -1)
}

/** What a loop goes over; null when it cannot be gone over. */
const itemsOf = (run: Run, value: FeelValue): readonly FeelValue[] | null => {
  if (value === null) return null
  if (isList(value)) return value
  if (value instanceof FeelRange) return rangeItems(run, value)
  return [value]
}

interface Level {
  readonly from: Code
  readonly to: Code | null
}

export const compileIterators = (iterators: readonly Iterator[], frame: Frame | null, compile: Compile) => {
  let inner = frame
  const levels: Level[] = []
  for (const { local, from, to } of iterators) {
    levels.push({ from: compile(from, inner), to: to ? compile(to, inner) : null })
    inner = { local, up: inner }
  }
  return { levels, inner }
}

/** Goes through all turns, the last variable fastest. `visit` says whether to go on; null when a domain is none. */
export const eachTurn = (
  run: Run,
  env: Env,
  levels: readonly Level[],
  visit: (env: Env) => boolean,
  nth = 0,
): boolean | null => {
  const { from, to } = levels[nth]!
  const start = from(run, env)
  const items = to ? sequence(run, start, to(run, env)) : itemsOf(run, start)
  if (items === null) return null
  for (const item of items) {
    run.step()
    const here = bind(item, env)
    const more = nth === levels.length - 1 ? visit(here) : eachTurn(run, here, levels, visit, nth + 1)
    if (more !== true) return more
  }
  return true
}

export const compileFor = (node: NodeOf<'for'>, frame: Frame | null, compile: Compile, uses: Uses): Code => {
  const { levels, inner } = compileIterators(node.iterators, frame, compile)
  const body = compile(node.body, { local: node.partial, up: inner })
  const readsPartial = uses.has(node.partial)
  return (run, env) => {
    const results: FeelValue[] = []
    const went = eachTurn(run, env, levels, (here) => {
      const partial = readsPartial ? run.list([...results]) : null
      results.push(body(run, bind(partial, here)))
      if (results.length > run.budget.size) run.room(results.length)
      return true
    })
    return went === null ? null : results
  }
}

export const compileQuantified = (node: NodeOf<'quantified'>, frame: Frame | null, compile: Compile): Code => {
  const { levels, inner } = compileIterators(node.iterators, frame, compile)
  const body = compile(node.body, inner)
  const decisive = !node.every
  return (run, env) => {
    let answer: Ternary = node.every
    const went = eachTurn(run, env, levels, (here) => {
      const value = body(run, here)
      if (value === decisive) answer = decisive
      else if (value !== node.every) answer = null
      return value !== decisive
    })
    return went === null ? null : answer
  }
}

/** The item at a place counted from 1, or from the end when negative. */
const itemAt = (items: readonly FeelValue[], place: FeelValue): FeelValue => {
  if (typeof place !== 'number' || place === 0) return null
  return items[place > 0 ? place - 1 : items.length + place] ?? null
}

const listOf = (value: FeelValue): readonly FeelValue[] => (isList(value) ? value : value === null ? [] : [value])

export const compileFilter = (node: NodeOf<'filter'>, frame: Frame | null, compile: Compile): Code => {
  const list = compile(node.list, frame)
  const condition = compile(node.condition, { local: node.item, up: frame })
  if (node.condition.type === 'number')
    return (run, env) => {
      const items = listOf(list(run, env))
      return itemAt(items, condition(run, bind(items[0] ?? null, env)))
    }
  return (run, env) => {
    const items = listOf(list(run, env))
    const kept: FeelValue[] = []
    for (const [nth, item] of items.entries()) {
      run.step()
      const answer = condition(run, bind(item, env))
      if (answer === true) kept.push(item)
      // a number chooses by place; what it is does not depend on the item
      else if (nth === 0 && isNumber(answer)) return itemAt(items, answer)
    }
    return kept
  }
}

/** A key of the item of an enclosing filter hides a name from outside. */
export const compileKey = (name: string, depths: readonly ((env: Env) => FeelValue)[], otherwise: Code): Code => {
  return (run, env) => {
    for (const item of depths) {
      const value = item(env)
      if (isContext(value)) {
        const found = value.get(name)
        if (found !== undefined) return found
      }
    }
    return otherwise(run, env)
  }
}
