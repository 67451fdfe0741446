import { useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { EmptyState, ErrorState, Skeleton300, useHotkey } from '#ui'
import type { UnitDetail, UnitNode } from '../contract.ts'
import { directory } from './client.ts'
import { moveLines } from './focus-lines.ts'
import { GroupTitle } from './GroupTitle.tsx'
import { UnitPerson } from './PersonLine.tsx'
import { peopleLines } from './people-lines.ts'
import { titleOf } from './person-words.ts'

const PAGE = 100

interface Props {
  unit: Pick<UnitDetail, 'id' | 'name' | 'kind'> & { divisions: readonly UnitNode[] }
  selectedId: string
  /** `j` and `k` open the next and the one before */
  onOpen?: (personId: string) => void
}

/** The people of a unit under their divisions, read page by page while the reader scrolls. */
export function PeopleList({ unit, selectedId, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const people = useInfiniteQuery({
    queryKey: [...directory.people.key, { id: unit.id }, 'pages'],
    queryFn: ({ signal, pageParam }) => directory.people({ id: unit.id, limit: PAGE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = people
  const rows = useMemo(() => people.data?.pages.flatMap((page) => page.rows) ?? [], [people.data])
  const lines = useMemo(() => peopleLines(rows, unit, !hasNextPage), [rows, unit, hasNextPage])
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'group' ? 36 : 48),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
  })
  const last = virtual.getVirtualItems().at(-1)?.index ?? -1
  useEffect(() => {
    const near = last >= lines.length - 20
    if (lines.length > 0 && near && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [last, lines.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  const step = (by: number) => {
    const next = rows[rows.findIndex(({ personId }) => personId === selectedId) + by]
    if (!next) return
    virtual.scrollToIndex(lines.findIndex(({ key }) => key === next.postId))
    onOpen?.(next.personId)
  }
  useHotkey('j', () => step(1), onOpen !== undefined)
  useHotkey('k', () => step(-1), onOpen !== undefined)

  if (people.isPending) return <Skeleton300 lines={8} />
  if (people.isError && rows.length === 0)
    return <ErrorState error={people.error} onRetry={() => void people.refetch()} />
  if (rows.length === 0)
    return <EmptyState icon="people" title="尚未登记人员" detail="本单位管理员登记人员和任职后，会出现在这里。" />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ↑ and ↓ are a short way between its links
    <div className="ct-scroll" ref={scroller} onKeyDown={moveLines}>
      <ul aria-label={`${unit.name}的人员`} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]
          if (!line) return null
          return (
            <li
              key={line.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="ct-line"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {line.kind === 'group' ? (
                <GroupTitle title={line.title} note={line.count} />
              ) : (
                <UnitPerson row={line.row} words={titleOf(line.row)} selected={line.row.personId === selectedId} />
              )}
            </li>
          )
        })}
      </ul>
      {isFetchNextPageError && (
        <button type="button" className="qt-plain ct-more" onClick={() => void fetchNextPage()}>
          后面的人员没有读到，点此重试
        </button>
      )}
    </div>
  )
}
