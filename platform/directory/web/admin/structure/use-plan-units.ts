import { directory } from '../../client.ts'
import { useUnitSource } from '../use-pickers.ts'
import type { Ref } from './operation-model.ts'

/** Units of the scope, with those the plan makes itself above them. */
export function useUnitsWith(planned: readonly Ref[]) {
  const source = useUnitSource()
  const nodes = planned.map((unit) => ({ ...unit, hasChildren: false, note: '本方案新建', path: '本方案新建' }))
  return {
    load: async (parentId: string | undefined) => {
      const rows = await source.load(parentId)
      return parentId === undefined ? [...nodes, ...rows] : rows
    },
    search: async (q: string, signal: AbortSignal) => [
      ...nodes.filter(({ name }) => name.includes(q)),
      ...(await source.search(q, signal)),
    ],
  }
}

const findGone = async (q: string | undefined, signal?: AbortSignal) => {
  const { rows } = await directory.adminUnits({ q, limit: 50, abolished: true }, { signal })
  return rows.map(({ id, name, parent, validTo }) => ({
    id,
    name,
    hasChildren: false,
    note: `${validTo} 撤销`,
    path: parent?.name,
  }))
}
/** Abolished units, to be restored. */
export const goneUnits = {
  load: () => findGone(undefined),
  search: (q: string, signal: AbortSignal) => findGone(q, signal),
}

/** People whose post is in the unit itself; the id is that of the post. */
export const searchPosts = (unitId: string | undefined) => async (q: string, signal: AbortSignal) => {
  if (unitId === undefined) return []
  const { rows } = await directory.adminPeople({ under: unitId, q: q === '' ? undefined : q, limit: 100 }, { signal })
  return rows
    .filter(({ unit }) => unit.id === unitId)
    .map(({ postId, name, unit, title }) => ({ id: postId, name, unitName: unit.name, title }))
}
