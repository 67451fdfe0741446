import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, ErrorState, format, Skeleton300 } from '#ui'
import { notices } from './client.ts'

/** Who has read the notice and who has not; for its author and its publisher. */
export function ReadersPanel({ noticeId }: { noticeId: string }) {
  const count = useQuery(apiQuery(notices.readCount, { id: noticeId }))
  const [shown, show] = useState<'read' | 'unread'>()
  return (
    <section className="nt-readers" aria-label="阅读情况">
      <h3>阅读情况</h3>
      <Await query={count} lines={1}>
        {({ read, unread, estimated }) => (
          <div className="qt-row">
            <Button aria-pressed={shown === 'read'} onClick={() => show('read')}>
              已读 {format.number(read)}
            </Button>
            <Button aria-pressed={shown === 'unread'} onClick={() => show('unread')}>
              未读 {estimated && '约 '}
              {format.number(unread)}
            </Button>
            <span className="qt-grow" />
            <a href={notices.exportReaders.url({ id: noticeId })}>导出名单</a>
          </div>
        )}
      </Await>
      {shown && <Readers key={shown} noticeId={noticeId} read={shown === 'read'} />}
    </section>
  )
}

function Readers({ noticeId, read }: { noticeId: string; read: boolean }) {
  const query = useInfiniteQuery({
    queryKey: [...notices.readers.key, { id: noticeId, read }],
    queryFn: ({ pageParam, signal }) => notices.readers({ id: noticeId, read, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  if (query.isPending) return <Skeleton300 lines={3} />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const rows = query.data.pages.flatMap((page) => page.rows)
  if (rows.length === 0) return <p className="qt-quiet">{read ? '还没有人读。' : '都已读过。'}</p>
  return (
    <>
      <ul>
        {rows.map((row) => (
          <li key={row.personId}>
            <b>{row.name}</b>
            <span className="qt-grow qt-ellipsis qt-second">
              {[row.unitName, row.title].filter(Boolean).join('，')}
            </span>
            {row.readAt && <time className="qt-small qt-quiet">{format.moment(row.readAt)}</time>}
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button type="text" block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          显示更多
        </Button>
      )}
    </>
  )
}
