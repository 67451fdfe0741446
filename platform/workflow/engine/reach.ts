import type { Graph } from '../contract/graph.ts'
import type { Machine } from './machine.ts'
import { scopesIn, tokensIn } from './machine.ts'
import type { Scope, Token } from './state.ts'

const known = new WeakMap<Graph, Map<string, Set<string>>>()

/**
 * Nodes that can be come to from `from` without leaving the region of `fork` (without one: the whole scope), `from` itself only by a loop.
 * Boundary events count as ways out of their activity. Whatever closes the region may be come to, but not passed.
 */
export const reachable = (graph: Graph, from: string, fork?: string): Set<string> => {
  const cache = known.get(graph) ?? new Map<string, Set<string>>()
  known.set(graph, cache)
  const key = `${fork ?? ''}>${from}`
  const before = cache.get(key)
  if (before) return before
  const found = new Set<string>()
  const queue = [from]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const node = graph.nodes[id]
    if (!node || (fork && id !== from && !node.forks.includes(fork))) continue
    const next = [...node.out.map((flow) => graph.flows[flow]?.to), ...(node.boundary ?? [])]
    for (const to of next)
      if (to !== undefined && !found.has(to)) {
        found.add(to)
        queue.push(to)
      }
  }
  cache.set(key, found)
  return found
}

const forkOf = (scope: Scope): string | undefined => (scope.kind === 'fork' ? scope.def : undefined)

/** Tokens that move in this activation: its own and those of forks inside, without side tokens, which go nowhere but back. */
const moving = (m: Machine, scope: string): Token[] => [
  ...tokensIn(m, scope).filter((token) => !token.returnTo),
  ...scopesIn(m, scope)
    .filter(({ kind }) => kind === 'fork')
    .flatMap(({ id }) => moving(m, id)),
]

/** A join that nobody who is still on the way in this activation can come to any more. */
export const readyJoin = (m: Machine): { scope: Scope; node: string; tokens: Token[] } | undefined => {
  for (const token of Object.values(m.state.tokens)) {
    if (token.state !== 'waiting') continue
    const scope = m.state.scopes[token.scope] as Scope
    const others = moving(m, scope.id)
    const here = others.filter(
      (other) => other.scope === scope.id && other.state === 'waiting' && other.node === token.node,
    )
    if (here[0] !== token) continue
    const comes = others.some(
      (other) =>
        !here.includes(other) &&
        (other.node === token.node || reachable(m.graph, other.node, forkOf(scope)).has(token.node)),
    )
    if (!comes) return { scope, node: token.node, tokens: here }
  }
  return undefined
}

/** Did this token, or this fork, come after `node` within the activation? A waiting token came by its flow. */
export const cameAfter = (graph: Graph, scope: Scope, node: string, thing: Token | Scope): boolean => {
  const after = reachable(graph, node, forkOf(scope))
  if ('kind' in thing) return thing.kind === 'fork' && (after.has(thing.def) || thing.def === node)
  if (thing.state !== 'waiting') return thing.node === node || after.has(thing.node)
  const source = graph.flows[thing.by ?? '']?.from
  return source === undefined || source === node || after.has(source)
}
