import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { apiPages } from '#kernel/web'
import {
  Await,
  EmptyState,
  format,
  InboxList,
  type InboxParts,
  InboxRow,
  type InboxView,
  Light,
  usePhone,
  useStatusLine,
} from '#ui'
import type { Filters } from './filters.ts'
import { Pane } from './Pane.tsx'
import { SearchInList } from './SearchInList.tsx'
import { useInbox } from './use-inbox.ts'

interface Props {
  view: InboxView
  q: string
  ask: (next: Partial<Filters>) => void
  address: Parameters<typeof useInbox>[1]
  kinds: ReactNode
}

/** A list that a service added, in the same panes and with the same keys. */
export function ViewInbox(props: Props) {
  const parts = useQuery({ queryKey: ['inbox-view', props.view.key], queryFn: props.view.lazy, staleTime: Infinity })
  if (parts.data) return <Loaded {...props} parts={parts.data} />
  return (
    <div className="qt-inbox">
      {props.kinds}
      <section className="qt-inbox-list" aria-label={`${props.view.title}列表`}>
        <Await query={parts} lines={8}>
          {() => null}
        </Await>
      </section>
    </div>
  )
}

function Loaded({ view, q, ask, address, kinds, parts }: Props & { parts: InboxParts }) {
  const phone = usePhone()
  const query = useInfiniteQuery({
    ...apiPages(parts.call, q === '' ? {} : { q }),
    placeholderData: keepPreviousData,
  })
  useStatusLine(query.dataUpdatedAt > 0 ? `数据时间 ${format.moment(query.dataUpdatedAt)}` : undefined)
  const lines = query.data?.pages.flatMap((page) => page.rows).map((row) => parts.line(row)) ?? []
  const { open, close, next } = useInbox(
    lines.map(({ id }) => id),
    address,
  )
  const { row } = address
  const pane = row !== '' && (
    <Pane key={row} label={`${view.title}内容`} onClose={close} onNext={next}>
      <parts.Body id={row} onClose={close} />
    </Pane>
  )
  if (phone && pane) return pane
  return (
    <div className="qt-inbox">
      {kinds}
      <InboxList
        label={`${view.title}列表`}
        query={query}
        openId={row}
        head={
          <div className="qt-inbox-search">
            <SearchInList name={view.title} q={q} ask={ask} />
          </div>
        }
        empty={
          q === '' ? (
            <EmptyState icon="task" {...parts.empty} />
          ) : (
            <EmptyState icon="search" title={`没有符合条件的${view.title}`} detail="换个词再找。" />
          )
        }
      >
        {lines.map((line) => (
          <li key={line.id} className="tk-item">
            <InboxRow
              isOpen={line.id === row}
              onOpen={() => open(line.id)}
              title={line.title}
              above={
                line.light && (
                  <span className="marks">
                    <Light state={line.light.state}>{line.light.words}</Light>
                  </span>
                )
              }
              at={line.at}
            >
              <span className="qt-ellipsis">{line.meta}</span>
            </InboxRow>
          </li>
        ))}
      </InboxList>
      {!phone &&
        (pane || (
          <div className="tk-pane">
            <EmptyState icon="task" title={`选一件${view.title}来看`} detail="J、K 键一件一件往下、往上。" />
          </div>
        ))}
    </div>
  )
}
