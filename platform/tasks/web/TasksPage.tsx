import { useTitle, useUrlState } from '#ui'
import { type Filters, noFilters } from './filters.ts'
import { TaskInbox } from './TaskInbox.tsx'
import { TaskKinds } from './TaskKinds.tsx'
import { useInboxViews } from './use-views.ts'
import { ViewInbox } from './ViewInbox.tsx'
import './tasks.css'
import './list.css'

const DEFAULTS = { ...noFilters, row: '' }

/** 待办: kinds, list, and what is worked on; on the phone one after the other. */
export function TasksPage() {
  useTitle('待办')
  const [{ row, ...filters }, change] = useUrlState(DEFAULTS)
  const view = useInboxViews().find(({ key }) => key === filters.kind)
  const ask = (next: Partial<Filters>) => change({ ...next, row: '' })
  const kindsPane = <TaskKinds filters={filters} ask={ask} />
  const address = { row, change }
  return view ? (
    <ViewInbox key={view.key} view={view} q={filters.q} ask={ask} address={address} kinds={kindsPane} />
  ) : (
    <TaskInbox filters={filters} ask={ask} address={address} kinds={kindsPane} />
  )
}
