import { Button, Drawer, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import type { ControlProps } from '../form/Field.tsx'
import { Icon } from '../Icon.tsx'
import { usePhone } from '../preferences.ts'
import { useBackCloses } from '../use-back-closes.ts'
import './pickers.css'

interface Chosen {
  id: string
  name: string
}
interface Props<T extends Chosen> {
  control?: Partial<ControlProps>
  /** on the button and over the dialog: 选择人员 */
  title: string
  multiple: boolean
  value: readonly T[]
  onChange: (value: T[]) => void
  disabled?: boolean
  /** the choosing itself: calls `toggle` for each choice */
  children: (pick: { chosen: readonly T[]; toggle: (one: T) => void }) => ReactNode
}

/** What both pickers share: the chosen as chips, a dialog on the desk, a full page on the phone. */
export function PickerFrame<T extends Chosen>({
  control,
  title,
  multiple,
  value,
  onChange,
  disabled,
  children,
}: Props<T>) {
  const phone = usePhone()
  const [draft, setDraft] = useState<readonly T[]>()
  const open = draft !== undefined
  const finish = (next: readonly T[]) => {
    onChange([...next])
    setDraft(undefined)
  }
  const toggle = (one: T) => {
    if (!multiple) return finish([one])
    setDraft((old = []) =>
      old.some(({ id }) => id === one.id) ? old.filter(({ id }) => id !== one.id) : [...old, one],
    )
  }
  const body = open && (
    <div className="qt-picker">
      {multiple && <Chips value={draft} onRemove={toggle} />}
      {children({ chosen: draft, toggle })}
    </div>
  )
  const done = multiple && (
    <Button type="primary" block={phone} onClick={() => finish(draft ?? [])}>
      选好了（{draft?.length ?? 0}）
    </Button>
  )
  const close = () => setDraft(undefined)
  useBackCloses(open, close)
  return (
    <div className="qt-pickerfield">
      <Chips
        value={value}
        onRemove={disabled ? undefined : (one) => onChange(value.filter(({ id }) => id !== one.id))}
      />
      <Button
        id={control?.id}
        // the label alone would hide from screen readers what the button does
        aria-labelledby={control?.id && `${control.id}-label ${control.id}-verb`}
        aria-describedby={control?.['aria-describedby']}
        danger={control?.status === 'error'}
        disabled={disabled}
        icon={<Icon name="plus" size={16} />}
        onClick={() => setDraft(value)}
      >
        <span id={control?.id && `${control.id}-verb`}>{value.length === 0 || multiple ? title : '换一个'}</span>
      </Button>
      {phone ? (
        <Drawer open={open} title={title} placement="bottom" size="100%" onClose={close} footer={done || null}>
          {body}
        </Drawer>
      ) : (
        <Modal open={open} title={title} onCancel={close} footer={done || null} width={560} destroyOnHidden>
          {body}
        </Modal>
      )}
    </div>
  )
}

function Chips<T extends Chosen>({ value, onRemove }: { value: readonly T[]; onRemove?: (one: T) => void }) {
  if (value.length === 0) return null
  return (
    <ul className="qt-chips">
      {value.map((one) => (
        <li key={one.id}>
          {one.name}
          {onRemove && (
            <button type="button" className="qt-plain" aria-label={`移除${one.name}`} onClick={() => onRemove(one)}>
              <Icon name="close" size={14} />
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
