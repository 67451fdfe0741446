import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { apiQuery } from '#kernel/web'
import { Icon, useTitle } from '#ui'
import { useAccount } from './account.ts'
import { BookPane } from './Books.tsx'
import { directory } from './client.ts'
import { type ChangeContacts, type ContactsState, useContactsState } from './contacts-state.ts'
import { PersonDetails } from './PersonDetails.tsx'
import { SearchBox } from './SearchBox.tsx'
import { SearchResults } from './SearchResults.tsx'
import { TreePane } from './TreePane.tsx'
import { TOP, type TreeState } from './tree-store.ts'
import { UnitHead } from './UnitHead.tsx'
import { UnitInfo } from './UnitInfo.tsx'
import { UnitBody, UnitMissing } from './UnitPane.tsx'
import { mainPost, useHome } from './use-home.ts'
import { useDirectorySearch } from './use-search.ts'
import { useTree } from './use-tree.ts'
import { useTyped } from './use-typed.ts'
import { type KnownUnit, useUnit } from './use-unit.ts'

/** The contacts on a desk: the organisation, the people of a unit, the card of one of them. */
export function ContactsDesk() {
  const account = useAccount()
  const [state, change] = useContactsState()
  const tree = useTree(account)
  const unitId = useShownUnit(account, state, tree.state)
  const { unit, error, again } = useUnit(unitId, tree)
  const [q, setQ] = useTyped(state.q, (settled) => change({ q: settled }))
  const search = useDirectorySearch(q)
  const searching = q.trim() !== ''
  const box = useRef<HTMLInputElement>(null)
  const middle = useRef<HTMLElement>(null)
  useTitle(unit ? `${unit.shortName} · 通讯录` : undefined)
  return (
    <div className="ct-desk">
      <TreePane
        tree={tree}
        tab={state.tab}
        onTab={(tab) => change({ tab, book: '' })}
        box={
          <SearchBox
            box={box}
            value={q}
            onChange={setQ}
            onEnter={(open) => {
              const first = middle.current?.querySelector<HTMLElement>('[data-line]')
              if (open) first?.click()
              else first?.focus()
            }}
          />
        }
        q={q}
        search={search}
        unitId={unitId}
        path={unit?.crumb.map(({ id }) => id)}
        personId={state.person}
        book={state.book}
        open={state.open}
        onOpen={(open) => change({ open })}
        onSelect={(node) => {
          setQ('')
          change({ unit: node.id, person: '', q: '', view: '', tab: '', book: '' }, { push: true })
        }}
      />
      <section className="ct-middle" ref={middle} aria-label={searching ? '搜索结果' : (unit?.name ?? '单位')}>
        {searching ? (
          <>
            <header className="ct-unithead">
              <h2>搜索结果</h2>
              <p>找“{q.trim()}”，由近到远。↑ ↓ 选择，回车打开名片。</p>
            </header>
            <SearchResults q={q} search={search} selectedId={state.person} onLeave={() => box.current?.focus()} />
          </>
        ) : state.book !== '' ? (
          <BookPane id={state.book} personId={state.person} />
        ) : unit ? (
          <>
            <UnitHead unit={unit} onInfo={() => change({ person: '', info: 'unit' })} />
            <UnitBody
              unit={unit}
              tree={tree}
              selectedId={state.person}
              view={state.view}
              onView={(view) => change({ view })}
              onOpen={(person) => change({ person })}
            />
          </>
        ) : (
          <UnitMissing error={error} again={again} />
        )}
      </section>
      <SideCard state={state} change={change} unit={unit} error={error} again={again} />
    </div>
  )
}

/** What the address asks for; else where the person in it belongs; else the reader's own unit; else the top. */
function useShownUnit(account: string, { unit, person }: ContactsState, tree: TreeState): string | undefined {
  const { home, settled } = useHome(account)
  const byPerson = unit === '' && person !== ''
  const card = useQuery({ ...apiQuery(directory.person, { id: person }), enabled: byPerson })
  if (unit !== '') return unit
  if (byPerson && card.isPending) return undefined
  const theirs = byPerson && card.data ? mainPost(card.data)?.org.id : undefined
  return theirs ?? home ?? (settled ? tree.branches.get(TOP)?.nodes?.[0]?.id : undefined)
}

interface SideCardProps {
  state: ContactsState
  change: ChangeContacts
  unit: KnownUnit | undefined
  error: unknown
  again: () => void
}

/** Right pane: the person chosen, else the unit itself. On narrow screens it covers the list and can be closed. */
function SideCard(props: SideCardProps) {
  const { state, change, unit, error, again } = props
  const asked = state.person !== '' || state.info !== ''
  const close = () => change({ person: '', info: '' })
  return (
    <aside
      className={`ct-card${asked ? ' asked' : ''}`}
      aria-label={state.person ? '人员名片' : '单位信息'}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <button type="button" className="qt-ib ct-cardclose" aria-label="关闭" onClick={close}>
        <Icon name="close" />
      </button>
      {state.person ? (
        <PersonDetails key={state.person} id={state.person} unitId={unit?.id} />
      ) : (
        unit && <UnitInfo unit={unit} error={error} again={again} />
      )}
    </aside>
  )
}
