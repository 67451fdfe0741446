import { useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery, useRealtime } from '#kernel/web'
import { tasks } from './client.ts'

export const useCounts = () => useQuery(apiQuery(tasks.counts)).data

/** Matters and sources of everything that is open, with their numbers: the first page of the list says them. */
export const useFacets = () => {
  const { data } = useQuery(apiQuery(tasks.tasks, { limit: 1 }))
  return { matters: data?.matters ?? [], sources: data?.sources ?? [] }
}

export const useFollowedCount = (): number | undefined => useCounts()?.followed

/** The number at the menu; what comes, changes or is closed elsewhere makes every open list read itself again. */
export function useOpenCount(): number | undefined {
  const queries = useQueryClient()
  useRealtime('tasks', () => void queries.invalidateQueries({ queryKey: tasks.counts.key.slice(0, 1) }))
  return useCounts()?.open
}
