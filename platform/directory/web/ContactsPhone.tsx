import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { format, Icon, useShell, useTitle } from '#ui'
import { useAccount } from './account.ts'
import { BookList, BookPane } from './Books.tsx'
import { useContactsState } from './contacts-state.ts'
import { MyPeople } from './MyPeople.tsx'
import { PhoneBack } from './PhoneBack.tsx'
import { SearchBox } from './SearchBox.tsx'
import { SearchResults } from './SearchResults.tsx'
import { TOP } from './tree-store.ts'
import { UnitLink } from './UnitLink.tsx'
import { useHome } from './use-home.ts'
import { useDirectorySearch } from './use-search.ts'
import { useNeeded, useTree } from './use-tree.ts'
import { useTyped } from './use-typed.ts'
import { useUnit } from './use-unit.ts'
import './phone.css'

/** The contacts in one hand: the box on top, one's own unit and people under it, the province by drilling down. */
export function ContactsPhone() {
  useTitle('通讯录')
  const [state, change] = useContactsState()
  const [q, setQ] = useTyped(state.q, (settled) => change({ q: settled }))
  const search = useDirectorySearch(q)
  const box = useRef<HTMLInputElement>(null)
  const page = useRef<HTMLDivElement>(null)
  const searching = q.trim() !== ''
  if (state.book !== '')
    return (
      <div className="ct-phone">
        <PhoneBack title="行业通讯录" />
        <BookPane id={state.book} personId="" />
      </div>
    )
  return (
    <div className="ct-phone" ref={page}>
      <h1 className="qt-hidden">通讯录</h1>
      {state.tab === 'books' && <PhoneBack title="行业通讯录" />}
      <div className="ct-phonesearch">
        <SearchBox
          box={box}
          value={q}
          onChange={setQ}
          onEnter={(open) => {
            const first = page.current?.querySelector<HTMLElement>('.ct-found [data-line]')
            if (open) first?.click()
            else first?.focus()
          }}
        />
        {searching && (
          <button type="button" className="qt-plain ct-textlink" onClick={() => setQ('')}>
            退出
          </button>
        )}
      </div>
      {!searching && state.tab === 'books' ? (
        <BookList selectedId="" />
      ) : searching ? (
        <SearchResults q={q} search={search} selectedId="" units onLeave={() => box.current?.focus()} />
      ) : (
        <>
          <Doors />
          <MyPeople />
        </>
      )}
    </div>
  )
}

/** One's own unit, and the whole province. */
function Doors() {
  const account = useAccount()
  const { session } = useShell()
  const tree = useTree(account)
  const { home } = useHome(account)
  const { unit } = useUnit(home, tree)
  const { nodes: [root] = [], at } = tree.state.branches.get(TOP) ?? {}
  useNeeded(tree, [TOP])
  return (
    <ul className="ct-units doors">
      {home && (
        <li>
          <UnitLink
            unit={unit ?? { id: home, name: session.orgName, shortName: session.orgName, peopleTotal: 0 }}
            full
            note="本单位"
          />
        </li>
      )}
      {root && (
        <li>
          <UnitLink unit={root} full note={at === undefined ? '全省组织' : `全省组织，${format.moment(at)} 更新`} />
        </li>
      )}
      <li>
        <Link to="/contacts" search={{ tab: 'books' }} className="ct-unitlink">
          <Icon name="people" />
          <span className="qt-grow">行业通讯录</span>
          <Icon name="chevronRight" size={16} />
        </Link>
      </li>
    </ul>
  )
}
