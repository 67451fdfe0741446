import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorState } from './ErrorState.tsx'
import { Skeleton300 } from './Skeleton300.tsx'

/** What a read shows while it waits, when it fails, and when it is there. Old data stays on the screen while it is read again. */
export function Await<T>({
  query,
  children,
  lines,
}: {
  query: UseQueryResult<T>
  children: (data: T) => ReactNode
  lines?: number
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return <Skeleton300 lines={lines} />
}
