import { Button, Checkbox, Input, Popover, Select } from 'antd'
import { useEffect, useState } from 'react'
import { Icon } from '../Icon.tsx'
import { usePhone } from '../preferences.ts'
import { useDebounced } from '../search/use-palette.ts'
import { isMultiple, narrowed } from './model.ts'
import type { DataTableProps, Filter } from './types.ts'
import type { List } from './use-list.ts'
import { Views } from './Views.tsx'

interface Props<R> {
  props: DataTableProps<R>
  list: List<R>
}

const TYPING_MS = 250

/** One line over the list: search, filters, then columns and export. */
export function Toolbar<R>({ props, list }: Props<R>) {
  const phone = usePhone()
  const [unfolded, setUnfolded] = useState(false)
  const { filters = [], searchLabel, exportUrl } = props
  const narrows = searchLabel !== undefined || filters.length > 0
  if (!narrows && !exportUrl && !props.bulk && phone) return null
  // two rows of filters would leave the thumb no list to scroll
  const folds = phone && filters.length > 1
  const chosen = filters.filter(({ name }) => (list.state[name] ?? '').length > 0).length
  const cleared = Object.fromEntries(filters.map((filter) => [filter.name, isMultiple(filter) ? [] : '']))
  return (
    <div className="qt-toolbar qt-noprint">
      {searchLabel && <SearchInput label={searchLabel} value={String(list.state.q)} ask={(q) => list.ask({ q })} />}
      {folds && (
        <Button aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          筛选{chosen > 0 && ` ${chosen}`}
        </Button>
      )}
      {(!folds || unfolded) &&
        filters.map((filter) => (
          <FilterInput key={filter.name} filter={filter} value={list.state[filter.name] ?? ''} ask={list.ask} />
        ))}
      {narrowed(list.state) > 0 && (
        <Button type="text" onClick={() => list.ask({ ...cleared, q: '' })}>
          清除筛选
        </Button>
      )}
      <div className="end">
        {phone && props.bulk && (
          <Button aria-pressed={list.choosing} onClick={() => list.setChoosing(!list.choosing)}>
            {list.choosing ? '不选了' : '选择'}
          </Button>
        )}
        {narrows && <Views tableId={props.id} filters={filters} list={list} />}
        {!phone && <ColumnChooser props={props} list={list} />}
        {exportUrl && (
          <Button href={exportUrl(list.question)} download icon={<Icon name="download" size={16} />}>
            导出
          </Button>
        )}
      </div>
    </div>
  )
}

function SearchInput({ label, value, ask }: { label: string; value: string; ask: (q: string) => void }) {
  const [text, setText] = useState(value)
  const [said, setSaid] = useState(value)
  const settled = useDebounced(text, TYPING_MS)
  // the address changed from elsewhere (back, cleared): follow it
  if (value !== said) {
    setSaid(value)
    setText(value)
  }
  useEffect(() => {
    const next = settled.trim()
    if (next !== said && settled === text) {
      setSaid(next)
      ask(next)
    }
  })
  return (
    <Input
      className="search"
      type="search"
      aria-label={label}
      placeholder={label}
      prefix={<Icon name="search" size={16} />}
      value={text}
      maxLength={100}
      onChange={(event) => setText(event.target.value)}
    />
  )
}

interface FilterProps {
  filter: Filter
  value: string | string[]
  ask: (next: Record<string, string | string[]>) => void
}
function FilterInput({ filter, value, ask }: FilterProps) {
  const { name, label } = filter
  const set = (next: string | string[] | undefined) => ask({ [name]: next ?? '' })
  if (filter.kind === 'custom') return filter.render(String(value), set)
  if (filter.kind === 'day') {
    return (
      <Input
        type="date"
        className="day"
        aria-label={label}
        prefix={label}
        value={String(value)}
        onChange={(event) => set(event.target.value)}
      />
    )
  }
  return (
    <Select
      aria-label={label}
      placeholder={label}
      allowClear
      popupMatchSelectWidth={false}
      mode={filter.multiple ? 'multiple' : undefined}
      maxTagCount="responsive"
      options={[...filter.options]}
      value={value.length > 0 ? value : filter.multiple ? [] : undefined}
      onChange={(next: string | string[] | undefined) => set(filter.multiple ? (next ?? []) : next)}
    />
  )
}

function ColumnChooser<R>({ props, list }: Props<R>) {
  const choosable = props.columns.slice(1)
  if (choosable.length < 2) return null
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group
          className="qt-columnlist"
          options={choosable.map(({ key, title }) => ({ value: key, label: title }))}
          value={list.columns.slice(1).map((column) => column.key)}
          onChange={list.choose}
        />
      }
    >
      <Button aria-label="选择显示的列" icon={<Icon name="columns" size={16} />}>
        列
      </Button>
    </Popover>
  )
}
