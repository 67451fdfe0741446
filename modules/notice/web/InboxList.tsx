import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { EmptyState, Icon, InboxRow, InboxList as List, Tag } from '#ui'
import { noticeKinds, type InboxRow as Row } from '../contract.ts'
import type { InboxFilters } from './inbox-filters.ts'

interface Props {
  query: UseInfiniteQueryResult
  rows: readonly Row[]
  openId: string
  open: (id: string) => void
  filters: InboxFilters
  ask: (next: Partial<InboxFilters>) => void
}

/** The middle pane: pinned, unread, then the rest. */
export function InboxList({ query, rows, openId, open, filters, ask }: Props) {
  const narrowed = Object.values(filters).some((value) => value !== '')
  return (
    <List
      label="通知列表"
      query={query}
      openId={openId}
      head={<Search filters={filters} ask={ask} />}
      empty={
        narrowed ? (
          <EmptyState icon="search" title="没有符合条件的通知" detail="可以看全部，或换个词再找。" />
        ) : (
          <EmptyState icon="megaphone" title="还没有通知" detail="发给您和您所在单位的通知会出现在这里。" />
        )
      }
    >
      {rows.map((row) => (
        <li key={row.id} className="nt-item">
          <InboxRow
            isOpen={row.id === openId}
            onOpen={() => open(row.id)}
            unread={row.unread ? '未读' : undefined}
            title={row.title}
            at={row.publishedAt}
          >
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
          </InboxRow>
        </li>
      ))}
    </List>
  )
}

function Search({ filters, ask }: Pick<Props, 'filters' | 'ask'>) {
  return (
    <div className="qt-inbox-search">
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
  )
}
