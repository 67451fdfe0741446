import { Input, InputNumber, Select, Switch } from 'antd'
import { PersonPicker } from '../pickers/PersonPicker.tsx'
import { UnitPicker } from '../pickers/UnitPicker.tsx'
import type { ControlProps } from './Field.tsx'
import { FilesField } from './FilesField.tsx'
import type { FormField, PersonRef, UnitRef } from './types.ts'

interface Props {
  field: FormField
  value: unknown
  onChange: (value: unknown) => void
  control: ControlProps
}

/** The control of a field kind. */
export function Control({ field, value, onChange, control }: Props) {
  const text = typeof value === 'string' ? value : ''
  switch (field.kind) {
    case 'text':
      return (
        <Input
          {...control}
          value={text}
          inputMode={field.inputMode}
          maxLength={field.maxLength}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    case 'longText':
      return (
        <Input.TextArea
          {...control}
          value={text}
          autoSize={{ minRows: field.rows ?? 4, maxRows: 24 }}
          maxLength={field.maxLength}
          showCount={field.maxLength !== undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    case 'number':
      return (
        <InputNumber
          {...control}
          value={typeof value === 'number' ? value : null}
          min={field.min}
          max={field.max}
          precision={field.decimals ?? 0}
          suffix={field.unit}
          controls={false}
          inputMode={field.decimals ? 'decimal' : 'numeric'}
          onChange={(next) => onChange(next ?? undefined)}
        />
      )
    case 'select':
      return (
        <Select
          {...control}
          value={value}
          mode={field.multiple ? 'multiple' : undefined}
          options={[...field.options]}
          showSearch={field.options.length > 8 ? { optionFilterProp: 'label' } : false}
          placeholder="请选择"
          allowClear={!control['aria-required']}
          onChange={onChange}
        />
      )
    case 'date':
      return (
        <Input
          {...control}
          type="date"
          value={text}
          min={field.min}
          max={field.max}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    case 'switch':
      return (
        <div className="qt-row">
          <Switch
            id={control.id}
            aria-describedby={control['aria-describedby']}
            checked={value === true}
            onChange={onChange}
          />
          <span>{value === true ? field.on : field.off}</span>
        </div>
      )
    case 'files':
      return <FilesField {...{ field, control, onChange }} value={Array.isArray(value) ? (value as File[]) : []} />
    case 'person':
    case 'people':
      return (
        <PersonPicker
          control={control}
          value={Array.isArray(value) ? (value as PersonRef[]) : []}
          multiple={field.kind === 'people'}
          search={field.search}
          onChange={onChange}
        />
      )
    case 'unit':
    case 'units':
      return (
        <UnitPicker
          control={control}
          value={Array.isArray(value) ? (value as UnitRef[]) : []}
          multiple={field.kind === 'units'}
          load={field.load}
          search={field.search}
          reveal={field.reveal}
          onChange={onChange}
        />
      )
    default:
      return field.render(value, onChange, control)
  }
}
