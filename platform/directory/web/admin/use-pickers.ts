import { useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { directory } from '../client.ts'
import { asNode } from '../pickers.ts'

/** Where the trees of the scope begin: one unit as a rule, several for who administers several. */
export const topsOfScope = { tops: true, limit: 200, abolished: false }

/** Units to choose from: the tree begins at the tops of the scope, the search finds all of the scope. */
export function useUnitSource() {
  const queries = useQueryClient()
  return {
    load: async (parentId: string | undefined) => {
      if (parentId === undefined) {
        const { rows } = await queries.fetchQuery(apiQuery(directory.adminUnits, topsOfScope))
        return rows.map(asNode)
      }
      const { rows } = await queries.fetchQuery(apiQuery(directory.children, { id: parentId }))
      return rows.map(asNode)
    },
    search: async (q: string, signal: AbortSignal) => {
      const { rows } = await directory.adminUnits({ q, limit: 20, abolished: false }, { signal })
      return rows.map((unit) => ({ ...asNode(unit), path: unit.parent?.name }))
    },
  }
}

/** Choices that the directory itself keeps. */
export function useChoices() {
  const choose = (name: string) => ({ value: name, label: name })
  const ranks = useQuery({ ...apiQuery(directory.ranks), staleTime: Number.POSITIVE_INFINITY })
  const lines = useQuery({ ...apiQuery(directory.lines), staleTime: Number.POSITIVE_INFINITY })
  const duties = useQuery(apiQuery(directory.dutyKinds))
  return {
    ranks: (ranks.data?.rows ?? []).map(({ name, sort }) => ({ ...choose(name), sort })),
    lines: (lines.data?.rows ?? []).map(choose),
    duties: (duties.data?.rows ?? []).filter((kind) => kind.enabled).map(({ name }) => choose(name)),
  }
}
