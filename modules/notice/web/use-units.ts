import { useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import type { UnitNode } from '#platform/directory/contract'
import { useShell } from '#ui'
import { directory } from './client.ts'

const asNode = (unit: UnitNode) => ({
  id: unit.id,
  name: unit.name,
  hasChildren: unit.children > 0,
  note: `${unit.peopleTotal} 人`,
})

/** The tree of units for choosing an audience, opened at the person's own unit. */
export function useUnits() {
  const queries = useQueryClient()
  const { personId } = useShell().session
  const me = useQuery(apiQuery(directory.person, { id: personId }))
  const post = me.data?.posts.find(({ kind }) => kind === 'main')
  const own = useQuery({ ...apiQuery(directory.unit, { id: post?.unit.id ?? '' }), enabled: post !== undefined })
  return {
    reveal: own.data && [...own.data.crumb.map(({ id }) => id), own.data.id],
    load: async (parentId: string | undefined) => {
      if (parentId === undefined) return [asNode(await queries.fetchQuery(apiQuery(directory.root)))]
      const { rows } = await queries.fetchQuery(apiQuery(directory.children, { id: parentId }))
      return rows.map(asNode)
    },
    search: async (q: string, signal: AbortSignal) => {
      const { units } = await directory.search({ q, kind: 'units' }, { signal })
      return units.map((unit) => ({ ...asNode(unit), path: unit.crumb }))
    },
  }
}
