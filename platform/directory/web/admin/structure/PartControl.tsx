import { Button, Input, Select, Switch } from 'antd'
import { v4 as uuid } from 'uuid'
import { type ControlProps, Field, PersonPicker, UnitPicker } from '#ui'
import { Entries } from '../Entries.tsx'
import { levelOptions, unitKindOptions } from '../words.ts'
import { type Part, type Ref, refsOf, type SplitDraft, splitParts, splitsOf, type Values } from './operation-model.ts'
import { goneUnits, searchPosts, useUnitsWith } from './use-plan-units.ts'

interface Props {
  parts: readonly Part[]
  values: Values
  onChange: (values: Values) => void
  /** units that earlier operations make */
  planned: readonly Ref[]
  /** whose people are chosen from */
  unitId: string | undefined
}

/** Every part of an operation under each other. */
export function PartFields({ parts, values, onChange, planned, unitId }: Props) {
  return parts.map((part) => (
    <Field key={part.name} label={part.label} help={part.help} required={!part.optional}>
      {(control) => (
        <PartControl
          {...{ part, control, planned, unitId }}
          value={values[part.name]}
          onChange={(next) => onChange({ ...values, [part.name]: next })}
        />
      )}
    </Field>
  ))
}

interface ControlOf {
  part: Part
  control: ControlProps
  value: unknown
  onChange: (value: unknown) => void
  planned: readonly Ref[]
  unitId: string | undefined
}
function PartControl({ part, control, value, onChange, planned, unitId }: ControlOf) {
  const units = useUnitsWith(planned)
  switch (part.kind) {
    case 'unit':
    case 'units':
      return (
        <UnitPicker
          control={control}
          value={refsOf(value)}
          multiple={part.kind === 'units'}
          onChange={onChange}
          {...units}
        />
      )
    case 'gone':
      return <UnitPicker control={control} value={refsOf(value)} onChange={onChange} {...goneUnits} />
    case 'posts':
      return (
        <PersonPicker
          control={control}
          value={refsOf(value)}
          multiple
          search={searchPosts(unitId)}
          onChange={(people) => onChange(people.map(({ id, name }) => ({ id, name })))}
        />
      )
    case 'parts':
      return <Splits control={control} value={splitsOf(value)} onChange={onChange} planned={planned} unitId={unitId} />
    case 'switch':
      return (
        <div className="qt-row">
          <Switch
            id={control.id}
            aria-describedby={control['aria-describedby']}
            checked={value !== false}
            onChange={onChange}
          />
          <span>{value !== false ? '拆分后撤销' : '保留'}</span>
        </div>
      )
    case 'kind':
    case 'level':
      return (
        <Select<unknown, { value: string; label: string }>
          {...control}
          style={{ width: '100%' }}
          value={value}
          placeholder="请选择"
          showSearch={part.kind === 'kind' ? { optionFilterProp: 'label' } : false}
          options={part.kind === 'kind' ? unitKindOptions : levelOptions}
          onChange={onChange}
        />
      )
    default:
      return (
        <Input
          {...control}
          value={typeof value === 'string' ? value : ''}
          maxLength={100}
          onChange={(event) => onChange(event.target.value)}
        />
      )
  }
}

interface SplitsProps {
  control: ControlProps
  value: readonly SplitDraft[]
  onChange: (value: SplitDraft[]) => void
  planned: readonly Ref[]
  unitId: string | undefined
}
/** The units that come out of a split; what none of them takes stays, or goes with the first. */
function Splits({ control, value, onChange, planned, unitId }: SplitsProps) {
  const add = () => {
    const id = uuid()
    onChange([...value, { key: id, base: { id }, values: {} }])
  }
  return (
    <Entries control={control} label="拆分成" add="添一个新单位" onAdd={add}>
      {value.map((split, at) => (
        <fieldset key={split.key} className="oa-split">
          <legend>新单位 {at + 1}</legend>
          <div className="qt-fields">
            <PartFields
              parts={splitParts}
              values={split.values}
              planned={planned}
              unitId={unitId}
              onChange={(values) => onChange(value.map((one, place) => (place === at ? { ...one, values } : one)))}
            />
            <div>
              <Button onClick={() => onChange(value.filter((one) => one !== split))}>删去新单位 {at + 1}</Button>
            </div>
          </div>
        </fieldset>
      ))}
    </Entries>
  )
}
