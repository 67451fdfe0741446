import { Button, Input, Popover } from 'antd'
import { type FormEvent, useState } from 'react'
import { Icon } from '../Icon.tsx'
import { useShellIfAny } from '../shell/context.ts'
import { toast } from '../toast.tsx'
import { urlDefaults } from './model.ts'
import type { Filter } from './types.ts'
import type { List } from './use-list.ts'
import { askedOf, readViews, type SavedView, stateOf, viewOf, withView, writeViews } from './views.ts'

interface Props<R> {
  tableId: string
  filters: readonly Filter[]
  list: List<R>
}

/** 视图: filters, sorting and columns under a name of one's own. */
export function Views<R>({ tableId, filters, list }: Props<R>) {
  const personId = useShellIfAny()?.session.personId ?? 'visitor'
  const [views, setViews] = useState(() => readViews(personId, tableId))
  const [open, setOpen] = useState(false)
  const current = viewOf(views, list.state, list.chosen)
  const keep = (next: SavedView[]) => {
    if (!writeViews(personId, tableId, next))
      return toast.failed('这台设备存不下视图，没有保存。请清理浏览器的存储空间。')
    setViews(next)
  }
  const show = (view: SavedView) => {
    const { row: _, ...state } = stateOf(urlDefaults(filters), view)
    list.ask(state)
    list.choose(view.columns)
    setOpen(false)
  }
  const save = (name: string) =>
    keep(withView(views, { name, asked: askedOf(list.state), columns: list.chosen && [...list.chosen] }))
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={
        <div className="qt-views">
          {views.length === 0 && <p className="qt-small qt-second">把现在的筛选、排序和列存成视图，下次一点就到。</p>}
          <ul>
            {views.map((view) => (
              <li key={view.name}>
                <button
                  type="button"
                  className="qt-plain qt-grow qt-ellipsis"
                  aria-current={view === current ? 'true' : undefined}
                  onClick={() => show(view)}
                >
                  {view.name}
                </button>
                <button
                  type="button"
                  className="qt-ib"
                  aria-label={`删除视图${view.name}`}
                  onClick={() => keep(views.filter((one) => one !== view))}
                >
                  <Icon name="trash" size={16} />
                </button>
              </li>
            ))}
          </ul>
          <NewView taken={views.map(({ name }) => name)} save={save} />
        </div>
      }
    >
      <Button icon={<Icon name="filter" size={16} />} aria-expanded={open}>
        <span className="qt-ellipsis">{current?.name ?? '视图'}</span>
      </Button>
    </Popover>
  )
}

function NewView({ taken, save }: { taken: readonly string[]; save: (name: string) => void }) {
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name === '') return
    save(name)
    setTyped('')
  }
  return (
    <form className="qt-row" onSubmit={submit}>
      <Input
        aria-label="视图名称"
        placeholder="给现在的样子起个名"
        value={typed}
        maxLength={20}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button htmlType="submit" disabled={name === ''}>
        {taken.includes(name) ? '覆盖' : '保存'}
      </Button>
    </form>
  )
}
