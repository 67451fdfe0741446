import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { ControlProps } from '#ui'

interface Props {
  control: ControlProps
  /** what is listed, for screen readers */
  label: string
  /** on the button below: 添一个名称 */
  add: string
  onAdd: () => void
  children: ReactNode
}

/** A field that holds a list: its entries, and the way to one more. */
export function Entries({ control, label, add, onAdd, children }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would take the looks of a group of the whole form
    <div
      className="oa-pairs"
      role="group"
      aria-label={label}
      id={control.id}
      tabIndex={-1}
      aria-describedby={control['aria-describedby']}
    >
      {children}
      <div>
        <Button onClick={onAdd}>{add}</Button>
      </div>
    </div>
  )
}
