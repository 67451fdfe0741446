import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { apiPages, type ListCall } from '#kernel/web'
import { EmptyState, format, usePhone, useStatusLine } from '#ui'
import { tasks } from './client.ts'
import { askedOf, type Filters, type Item, isOfReadings, kindOf, kinds as names } from './filters.ts'
import { ItemList } from './ItemList.tsx'
import { ReadingPane } from './ReadingPane.tsx'
import { TaskPane } from './TaskPane.tsx'
import { useInbox } from './use-inbox.ts'

interface Props {
  filters: Filters
  ask: (next: Partial<Filters>) => void
  address: Parameters<typeof useInbox>[1]
  kinds: ReactNode
}

/** 待办, 待阅, 已办, 已阅: list and content beside the kinds. */
export function TaskInbox({ filters, ask, address, kinds }: Props) {
  const phone = usePhone()
  const kind = kindOf(filters)
  const call: ListCall<Item> = isOfReadings(kind) ? tasks.readings : tasks.tasks
  const query = useInfiniteQuery({ ...apiPages(call, askedOf(filters)), placeholderData: keepPreviousData })
  useStatusLine(query.dataUpdatedAt > 0 ? `数据时间 ${format.moment(query.dataUpdatedAt)}` : undefined)
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const { open, close, next, goOn } = useInbox(
    rows.map(({ id }) => id),
    address,
  )
  const { row } = address
  const Pane = isOfReadings(kind) ? ReadingPane : TaskPane
  const pane = row !== '' && (
    <Pane key={row} id={row} onClose={close} onNext={next} onDone={goOn} onMatter={(matter) => ask({ matter })} />
  )
  if (phone && pane) return pane
  return (
    <div className="qt-inbox">
      {kinds}
      <ItemList key={kind} query={query} rows={rows} openId={row} open={open} filters={filters} ask={ask} />
      {!phone &&
        (pane || (
          <div className="tk-pane">
            <EmptyState
              icon="task"
              title={`选一件${names[kind]}来看`}
              detail="J、K 键一件一件往下、往上，A 键办理，R 键退回，X 键选中，回车打开办理页面。"
            />
          </div>
        ))}
    </div>
  )
}
