import type { UnitNode } from './types.ts'

/** What is known of the children of one unit. */
export type Branch = { nodes: UnitNode[] } | { pending: true } | { error: unknown }
export const ROOT = ''
/** by parent id, the top under `ROOT` */
export type Branches = ReadonlyMap<string, Branch>

export interface Row {
  kind: 'unit' | 'pending' | 'error'
  key: string
  level: number
  parent: string
  /** place among its siblings, from 1, for screen readers */
  position: number
  siblings: number
  node?: UnitNode
  expanded?: boolean
}

/** The tree as the lines that are on the screen, top to bottom. */
export function rowsOf(branches: Branches, expanded: ReadonlySet<string>, parent = ROOT, level = 1): Row[] {
  const branch = branches.get(parent)
  const at = { level, parent, position: 1, siblings: 1 }
  if (branch === undefined || 'pending' in branch) return [{ kind: 'pending', key: `${parent}:pending`, ...at }]
  if ('error' in branch) return [{ kind: 'error', key: `${parent}:error`, ...at }]
  return branch.nodes.flatMap((node, index) => {
    const open = node.hasChildren && expanded.has(node.id)
    const row: Row = {
      ...at,
      kind: 'unit',
      key: node.id,
      position: index + 1,
      siblings: branch.nodes.length,
      node,
      expanded: node.hasChildren ? open : undefined,
    }
    return open ? [row, ...rowsOf(branches, expanded, node.id, level + 1)] : [row]
  })
}

export type TreeAction =
  | { type: 'focus'; key: string }
  | { type: 'expand' | 'collapse' | 'select'; key: string }
  | { type: 'expandAll'; keys: string[] }

/**
 * What a key does, by the tree pattern of WAI-ARIA: ↑ ↓ Home End move, → opens or goes in, ← closes or goes out,
 * Enter and space choose, `*` opens all siblings, a letter goes to the next unit whose name begins with it.
 */
export function actionOf(rows: readonly Row[], focused: string | undefined, key: string): TreeAction | undefined {
  const units = rows.filter((row) => row.kind === 'unit')
  const at = units.findIndex((row) => row.key === focused)
  const now = units[Math.max(0, at)]
  if (!now) return undefined
  const focus = (row: Row | undefined): TreeAction | undefined => row && { type: 'focus', key: row.key }
  switch (key) {
    case 'ArrowDown':
      return focus(units[at + 1])
    case 'ArrowUp':
      return focus(units[at - 1])
    case 'Home':
      return focus(units[0])
    case 'End':
      return focus(units.at(-1))
    case 'ArrowRight':
      if (now.expanded === false) return { type: 'expand', key: now.key }
      return now.expanded ? focus(units.find((row) => row.parent === now.key)) : undefined
    case 'ArrowLeft':
      if (now.expanded) return { type: 'collapse', key: now.key }
      return focus(units.find((row) => row.key === now.parent))
    case 'Enter':
    case ' ':
      return { type: 'select', key: now.key }
    case '*': {
      const closed = units.filter((row) => row.parent === now.parent && row.expanded === false)
      return { type: 'expandAll', keys: closed.map((row) => row.key) }
    }
    default:
      return key.length === 1
        ? focus(startingWith([...units.slice(at + 1), ...units.slice(0, at + 1)], key))
        : undefined
  }
}

const startingWith = (rows: readonly Row[], letter: string) =>
  rows.find((row) => row.node?.name.toLowerCase().startsWith(letter.toLowerCase()))
