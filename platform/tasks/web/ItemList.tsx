import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { EmptyState, InboxList } from '#ui'
import { type Filters, type Item, isNarrowed, kindOf, kinds } from './filters.ts'
import { ItemRow } from './ItemRow.tsx'
import { ListHead } from './ListHead.tsx'
import { MarkRead } from './MarkRead.tsx'

interface Props {
  query: UseInfiniteQueryResult
  rows: readonly Item[]
  openId: string
  open: (id: string) => void
  filters: Filters
  ask: (next: Partial<Filters>) => void
}

const comes = {
  open: '交给您办的事会出现在这里，办完的移到“已办”。',
  unread: '送给您看的材料会出现在这里，看过的移到“已阅”。',
  closed: '办完的待办会留在这里。',
  read: '看过的材料会留在这里。',
}

/** The middle pane. */
export function ItemList({ query, rows, openId, open, filters, ask }: Props) {
  const kind = kindOf(filters)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const choose = (id: string) =>
    setChosen((old) => new Set(old.has(id) ? [...old].filter((one) => one !== id) : [...old, id]))
  return (
    <InboxList
      label={`${kinds[kind]}列表`}
      query={query}
      openId={openId}
      head={
        <>
          <ListHead filters={filters} ask={ask} />
          {kind === 'unread' && rows.length > 0 && (
            <MarkRead ids={rows.map(({ id }) => id)} chosen={chosen} setChosen={setChosen} />
          )}
        </>
      }
      empty={
        isNarrowed(filters) ? (
          <EmptyState icon="search" title={`没有符合条件的${kinds[kind]}`} detail="可以看全部，或换个词再找。" />
        ) : (
          <EmptyState icon="task" title={`没有${kinds[kind]}`} detail={comes[kind]} />
        )
      }
    >
      {rows.map((item) => (
        <ItemRow
          key={item.id}
          item={item}
          isOpen={item.id === openId}
          open={open}
          chosen={kind === 'unread' ? chosen.has(item.id) : undefined}
          choose={choose}
        />
      ))}
    </InboxList>
  )
}
