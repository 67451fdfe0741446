import { type KeyboardEvent, useState } from 'react'
import { ApiError } from '#kernel/web'
import { format, Icon, indentOf, TreeFrame, TreeLine } from '#ui'
import type { UnitNode } from '../contract.ts'
import { actionOf, type GapRow, type TreeRow } from './tree-rows.ts'
import type { TreeState } from './tree-store.ts'

interface Props {
  rows: readonly TreeRow[]
  branches: TreeState['branches']
  selectedId: string | undefined
  onSelect: (node: UnitNode) => void
  onToggle: (node: UnitNode, open: boolean) => void
  onRetry: (parentId: string) => void
}

/** The organisation as a tree; works by keyboard and by screen reader. */
export function OrgTree({ rows, branches, selectedId, onSelect, onToggle, onRetry }: Props) {
  const [focused, setFocused] = useState<string>()
  const known = (key: string | undefined) => (rows.some((row) => row.key === key) ? key : undefined)
  const active = known(focused) ?? known(selectedId) ?? rows[0]?.key
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const action = actionOf(rows, active, event.key)
    if (!action) return
    event.preventDefault()
    const { type, row } = action
    setFocused(row.key)
    if (row.kind !== 'unit') {
      if (type === 'retry') onRetry(row.parent)
    } else if (type === 'select') onSelect(row.node)
    else if (type !== 'focus') onToggle(row.node, type === 'expand')
  }
  return (
    <TreeFrame label="组织目录" rows={rows} active={active} selected={selectedId} onKeyDown={onKeyDown}>
      {(row, id) =>
        row.kind === 'unit' ? (
          <TreeLine
            id={id}
            row={row}
            name={row.node.shortName}
            title={row.node.name}
            note={row.node.peopleTotal > 0 ? `${format.number(row.node.peopleTotal)} 人` : undefined}
            active={row.key === active}
            selected={row.key === selectedId}
            onToggle={() => {
              setFocused(row.key)
              onToggle(row.node, !row.expanded)
            }}
            onChoose={() => {
              setFocused(row.key)
              onSelect(row.node)
            }}
          />
        ) : (
          <GapLine
            id={id}
            row={row}
            active={row.key === active}
            error={branches.get(row.parent)?.failed?.error}
            onRetry={() => onRetry(row.parent)}
          />
        )
      }
    </TreeFrame>
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
      className={`qt-treeitem ct-gap${failed ? ' failed' : ''}${active ? ' active' : ''}`}
      style={indentOf(row.level)}
      title={failed && error instanceof ApiError ? error.detail : undefined}
      onClick={failed ? onRetry : undefined}
    >
      <span className="twist">{failed && <Icon name="refresh" size={14} />}</span>
      <span className="qt-ellipsis">{failed ? '没有读到，点此重试' : '正在读取'}</span>
    </div>
  )
}
