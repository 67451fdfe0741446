import { type CompiledTable, compileDecisionTable, FeelBudgetError, FeelTableError, fromFeel } from '#platform/feel'
import type { DecisionDef, Graph } from '../contract/graph.ts'
import type { Decided, Json, Values } from '../engine/state.ts'

/** Names each table may read: what every rule step that asks it gives it. */
const givenTo = (graph: Graph, decision: string): string[] => {
  const steps = Object.values(graph.nodes).flatMap(({ rule }) => (rule?.decision === decision ? [rule] : []))
  const [first = [], ...rest] = steps.map(({ input }) => input.map(({ to }) => to))
  return first.filter((name) => rest.every((names) => names.includes(name)))
}
const compile = (graph: Graph, decision: string, table: DecisionDef): CompiledTable =>
  compileDecisionTable(table, { names: givenTo(graph, decision) })

/** The first step that asks this table: its faults are shown there. */
const askedBy = (graph: Graph, decision: string): string | undefined =>
  Object.values(graph.nodes).find(({ rule }) => rule?.decision === decision)?.id

/** What is wrong with the tables of a process, and rule steps that ask a table which is not there; with the element each concerns. */
export const faultsOfDecisions = (graph: Graph): { path: string; message: string }[] => {
  const faults: { path: string; message: string }[] = []
  for (const [name, table] of Object.entries(graph.decisions ?? {}))
    try {
      compile(graph, name, table)
    } catch (error) {
      faults.push({
        path: askedBy(graph, name) ?? graph.key,
        message: `决策表「${name}」有错：${error instanceof Error ? error.message : error}`,
      })
    }
  for (const { id, name, rule } of Object.values(graph.nodes))
    if (rule && !graph.decisions?.[rule.decision])
      faults.push({ path: id, message: `「${name || id}」要用的决策表「${rule.decision}」没有随流程发布。` })
  return faults
}

/** One output or several, one rule or many: as names for the outputs of the rule step. */
const valuesOf = (name: string, { outputs }: DecisionDef, value: Json): Values => {
  const [only, ...more] = outputs
  if (only && more.length === 0) return { [name]: value, [only.name]: value }
  const parts = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
  return { ...Object.fromEntries(outputs.map((output) => [output.name, parts[output.name] ?? null])), [name]: value }
}

const compiled = new WeakMap<Graph, Map<string, CompiledTable>>()
/** Decides by a table of this graph. Its moment is the command's own and its budget is of steps alone, so that a replay gives the same. */
export const decideBy = (
  graph: Graph,
  now: number,
  decision: string,
  input: Values,
  milliseconds: () => number,
): Decided => {
  const table = graph.decisions?.[decision]
  if (!table) return { fault: `没有名为「${decision}」的决策表。请由管理员改用新版流程。` }
  const known = compiled.get(graph) ?? new Map<string, CompiledTable>()
  compiled.set(graph, known)
  const ready = known.get(decision) ?? compile(graph, decision, table)
  known.set(decision, ready)
  try {
    const { value, sentence } = ready.decide(input, { clock: { now: () => new Date(now) }, milliseconds })
    return { values: valuesOf(decision, table, fromFeel(value) as Json), why: sentence }
  } catch (error) {
    if (error instanceof FeelTableError || error instanceof FeelBudgetError)
      return { fault: `决策表「${decision}」没有得出结果：${error.message}` }
    throw error
  }
}
