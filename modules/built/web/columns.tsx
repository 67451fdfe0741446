import { Input } from 'antd'
import { useEffect, useState } from 'react'
import type { FormDefinition, Json } from '#platform/forms/contract'
import { sayField } from '#platform/forms/web'
import { type Column, type Filter, format, Tag } from '#ui'
import { type EntityShown, type RecordRow, type RecordState, recordStates, type ViewShown } from '../contract.ts'

type Field = FormDefinition['groups'][number]['fields'][number]
const fieldsOf = ({ form }: EntityShown): Map<string, Field> =>
  new Map(form.groups.flatMap(({ fields }) => fields).map((field) => [field.key, field]))

const TONES = { kept: 'plain', running: 'primary', done: 'ok', refused: 'over', withdrawn: 'warn' } as const
export const StateTag = ({ state }: { state: RecordState }) => <Tag tone={TONES[state]}>{recordStates[state]}</Tag>

const SORTABLE = new Set([
  'text',
  'number',
  'money',
  'date',
  'time',
  'dateTime',
  'boolean',
  'phone',
  'email',
  'creditCode',
  'serial',
  'enum',
  'period',
])
const isSortable = (field: Field): boolean => SORTABLE.has(field.type) && !('multiple' in field && field.multiple)
const RIGHT = new Set(['number', 'money'])
const WIDTHS: Readonly<Record<string, number>> = {
  number: 100,
  money: 140,
  date: 140,
  time: 80,
  dateTime: 180,
  boolean: 72,
  serial: 180,
  phone: 140,
  enum: 120,
  period: 380,
}

const OWN: Readonly<Record<string, Column<RecordRow>>> = {
  '@state': { key: '@state', title: '状态', width: 96, render: ({ state }) => <StateTag state={state} /> },
  '@author': { key: '@author', title: '建立人', width: 96, render: ({ authorName }) => authorName },
  '@unit': { key: '@unit', title: '单位', width: 160, render: ({ unitName }) => unitName },
  '@created': {
    key: '@created',
    title: '建立时间',
    width: 144,
    sort: '@created',
    render: ({ createdAt }) => format.moment(createdAt),
  },
  '@updated': {
    key: '@updated',
    title: '修改时间',
    width: 144,
    sort: '@updated',
    render: ({ updatedAt }) => format.moment(updatedAt),
  },
}
const cell = (field: Field, value: Json | undefined) =>
  field.type === 'table' ? `${Array.isArray(value) ? value.length : 0} 行` : sayField(field, value)

/** The columns of a view, and behind them those one may add. */
export const columnsOf = (entity: EntityShown, view: ViewShown): Column<RecordRow>[] => {
  const fields = fieldsOf(entity)
  const column = (key: string, optional: boolean): Column<RecordRow>[] => {
    const own = OWN[key]
    if (own) return [{ ...own, ...(optional && { optional }) }]
    const field = fields.get(key)
    if (!field) return []
    return [
      {
        key,
        title: field.title,
        ...(optional && { optional }),
        ...(isSortable(field) && { sort: key }),
        ...(WIDTHS[field.type] !== undefined && { width: WIDTHS[field.type] }),
        ...(RIGHT.has(field.type) && { align: 'right' as const }),
        render: ({ data }) =>
          Object.hasOwn(data, key) ? cell(field, data[key]) : <span className="qt-quiet">不可见</span>,
      },
    ]
  }
  const chosen = entity.hasProcess && !view.columns.includes('@state') ? [...view.columns, '@state'] : view.columns
  const rest = [...fields.keys(), ...Object.keys(OWN)].filter(
    (key) => !chosen.includes(key) && (entity.hasProcess || key !== '@state'),
  )
  return [...chosen.flatMap((key) => column(key, false)), ...rest.flatMap((key) => column(key, true))]
}

/** What is typed is asked for once one stops typing. */
function Typed({
  value,
  label,
  numeric,
  onChange,
}: {
  value: string
  label: string
  numeric: boolean
  onChange: (value: string) => void
}) {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  return (
    <Input
      value={typed}
      aria-label={label}
      placeholder={label}
      allowClear
      style={{ width: numeric ? 120 : 160 }}
      inputMode={numeric ? 'decimal' : undefined}
      onChange={(event) => {
        setTyped(event.target.value)
        if (event.target.value === '') onChange('')
      }}
      onBlur={() => typed !== value && onChange(typed)}
      onPressEnter={() => onChange(typed)}
    />
  )
}
const typed = (name: string, label: string, numeric: boolean): Filter => ({
  name,
  label,
  kind: 'custom',
  render: (value, onChange) => <Typed value={value} label={label} numeric={numeric} onChange={onChange} />,
})

const filterOf = (field: Field): Filter[] => {
  const { key, title } = field
  switch (field.type) {
    case 'enum':
      return [
        {
          name: `${key}=`,
          label: title,
          kind: 'select',
          multiple: true,
          options: field.options.map(({ value, label }) => ({ value, label })),
        },
      ]
    case 'boolean':
      return [
        {
          name: `${key}=`,
          label: title,
          kind: 'select',
          options: [
            { value: 'true', label: `${title}：是` },
            { value: 'false', label: `${title}：否` },
          ],
        },
      ]
    case 'number':
    case 'money':
      return [typed(`${key}>=`, `${title}不少于`, true), typed(`${key}<=`, `${title}不多于`, true)]
    case 'date':
    case 'period':
      return [
        { name: `${key}>=`, label: `${title}从`, kind: 'day' },
        { name: `${key}<=`, label: `${title}到`, kind: 'day' },
      ]
    case 'text':
    case 'longText':
    case 'phone':
    case 'email':
    case 'creditCode':
    case 'serial':
      return [typed(`${key}~`, `${title}含有`, false)]
    case 'tags':
      return [typed(`${key}=`, `有标签`, false)]
    default:
      return []
  }
}
export const filtersOf = (entity: EntityShown, view: ViewShown): Filter[] => {
  const fields = fieldsOf(entity)
  const states: Filter = {
    name: '@state=',
    label: '状态',
    kind: 'select',
    multiple: true,
    options: Object.entries(recordStates).flatMap(([value, label]) => (value === 'kept' ? [] : [{ value, label }])),
  }
  return [
    ...(entity.hasProcess ? [states] : []),
    ...view.filters.flatMap((key) => (fields.has(key) ? filterOf(fields.get(key)!) : [])),
  ]
}
