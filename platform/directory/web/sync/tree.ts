import type { SyncNode, TreeDelta } from '../../contract/sync.ts'

/** The tree as one browser holds it for one account; plain data, so that it can be kept as it is. */
export interface SyncedTree {
  ver: number
  view: string
  /** the county whose villages and divisions are there too */
  county: number
  /** when the server last said so, ms */
  at: number
  nodes: ReadonlyMap<number, SyncNode>
}

export type Verdict = 'same' | 'apply' | 'renew' | 'again'

/** What to do with a delta: nothing new, take it, begin anew, or ask again because another tab was faster. */
export const judge = (tree: SyncedTree, delta: TreeDelta): Verdict => {
  if (delta.tooOld || delta.view !== tree.view || delta.county !== tree.county) return 'renew'
  if (delta.since !== tree.ver) return 'again'
  return delta.units.length + delta.gone.length > 0 ? 'apply' : 'same'
}

/** Parents whose children look different after the delta. */
export interface Applied {
  tree: SyncedTree
  parents: Set<number>
}

/** The tree after the delta; identifiers learnt before stay. What hung below a unit that is gone goes with it. */
export const applyDelta = (tree: SyncedTree, delta: TreeDelta, at: number): Applied => {
  const nodes = new Map(tree.nodes)
  const parents = new Set<number>()
  for (const unit of delta.units) {
    const before = nodes.get(unit.no)
    if (before) parents.add(before.parent)
    parents.add(unit.parent)
    nodes.set(unit.no, { ...unit, id: unit.id ?? before?.id })
  }
  for (const no of delta.gone) {
    const before = nodes.get(no)
    if (before) parents.add(before.parent)
    nodes.delete(no)
  }
  for (const no of delta.gone.length > 0 ? loose(nodes) : []) nodes.delete(no)
  return { tree: { ...tree, ver: delta.ver, at, nodes }, parents }
}

/** Units from which no way leads up to the root. */
const loose = (nodes: ReadonlyMap<number, SyncNode>): number[] => {
  const tied = new Map<number, boolean>([[0, true]])
  const isTied = (no: number): boolean => {
    const known = tied.get(no)
    if (known !== undefined) return known
    const node = nodes.get(no)
    // a circle would be damage: whoever meets itself is loose
    tied.set(no, false)
    const answer = node !== undefined && isTied(node.parent)
    tied.set(no, answer)
    return answer
  }
  return [...nodes.keys()].filter((no) => !isTied(no))
}

/** A damaged store is thrown away: there is exactly one root, and everything hangs on it. */
export const isSound = (tree: SyncedTree): boolean => {
  const roots = [...tree.nodes.values()].filter(({ parent }) => parent === 0)
  return roots.length === 1 && loose(tree.nodes).length === 0
}

/** The tree of two parts of one view; undefined when they do not belong together and must be read again. */
export const joined = (
  base: { ver: number; view: string; nodes: readonly SyncNode[] },
  own: { ver: number; view: string; county: number; nodes: readonly SyncNode[] },
  at: number,
): SyncedTree | undefined => {
  if (base.view !== own.view) return undefined
  const nodes = new Map([...base.nodes, ...own.nodes].map((node) => [node.no, node]))
  for (const no of loose(nodes)) nodes.delete(no)
  // The older of the two: what changed in between comes once more with the first delta.
  return { ver: Math.min(base.ver, own.ver), view: base.view, county: own.county, at, nodes }
}

/** Children in the order they are shown; undefined when not all of them are held here. */
export const childrenOf = (tree: SyncedTree, byParent: ReadonlyMap<number, readonly SyncNode[]>, no: number) => {
  const parent = tree.nodes.get(no)
  const children = byParent.get(no) ?? []
  return parent && parent.children === children.length ? children : undefined
}

export const groupByParent = (tree: SyncedTree): Map<number, SyncNode[]> => {
  const groups = new Map<number, SyncNode[]>()
  for (const node of tree.nodes.values()) {
    const group = groups.get(node.parent)
    if (group) group.push(node)
    else groups.set(node.parent, [node])
  }
  for (const group of groups.values()) group.sort((a, b) => a.sort - b.sort || a.no - b.no)
  return groups
}
