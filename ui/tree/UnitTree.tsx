import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from 'react'
import { Icon } from '../Icon.tsx'
import { useDensity, useLargePrint, usePhone } from '../preferences.ts'
import { actionOf, type Row } from './model.ts'
import type { LoadUnits, UnitNode } from './types.ts'
import { useTree } from './use-tree.ts'
import './tree.css'

interface Props {
  /** what the tree is of, for screen readers: 组织 */
  label: string
  load: LoadUnits
  selectedId?: string
  onSelect: (node: UnitNode) => void
  /** ids from the top to the unit that should be in sight */
  reveal?: readonly string[]
  /** another value asks again for everything that is open; what is on the screen stays until the answer is there */
  version?: string | number
}

/** A tree of any size: draws only the lines in sight, asks for children when a unit is opened, works by keyboard. */
export function UnitTree({ label, load, selectedId, onSelect, reveal = [], version }: Props) {
  const tree = useTree(load, reveal, version)
  const { rows } = tree
  const scroller = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<string>()
  const height = useRowHeight()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  })
  useEffect(() => {
    if (height > 0) virtual.measure()
  }, [height, virtual])
  const active = focused ?? selectedId ?? rows[0]?.key
  const shown = rows.some((row) => row.key === selectedId)
  const scrollTo = useEffectEvent((key: string | undefined) => {
    virtual.scrollToIndex(rows.findIndex((row) => row.key === key))
  })
  // once the selected unit has appeared, not with each line that opens above it
  useEffect(() => {
    if (shown) scrollTo(selectedId)
  }, [shown, selectedId])
  const focus = (key: string) => {
    setFocused(key)
    virtual.scrollToIndex(rows.findIndex((row) => row.key === key))
  }
  const choose = (key: string) => {
    const node = rows.find((row) => row.key === key)?.node
    setFocused(key)
    if (node) onSelect(node)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const action = actionOf(rows, active, event.key)
    if (!action) return
    event.preventDefault()
    if (action.type === 'focus') focus(action.key)
    else if (action.type === 'expand') tree.expand(action.key)
    else if (action.type === 'expandAll') tree.expand(...action.keys)
    else if (action.type === 'collapse') tree.collapse(action.key)
    else choose(action.key)
  }
  return (
    <div
      className="qt-tree"
      ref={scroller}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={active ? idOf(active) : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          return (
            <div
              key={row.key}
              role="presentation"
              className="qt-treeline"
              style={{ top: item.start, height: item.size }}
            >
              <Line
                row={row}
                active={row.key === active}
                selected={row.key === selectedId}
                onToggle={() => (row.expanded ? tree.collapse(row.key) : tree.expand(row.key))}
                onChoose={() => choose(row.key)}
                onRetry={() => tree.retry(row.parent)}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

const idOf = (key: string) => `qt-tree-${key}`

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

interface LineProps {
  row: Row
  active: boolean
  selected: boolean
  onToggle: () => void
  onChoose: () => void
  onRetry: () => void
}
function Line({ row, active, selected, onToggle, onChoose, onRetry }: LineProps) {
  const indent = { paddingLeft: 4 + (row.level - 1) * 16 }
  if (row.kind === 'pending') {
    return (
      <div className="qt-treeitem waiting" style={indent}>
        正在读取
      </div>
    )
  }
  if (row.kind === 'error' || !row.node) {
    return (
      <div className="qt-treeitem waiting" style={indent}>
        没有读到下级单位
        <button type="button" className="qt-plain retry" onClick={onRetry}>
          重试
        </button>
      </div>
    )
  }
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names this line by aria-activedescendant
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
    <div
      id={idOf(row.key)}
      role="treeitem"
      className={`qt-treeitem${active ? ' active' : ''}`}
      style={indent}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.expanded}
      aria-selected={selected}
      onClick={onChoose}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: → and ← do the same */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a pointer's short way; the line itself carries the state */}
      <span
        className="twist"
        onClick={(event) => {
          if (row.expanded === undefined) return
          event.stopPropagation()
          onToggle()
        }}
      >
        {row.expanded !== undefined && <Icon name={row.expanded ? 'chevronDown' : 'chevronRight'} size={14} />}
      </span>
      <span className="qt-ellipsis" title={row.node.name}>
        {row.node.name}
      </span>
      {row.node.note && <small>{row.node.note}</small>}
    </div>
  )
}
