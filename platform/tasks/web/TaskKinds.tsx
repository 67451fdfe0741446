import type { InboxView } from '#ui'
import { type Filters, kinds, noFilters, sameChoice } from './filters.ts'
import { SavedViews } from './SavedViews.tsx'
import { useCounts, useFacets } from './use-counts.ts'
import { useInboxViews } from './use-views.ts'

interface Props {
  filters: Filters
  ask: (next: Partial<Filters>) => void
}
interface Choice {
  label: string
  choice: Filters
  count?: number
  inner?: true
}

/** The left pane: what is open by what presses and by matter, then everything else that is the person's. */
export function TaskKinds({ filters, ask }: Props) {
  const counts = useCounts()
  const { matters } = useFacets()
  const views = useInboxViews()
  const open: Choice[] = [
    { label: '全部待办', choice: noFilters, count: counts?.open },
    { label: '先办', choice: { ...noFilters, pressing: 'true' }, count: counts?.pressing, inner: true },
    ...matters.map(({ matter, count }) => ({
      label: matter,
      choice: { ...noFilters, matter },
      count,
      inner: true as const,
    })),
  ]
  const others: Choice[] = [
    { label: kinds.unread, choice: { ...noFilters, kind: 'unread' }, count: counts?.unread },
    { label: kinds.closed, choice: { ...noFilters, kind: 'closed' } },
    { label: kinds.read, choice: { ...noFilters, kind: 'read' } },
  ]
  const delegated = { label: '委托给我', choice: { ...noFilters, delegated: 'true' }, count: counts?.delegated }
  const entry = (one: Choice) => (
    <Entry
      key={`${one.choice.kind} ${one.label}`}
      {...one}
      isChosen={sameChoice(one.choice, filters)}
      choose={() => ask(one.choice)}
    />
  )
  return (
    <nav className="qt-inbox-kinds tk-kinds" aria-label="待办分类">
      <h1>待办</h1>
      <ul>{open.map(entry)}</ul>
      <h2>其他</h2>
      <ul>
        {others.map(entry)}
        {views.map((view) => (
          <ViewEntry
            key={view.key}
            view={view}
            isChosen={filters.kind === view.key}
            choose={() => ask({ ...noFilters, kind: view.key })}
          />
        ))}
        {entry(delegated)}
      </ul>
      <SavedViews filters={filters} ask={ask} />
    </nav>
  )
}

function Entry({
  label,
  choice,
  count,
  inner,
  isChosen,
  choose,
}: Omit<Choice, 'choice'> & { choice?: Filters; isChosen: boolean; choose: () => void }) {
  return (
    <li className={choice?.matter ? 'matter' : undefined}>
      <button
        type="button"
        className={inner ? 'qt-plain choice inner' : 'qt-plain choice'}
        aria-current={isChosen ? 'true' : undefined}
        onClick={choose}
      >
        <span className="qt-ellipsis">{label}</span>
        {count !== undefined && count > 0 && <span className="count">{count}</span>}
      </button>
    </li>
  )
}

const none = () => undefined
function ViewEntry({ view, ...rest }: { view: InboxView; isChosen: boolean; choose: () => void }) {
  // a view either always has a count or never: which hook runs does not change
  const useCount = view.useCount ?? none
  return <Entry label={view.title} count={useCount()} {...rest} />
}
