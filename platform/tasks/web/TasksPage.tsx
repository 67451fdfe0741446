import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiPages, type ListCall } from '#kernel/web'
import { EmptyState, format, useHotkey, usePhone, useStatusLine, useTitle, useUrlState } from '#ui'
import { tasks } from './client.ts'
import { askedOf, type Filters, type Item, isOfReadings, kindOf, kinds, neighbourOf, noFilters } from './filters.ts'
import { ItemList } from './ItemList.tsx'
import { ReadingPane } from './ReadingPane.tsx'
import { TaskKinds } from './TaskKinds.tsx'
import { TaskPane } from './TaskPane.tsx'
import './tasks.css'

const DEFAULTS = { ...noFilters, row: '' }

/** 待办: kinds, list, and what is worked on; on the phone one after the other. */
export function TasksPage() {
  useTitle('待办')
  const phone = usePhone()
  const [{ row, ...filters }, change] = useUrlState(DEFAULTS)
  const kind = kindOf(filters)
  const call: ListCall<Item> = isOfReadings(kind) ? tasks.readings : tasks.tasks
  const query = useInfiniteQuery({ ...apiPages(call, askedOf(filters)), placeholderData: keepPreviousData })
  useStatusLine(query.dataUpdatedAt > 0 ? `数据时间 ${format.moment(query.dataUpdatedAt)}` : undefined)
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const ids = rows.map(({ id }) => id)
  const [done, setDone] = useState<ReadonlySet<string>>(new Set())
  const open = (id: string) => change({ row: id }, { push: row === '' })
  const close = () => change({ row: '' })
  const step = (by: 1 | -1) => {
    const next = ids[ids.indexOf(row) + by]
    if (next) open(next)
  }
  useHotkey('j', () => step(1))
  useHotkey('k', () => step(-1))
  const ask = (next: Partial<Filters>) => change({ ...next, row: '' })
  // what was done with a moment ago is skipped, though the list may still show it
  const goOn = () => {
    const left = ids.filter((id) => id === row || !done.has(id))
    setDone((old) => new Set(old).add(row))
    change({ row: neighbourOf(left, row) })
  }
  const Pane = isOfReadings(kind) ? ReadingPane : TaskPane
  const pane = row !== '' && (
    <Pane
      key={row}
      id={row}
      onClose={close}
      onNext={() => step(1)}
      onDone={goOn}
      onMatter={(matter) => ask({ matter })}
    />
  )
  if (phone && pane) return pane
  return (
    <div className="qt-inbox">
      <TaskKinds filters={filters} ask={ask} />
      <ItemList key={kind} query={query} rows={rows} openId={row} open={open} filters={filters} ask={ask} />
      {!phone &&
        (pane || (
          <div className="tk-pane">
            <EmptyState
              icon="task"
              title={`选一件${kinds[kind]}来看`}
              detail="J、K 键一件一件往下、往上，A 键办理，回车打开办理页面。"
            />
          </div>
        ))}
    </div>
  )
}
