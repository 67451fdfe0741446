import { Button, Popover } from 'antd'
import { useState } from 'react'
import { Icon } from '../Icon.tsx'
import { type SavedView, stateOf } from '../views/model.ts'
import { NewView } from '../views/NewView.tsx'
import { useViews } from '../views/use-views.ts'
import { ViewList } from '../views/ViewList.tsx'
import { urlDefaults } from './model.ts'
import type { Filter } from './types.ts'
import type { List } from './use-list.ts'

interface Props<R> {
  tableId: string
  filters: readonly Filter[]
  list: List<R>
}

/** 视图: filters, sorting and columns under a name of one's own. */
export function Views<R>({ tableId, filters, list }: Props<R>) {
  const saved = useViews(tableId, list.state, list.chosen)
  const [open, setOpen] = useState(false)
  const show = (view: SavedView) => {
    const { row: _, ...state } = stateOf(urlDefaults(filters), view)
    list.ask(state)
    list.choose(view.columns)
    setOpen(false)
  }
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={
        <div className="qt-views">
          {saved.views.length === 0 && (
            <p className="qt-small qt-second">把现在的筛选、排序和列存成视图，下次一点就到。</p>
          )}
          <ViewList saved={saved} onShow={show} />
          <NewView saved={saved} placeholder="给现在的样子起个名" />
        </div>
      }
    >
      <Button icon={<Icon name="filter" size={16} />} aria-expanded={open}>
        <span className="qt-ellipsis">{saved.current?.name ?? '视图'}</span>
      </Button>
    </Popover>
  )
}
