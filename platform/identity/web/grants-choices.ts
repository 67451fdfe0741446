import { useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery, createClient } from '#kernel/web'
import { directoryApi, type UnitNode } from '#platform/directory/contract'
import type { PersonRef } from '#ui'

const directory = createClient(directoryApi)

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

const asNode = (unit: UnitNode) => ({
  id: unit.id,
  name: unit.name,
  hasChildren: unit.children > 0,
  note: `${unit.peopleTotal} 人`,
})

/** The whole tree: whether a unit may be chosen is the server's to say. */
export function useUnits() {
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

/** Lines of work and address books to choose from. */
export function usePlaces(): Record<'lines' | 'books', { value: string; label: string }[]> {
  const lines = useQuery({ ...apiQuery(directory.lines), staleTime: Number.POSITIVE_INFINITY })
  const books = useQuery(apiQuery(directory.books, { limit: 200 }))
  return {
    lines: (lines.data?.rows ?? []).map((name) => ({ value: name, label: name })),
    books: (books.data?.rows ?? []).map(({ id, title }) => ({ value: id, label: title })),
  }
}

/** The day of today, Asia/Shanghai: what a date field begins with. */
export const today = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
