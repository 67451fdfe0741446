import type { Graph, Node } from '../contract/graph.ts'
import type { Expressions } from './expressions.ts'
import type { Element } from './model.ts'
import type { Notes } from './problems.ts'

/** What is known while one element is read. */
export interface Reading {
  graph: Graph
  /** model elements by id, for the words of problems */
  elements: Map<string, Element>
  notes: Notes
  expressions: Expressions
  element: Element
  /** names that only this element and what lies in it see */
  locals: readonly string[]
}

export const nodesOf = (graph: Graph, scope: string): Node[] =>
  Object.values(graph.nodes).filter((node) => node.scope === scope)

/** What can happen next after a node: its flows, and the ways out by its boundary events. */
export const nextOf = (graph: Graph, node: Node): Node[] =>
  [...node.out.map((flow) => graph.flows[flow]?.to ?? ''), ...(node.boundary ?? [])].flatMap(
    (id) => graph.nodes[id] ?? [],
  )

/** An activity with several ways out gets a gateway of its own, so that only gateways split. */
export const SPLIT = '__split'
export const originOf = (id: string): string => (id.endsWith(SPLIT) ? id.slice(0, -SPLIT.length) : id)
