import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import { Icon } from '../Icon.tsx'
import { useDensity, useLargePrint, usePhone } from '../preferences.ts'
import './tree.css'

interface FrameProps<R> {
  /** what the tree is of, for screen readers: 组织 */
  label: string
  rows: readonly R[]
  /** keys of the row the keys act on, and of the one that is chosen; each is brought into sight when it changes or appears */
  active: string | undefined
  selected: string | undefined
  onKeyDown: (event: KeyboardEvent) => void
  /** one line; `id` is what the tree names it by */
  children: (row: R, id: string) => ReactNode
}

/** The frame of a tree of any size: draws only the lines in sight, has the focus for all of them. */
export function TreeFrame<R extends { key: string }>(props: FrameProps<R>) {
  const { label, rows, active, selected, onKeyDown, children } = props
  const scroller = useRef<HTMLDivElement>(null)
  const prefix = useId()
  const height = useRowHeight()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  })
  useEffect(() => {
    if (height > 0) virtual.measure()
  }, [height, virtual])
  const shown = (key: string | undefined) => (rows.some((row) => row.key === key) ? key : undefined)
  const reach = useEffectEvent((key: string) => virtual.scrollToIndex(rows.findIndex((row) => row.key === key)))
  const [activeShown, selectedShown] = [shown(active), shown(selected)]
  useEffect(() => {
    if (activeShown !== undefined) reach(activeShown)
  }, [activeShown])
  // with its appearance, not with each line that opens above it
  useEffect(() => {
    if (selectedShown !== undefined) reach(selectedShown)
  }, [selectedShown])
  return (
    <div
      className="qt-tree"
      ref={scroller}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={activeShown === undefined ? undefined : prefix + activeShown}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          const place = { transform: `translateY(${item.start}px)`, height: item.size }
          return (
            <div key={row.key} role="presentation" className="qt-treeline" style={place}>
              {children(row, prefix + row.key)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** The row height of the tokens, for the virtual list, which must know it in px. */
function useRowHeight(): number {
  const look = [useDensity()[0], useLargePrint()[0], usePhone()].join()
  const [height, setHeight] = useState(32)
  useEffect(() => {
    const said = getComputedStyle(document.documentElement).getPropertyValue('--h-row-sm')
    if (look) setHeight(Number.parseFloat(said) || 32)
  }, [look])
  return height
}

/** How far a line of this level, from 1, stands in. */
export const indentOf = (level: number) => ({ paddingLeft: 4 + (level - 1) * 16 })

interface LineProps {
  id: string
  row: { level: number; position: number; siblings: number; expanded?: boolean | undefined }
  name: string
  /** the whole name, where `name` is a short one */
  title?: string
  note?: string | undefined
  active: boolean
  selected: boolean
  onToggle: () => void
  onChoose: () => void
}

/** One unit of a tree. */
export function TreeLine({ id, row, name, title = name, note, active, selected, onToggle, onChoose }: LineProps) {
  const { expanded } = row
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names this line by aria-activedescendant
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
    <div
      id={id}
      role="treeitem"
      className={`qt-treeitem${active ? ' active' : ''}`}
      style={indentOf(row.level)}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={expanded}
      aria-selected={selected}
      onClick={onChoose}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: → and ← do the same */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a pointer's short way; the line itself carries the state */}
      <span
        className="twist"
        onClick={(event) => {
          if (expanded === undefined) return
          event.stopPropagation()
          onToggle()
        }}
      >
        {expanded !== undefined && <Icon name={expanded ? 'chevronDown' : 'chevronRight'} size={14} />}
      </span>
      <span className="qt-ellipsis" title={title}>
        {name}
      </span>
      {note && <small>{note}</small>}
    </div>
  )
}
