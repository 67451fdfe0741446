import type { SearchGroup } from '#ui'
import { recentIds } from './account.ts'
import { directory } from './client.ts'
import { peopleGroups, unitItem } from './search-items.ts'

export const searchPeople = async (q: string, signal: AbortSignal): Promise<SearchGroup[]> =>
  peopleGroups(await directory.search({ q: q.slice(0, 40), kind: 'people', recent: recentIds() }, { signal }), q)

export const searchUnits = async (q: string, signal: AbortSignal): Promise<SearchGroup[]> => {
  const { units } = await directory.search({ q: q.slice(0, 40), kind: 'units' }, { signal })
  return units.length > 0
    ? [{ title: '单位', count: String(units.length), items: units.map((unit) => unitItem(unit, q)) }]
    : []
}
