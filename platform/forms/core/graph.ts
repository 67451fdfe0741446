/** What must be known before what: the names of nodes, and for each those it needs. */
export type Needs = ReadonlyMap<string, readonly string[]>

export interface Order {
  /** every node after all it needs */
  order: string[]
  /** nodes that need themselves by a detour, each detour once */
  cycles: string[][]
}

/** Tarjan's strongly connected components: they come out in just the order in which they can be worked out. */
export const orderOf = (needs: Needs): Order => {
  const order: string[] = []
  const cycles: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node)!)
    open.push(node)
    isOpen.add(node)
    for (const next of needs.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next)
        low.set(node, Math.min(low.get(node)!, low.get(next)!))
      } else if (isOpen.has(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!))
    }
    if (low.get(node) === index.get(node)) close(node)
  }
  const close = (node: string): void => {
    const found = open.splice(open.indexOf(node))
    for (const one of found) isOpen.delete(one)
    order.push(...found)
    if (found.length > 1 || (needs.get(node) ?? []).includes(node)) cycles.push(found)
  }
  for (const node of needs.keys()) if (!index.has(node)) visit(node)
  return { order, cycles }
}
