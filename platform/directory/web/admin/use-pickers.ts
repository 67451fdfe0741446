import { useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import type { PersonRef } from '#ui'
import { directory } from '../client.ts'

interface Countable {
  id: string
  name: string
  children: number
  peopleTotal: number
}
const asNode = (unit: Countable) => ({
  id: unit.id,
  name: unit.name,
  hasChildren: unit.children > 0,
  note: `${unit.peopleTotal} 人`,
})

/** The list in the order of the directory begins with the top of the scope. */
export const firstOfScope = { limit: 1, abolished: false }

/** Units to choose from: the tree begins at the first unit of the scope, the search finds all of the scope. */
export function useUnitSource() {
  const queries = useQueryClient()
  return {
    load: async (parentId: string | undefined) => {
      if (parentId === undefined) {
        const { rows } = await queries.fetchQuery(apiQuery(directory.adminUnits, firstOfScope))
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

/** Anybody of the directory, nearest first. */
export async function searchPeople(q: string, signal: AbortSignal): Promise<PersonRef[]> {
  if (q === '') return []
  const { people } = await directory.search({ q, kind: 'people' }, { signal })
  const rows = people.flatMap((stage) => stage.rows)
  return [...new Map(rows.map((row) => [row.personId, row])).values()].map((row) => ({
    id: row.personId,
    name: row.name,
    unitName: row.orgName,
    title: row.title,
  }))
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
