import type { Graph, Node } from '../contract/graph.ts'

const STEPS = ['user', 'service', 'call', 'receive', 'send', 'manual', 'rule', 'catch', 'subprocess']

/**
 * The elements and flows between what was left and what was entered by one command: the shortest way that passes by gateways alone.
 * `entered` in order; a step that was entered and left at once (免办) is the beginning of the next way.
 */
export const passedBetween = (
  graph: Graph,
  left: readonly string[],
  entered: readonly string[],
  ended: boolean,
): string[] => {
  const from = [...left]
  const passed: string[] = [...left]
  for (const to of entered) {
    const way = shortest(graph, from, (node) => node.id === to)
    passed.push(...way, to)
    from.push(to)
  }
  const last = from.slice(-1)
  if (ended) passed.push(...shortest(graph, entered.length > 0 ? last : from, ({ kind }) => kind === 'end'))
  else if (entered.length === 0) passed.push(...shortest(graph, from, (node) => node.in.length > 1 && isGateway(node)))
  return [...new Set(passed)]
}

const isGateway = ({ kind }: Node): boolean => kind === 'parallel' || kind === 'inclusive' || kind === 'exclusive'

const shortest = (graph: Graph, from: readonly string[], goal: (node: Node) => boolean): string[] => {
  const came = new Map<string, { flow: string; by: string }>()
  const queue = [...from]
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const node = graph.nodes[id]
    const outs = [...(node?.out ?? []), ...(node?.boundary ?? []).flatMap((one) => graph.nodes[one]?.out ?? [])]
    for (const flow of outs) {
      const to = graph.nodes[graph.flows[flow]?.to ?? '']
      if (!to || came.has(to.id)) continue
      came.set(to.id, { flow, by: id })
      if (goal(to)) return traced(to.id, came, from)
      if (!STEPS.includes(to.kind)) queue.push(to.id)
    }
  }
  return []
}
const traced = (goal: string, came: Map<string, { flow: string; by: string }>, from: readonly string[]): string[] => {
  const way: string[] = [goal]
  const seen = new Set<string>()
  for (let id = goal; !seen.has(id); ) {
    seen.add(id)
    const step = came.get(id)
    if (!step) break
    way.push(step.flow)
    if (from.includes(step.by)) break
    way.push(step.by)
    id = step.by
  }
  return way
}
