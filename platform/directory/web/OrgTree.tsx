import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import { ApiError } from '#kernel/web'
import { format, Icon, useDensity, useLargePrint, usePhone } from '#ui'
import type { UnitNode } from '../contract.ts'
import { actionOf, type GapRow, type TreeRow, type UnitRow } from './tree-rows.ts'
import type { TreeState } from './tree-store.ts'

interface Props {
  rows: readonly TreeRow[]
  branches: TreeState['branches']
  selectedId: string | undefined
  onSelect: (node: UnitNode) => void
  onToggle: (node: UnitNode, open: boolean) => void
  onRetry: (parentId: string) => void
}

/** The organisation as a tree of any size: draws only the lines in sight; works by keyboard and by screen reader. */
export function OrgTree({ rows, branches, selectedId, onSelect, onToggle, onRetry }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const prefix = useId()
  const [focused, setFocused] = useState<string>()
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
  const known = (key: string | undefined) => (rows.some((row) => row.key === key) ? key : undefined)
  const active = known(focused) ?? known(selectedId) ?? rows[0]?.key
  const selectedAt = rows.findIndex((row) => row.key === selectedId)
  // when the selected unit appears, not with each line that opens above it
  const appeared = selectedAt >= 0 ? selectedId : undefined
  const show = useEffectEvent(() => virtual.scrollToIndex(selectedAt, { align: 'auto' }))
  useEffect(() => {
    if (appeared !== undefined) show()
  }, [appeared])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const action = actionOf(rows, active, event.key)
    if (!action) return
    event.preventDefault()
    const { type, row } = action
    setFocused(row.key)
    virtual.scrollToIndex(rows.indexOf(row))
    if (row.kind !== 'unit') {
      if (type === 'retry') onRetry(row.parent)
    } else if (type === 'select') onSelect(row.node)
    else if (type !== 'focus') onToggle(row.node, type === 'expand')
  }
  return (
    <div
      className="ct-tree"
      ref={scroller}
      role="tree"
      aria-label="组织目录"
      tabIndex={0}
      aria-activedescendant={active === undefined ? undefined : prefix + active}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          const line = { id: prefix + row.key, active: row.key === active }
          return (
            <div
              key={row.key}
              role="presentation"
              className="ct-treeline"
              style={{ transform: `translateY(${item.start}px)`, height: item.size }}
            >
              {row.kind === 'unit' ? (
                <UnitLine
                  {...line}
                  row={row}
                  selected={row.key === selectedId}
                  onSelect={() => {
                    setFocused(row.key)
                    onSelect(row.node)
                  }}
                  onToggle={() => {
                    setFocused(row.key)
                    onToggle(row.node, !row.expanded)
                  }}
                />
              ) : (
                <GapLine
                  {...line}
                  row={row}
                  error={branches.get(row.parent)?.failed?.error}
                  onRetry={() => onRetry(row.parent)}
                />
              )}
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

const indent = (level: number) => ({ paddingLeft: 4 + (level - 1) * 16 })

interface UnitLineProps {
  id: string
  row: UnitRow
  active: boolean
  selected: boolean
  onSelect: () => void
  onToggle: () => void
}
function UnitLine({ id, row, active, selected, onSelect, onToggle }: UnitLineProps) {
  const { node, expanded } = row
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names this line by aria-activedescendant
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
    <div
      id={id}
      role="treeitem"
      className={`ct-treeitem${active ? ' active' : ''}`}
      style={indent(row.level)}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={expanded}
      aria-selected={selected}
      onClick={onSelect}
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
      <span className="qt-ellipsis" title={node.name}>
        {node.shortName}
      </span>
      {node.peopleTotal > 0 && <small>{format.number(node.peopleTotal)} 人</small>}
    </div>
  )
}

/** A branch that is under way or did not come. */
function GapLine(props: { id: string; row: GapRow; active: boolean; error: unknown; onRetry: () => void }) {
  const { id, row, active, error, onRetry } = props
  const failed = row.kind === 'failed'
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-selected={false}
      className={`ct-treeitem gap${failed ? ' failed' : ''}${active ? ' active' : ''}`}
      style={indent(row.level)}
      title={failed && error instanceof ApiError ? error.detail : undefined}
      onClick={failed ? onRetry : undefined}
    >
      <span className="twist">{failed && <Icon name="refresh" size={14} />}</span>
      <span className="qt-ellipsis">{failed ? '没有读到，点此重试' : '正在读取'}</span>
    </div>
  )
}
