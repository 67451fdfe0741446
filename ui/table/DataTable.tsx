import { useEffect, useRef } from 'react'
import { EmptyState } from '../EmptyState.tsx'
import { ErrorState } from '../ErrorState.tsx'
import { moment } from '../format.ts'
import { usePhone } from '../preferences.ts'
import { Skeleton300 } from '../Skeleton300.tsx'
import { useStatusLine } from '../status-line.ts'
import { useHotkey } from '../use-hotkey.ts'
import { BulkBar } from './BulkBar.tsx'
import { Cards } from './Cards.tsx'
import { Grid } from './Grid.tsx'
import { countText, narrowed } from './model.ts'
import { Toolbar } from './Toolbar.tsx'
import type { DataTableProps } from './types.ts'
import { type List, useList } from './use-list.ts'
import './table.css'

/**
 * The list of every page: server paging by cursor, sorting, filters in the address, column choice, selection with a bulk
 * bar, the open row beside it, `j` `k` Enter `x`, cards on the phone. Put it into `<Page flush>`.
 */
export function DataTable<R>(props: DataTableProps<R>) {
  const list = useList(props)
  const phone = usePhone()
  const { query, rows, openRow } = list
  const openPanel = props.panel
  const open = (key: string) => {
    const row = rows.find((one) => props.rowKey(one) === key)
    if (row && props.onOpen) props.onOpen(row)
    else if (openPanel) list.open(key)
  }
  const step = (by: 1 | -1) => {
    const next = list.step(by)
    if (next && list.openKey) list.open(next)
  }
  useHotkey('j', () => step(1))
  useHotkey('k', () => step(-1))
  useHotkey('x', () => list.cursor && list.toggle(list.cursor), props.bulk !== undefined)
  useStatusLine(query.dataUpdatedAt > 0 ? `数据时间 ${moment(query.dataUpdatedAt)}` : undefined)
  const close = () => list.open(undefined)
  return (
    <div className="qt-list">
      <section className="qt-listmain" aria-label="列表">
        <Toolbar props={props} list={list} />
        <div className="qt-listbody" aria-busy={query.isPlaceholderData}>
          <Body props={props} list={list} phone={phone} open={open} />
        </div>
        {props.bulk && (list.selectedRows.length > 0 || list.choosing) ? (
          <BulkBar list={list} actions={props.bulk} measure={props.measure ?? '条'} />
        ) : (
          rows.length > 0 && (
            <p className="qt-listfoot" role="status">
              {countText(rows.length, list.total, query.hasNextPage, props.measure ?? '条')}
            </p>
          )
        )}
      </section>
      {openRow !== undefined && openPanel?.(openRow, close)}
    </div>
  )
}

interface BodyProps<R> {
  props: DataTableProps<R>
  list: List<R>
  phone: boolean
  open: (key: string) => void
}
function Body<R>({ props, list, phone, open }: BodyProps<R>) {
  const { query, rows } = list
  if (query.isPending) return <Skeleton300 lines={10} />
  if (query.isError && rows.length === 0) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (rows.length === 0) {
    return narrowed(list.state) > 0 ? (
      <EmptyState icon="search" title="没有符合条件的内容" detail="可以减少筛选条件，或换个词再找。" />
    ) : (
      <EmptyState {...props.empty} />
    )
  }
  return (
    <>
      {phone ? <Cards props={props} list={list} open={open} /> : <Grid props={props} list={list} open={open} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.fetchNextPage()} />}
      {query.hasNextPage && !query.isError && (
        <More busy={query.isFetchingNextPage} load={() => void query.fetchNextPage()} />
      )}
    </>
  )
}

/** Reads on when it comes into sight; also a button, for those who go by keyboard. */
function More({ busy, load }: { busy: boolean; load: () => void }) {
  const button = useRef<HTMLButtonElement>(null)
  const latest = useRef(load)
  useEffect(() => {
    latest.current = load
  })
  useEffect(() => {
    if (busy || !button.current) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) latest.current()
    })
    observer.observe(button.current)
    return () => observer.disconnect()
  }, [busy])
  return (
    <button type="button" ref={button} className="qt-plain qt-more" disabled={busy} onClick={load}>
      {busy ? '正在读取' : '显示更多'}
    </button>
  )
}
