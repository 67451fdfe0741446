import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { EmptyState, InboxList, useHotkey } from '#ui'
import { BatchBar } from './BatchBar.tsx'
import { dueWords } from './due.ts'
import { type Filters, type Item, isNarrowed, isTask, kindOf, kinds } from './filters.ts'
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
/** 先办 and 时间充裕, when the list goes by limits. */
const groupOf = (item: Item): string => {
  if (!isTask(item)) return ''
  return item.dueAt !== null && dueWords(item.dueAt).state !== 'ok' ? '先办' : '时间充裕'
}

/** The middle pane. */
export function ItemList({ query, rows, openId, open, filters, ask }: Props) {
  const kind = kindOf(filters)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [choosing, setChoosing] = useState(false)
  const choose = (id: string) =>
    setChosen((old) => new Set(old.has(id) ? [...old].filter((one) => one !== id) : [...old, id]))
  const stop = () => {
    setChoosing(false)
    setChosen(new Set())
  }
  const canChoose = kind === 'unread' || choosing
  useHotkey(
    'x',
    () => {
      if (kind === 'open') setChoosing(true)
      choose(openId)
    },
    openId !== '' && (kind === 'open' || kind === 'unread'),
  )
  const ids = rows.map(({ id }) => id)
  const grouped = kind === 'open' && filters.sort !== 'arrived' && filters.due === '' && filters.pressing === ''
  return (
    <InboxList
      label={`${kinds[kind]}列表`}
      query={query}
      openId={openId}
      head={
        <>
          <ListHead
            filters={filters}
            ask={ask}
            choosing={
              kind === 'open' && rows.length > 0
                ? { on: choosing, toggle: choosing ? stop : () => setChoosing(true) }
                : undefined
            }
          />
          {kind === 'unread' && rows.length > 0 && <MarkRead ids={ids} chosen={chosen} setChosen={setChosen} />}
          {kind === 'open' && choosing && <BatchBar rows={rows.filter(isTask)} chosen={chosen} setChosen={setChosen} />}
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
      {rows.map((item, at) => {
        const group = grouped ? groupOf(item) : ''
        const before = rows[at - 1]
        return (
          <ItemRow
            key={item.id}
            item={item}
            group={before === undefined || groupOf(before) !== group ? group : ''}
            isOpen={item.id === openId}
            open={open}
            chosen={canChoose ? chosen.has(item.id) : undefined}
            choose={choose}
          />
        )
      })}
    </InboxList>
  )
}
