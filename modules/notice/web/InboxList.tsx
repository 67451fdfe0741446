import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { EmptyState, ErrorState, format, Icon, Skeleton300, Tag } from '#ui'
import { type InboxRow, noticeKinds } from '../contract.ts'
import type { InboxFilters } from './inbox-filters.ts'

interface Props {
  query: UseInfiniteQueryResult
  rows: readonly InboxRow[]
  openId: string
  open: (id: string) => void
  filters: InboxFilters
  ask: (next: Partial<InboxFilters>) => void
}

/** The middle pane: pinned, unread, then the rest. */
export function InboxList({ query, rows, openId, open, filters, ask }: Props) {
  const narrowed = Object.values(filters).some((value) => value !== '')
  return (
    <section className="nt-list" aria-label="通知列表" aria-busy={query.isPlaceholderData}>
      <div className="nt-search">
        <Input.Search
          key={filters.q}
          allowClear
          aria-label="按标题找通知"
          placeholder="按标题找通知"
          defaultValue={filters.q}
          maxLength={100}
          onSearch={(q) => ask({ q: q.trim() })}
        />
        {filters.unitId !== '' && (
          <Button type="text" onClick={() => ask({ unitId: '' })}>
            不再只看一个单位
          </Button>
        )}
      </div>
      {query.isPending && <Skeleton300 lines={8} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess &&
        rows.length === 0 &&
        (narrowed ? (
          <EmptyState icon="search" title="没有符合条件的通知" detail="可以看全部，或换个词再找。" />
        ) : (
          <EmptyState icon="megaphone" title="还没有通知" detail="发给您和您所在单位的通知会出现在这里。" />
        ))}
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              className={`qt-plain nt-row${row.unread ? ' unread' : ''}`}
              aria-current={row.id === openId ? 'true' : undefined}
              onClick={() => open(row.id)}
            >
              <span className="title">
                {row.unread && <span className="qt-hidden">未读</span>}
                {row.title}
              </span>
              <span className="meta">
                {row.pinned && <Tag tone="warn">置顶</Tag>}
                {row.withdrawn && <Tag>已撤回</Tag>}
                <span className="qt-ellipsis">
                  {noticeKinds[row.kind]}，{row.unitName}
                </span>
                {row.attachments > 0 && (
                  <>
                    <Icon name="attachment" size={14} />
                    <span className="qt-hidden">有附件</span>
                  </>
                )}
                <time dateTime={row.publishedAt}>{format.day(row.publishedAt)}</time>
              </span>
            </button>
          </li>
        ))}
      </ul>
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
