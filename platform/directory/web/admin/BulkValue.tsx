import { Input, InputNumber, Select } from 'antd'
import { type ControlProps, UnitPicker, type UnitRef } from '#ui'
import { useChoices, useUnitSource } from './use-pickers.ts'

/** What can be changed for many posts at once. */
export const changes = {
  'post-unit': '单位或内设机构',
  'post-title': '职务',
  'post-charge': '分管工作',
  'post-phone': '办公电话',
  'post-room': '办公室',
  'post-sort': '次序',
  'person-rank': '职级',
} as const
export type Kind = keyof typeof changes

interface Props {
  kind: Kind
  control: ControlProps
  value: string
  unit: UnitRef[]
  onValue: (next: string) => void
  onUnit: (next: UnitRef[]) => void
}

/** The control for the new value of one kind of change. */
export function BulkValue({ kind, control, value, unit, onValue, onUnit }: Props) {
  const units = useUnitSource()
  const { ranks } = useChoices()
  const { status, ...rest } = control
  const wide = { width: '100%' }
  if (kind === 'post-unit') return <UnitPicker {...units} control={control} value={unit} onChange={onUnit} />
  if (kind === 'person-rank')
    return (
      <Select {...rest} status={status} style={wide} value={value || undefined} options={ranks} onChange={onValue} />
    )
  if (kind === 'post-sort')
    return (
      <InputNumber
        {...control}
        min={0}
        max={1_000_000}
        value={value === '' ? null : Number(value)}
        onChange={(next) => onValue(next === null ? '' : String(next))}
      />
    )
  return <Input {...control} maxLength={300} value={value} onChange={(event) => onValue(event.target.value)} />
}
