import { Input, Radio, Select } from 'antd'
import { searchPeople, useUnits } from '#platform/directory/web'
import { PersonPicker, type PersonRef, UnitPicker, type UnitRef } from '#ui'
import type { Json } from '../contract.ts'
import { isMask } from '../core/kinds/text.ts'
import type { ControlOf } from './control-of.ts'
import { Files } from './Files.tsx'
import { PeriodControl } from './PeriodControl.tsx'
import { RegionControl } from './RegionControl.tsx'
import { RelationControl } from './RelationControl.tsx'

const textOf = (value: Json): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
const KEYBOARDS = { number: 'decimal', money: 'decimal', phone: 'tel', email: 'email' } as const
const NATIVE = { date: 'date', time: 'time', dateTime: 'datetime-local' } as const
const MOST_TYPED = { identityNumber: 30, creditCode: 40, phone: 40, email: 254, number: 40, money: 40 } as const

/** What a person changes a field with. */
export function Control(props: ControlOf) {
  const { field, value, control, onChange, onLeave } = props
  switch (field.type) {
    case 'longText':
      return (
        <Input.TextArea
          {...control}
          value={textOf(value)}
          autoSize={{ minRows: 3, maxRows: 16 }}
          maxLength={field.maxLength ?? 5000}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onLeave}
        />
      )
    case 'date':
    case 'time':
    case 'dateTime':
      return (
        <Input
          {...control}
          type={NATIVE[field.type]}
          value={textOf(value)}
          {...(field.type === 'date' && { min: field.min, max: field.max })}
          onChange={(event) => onChange(event.target.value || null)}
          onBlur={onLeave}
        />
      )
    case 'enum':
      return <Choice {...(props as ControlOf<'enum'>)} />
    case 'boolean':
      return (
        <Radio.Group
          id={control.id}
          aria-labelledby={`${control.id}-label`}
          aria-describedby={control['aria-describedby']}
          value={value}
          options={[
            { value: true, label: '是' },
            { value: false, label: '否' },
          ]}
          onChange={(event) => onChange(event.target.value as boolean)}
        />
      )
    case 'person':
    case 'unit':
      return <Pick {...(props as ControlOf<'person' | 'unit'>)} />
    case 'region':
      return <RegionControl {...(props as ControlOf<'region'>)} />
    case 'relation':
      return <RelationControl {...(props as ControlOf<'relation'>)} />
    case 'tags':
      return (
        <Select
          {...control}
          mode="tags"
          value={Array.isArray(value) ? (value as string[]) : []}
          maxCount={field.most ?? 20}
          tokenSeparators={['、', '，', ',', ' ']}
          placeholder="输入后回车"
          open={false}
          suffixIcon={null}
          onChange={(next: string[]) => onChange(next.length > 0 ? next : null)}
          onBlur={onLeave}
        />
      )
    case 'period':
      return <PeriodControl {...(props as ControlOf<'period'>)} />
    case 'file':
    case 'picture':
      return <Files {...(props as ControlOf<'file' | 'picture'>)} />
    default:
      return <Line {...(props as ControlOf<keyof typeof MOST_TYPED | 'text'>)} />
  }
}

/** One line of text, with the keyboard that fits on the phone. */
function Line({ field, value, control, onChange, onLeave }: ControlOf<keyof typeof MOST_TYPED | 'text'>) {
  const { type } = field
  const suffix = type === 'money' ? '元' : type === 'number' ? field.unit : undefined
  return (
    <Input
      {...control}
      value={textOf(value)}
      inputMode={type in KEYBOARDS ? KEYBOARDS[type as keyof typeof KEYBOARDS] : undefined}
      maxLength={type === 'text' ? (field.maxLength ?? 200) : MOST_TYPED[type]}
      suffix={suffix}
      autoComplete="off"
      // A mask is not mended in the middle: whoever changes the number writes it anew.
      onFocus={(event) => isMask(value) && event.target.select()}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onLeave}
    />
  )
}

function Choice({ field, value, options = [], required, control, onChange, onLeave }: ControlOf<'enum'>) {
  const offered = field.options.filter((option) => options.includes(option.value))
  return (
    <Select
      {...control}
      value={value === null || value === '' ? undefined : value}
      mode={field.multiple ? 'multiple' : undefined}
      options={offered.map((option) => ({ value: option.value, label: option.label }))}
      showSearch={offered.length > 8 ? { optionFilterProp: 'label' } : false}
      placeholder="请选择"
      allowClear={!required}
      onChange={(next) => onChange((next ?? null) as Json)}
      onBlur={onLeave}
    />
  )
}

/** People and units are lists while one picks, and one alone where only one is asked for. */
function Pick({ field, value, control, onChange }: ControlOf<'person' | 'unit'>) {
  const units = useUnits()
  const chosen = (value === null ? [] : [value].flat()) as unknown as (PersonRef & UnitRef)[]
  const change = (next: readonly { id: string; name: string; unitName?: string }[]): void => {
    const kept = next.map(
      ({ id, name, unitName = '' }): Json => (field.type === 'person' ? { id, name, unitName } : { id, name }),
    )
    onChange(field.multiple ? kept : (kept[0] ?? null))
  }
  const common = { control, multiple: field.multiple ?? false, value: chosen, onChange: change }
  return field.type === 'person' ? (
    <PersonPicker {...common} search={searchPeople} />
  ) : (
    <UnitPicker {...common} load={units.load} search={units.search} />
  )
}
