import { Checkbox } from 'antd'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { Icon } from '../Icon.tsx'
import { ariaSort, nextSort } from './model.ts'
import type { Column, DataTableProps } from './types.ts'
import type { List } from './use-list.ts'

interface Props<R> {
  props: DataTableProps<R>
  list: List<R>
  open: (key: string) => void
}

/** The table itself: native, so that every screen reader knows it; head and first column stay in sight. */
export function Grid<R>({ props, list, open }: Props<R>) {
  const table = useRef<HTMLTableElement>(null)
  const canOpen = props.panel !== undefined || props.onOpen !== undefined
  useEffect(() => {
    if (list.cursor) table.current?.querySelector('[data-cursor]')?.scrollIntoView({ block: 'nearest' })
  }, [list.cursor])
  const all = list.keys.length > 0 && list.keys.every(list.isSelected)
  const some = list.selectedRows.length > 0 && !all
  return (
    <table className="qt-table" ref={table}>
      <thead>
        <tr>
          {props.bulk && (
            <th className="check">
              <Checkbox
                aria-label="全选已显示的行"
                checked={all}
                indeterminate={some}
                onChange={() => list.select(new Set(all ? [] : list.keys))}
              />
            </th>
          )}
          {list.columns.map((column, at) => (
            <Head key={column.key} column={column} first={at === 0} sort={String(list.state.sort)} ask={list.ask} />
          ))}
        </tr>
      </thead>
      <tbody>
        {list.rows.map((row) => {
          const key = props.rowKey(row)
          return (
            <Row key={key} id={key} row={row} props={props} list={list} open={canOpen ? () => open(key) : undefined} />
          )
        })}
      </tbody>
    </table>
  )
}

interface HeadProps<R> {
  column: Column<R>
  /** the name of the row is never cut to nothing */
  first: boolean
  sort: string
  ask: (next: Record<string, string>) => void
}
function Head<R>({ column, first, sort, ask }: HeadProps<R>) {
  const { title, align } = column
  const width = column.width && `calc(${column.width}px * var(--column-scale))`
  const by = column.sort
  const order = ariaSort(sort, by)
  return (
    <th scope="col" aria-sort={order} style={{ width, minWidth: first ? width : undefined, textAlign: align }}>
      {by ? (
        <button type="button" className="qt-plain" onClick={() => ask({ sort: nextSort(sort, by) })}>
          {title}
          <span className={`qt-sort${order ? ` ${order}` : ''}`} aria-hidden="true">
            <Icon name="chevronDown" size={14} />
          </span>
        </button>
      ) : (
        title
      )}
    </th>
  )
}

interface RowProps<R> extends Omit<Props<R>, 'open'> {
  id: string
  row: R
  open: (() => void) | undefined
}
function Row<R>({ id, row, props, list, open }: RowProps<R>) {
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') open?.()
    else if (event.key === 'ArrowDown') (event.currentTarget.nextElementSibling as HTMLElement | null)?.focus()
    else if (event.key === 'ArrowUp') (event.currentTarget.previousElementSibling as HTMLElement | null)?.focus()
    else return
    event.preventDefault()
  }
  return (
    <tr
      tabIndex={open ? 0 : undefined}
      className={open ? 'open' : undefined}
      aria-selected={list.openKey === id ? true : undefined}
      data-cursor={list.cursor === id ? '' : undefined}
      onFocus={() => list.setCursor(id)}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        // links, buttons and boxes inside the row act for themselves; marking text is not opening
        const own = event.target as HTMLElement
        if (own.closest('a, button, label, input') || String(getSelection()) !== '') return
        open?.()
      }}
    >
      {props.bulk && (
        <td className="check">
          <Checkbox
            aria-label={`选择${props.rowName(row)}`}
            checked={list.isSelected(id)}
            onChange={() => list.toggle(id)}
          />
        </td>
      )}
      {list.columns.map((column, at) =>
        at === 0 ? (
          <th key={column.key} scope="row" style={{ textAlign: column.align }}>
            {column.render(row)}
          </th>
        ) : (
          <td key={column.key} style={{ textAlign: column.align }}>
            {column.render(row)}
          </td>
        ),
      )}
    </tr>
  )
}
