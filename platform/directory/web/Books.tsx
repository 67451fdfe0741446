import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ApiError, apiPages, apiQuery } from '#kernel/web'
import { EmptyState, ErrorState, Icon, Skeleton300, usePhone } from '#ui'
import type { AddressBook, BookEntry } from '../contract.ts'
import { directory } from './client.ts'
import { moveLines } from './focus-lines.ts'
import { GroupTitle } from './GroupTitle.tsx'
import { UnitPerson } from './PersonLine.tsx'
import { UnitLink } from './UnitLink.tsx'

/** 行业: the address books the reader may open, by title. */
export function BookList({ selectedId }: { selectedId: string }) {
  const books = useInfiniteQuery(apiPages(directory.books, {}))
  const rows = books.data?.pages.flatMap((page) => page.rows) ?? []
  if (books.isPending) return <Skeleton300 lines={4} />
  if (books.isError && rows.length === 0) return <ErrorState error={books.error} onRetry={() => void books.refetch()} />
  if (rows.length === 0)
    return <EmptyState icon="people" title="还没有行业通讯录" detail="主管单位建好并把您的单位列入后，会出现在这里。" />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ↑ and ↓ are a short way between its links
    <div className="ct-scroll" onKeyDown={moveLines}>
      <ul aria-label="行业通讯录">
        {rows.map((book) => (
          <li key={book.id}>
            <BookLink book={book} selected={book.id === selectedId} />
          </li>
        ))}
      </ul>
      {books.hasNextPage && (
        <button type="button" className="qt-plain ct-more" onClick={() => void books.fetchNextPage()}>
          更多
        </button>
      )}
    </div>
  )
}

function BookLink({ book, selected }: { book: AddressBook; selected: boolean }) {
  return (
    <Link
      to="/contacts"
      search={{ tab: 'books', book: book.id }}
      resetScroll={false}
      className={`ct-unitlink${selected ? ' selected' : ''}`}
      aria-current={selected ? 'true' : undefined}
      data-line=""
    >
      <span className="qt-grow">
        <span className="name qt-ellipsis">{book.title}</span>
        <small className="qt-ellipsis">{book.ownerUnit.shortName}</small>
      </span>
      <span className="count">{book.entries} 条</span>
      <Icon name="chevronRight" size={16} />
    </Link>
  )
}

/** One address book: its units and people under their sections. */
export function BookPane({ id, personId }: { id: string; personId: string }) {
  const phone = usePhone()
  const book = useQuery(apiQuery(directory.book, { id }))
  if (book.isPending) return <Skeleton300 lines={8} />
  if (book.isError) {
    const gone = book.error instanceof ApiError && book.error.status === 404
    if (!gone) return <ErrorState error={book.error} onRetry={() => void book.refetch()} />
    return <EmptyState icon="people" title="没有这本通讯录" detail="它可能已删除，或者不再对您的单位开放。" />
  }
  const { title, note, ownerUnit, rows } = book.data
  return (
    <>
      <header className="ct-unithead">
        {!phone && <h2>{title}</h2>}
        <p>{[note, `由${ownerUnit.name}维护。`].filter(Boolean).join(' ')}</p>
      </header>
      {rows.length === 0 ? (
        <EmptyState icon="people" title="还没有条目" detail={`${ownerUnit.shortName}登记后会出现在这里。`} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: ↑ and ↓ are a short way between its links
        <div className="ct-scroll ct-found" onKeyDown={moveLines}>
          {sectionsOf(rows).map(([section, entries]) => (
            <section key={section} aria-label={section || title}>
              {section && <GroupTitle title={section} note={entries.length} />}
              <ul>
                {entries.map((entry) => (
                  <li key={entry.id}>
                    <Entry entry={entry} personId={personId} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
    </>
  )
}

function Entry({ entry, personId }: { entry: BookEntry; personId: string }) {
  const { person, unit, note } = entry
  if (unit)
    return <UnitLink unit={{ ...unit, peopleTotal: 0 }} full note={[unit.phone, note].filter(Boolean).join('，')} />
  if (!person) return null
  const words = [person.unitName, person.title, note].filter(Boolean)
  const row = { ...person, personId: person.id, postKind: 'main' } as const
  return <UnitPerson row={row} words={words} selected={person.id === personId} />
}

/** Entries by section, in the order of the book. */
function sectionsOf(rows: readonly BookEntry[]): [section: string, entries: BookEntry[]][] {
  const sections = new Map<string, BookEntry[]>()
  for (const row of rows) sections.set(row.section, [...(sections.get(row.section) ?? []), row])
  return [...sections]
}
