import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { Avatar, EmptyState, ErrorState, Skeleton300 } from '#ui'
import { useAccount } from './account.ts'
import { readMemory } from './account-memory.ts'
import { directory } from './client.ts'
import { moveLines } from './focus-lines.ts'
import { GroupTitle } from './GroupTitle.tsx'
import { PersonLink } from './PersonLine.tsx'
import './people.css'

interface Short {
  id: string
  name: string
  note: string
}

/** 常用: people with a star, then those opened lately at this desk. */
export function MyPeople({ selectedId = '' }: { selectedId?: string }) {
  const account = useAccount()
  const favourites = useQuery(apiQuery(directory.favourites, {}))
  const starred = (favourites.data?.rows ?? []).map((row) => ({
    id: row.personId,
    name: row.name,
    note: [row.orgName, row.title].filter(Boolean).join('，'),
  }))
  const recent = readMemory(account)
    .recent.filter(({ id }) => !starred.some((one) => one.id === id))
    .map(({ id, name, title, unitName }) => ({ id, name, note: [unitName, title].filter(Boolean).join('，') }))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ↑ and ↓ are a short way between its links
    <div className="ct-scroll ct-mine" onKeyDown={moveLines}>
      {favourites.isPending && <Skeleton300 lines={3} />}
      {favourites.isError && <ErrorState error={favourites.error} onRetry={() => void favourites.refetch()} />}
      <Group title="常用" people={starred} selectedId={selectedId} />
      <Group title="最近查看" people={recent} selectedId={selectedId} />
      {favourites.isSuccess && starred.length + recent.length === 0 && (
        <EmptyState icon="star" title="还没有常用联系人" detail="在名片右上角点星号，就会出现在这里。" />
      )}
    </div>
  )
}

function Group({ title, people, selectedId }: { title: string; people: Short[]; selectedId: string }) {
  if (people.length === 0) return null
  return (
    <section aria-label={title}>
      <GroupTitle title={title} note={people.length} top />
      <ul>
        {people.map(({ id, name, note }) => (
          <li key={id} className={`ct-short${id === selectedId ? ' selected' : ''}`}>
            <Avatar name={name} tone={id === selectedId ? 'own' : 'calm'} />
            <span className="qt-grow">
              <PersonLink id={id}>
                <b>{name}</b>
              </PersonLink>
              <small className="qt-ellipsis">{note}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
