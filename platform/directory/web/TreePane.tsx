import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { apiQuery } from '#kernel/web'
import { format, useStatusLine } from '#ui'
import type { UnitNode } from '../contract.ts'
import { BookList } from './Books.tsx'
import { directory } from './client.ts'
import { GroupTitle } from './GroupTitle.tsx'
import { MyPeople } from './MyPeople.tsx'
import { OrgTree } from './OrgTree.tsx'
import { treeView } from './tree-rows.ts'
import { pathOf, TOP, type TreeState } from './tree-store.ts'
import { UnitLink } from './UnitLink.tsx'
import type { Search } from './use-search.ts'
import { type Tree, useNeeded } from './use-tree.ts'
import './tree.css'

interface Props {
  tree: Tree
  tab: string
  onTab: (tab: string) => void
  /** the search box */
  box: ReactNode
  q: string
  search: Search
  unitId: string | undefined
  /** ids above the unit, from the root, once they are known */
  path: readonly string[] | undefined
  personId: string
  /** id of the address book shown */
  book: string
  /** the unit whose children the address asks to show */
  open: string
  onOpen: (unitId: string) => void
  onSelect: (unit: UnitNode) => void
}

/** Left pane: the organisation, narrowed by what is typed, or the people one needs most. */
export function TreePane(props: Props) {
  const { tree, tab, onTab, box, q, search, unitId, personId, book, onSelect } = props
  const { expanded, show, toggle } = useExpanded(props)
  const view = useMemo(() => {
    const narrowed = treeView(tree.state, expanded, q.trim())
    // initials and names of people fit no unit: then the whole tree stays in sight
    return narrowed.rows.length > 0 ? narrowed : treeView(tree.state, expanded)
  }, [tree.state, expanded, q])
  useNeeded(tree, view.shown)
  useStatusLine(ageOf(tree.state, view.oldest))
  const inTree = new Set(view.rows.map((row) => row.key))
  const further = (search.answer?.units ?? []).filter(({ id }) => !inTree.has(id))
  return (
    <nav className="ct-left" aria-label="组织目录">
      <div className="ct-lefthead">
        <h1>通讯录</h1>
        {box}
        <div className="ct-tabs">
          <Tab on={tab === ''} onChoose={() => onTab('')} title="组织" />
          <Tab on={tab === 'books'} onChoose={() => onTab('books')} title="行业" />
          <Tab on={tab === 'mine'} onChoose={() => onTab('mine')} title="常用" />
        </div>
      </div>
      {tab === 'mine' && q === '' ? (
        <MyPeople selectedId={personId} />
      ) : tab === 'books' && q === '' ? (
        <BookList selectedId={book} />
      ) : (
        <>
          <OrgTree
            rows={view.rows}
            branches={tree.state.branches}
            selectedId={unitId}
            onSelect={(node) => {
              // a place is opened to go further down; a body shows its people, divisions included, in the middle
              if (node.kind === 'region' || node.kind === 'group') show(node.id)
              onSelect(node)
            }}
            onToggle={toggle}
            onRetry={tree.store.retry}
          />
          {further.length > 0 && (
            <section className="ct-further" aria-label="全省单位">
              <GroupTitle title="更多单位" top />
              <ul>
                {further.map((unit) => (
                  <li key={unit.id}>
                    <UnitLink unit={unit} q={q} note={unit.crumb} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
      <Outdated state={tree.state} shown={view.shown} oldest={view.oldest} />
    </nav>
  )
}

function Tab({ on, onChoose, title }: { on: boolean; onChoose: () => void; title: string }) {
  return (
    <button type="button" aria-pressed={on} onClick={onChoose}>
      {title}
    </button>
  )
}

/** Units opened in the tree: those above the chosen one, the one in the address, and what is opened by hand. */
function useExpanded({ tree, path, open, onOpen }: Props) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set())
  const pathKey = path?.join(' ') ?? ''
  useEffect(() => {
    if (pathKey !== '') setExpanded((old) => new Set([...old, ...pathKey.split(' ')]))
  }, [pathKey])
  // only what the address said when the page was opened; later it follows the tree
  const [asked] = useState(open)
  const known = asked === '' ? [] : pathOf(tree.state.branches, asked)
  const unit = useQuery({
    ...apiQuery(directory.unit, { id: asked }),
    enabled: known === undefined && tree.state.ready,
  })
  const askedKey = [...(known ?? unit.data?.crumb.map(({ id }) => id) ?? []), asked].join(' ').trim()
  useEffect(() => {
    if (askedKey !== '') setExpanded((old) => new Set([...old, ...askedKey.split(' ')]))
  }, [askedKey])
  const show = (id: string) => setExpanded((old) => new Set([...old, id]))
  const toggle = (node: UnitNode, opened: boolean) => {
    if (opened) show(node.id)
    else setExpanded((old) => new Set([...old].filter((id) => id !== node.id)))
    if (opened) onOpen(node.id)
    else if (open === node.id) onOpen('')
  }
  return { expanded, show, toggle }
}

function ageOf({ branches }: TreeState, oldest: number | undefined): string | undefined {
  if (oldest === undefined) return undefined
  const people = branches.get(TOP)?.nodes?.[0]?.peopleTotal
  return [`组织数据 ${format.moment(oldest)} 更新`, people ? `全省 ${format.number(people)} 人` : '']
    .filter(Boolean)
    .join(' · ')
}

/** Said where the reader looks, when what is shown could not be read again. */
function Outdated({
  state,
  shown,
  oldest,
}: {
  state: TreeState
  shown: readonly string[]
  oldest: number | undefined
}) {
  const failed = shown.some((id) => state.branches.get(id)?.failed && state.branches.get(id)?.nodes)
  return (
    <div role="status">
      {failed && oldest !== undefined && (
        <p className="ct-outdated">显示的是 {format.moment(oldest)} 的组织数据，网络恢复后自动更新。</p>
      )}
    </div>
  )
}
