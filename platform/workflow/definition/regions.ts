import type { Graph, Node } from '../contract/graph.ts'
import { called, type Notes } from './problems.ts'
import { nextOf, nodesOf, originOf, SPLIT } from './reading.ts'
import { spread } from './wiring.ts'

/** Activities and events with several ways out get a gateway of their own behind them, so that only gateways split. */
export function insertSplits(graph: Graph): void {
  for (const node of Object.values(graph.nodes)) {
    if (node.out.length < 2 || isGateway(node)) continue
    const conditional = node.out.some((id) => graph.flows[id]?.condition !== undefined)
    const id = `${node.id}${SPLIT}`
    const flow = `${id}_in`
    const kind = conditional ? 'inclusive' : 'parallel'
    graph.nodes[id] = { id, kind, name: node.name, scope: node.scope, in: [flow], out: node.out, forks: [] }
    graph.flows[flow] = { id: flow, name: '', from: node.id, to: id }
    if (node.fallback) graph.nodes[id].fallback = node.fallback
    delete node.fallback
    for (const out of node.out) (graph.flows[out] as { from: string }).from = id
    node.out = [flow]
  }
}

const isGateway = ({ kind }: Node) =>
  kind === 'exclusive' || kind === 'parallel' || kind === 'inclusive' || kind === 'event-based'
export const forks = (node: Node): boolean =>
  (node.kind === 'parallel' || node.kind === 'inclusive') && node.out.length > 1
export const joins = (node: Node): boolean =>
  (node.kind === 'parallel' || node.kind === 'inclusive') && node.in.length > 1

/** The part of the graph in which the branches of a fork live; `join` closes it and lies outside. */
interface Region {
  fork: Node
  join?: Node
  nodes: Set<string>
}

/** More steps of search than any sensible process needs: a file made to keep the server busy. */
const MOST_STEPS = 2_000_000

/** Finds the region of every fork, refuses those that are not closed, and writes into each node the forks it lies in, outermost first. */
export function nameForks(graph: Graph, notes: Notes): void {
  const search = { graph, steps: 0 }
  const regions: Region[] = []
  for (const fork of Object.values(graph.nodes).filter(forks)) {
    const region = regionOf(search, fork)
    if (!region) {
      notes.refuse('too-tangled', fork, (named) => `${named}之后的连线太复杂，无法检查。请把流程拆成几个子流程。`)
      return
    }
    checkRegion(graph, region, notes)
    regions.push(region)
  }
  // an end takes a token wherever it comes from, so ends belong to no branch
  for (const { nodes } of regions) for (const id of nodes) if (graph.nodes[id]?.kind === 'end') nodes.delete(id)
  regions.sort((a, b) => b.nodes.size - a.nodes.size)
  for (const { fork, nodes } of regions) for (const id of nodes) graph.nodes[id]?.forks.push(fork.id)
}

/**
 * All that the branches come to before they meet for good: in the first join behind which nothing of it can be come to again. Without
 * such a join it reaches to the end; and when that is no region of its own, all but one branch must end, and the one leaves it at once.
 */
function regionOf(search: { graph: Graph; steps: number }, fork: Node): Region | undefined {
  const { graph } = search
  const reach = (ids: string[], except = '') =>
    spread(ids, (id) => {
      search.steps += 1
      return id === except || id === fork.id ? [] : after(graph, id)
    })
  const targets = [...new Set(fork.out.map((id) => graph.flows[id]?.to ?? ''))]
  const all = reach(targets)
  const closedBy = (join: Node, branches: 'several' | 'one'): Region | undefined => {
    const met = fork.out.filter((id) => reach([graph.flows[id]?.to ?? ''], join.id).has(join.id)).length
    if (branches === 'several' ? met < 2 : met !== 1) return undefined
    const nodes = reach(targets, join.id)
    nodes.delete(join.id)
    const behind = reach(after(graph, join.id))
    for (const id of behind) if (nodes.has(id) && id !== fork.id && graph.nodes[id]?.kind !== 'end') return undefined
    return { fork, join, nodes }
  }
  const whole = { fork, nodes: all }
  // whatever closes a region comes before whatever closes a larger one, so the first that is found is the smallest
  for (const id of all) {
    const join = graph.nodes[id] as Node
    if (search.steps > MOST_STEPS) return undefined
    const closed = join !== fork && joins(join) && closedBy(join, 'several')
    if (closed) return closed
  }
  if (!entryInto(graph, whole)) return whole
  const left = targets
    .filter((id) => id !== fork.id)
    .flatMap((id) => closedBy(graph.nodes[id] as Node, 'one') ?? [])
    .sort((a, b) => a.nodes.size - b.nodes.size)
  return left[0] ?? whole
}

const after = (graph: Graph, id: string): string[] => nextOf(graph, graph.nodes[id] as Node).map((next) => next.id)

/** A node that enters a region by another way than its fork: from outside, or the fork itself when a branch goes back before it. */
function entryInto(graph: Graph, { fork, join, nodes }: Region): Node | undefined {
  if (nodes.has(fork.id)) return fork
  return nodesOf(graph, fork.scope).find(
    (node) =>
      node !== fork &&
      (node === join || !nodes.has(node.id)) &&
      nextOf(graph, node).some(({ id, kind }) => nodes.has(id) && kind !== 'end'),
  )
}

function checkRegion(graph: Graph, region: Region, notes: Notes): void {
  const { fork, nodes } = region
  const entry = entryInto(graph, region)
  if (!entry) return
  const origin = graph.nodes[originOf(fork.id)] ?? fork
  if (entry !== fork) {
    const into = nextOf(graph, entry).find(({ id }) => nodes.has(id)) ?? origin
    notes.refuse(
      'into-fork',
      entry,
      (named) =>
        `${named}从外面进入了${called(origin)}的分支（${called(into)}）。请只从分支的网关进入，或在进入之前先汇合。`,
    )
    return
  }
  const back = [...nodes].flatMap((id) => graph.nodes[id]?.out ?? []).find((id) => graph.flows[id]?.to === fork.id)
  const source = graph.nodes[originOf(graph.flows[back ?? '']?.from ?? '')] ?? origin
  notes.refuse(
    'loop-out-of-fork',
    origin,
    (named) =>
      `${named}分出的分支还没有全部汇合，就从${called(source)}回到了分支之前。请先用网关汇合再返回，或改用“退回”操作。`,
  )
}
