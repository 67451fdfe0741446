import { Button, Input, Popover } from 'antd'
import { type FormEvent, useState } from 'react'
import { Icon, toast, useShell } from '#ui'
import { type Filters, isNarrowed } from './filters.ts'
import { readViews, type SavedView, sameFilters, withView, writeViews } from './views.ts'

interface Props {
  filters: Filters
  ask: (next: Partial<Filters>) => void
}

/** 我的视图: filters under a name of one's own. */
export function SavedViews({ filters, ask }: Props) {
  const { personId } = useShell().session
  const [views, setViews] = useState(() => readViews(personId))
  const current = views.find((view) => sameFilters(view.filters, filters))
  const keep = (next: SavedView[]) => {
    if (!writeViews(personId, next)) return toast.failed('这台设备存不下视图，没有保存。请清理浏览器的存储空间。')
    setViews(next)
  }
  if (views.length === 0 && !isNarrowed(filters)) return null
  return (
    <section className="tk-views" aria-label="我的视图">
      <h2>我的视图</h2>
      <ul>
        {views.map((view) => (
          <li key={view.name}>
            <button
              type="button"
              className="qt-plain"
              aria-current={view === current ? 'true' : undefined}
              onClick={() => ask(view.filters)}
            >
              <span className="qt-ellipsis">{view.name}</span>
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
      {isNarrowed(filters) && !current && (
        <NewView
          taken={views.map(({ name }) => name)}
          save={(name) => keep(withView(views, { name, filters: { ...filters } }))}
        />
      )}
    </section>
  )
}

function NewView({ taken, save }: { taken: readonly string[]; save: (name: string) => void }) {
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name !== '') save(name)
  }
  return (
    <Popover
      trigger="click"
      placement="right"
      destroyOnHidden
      content={
        <form className="qt-row" onSubmit={submit}>
          <Input
            aria-label="视图名称"
            placeholder="给现在的筛选起个名"
            value={typed}
            maxLength={20}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button htmlType="submit" disabled={name === ''}>
            {taken.includes(name) ? '覆盖' : '保存'}
          </Button>
        </form>
      }
    >
      <button type="button" className="qt-plain add">
        <Icon name="plus" size={16} />
        存下现在的筛选
      </button>
    </Popover>
  )
}
