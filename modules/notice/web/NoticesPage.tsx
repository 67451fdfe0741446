import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiPages } from '#kernel/web'
import { EmptyState, format, useHotkey, usePhone, useStatusLine, useTitle, useUrlState } from '#ui'
import { notices } from './client.ts'
import { InboxKinds } from './InboxKinds.tsx'
import { InboxList } from './InboxList.tsx'
import { type InboxFilters, noFilters } from './inbox-filters.ts'
import { Reading } from './Reading.tsx'
import './notices.css'

const DEFAULTS = { ...noFilters, row: '' }

/** 通知公告: kinds, list, and the notice that is read; on the phone one after the other. */
export function NoticesPage() {
  useTitle('通知公告')
  const phone = usePhone()
  const [{ row, ...filters }, change] = useUrlState(DEFAULTS)
  const query = useInfiniteQuery({
    ...apiPages(notices.inbox, {
      kind: filters.kind || undefined,
      unread: filters.unread === '' ? undefined : true,
      unitId: filters.unitId || undefined,
      q: filters.q || undefined,
    }),
    placeholderData: keepPreviousData,
  })
  useStatusLine(query.dataUpdatedAt > 0 ? `数据时间 ${format.moment(query.dataUpdatedAt)}` : undefined)
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  // a row that is opened stays where it is until the list is asked anew; only its mark goes
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const open = (id: string) => {
    setOpened((old) => new Set(old).add(id))
    change({ row: id }, { push: row === '' })
  }
  const step = (by: 1 | -1) => {
    const next = rows[rows.findIndex(({ id }) => id === row) + by]
    if (next) open(next.id)
  }
  useHotkey('j', () => step(1))
  useHotkey('k', () => step(-1))
  const ask = (next: Partial<InboxFilters>) => change({ ...next, row: '' })
  const reading = row !== '' && (
    <Reading id={row} onClose={() => change({ row: '' })} onNext={() => step(1)} onUnit={(unitId) => ask({ unitId })} />
  )
  if (phone && reading) return reading
  return (
    <div className="qt-inbox">
      <InboxKinds filters={filters} ask={ask} />
      <InboxList
        query={query}
        rows={rows.map((one) => (opened.has(one.id) ? { ...one, unread: false } : one))}
        openId={row}
        open={open}
        filters={filters}
        ask={ask}
      />
      {!phone &&
        (reading || (
          <div className="nt-reading">
            <EmptyState icon="megaphone" title="选一条通知来读" detail="按 J、K 键可以一条一条往下、往上读。" />
          </div>
        ))}
    </div>
  )
}
