import { type KeyboardEvent, useState } from 'react'
import { actionOf, type Row } from './model.ts'
import { indentOf, TreeFrame, TreeLine } from './TreeFrame.tsx'
import type { LoadUnits, UnitNode } from './types.ts'
import { useTree } from './use-tree.ts'

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

/** A tree that asks for children when a unit is opened, works by keyboard. */
export function UnitTree({ label, load, selectedId, onSelect, reveal = [], version }: Props) {
  const tree = useTree(load, reveal, version)
  const { rows } = tree
  const [focused, setFocused] = useState<string>()
  const active = focused ?? selectedId ?? rows[0]?.key
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
    if (action.type === 'focus') setFocused(action.key)
    else if (action.type === 'expand') tree.expand(action.key)
    else if (action.type === 'expandAll') tree.expand(...action.keys)
    else if (action.type === 'collapse') tree.collapse(action.key)
    else choose(action.key)
  }
  return (
    <TreeFrame label={label} rows={rows} active={active} selected={selectedId} onKeyDown={onKeyDown}>
      {(row, id) =>
        row.kind === 'unit' && row.node ? (
          <TreeLine
            id={id}
            row={row}
            name={row.node.name}
            note={row.node.note}
            active={row.key === active}
            selected={row.key === selectedId}
            onToggle={() => (row.expanded ? tree.collapse(row.key) : tree.expand(row.key))}
            onChoose={() => choose(row.key)}
          />
        ) : (
          <Waiting row={row} onRetry={() => tree.retry(row.parent)} />
        )
      }
    </TreeFrame>
  )
}

/** A branch that is under way or did not come. */
function Waiting({ row, onRetry }: { row: Row; onRetry: () => void }) {
  return (
    <div className="qt-treeitem waiting" style={indentOf(row.level)}>
      {row.kind === 'pending' ? '正在读取' : '没有读到下级单位'}
      {row.kind !== 'pending' && (
        <button type="button" className="qt-plain retry" onClick={onRetry}>
          重试
        </button>
      )}
    </div>
  )
}
