import { useQueryClient } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import type { UnitNode } from '#platform/directory/contract'
import type { PersonRef } from '#ui'
import { directory } from './client.ts'

/** Anybody of the directory, nearest first. */
export const searchPeople = async (q: string, signal: AbortSignal): Promise<PersonRef[]> => {
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

const asNode = (unit: UnitNode) => ({ id: unit.id, name: unit.name, hasChildren: unit.children > 0 })

export const useUnits = () => {
  const queries = useQueryClient()
  return {
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
