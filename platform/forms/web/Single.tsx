import { memo } from 'react'
import { type ControlProps, Field } from '#ui'
import type { Column, Table } from '../contract/definition.ts'
import type { Json } from '../contract.ts'
import { readValue, sayValue } from '../core/kinds.ts'
import { moneyWords } from '../core/money.ts'
import { Control } from './Control.tsx'
import { useCell, useField, useForm } from './use-form.ts'

/** A field that is no sub-table. */
export function Single({ field }: { field: Column }) {
  const { store, prefix } = useForm()
  const { state, value, told } = useField(field.key)
  const id = `${prefix}${field.key}`
  if (state.readonly) return <Shown id={id} field={field} value={value} told={told} />
  const leave = (): void => {
    const kept = settledValue(field, value)
    if (kept !== undefined) store.set(field.key, kept)
    store.leave(field.key)
  }
  return (
    <Field id={id} label={field.title} help={field.help} required={state.required} error={told}>
      {(control) => (
        <>
          <Control
            field={field}
            value={value}
            options={state.options}
            required={state.required}
            control={control}
            onChange={(next) => store.set(field.key, next)}
            onLeave={leave}
          />
          {field.type === 'money' && <Words value={value} field={field} />}
        </>
      )}
    </Field>
  )
}

const today = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
const TIDIED = new Set(['money', 'number', 'phone', 'creditCode', 'identityNumber', 'email', 'text'])
/** What was typed as it will be kept, once the field is left; undefined where that is the same, or is wrong. */
const settledValue = (field: Column, value: Json): Json | undefined => {
  if (!TIDIED.has(field.type) || value === null || value === '') return undefined
  const reading = readValue(field, value, today())
  return 'value' in reading && reading.value !== value && String(reading.value) !== value ? reading.value : undefined
}

/** 大写, under what is typed. */
function Words({ field, value }: { field: Column; value: Json }) {
  const reading = readValue(field, value, today())
  const words = 'value' in reading && typeof reading.value === 'string' ? moneyWords(reading.value) : ''
  return words ? <p className="fm-words">{words}</p> : null
}

/** What may only be read here, with its problem where a formula came to something that may not be. */
function Shown({ id, field, value, told }: { id: string; field: Column; value: Json; told: string | undefined }) {
  const said = sayValue(field, value) || '—'
  return (
    <div className="qt-field" id={id} tabIndex={-1}>
      <span className="fm-label">{field.title}</span>
      <output className="fm-shown" aria-live="polite">
        {said}
      </output>
      {field.type === 'money' && typeof value === 'string' && value !== '0.00' && (
        <p className="fm-words">{moneyWords(value)}</p>
      )}
      {told && <p className="qt-fault">{told}</p>}
    </div>
  )
}

interface CellProps {
  table: Table
  row: number
  column: Column
  /** on the phone a cell carries its label, in a table its column does */
  labelled: boolean
}
/** One cell of a sub-table. */
export const Cell = memo(function Cell({ table, row, column, labelled }: CellProps) {
  const { store, prefix } = useForm()
  const { state, value, told } = useCell(table.key, row, column.key)
  const path = `${table.key}.${row}.${column.key}`
  const id = `${prefix}${path}`
  if (!state.visible) return null
  const leave = (): void => {
    const kept = settledValue(column, value)
    if (kept !== undefined) store.setCell(table.key, row, column.key, kept)
    store.leave(path)
  }
  const edit = (control: ControlProps) => (
    <Control
      field={column}
      value={value}
      options={state.options}
      required={state.required}
      control={control}
      onChange={(next) => store.setCell(table.key, row, column.key, next)}
      onLeave={leave}
    />
  )
  if (labelled)
    return state.readonly ? (
      <Shown id={id} field={column} value={value} told={told} />
    ) : (
      <Field id={id} label={column.title} help={column.help} required={state.required} error={told}>
        {edit}
      </Field>
    )
  return (
    <div className="fm-cell">
      <span className="qt-hidden" id={`${id}-label`}>
        第 {row + 1} 行{column.title}
      </span>
      {state.readonly ? (
        <output className="fm-shown">{sayValue(column, value)}</output>
      ) : (
        edit({
          id,
          'aria-describedby': told ? `${id}-error` : undefined,
          'aria-invalid': told !== undefined,
          'aria-required': state.required,
          status: told ? 'error' : '',
          'aria-labelledby': `${id}-label`,
        } as ControlProps)
      )}
      {told && (
        <p className="qt-fault" id={`${id}-error`}>
          {told}
        </p>
      )}
    </div>
  )
})
