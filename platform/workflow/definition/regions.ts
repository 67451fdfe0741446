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
const MOST_STEPS = 4_000_000

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
 * All that the branches come to before they meet for good. They meet in the first join behind which none of them can come to what it
 * can come to without that join; without such a join the region reaches to the end. Branches may end on their own.
 */
function regionOf(search: { graph: Graph; steps: number }, fork: Node): Region | undefined {
  const { graph } = search
  const from = (ids: string[], except: string) =>
    spread(ids, (id) => {
      search.steps += 1
      return id === except || id === fork.id ? [] : after(graph, id)
    })
  const branches = fork.out.map((id) => graph.flows[id]?.to ?? '')
  const all = from(branches, '')
  const candidates = [...all].map((id) => graph.nodes[id] as Node).filter((node) => joins(node) && node !== fork)
  let best: Region | undefined
  for (const join of candidates) {
    if (search.steps > MOST_STEPS) return undefined
    const before = from(branches, join.id)
    const met = branches.filter((branch) => from([branch], join.id).has(join.id)).length
    before.delete(join.id)
    if (met < 2 || (best && best.nodes.size <= before.size)) continue
    const behind = spread(after(graph, join.id), (id) => (id === fork.id || id === join.id ? [] : after(graph, id)))
    search.steps += behind.size
    if ([...behind].some((id) => before.has(id) && id !== fork.id)) continue
    best = { fork, join, nodes: before }
  }
  return best ?? { fork, nodes: all }
}

const after = (graph: Graph, id: string): string[] => nextOf(graph, graph.nodes[id] as Node).map((next) => next.id)

function checkRegion(graph: Graph, { fork, join, nodes }: Region, notes: Notes): void {
  const origin = graph.nodes[originOf(fork.id)] ?? fork
  if (nodes.has(fork.id)) {
    const back = [...nodes].flatMap((id) => graph.nodes[id]?.out ?? []).find((id) => graph.flows[id]?.to === fork.id)
    const source = graph.nodes[originOf(graph.flows[back ?? '']?.from ?? '')] ?? origin
    notes.refuse(
      'loop-out-of-fork',
      origin,
      (named) =>
        `${named}分出的分支还没有全部汇合，就从${called(source)}回到了分支之前。请先用网关汇合再返回，或改用“退回”操作。`,
    )
    return
  }
  const inside = new Set([...nodes].filter((id) => graph.nodes[id]?.kind !== 'end'))
  for (const node of nodesOf(graph, fork.scope)) {
    if (inside.has(node.id) || node === fork || node === join) continue
    const entered = nextOf(graph, node).find((next) => inside.has(next.id))
    if (entered)
      notes.refuse(
        'into-fork',
        node,
        (named) =>
          `${named}从外面进入了${called(origin)}的分支（${called(entered)}）。请只从分支的网关进入，或在进入之前先汇合。`,
      )
  }
  if (join && nextOf(graph, join).some((next) => inside.has(next.id)))
    notes.refuse(
      'into-fork',
      join,
      (named) => `${named}汇合之后又回到了${called(origin)}的分支里。请回到分支的网关之前。`,
    )
}
