import { useQueryClient } from '@tanstack/react-query'
import { useRealtime } from '#kernel/web'

/** Frames of the gap are gone for good: after each connection but the first, everything on the screen is read again. */
export function useReread(): void {
  const queries = useQueryClient()
  useRealtime('connected', () => {
    if (connectedBefore) void queries.invalidateQueries()
    connectedBefore = true
  })
}

let connectedBefore = false
