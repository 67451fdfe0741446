import type { Graph } from '../contract/graph.ts'
import type { Env, Json, Values } from '../engine/state.ts'
import { decideBy } from './decisions.ts'

/** `milliseconds` is the clock by which the budget of the evaluation ends. */
type Evaluate = (names: Values, now: number, milliseconds: () => number) => Json
/** Compiles a FEEL expression over the names it may read; the language is a service of its own (platform/feel). */
export type Compile = (expression: string, names: readonly string[]) => Evaluate

const compiled = new WeakMap<Graph, Map<string, Evaluate>>()

/** Looks at the clock, one in 512 steps: two million steps for all expressions and tables of one command, some fifth of a second. */
const MOST_LOOKS = 4_000

/**
 * Each evaluation has a budget of its own; a circle of ten thousand elements has ten thousand of them. This clock stands still until the
 * command has used up what is given to all of it. It counts steps, not time, so that a replay gives the same.
 */
const commandClock = (): (() => () => number) => {
  let looks = 0
  return () => {
    let began = false
    return () => {
      if (began) looks += 1
      began = true
      return looks > MOST_LOOKS ? Number.POSITIVE_INFINITY : 0
    }
  }
}

/**
 * What the engine needs of the outside, all of it pure: the moment of the command and the expressions of this graph, compiled once. One for each
 * time a command is given: what it may use up is counted in it.
 */
export const envOf = (graph: Graph, now: number, compile: Compile): Env => {
  const known = compiled.get(graph) ?? new Map<string, Evaluate>()
  compiled.set(graph, known)
  const clock = commandClock()
  return {
    now,
    evaluate(expression, names) {
      const evaluate = known.get(expression) ?? compile(expression, graph.reads)
      known.set(expression, evaluate)
      return evaluate(names, now, clock())
    },
    decide: (decision, input) => decideBy(graph, now, decision, input, clock()),
  }
}
