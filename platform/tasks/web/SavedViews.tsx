import { Popover } from 'antd'
import { Icon, NewView, stateOf, useViews, ViewList } from '#ui'
import { type Filters, isNarrowed, noFilters } from './filters.ts'

interface Props {
  filters: Filters
  ask: (next: Partial<Filters>) => void
}

/** 我的视图: filters under a name of one's own. */
export function SavedViews({ filters, ask }: Props) {
  const saved = useViews('tasks', filters)
  if (saved.views.length === 0 && !isNarrowed(filters)) return null
  return (
    <section className="tk-views" aria-label="我的视图">
      <h2>我的视图</h2>
      <ViewList saved={saved} onShow={(view) => ask(stateOf(noFilters, view))} />
      {isNarrowed(filters) && !saved.current && (
        <Popover
          trigger="click"
          placement="right"
          destroyOnHidden
          content={<NewView saved={saved} placeholder="给现在的筛选起个名" />}
        >
          <button type="button" className="qt-plain choice add">
            <Icon name="plus" size={16} />
            存下现在的筛选
          </button>
        </Popover>
      )}
    </section>
  )
}
