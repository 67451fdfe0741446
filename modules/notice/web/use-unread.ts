import { useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery, useRealtime } from '#kernel/web'
import { notices } from './client.ts'

/** The number at the menu; a notice that comes or goes makes every open list read itself again. */
export function useUnread(): number | undefined {
  const queries = useQueryClient()
  useRealtime('notice', () => void queries.invalidateQueries({ queryKey: notices.inbox.key.slice(0, 1) }))
  return useQuery(apiQuery(notices.unread)).data?.count
}
