import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { SearchAnswer } from '../contract.ts'
import { recentIds, useAccount } from './account.ts'
import { directory } from './client.ts'

const TYPING_MS = 80

function useDebounced(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

export interface Search {
  /** the answer to what is typed, or the one before while it is under way */
  answer?: SearchAnswer
  error: unknown
  waiting: boolean
  again: () => void
}

/** People and units while the person types: one request for each pause of 80 ms, late answers dropped by their key. */
export function useDirectorySearch(typed: string): Search {
  const account = useAccount()
  const q = useDebounced(typed.trim().slice(0, 40))
  const query = useQuery({
    queryKey: [...directory.search.key, { q }],
    queryFn: ({ signal }) => directory.search({ q, recent: recentIds(account) }, { signal }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })
  return {
    answer: q === '' ? undefined : query.data,
    error: q === '' ? undefined : query.error,
    waiting: q !== typed.trim().slice(0, 40) || query.isFetching,
    again: () => void query.refetch(),
  }
}
