import type { UnitNode } from '../contract.ts'
import { TOP, type TreeState } from './tree-store.ts'

export interface UnitRow {
  kind: 'unit'
  key: string
  level: number
  parent: string
  node: UnitNode
  /** absent for a unit without children */
  expanded?: boolean
  /** place among its siblings, from 1, for screen readers */
  position: number
  siblings: number
}
/** A line that stands for a branch nothing is known of yet. */
export interface GapRow {
  kind: 'waiting' | 'failed'
  key: string
  level: number
  parent: string
}
export type TreeRow = UnitRow | GapRow

export interface TreeView {
  rows: TreeRow[]
  /** parents of the branches in sight */
  shown: string[]
  /** the age of the oldest branch in sight, ms */
  oldest?: number
}

const named = (node: UnitNode, words: readonly string[]) =>
  words.every((word) => node.name.includes(word) || node.shortName.includes(word))

/** Units whose names hold all words, and the units above them: what a filter leaves of the known tree. */
function keptBy({ branches }: TreeState, words: readonly string[]): ReadonlySet<string> {
  const kept = new Set<string>()
  const visit = (parent: string): boolean => {
    let any = false
    for (const node of branches.get(parent)?.nodes ?? []) {
      const deeper = branches.has(node.id) && visit(node.id)
      if (!deeper && !named(node, words)) continue
      kept.add(node.id)
      any = true
    }
    return any
  }
  visit(TOP)
  return kept
}

/** The tree as the lines on the screen, top to bottom; with a filter only what it leaves, opened as far as needed. */
export function treeView(state: TreeState, expanded: ReadonlySet<string>, filter = ''): TreeView {
  const words = filter.split(/\s+/).filter(Boolean)
  const kept = words.length > 0 ? keptBy(state, words) : undefined
  const view: TreeView = { rows: [], shown: [] }
  const visit = (parent: string, level: number) => {
    const branch = state.branches.get(parent)
    view.shown.push(parent)
    if (!branch?.nodes) {
      const failed = branch?.failed !== undefined && !branch.loading
      view.rows.push({ kind: failed ? 'failed' : 'waiting', key: `${parent}:gap`, level, parent })
      return
    }
    if (branch.at !== undefined) view.oldest = Math.min(view.oldest ?? branch.at, branch.at)
    const nodes = kept ? branch.nodes.filter(({ id }) => kept.has(id)) : branch.nodes
    for (const [index, node] of nodes.entries()) {
      const below = kept && state.branches.get(node.id)?.nodes?.some(({ id }) => kept.has(id))
      const open = kept ? below === true : node.children > 0 && expanded.has(node.id)
      view.rows.push({
        kind: 'unit',
        key: node.id,
        level,
        parent,
        node,
        expanded: node.children > 0 ? open : undefined,
        position: index + 1,
        siblings: nodes.length,
      })
      if (open) visit(node.id, level + 1)
    }
  }
  visit(TOP, 1)
  return view
}

export type TreeAction = { type: 'focus' | 'expand' | 'collapse' | 'select' | 'retry'; row: TreeRow }

/**
 * What a key does, by the tree pattern of WAI-ARIA: ↑ ↓ Home End move, → opens or goes in, ← closes or goes out,
 * Enter and space choose, a character goes to the next unit whose name begins with it.
 */
export function actionOf(rows: readonly TreeRow[], active: string | undefined, key: string): TreeAction | undefined {
  const at = rows.findIndex((row) => row.key === active)
  const now = rows[Math.max(0, at)]
  if (!now) return undefined
  const focus = (row: TreeRow | undefined): TreeAction | undefined => row && { type: 'focus', row }
  switch (key) {
    case 'ArrowDown':
      return focus(rows[at + 1])
    case 'ArrowUp':
      return focus(rows[at - 1])
    case 'Home':
      return focus(rows[0])
    case 'End':
      return focus(rows.at(-1))
    case 'ArrowRight':
      if (now.kind !== 'unit' || now.expanded === undefined) return undefined
      return now.expanded ? focus(rows.find((row) => row.parent === now.key)) : { type: 'expand', row: now }
    case 'ArrowLeft':
      if (now.kind === 'unit' && now.expanded) return { type: 'collapse', row: now }
      return focus(rows.find((row) => row.key === now.parent))
    case 'Enter':
    case ' ':
      if (now.kind === 'waiting') return undefined
      return { type: now.kind === 'unit' ? 'select' : 'retry', row: now }
    default:
      if (key.length !== 1) return undefined
      return focus([...rows.slice(at + 1), ...rows.slice(0, at + 1)].find((row) => begins(row, key)))
  }
}

const begins = (row: TreeRow, character: string) =>
  row.kind === 'unit' && row.node.shortName.toLowerCase().startsWith(character.toLowerCase())
