import type { Graph, Node } from '../contract/graph.ts'
import { nodesOf } from './reading.ts'
import { forks, joins } from './regions.ts'

/**
 * What is left of a scope when only the ways of tokens matter: who chooses, who splits, who waits. Conditions are free choices.
 * `optional` sends its token on and may send more beside it (boundary events that do not interrupt).
 */
export interface Place {
  /** node of the graph it stands for */
  id: string
  splits: 'choice' | 'all' | 'some' | 'optional'
  joins: boolean
  /** a parallel gateway wants a token by each of its flows, an inclusive one is content with who can still come */
  strict: boolean
  ends?: 'token' | 'scope'
}

export interface Arc {
  id: number
  from: string
  to: string
  /** some: taken when nothing else is; taken always. optional: beside the token that goes on. */
  role?: 'fallback' | 'always' | 'beside'
  /** flow of the graph by which it enters its place */
  flow?: string
}

export interface Net {
  places: Map<string, Place>
  arcs: Map<number, Arc>
  out: Map<string, Set<number>>
  in: Map<string, Set<number>>
  /** number of the last arc */
  last: number
}

export const START = ' start'
export const END = ' end'

/** The net of one scope, before it is reduced. */
export function netOf(graph: Graph, scope: string): Net {
  const net: Net = { places: new Map(), arcs: new Map(), out: new Map(), in: new Map(), last: 0 }
  put(net, { id: START, splits: 'choice', joins: false, strict: false })
  put(net, { id: END, splits: 'choice', joins: false, strict: false, ends: 'token' })
  const nodes = nodesOf(graph, scope)
  const target = (id: string) => (net.places.has(id) ? id : END)
  for (const node of nodes) if (!endsToken(node)) put(net, placeOf(graph, node))
  for (const node of nodes.filter(({ id }) => net.places.has(id))) {
    const besides = (node.boundary ?? []).filter((id) => !graph.nodes[id]?.interrupting)
    const goesOn = besides.length > 0 ? `${node.id} on` : node.id
    if (goesOn !== node.id) {
      put(net, { id: goesOn, splits: 'choice', joins: false, strict: false })
      connect(net, node.id, goesOn)
      for (const id of besides) connect(net, node.id, id, 'beside')
    }
    for (const id of node.boundary ?? []) if (!besides.includes(id)) connect(net, goesOn, id)
    for (const id of node.out) connect(net, goesOn, target(graph.flows[id]?.to ?? ''), roleOf(graph, node, id), id)
  }
  for (const id of graph.scopes[scope]?.starts ?? []) connect(net, START, id)
  return net
}

function placeOf(graph: Graph, node: Node): Place {
  const beside = (node.boundary ?? []).some((id) => !graph.nodes[id]?.interrupting)
  const splits = beside ? 'optional' : !forks(node) ? 'choice' : node.kind === 'parallel' ? 'all' : 'some'
  const place: Place = { id: node.id, splits, joins: joins(node), strict: node.kind === 'parallel' }
  return node.kind === 'end' ? { ...place, ends: 'scope' } : place
}

/** Terminate and error events end the whole scope, other end events their token: any number of tokens may come to them. */
const endsToken = ({ kind, event }: Node): boolean =>
  kind === 'end' && event?.type !== 'terminate' && event?.type !== 'error'

function roleOf(graph: Graph, node: Node, flow: string): Arc['role'] {
  if (node.kind !== 'inclusive' || graph.flows[flow]?.condition !== undefined) return undefined
  return flow === node.fallback ? 'fallback' : 'always'
}

function put(net: Net, place: Place): void {
  net.places.set(place.id, place)
  net.out.set(place.id, new Set())
  net.in.set(place.id, new Set())
}

export function connect(net: Net, from: string, to: string, role?: Arc['role'], flow?: string): void {
  net.last += 1
  const id = net.last
  net.arcs.set(id, { id, from, to, ...(role ? { role } : {}), ...(flow ? { flow } : {}) })
  net.out.get(from)?.add(id)
  net.in.get(to)?.add(id)
}

export function cut(net: Net, arc: Arc): void {
  net.arcs.delete(arc.id)
  net.out.get(arc.from)?.delete(arc.id)
  net.in.get(arc.to)?.delete(arc.id)
}

export const arcsOf = (net: Net, side: 'in' | 'out', id: string): Arc[] =>
  [...(net[side].get(id) ?? [])].map((arc) => net.arcs.get(arc) as Arc)
