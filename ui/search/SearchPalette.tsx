import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Avatar } from '../Avatar.tsx'
import { Icon } from '../Icon.tsx'
import { Skeleton300 } from '../Skeleton300.tsx'
import { useShell } from '../shell/context.ts'
import { Marked } from './Marked.tsx'
import { countOf, itemsOf } from './palette-model.ts'
import { keepRecent } from './recent.ts'
import type { SearchAction, SearchItem } from './types.ts'
import { type PaletteSource, type Tab, usePalette } from './use-palette.ts'
import './search.css'

interface Props extends PaletteSource {
  onClose: () => void
  go: (to: string) => void
}

/** The one box for people, documents, applications and commands: ↑↓ choose, Enter acts, → opens, Tab changes the kind. */
export function SearchPalette({ onClose, go, ...source }: Props) {
  const { session } = useShell()
  const [q, setQ] = useState('')
  const [chosen, setChosen] = useState<string>()
  const [at, setAt] = useState(0)
  const dialog = useRef<HTMLDialogElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const tabs = usePalette(q, source)
  const tab = tabs.find((one) => one.id === chosen) ?? tabs.find((one) => itemsOf(one.groups).length > 0) ?? tabs[0]
  const items = itemsOf(tab?.groups ?? [])
  const active = items[Math.min(at, items.length - 1)]

  useEffect(() => {
    dialog.current?.showModal()
    input.current?.focus()
  }, [])
  useEffect(() => {
    if (active) document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const act = (item: SearchItem | undefined, action: SearchAction | undefined) => {
    if (!item || !action) return
    keepRecent(session.personId, item, action)
    onClose()
    if ('to' in action) go(action.to)
    else action.run()
  }
  const choose = (id: string) => {
    setChosen(id)
    setAt(0)
  }
  const changeTab = (step: number) => {
    const now = tabs.findIndex((one) => one.id === tab?.id)
    setChosen(tabs[(now + step + tabs.length) % tabs.length]?.id)
    setAt(0)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    const atEnd = event.currentTarget.selectionStart === q.length
    const count = Math.max(1, items.length)
    const now = Math.min(at, items.length - 1)
    const right = atEnd && active?.right
    const does = new Map<string, () => void>([
      ['ArrowDown', () => setAt((now + 1) % count)],
      ['ArrowUp', () => setAt((now - 1 + count) % count)],
      ['Enter', () => act(active, active?.enter)],
      ['Tab', () => changeTab(event.shiftKey ? -1 : 1)],
    ])
    if (right) does.set('ArrowRight', () => act(active, right))
    const step = does.get(event.key)
    if (!step) return
    event.preventDefault()
    step()
  }
  return (
    <dialog ref={dialog} className="qt-search" aria-label="搜索" aria-modal="true" onClose={onClose} onCancel={onClose}>
      <button type="button" className="qt-searchveil" aria-label="关闭搜索" tabIndex={-1} onClick={onClose} />
      <div className="qt-searchpanel">
        <div className="qt-searchinput">
          <Icon name="search" />
          <input
            ref={input}
            role="combobox"
            aria-expanded="true"
            aria-controls="qt-search-list"
            aria-activedescendant={active ? optionId(active) : undefined}
            aria-label="搜人员、单位、应用"
            placeholder="搜人员、单位、应用"
            value={q}
            maxLength={100}
            onChange={(event) => {
              setQ(event.target.value)
              setChosen(undefined)
              setAt(0)
            }}
            onKeyDown={onKeyDown}
          />
          <button type="button" className="qt-searchout" onClick={onClose}>
            退出
          </button>
        </div>
        {tabs.length > 1 && <Kinds tabs={tabs} current={tab} onChoose={choose} />}
        <div className="qt-searchlist" id="qt-search-list" role="listbox" aria-label="结果">
          {tab?.groups.map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a listbox groups its options by role; a fieldset would be announced as a form
            <div key={group.title} role="group" aria-label={group.title}>
              <div className="qt-searchgroup" aria-hidden="true">
                <b>{group.title}</b>
                <span>{group.count}</span>
              </div>
              {group.items.map((item) => (
                <Option
                  key={item.id}
                  item={item}
                  active={item === active}
                  onHover={() => setAt(items.indexOf(item))}
                  onAct={() => act(item, item.enter)}
                />
              ))}
            </div>
          ))}
        </div>
        <Nothing tab={tab} q={q} />
        <Foot active={active} hint={tab?.hint} />
      </div>
    </dialog>
  )
}

const optionId = (item: SearchItem) => `qt-search-${item.id}`

function Kinds({ tabs, current, onChoose }: { tabs: Tab[]; current: Tab | undefined; onChoose: (id: string) => void }) {
  return (
    <div className="qt-searchkinds">
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          tabIndex={-1}
          aria-pressed={tab.id === current?.id}
          onClick={() => onChoose(tab.id)}
        >
          {tab.title} {tab.pending ? '…' : countOf(tab.groups)}
        </button>
      ))}
    </div>
  )
}

function Option(props: { item: SearchItem; active: boolean; onHover: () => void; onAct: () => void }) {
  const { item, active, onHover, onAct } = props
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which names the option by aria-activedescendant
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
    <div
      id={optionId(item)}
      role="option"
      aria-selected={active}
      className="qt-searchoption"
      onMouseMove={onHover}
      onClick={onAct}
    >
      {item.avatar && <Avatar name={item.avatar} tone={active ? 'own' : 'calm'} />}
      <span className="name">
        <Marked text={item.title} ranges={item.titleRanges} />
        {item.sub && (
          <small>
            <Marked text={item.sub} ranges={item.subRanges} />
          </small>
        )}
      </span>
      <span className="meta qt-ellipsis">{item.meta}</span>
      {active && <span className="does">回车{item.enter.label}</span>}
    </div>
  )
}

function Nothing({ tab, q }: { tab: Tab | undefined; q: string }) {
  if (!tab || itemsOf(tab.groups).length > 0) return <p role="status" className="qt-hidden" />
  if (tab.pending) return <Skeleton300 lines={4} />
  return (
    <p role="status" className="qt-searchnothing">
      {tab.fault ?? `没有找到与“${q.trim()}”有关的${tab.title}。可以换个字，或只输入姓名首字母。`}
    </p>
  )
}

function Foot({ active, hint }: { active: SearchItem | undefined; hint: string | undefined }) {
  return (
    <footer className="qt-searchfoot">
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> 选择
      </span>
      {active && (
        <span>
          <kbd>回车</kbd> {active.enter.label}
        </span>
      )}
      {active?.right && (
        <span>
          <kbd>→</kbd> {active.right.label}
        </span>
      )}
      <span className="qt-grow" />
      <span>{hint}</span>
    </footer>
  )
}
