import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from 'antd'
import { type ReactNode, useEffect, useRef } from 'react'
import { ErrorState } from '../ErrorState.tsx'
import { Skeleton300 } from '../Skeleton300.tsx'
import './inbox.css'

interface Props {
  /** what the list is of, for screen readers */
  label: string
  query: UseInfiniteQueryResult
  /** the row that is read */
  openId: string
  /** what narrows the list, and what is done with many */
  head: ReactNode
  /** said when there is no row */
  empty: ReactNode
  /** one `<li>` a row, with an `InboxRow` in it */
  children: readonly ReactNode[]
}

/** The middle pane of an inbox, page by page; the row that J and K lead to stays in sight. */
export function InboxList({ label, query, openId, head, empty, children }: Props) {
  const list = useRef<HTMLUListElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row may be out of sight
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [openId])
  return (
    <section className="qt-inbox-list" aria-label={label} aria-busy={query.isPlaceholderData}>
      {head}
      {query.isPending && <Skeleton300 lines={8} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && children.length === 0 && empty}
      <ul ref={list}>{children}</ul>
      {query.hasNextPage && (
        <Button
          type="text"
          block
          loading={query.isFetchingNextPage}
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          显示更多
        </Button>
      )}
    </section>
  )
}
