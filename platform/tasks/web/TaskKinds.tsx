import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { tasks } from './client.ts'
import { type Filters, kinds, noFilters, sameChoice } from './filters.ts'
import { SavedViews } from './SavedViews.tsx'
import { useCounts } from './use-counts.ts'

interface Props {
  filters: Filters
  ask: (next: Partial<Filters>) => void
}

/** The left pane: which of the four kinds, and within what is open, what presses and which matter. */
export function TaskKinds({ filters, ask }: Props) {
  const counts = useCounts()
  const matters = useQuery(apiQuery(tasks.tasks, { limit: 1 })).data?.matters ?? []
  const choices: { label: string; choice: Filters; count?: number; inner?: true }[] = [
    { label: '全部待办', choice: noFilters, count: counts?.open },
    { label: '先办', choice: { ...noFilters, pressing: 'true' }, count: counts?.pressing, inner: true },
    ...matters.map(({ matter, count }) => ({
      label: matter,
      choice: { ...noFilters, matter },
      count,
      inner: true as const,
    })),
    { label: kinds.unread, choice: { ...noFilters, kind: 'unread' }, count: counts?.unread },
    { label: kinds.closed, choice: { ...noFilters, kind: 'closed' } },
    { label: kinds.read, choice: { ...noFilters, kind: 'read' } },
  ]
  return (
    <nav className="qt-inbox-kinds tk-kinds" aria-label="待办分类">
      <h1>待办</h1>
      <ul>
        {choices.map(({ label, choice, count, inner }) => (
          <li key={`${choice.kind} ${label}`} className={choice.matter === '' ? undefined : 'matter'}>
            <button
              type="button"
              className={inner ? 'qt-plain choice inner' : 'qt-plain choice'}
              aria-current={sameChoice(choice, filters) ? 'true' : undefined}
              onClick={() => ask(choice)}
            >
              <span className="qt-ellipsis">{label}</span>
              {count !== undefined && count > 0 && <span className="count">{count}</span>}
            </button>
          </li>
        ))}
      </ul>
      <SavedViews filters={filters} ask={ask} />
    </nav>
  )
}
