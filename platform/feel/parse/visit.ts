import type { Iterator, Node, Test } from './ast.ts'

const ofIterators = (iterators: readonly Iterator[]): Node[] =>
  iterators.flatMap(({ from, to }) => (to ? [from, to] : [from]))
const ofTests = (tests: readonly Test[]): Node[] => tests.map(({ value }) => value)

/** The parts of a node, in the order they are written. */
export const childrenOf = (node: Node): readonly Node[] => {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return []
    case 'path':
      return [node.from]
    case 'filter':
      return [node.list, node.condition]
    case 'call':
      return [node.callee, ...node.values]
    case 'arithmetic':
      return [node.first, ...node.rest.map(({ value }) => value)]
    case 'negate':
    case 'instance':
      return [node.value]
    case 'compare':
      return [node.left, node.right]
    case 'logic':
    case 'list':
      return node.items
    case 'between':
      return [node.value, node.low, node.high]
    case 'in':
      return [node.value, ...ofTests(node.tests)]
    case 'if':
      return [node.condition, node.yes, node.no]
    case 'for':
    case 'quantified':
      return [...ofIterators(node.iterators), node.body]
    case 'context':
      return node.entries.map(({ value }) => value)
    case 'range':
      return [node.low, node.high].filter((end) => end !== null)
    case 'function':
      return [node.body]
  }
}

export const visit = (node: Node, look: (node: Node) => void): void => {
  look(node)
  for (const child of childrenOf(node)) visit(child, look)
}

/** How many nodes lie within each other at most. Goes level by level: a tree may be too deep to go down. */
export const heightOf = (roots: readonly Node[], most = Number.POSITIVE_INFINITY): number => {
  let [level, height] = [roots, 0]
  while (level.length > 0 && height <= most) {
    level = level.flatMap(childrenOf)
    height++
  }
  return height
}
