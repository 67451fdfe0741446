import { useQueryClient } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import type { PersonRef } from '#ui'
import type { UnitNode } from '../contract.ts'

// this file is in the first load of every page: the contract, which is large, comes with the first question
const client = async () => (await import('./client.ts')).directory

type Countable = Pick<UnitNode, 'id' | 'name' | 'children' | 'peopleTotal'>
/** A unit as trees and pickers show it. */
export const asNode = (unit: Countable) => ({
  id: unit.id,
  name: unit.name,
  hasChildren: unit.children > 0,
  note: `${unit.peopleTotal} 人`,
})

/** `load` and `search` for pickers of units: the whole directory as the caller sees it; what may be chosen is the server's to say. */
export function useUnits() {
  const queries = useQueryClient()
  return {
    load: async (parentId: string | undefined) => {
      const directory = await client()
      if (parentId === undefined) return [asNode(await queries.fetchQuery(apiQuery(directory.root)))]
      const { rows } = await queries.fetchQuery(apiQuery(directory.children, { id: parentId }))
      return rows.map(asNode)
    },
    search: async (q: string, signal: AbortSignal) => {
      const { units } = await (await client()).search({ q, kind: 'units' }, { signal })
      return units.map((unit) => ({ ...asNode(unit), path: unit.crumb }))
    },
  }
}

/** `search` for pickers of people: anybody of the directory as the caller sees it, nearest first. */
export async function searchPeople(q: string, signal: AbortSignal): Promise<PersonRef[]> {
  if (q === '') return []
  const { people } = await (await client()).search({ q, kind: 'people' }, { signal })
  const rows = people.flatMap((stage) => stage.rows)
  return [...new Map(rows.map((row) => [row.personId, row])).values()].map((row) => ({
    id: row.personId,
    name: row.name,
    unitName: row.orgName,
    title: row.title,
  }))
}
