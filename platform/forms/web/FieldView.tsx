import { memo } from 'react'
import type { Field } from '../contract/definition.ts'
import { Single } from './Single.tsx'
import { TableField } from './TableField.tsx'
import { useField } from './use-form.ts'

/** What takes one of two columns on the desktop. */
const SHORT = new Set([
  'number',
  'money',
  'date',
  'time',
  'dateTime',
  'phone',
  'email',
  'creditCode',
  'identityNumber',
  'boolean',
  'serial',
])
const isShort = (field: Field): boolean =>
  SHORT.has(field.type) ||
  ((field.type === 'enum' || field.type === 'person' || field.type === 'unit' || field.type === 'relation') &&
    !field.multiple) ||
  (field.type === 'text' && (field.maxLength ?? 200) <= 40)

/** One field of an open form. Drawn again only when its own value, state or problem changed. */
export const FieldView = memo(function FieldView({ field }: { field: Field }) {
  const { state, value } = useField(field.key)
  // A number is given when the record is kept: until then it has no place.
  if (!state.visible || (field.type === 'serial' && value === null)) return null
  return (
    <div className={isShort(field) ? 'fm-field short' : 'fm-field'}>
      {field.type === 'table' ? <TableField field={field} /> : <Single field={field} />}
    </div>
  )
})
