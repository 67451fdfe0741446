import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import type { UnitDetail, UnitNode, UnitRef } from '../contract.ts'
import { directory } from './client.ts'
import { pathOf, type TreeState } from './tree-store.ts'
import { type Tree, useNeeded } from './use-tree.ts'

/** A unit as far as it is known: from the tree at once, the rest when the server has answered. */
export interface KnownUnit extends UnitNode {
  crumb: readonly UnitRef[]
  divisions: readonly UnitNode[]
  detail?: UnitDetail
}

/** One unit, the moment the tree knows it; offline it stays at that. */
export function useUnit(id: string | undefined, tree: Tree) {
  const query = useQuery({ ...apiQuery(directory.unit, { id: id ?? '' }), enabled: id !== undefined })
  useNeeded(tree, id === undefined ? [] : [id])
  const detail = query.data
  const unit: KnownUnit | undefined = detail
    ? { ...detail, detail }
    : id === undefined
      ? undefined
      : fromTree(tree.state, id)
  return { unit, error: query.error, again: () => void query.refetch() }
}

function fromTree({ branches }: TreeState, id: string): KnownUnit | undefined {
  const path = pathOf(branches, id)
  const nodes = [...branches.values()].flatMap((branch) => branch.nodes ?? [])
  const node = nodes.find((one) => one.id === id)
  if (!node || !path) return undefined
  const crumb = path.flatMap((above) => nodes.find((one) => one.id === above) ?? [])
  return { ...node, crumb, divisions: divisionsOf(node, branches.get(id)?.nodes ?? []) }
}

/** Divisions are shown as groups of the unit's people, not as units below it. */
const divisionsOf = (unit: UnitNode, children: readonly UnitNode[]) =>
  unit.kind === 'group' ? [] : children.filter(({ kind }) => kind === 'division')

/** Whether people may belong to the unit itself, and how many lower units it has. */
export function shapeOf(unit: KnownUnit): { hasPeople: boolean; lower: number } {
  const { detail } = unit
  const place = unit.kind === 'group' || (unit.kind === 'region' && unit.level < 4)
  return {
    hasPeople: detail ? detail.peopleDirect > 0 || detail.divisions.length > 0 : !place,
    lower: Math.max(0, unit.children - unit.divisions.length),
  }
}
