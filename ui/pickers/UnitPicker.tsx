import { useQuery } from '@tanstack/react-query'
import { Input } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import type { ControlProps } from '../form/Field.tsx'
import { Icon } from '../Icon.tsx'
import { useDebounced } from '../search/use-palette.ts'
import type { LoadUnits, UnitNode } from '../tree/types.ts'
import { UnitTree } from '../tree/UnitTree.tsx'
import { PickerFrame } from './PickerFrame.tsx'
import type { UnitRef } from './types.ts'

interface Props {
  control?: Partial<ControlProps>
  value: readonly UnitRef[]
  onChange: (value: UnitRef[]) => void
  load: LoadUnits
  /** with it, a search box stands over the tree */
  search?: (q: string, signal: AbortSignal) => Promise<UnitNode[]>
  /** ids from the top to the unit to start at, the person's own as a rule */
  reveal?: readonly string[]
  multiple?: boolean
  disabled?: boolean
}

/** Chooses units in the tree, or by name. */
export function UnitPicker({ control, value, onChange, load, search, reveal, multiple = false, disabled }: Props) {
  return (
    <PickerFrame control={control} title="选择单位" {...{ multiple, value, onChange, disabled }}>
      {({ chosen, toggle }) => {
        const pick = ({ id, name }: UnitNode) => toggle({ id, name })
        const tree = (
          <div className="qt-pickertree">
            <UnitTree label="单位" load={load} selectedId={chosen.at(-1)?.id} onSelect={pick} reveal={reveal} />
          </div>
        )
        if (!search) return tree
        return (
          <Searched search={search} pick={pick} chosen={chosen}>
            {tree}
          </Searched>
        )
      }}
    </PickerFrame>
  )
}

interface SearchedProps {
  search: NonNullable<Props['search']>
  pick: (node: UnitNode) => void
  chosen: readonly UnitRef[]
  children: ReactNode
}
function Searched({ search, pick, chosen, children }: SearchedProps) {
  const [q, setQ] = useState('')
  const id = useId()
  const settled = useDebounced(q.trim(), 150)
  const found = useQuery({
    queryKey: ['unit-picker', id, settled],
    queryFn: ({ signal }) => search(settled, signal),
    enabled: settled !== '',
  })
  return (
    <>
      <Input
        type="search"
        aria-label="搜单位名称或简称"
        placeholder="搜单位名称或简称"
        prefix={<Icon name="search" size={16} />}
        value={q}
        maxLength={50}
        onChange={(event) => setQ(event.target.value)}
      />
      {settled === '' ? (
        children
      ) : (
        <ul className="qt-pickerlist">
          {found.data?.map((node) => (
            <li key={node.id}>
              <button
                type="button"
                className="qt-plain"
                aria-pressed={chosen.some((one) => one.id === node.id)}
                onClick={() => pick(node)}
              >
                <b>{node.name}</b>
                <span className="qt-grow qt-ellipsis qt-small qt-second">{node.path}</span>
                <Icon name="check" />
              </button>
            </li>
          ))}
          {found.isSuccess && found.data.length === 0 && (
            <li className="qt-pickernothing">没有找到“{settled}”，可以换个简称，或在目录里找。</li>
          )}
        </ul>
      )}
    </>
  )
}
