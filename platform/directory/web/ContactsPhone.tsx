import { useRef } from 'react'
import { format, useShell, useTitle } from '#ui'
import { useAccount } from './account.ts'
import { useContactsState } from './contacts-state.ts'
import { MyPeople } from './MyPeople.tsx'
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
  return (
    <div className="ct-phone" ref={page}>
      <h1 className="qt-hidden">通讯录</h1>
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
      {searching ? (
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
    </ul>
  )
}
