import type { Graph } from '../contract/graph.ts'
import type { Env, Json, Values } from '../engine/state.ts'
import { decideBy } from './decisions.ts'

type Evaluate = (names: Values, now: number) => Json
/** Compiles a FEEL expression over the names it may read; the language is a service of its own (platform/feel). */
export type Compile = (expression: string, names: readonly string[]) => Evaluate

const compiled = new WeakMap<Graph, Map<string, Evaluate>>()

/** What the engine needs of the outside, all of it pure: the moment of the command and the expressions of this graph, compiled once. */
export const envOf = (graph: Graph, now: number, compile: Compile): Env => {
  const known = compiled.get(graph) ?? new Map<string, Evaluate>()
  compiled.set(graph, known)
  return {
    now,
    evaluate(expression, names) {
      const evaluate = known.get(expression) ?? compile(expression, graph.reads)
      known.set(expression, evaluate)
      return evaluate(names, now)
    },
    decide: (decision, input) => decideBy(graph, now, decision, input),
  }
}
