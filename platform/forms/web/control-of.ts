import type { ControlProps } from '#ui'
import type { Column } from '../contract/definition.ts'
import type { Json } from '../contract.ts'

/** What each control is given, by the type of its field. */
export interface ControlOf<T extends Column['type'] = Column['type']> {
  field: Extract<Column, { type: T }>
  value: Json
  options?: readonly string[]
  required: boolean
  control: ControlProps
  onChange: (value: Json) => void
  onLeave: () => void
}
