import { useQuery } from '@tanstack/react-query'
import { Input } from 'antd'
import { useId, useState } from 'react'
import { Avatar } from '../Avatar.tsx'
import { ErrorState } from '../ErrorState.tsx'
import type { ControlProps } from '../form/Field.tsx'
import { Icon } from '../Icon.tsx'
import { Skeleton300 } from '../Skeleton300.tsx'
import { useDebounced } from '../search/use-palette.ts'
import { PickerFrame } from './PickerFrame.tsx'
import type { PersonRef, SearchPeople } from './types.ts'

interface Props {
  control?: Partial<ControlProps>
  value: readonly PersonRef[]
  onChange: (value: PersonRef[]) => void
  /** closest first; an empty `q` asks for those met lately */
  search: SearchPeople
  multiple?: boolean
  disabled?: boolean
}

/** Chooses one person or several by name, pinyin, initials or mobile tail. */
export function PersonPicker({ control, value, onChange, search, multiple = false, disabled }: Props) {
  return (
    <PickerFrame control={control} title="选择人员" {...{ multiple, value, onChange, disabled }}>
      {({ chosen, toggle }) => <People search={search} chosen={chosen} toggle={toggle} />}
    </PickerFrame>
  )
}

const TYPING_MS = 150

function People(props: { search: SearchPeople; chosen: readonly PersonRef[]; toggle: (one: PersonRef) => void }) {
  const [q, setQ] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const settled = useDebounced(q.trim(), TYPING_MS)
  const found = useQuery({
    queryKey: ['person-picker', id, settled],
    queryFn: ({ signal }) => props.search(settled, signal),
  })
  const people = found.data ?? []
  const active = people[Math.min(at, people.length - 1)]
  return (
    <>
      <Input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={active ? `${id}-${active.id}` : undefined}
        aria-label="搜姓名、拼音、首字母、手机尾号"
        placeholder="搜姓名、拼音、首字母、手机尾号"
        prefix={<Icon name="search" size={16} />}
        value={q}
        maxLength={50}
        onChange={(event) => {
          setQ(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'ArrowDown') setAt(Math.min(people.length - 1, at + 1))
          else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
          else if (event.key === 'Enter' && active) props.toggle(active)
          else return
          event.preventDefault()
        }}
      />
      {found.isPending && <Skeleton300 lines={4} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      <div className="qt-pickerlist" id={id} role="listbox" aria-label="找到的人员" aria-multiselectable="true">
        {people.map((person) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which names the option by aria-activedescendant
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
          <div
            key={person.id}
            id={`${id}-${person.id}`}
            role="option"
            aria-selected={props.chosen.some((one) => one.id === person.id)}
            className={person === active ? 'active' : undefined}
            onClick={() => props.toggle(person)}
          >
            <Avatar name={person.name} />
            <b>{person.name}</b>
            <span className="qt-grow qt-ellipsis qt-small qt-second">
              {[person.unitName, person.title].filter(Boolean).join('，')}
            </span>
            <Icon name="check" />
          </div>
        ))}
      </div>
      {found.isSuccess && people.length === 0 && (
        <p className="qt-pickernothing" role="status">
          {settled === '' ? '输入姓名或首字母开始找' : `没有找到“${settled}”。可以换个字，或只输入首字母。`}
        </p>
      )}
    </>
  )
}
