import { Button, Pagination } from 'antd'
import { useState } from 'react'
import { Icon, usePhone } from '#ui'
import type { Column, Table } from '../contract/definition.ts'
import { accessTo, isWritable } from '../core/access.ts'
import { Cell } from './Single.tsx'
import { useField, useForm, useRows } from './use-form.ts'

/** More rows at once would be slow to draw and hard to find one's way in. */
const PER_PAGE = 50

/** A sub-table: a table on the desktop, cards on the phone. */
export function TableField({ field }: { field: Table }) {
  const { store, prefix } = useForm()
  const { state, told } = useField(field.key)
  const count = useRows(field.key)
  const [page, setPage] = useState(1)
  const phone = usePhone()
  const pages = Math.max(1, Math.ceil(count / PER_PAGE))
  const at = Math.min(page, pages)
  const rows = Array.from(
    { length: Math.min(PER_PAGE, count - (at - 1) * PER_PAGE) },
    (_, n) => (at - 1) * PER_PAGE + n,
  )
  const mayAdd = !state.readonly && isWritable(accessTo(store.access, field.key))
  const what = field.rowTitle ?? '一行'
  const id = `${prefix}${field.key}`
  const columns = field.columns.filter((column) => accessTo(store.access, column.key, field) !== 'hide')
  const add = (): void => {
    store.addRow(field.key)
    setPage(Math.ceil((count + 1) / PER_PAGE))
  }
  const remove = mayAdd ? (row: number) => store.removeRow(field.key, row) : undefined
  return (
    <fieldset className="fm-table" id={id} tabIndex={-1} aria-describedby={told ? `${id}-error` : undefined}>
      <legend>
        {field.title}
        {!state.required && (field.minRows ?? 0) === 0 && <span className="optional">（可不填）</span>}
        <span className="qt-small qt-quiet">　{count} 行</span>
      </legend>
      {field.help && <p className="help">{field.help}</p>}
      {count > 0 &&
        (phone ? (
          <Cards field={field} columns={columns} rows={rows} remove={remove} />
        ) : (
          <Grid field={field} columns={columns} rows={rows} remove={remove} />
        ))}
      {told && (
        <p className="qt-fault" id={`${id}-error`}>
          <Icon name="warning" size={16} />
          {told}
        </p>
      )}
      <div className="fm-tablefoot">
        {mayAdd && (
          <Button icon={<Icon name="plus" size={16} />} disabled={count >= (field.maxRows ?? 500)} onClick={add}>
            添加{what}
          </Button>
        )}
        {pages > 1 && (
          <Pagination
            size="small"
            current={at}
            pageSize={PER_PAGE}
            total={count}
            showSizeChanger={false}
            onChange={setPage}
          />
        )}
      </div>
    </fieldset>
  )
}

interface RowsProps {
  field: Table
  columns: readonly Column[]
  rows: readonly number[]
  remove: ((row: number) => void) | undefined
}
function Grid({ field, columns, rows, remove }: RowsProps) {
  return (
    <div className="fm-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              序号
            </th>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.type}>
                {column.title}
                {column.rules?.required === 'true' && (
                  <span className="fm-must" aria-hidden>
                    {' *'}
                  </span>
                )}
              </th>
            ))}
            {remove && (
              <th>
                <span className="qt-hidden">操作</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <td className="number qt-num qt-quiet">{row + 1}</td>
              {columns.map((column) => (
                <td key={column.key} className={column.type}>
                  <Cell table={field} row={row} column={column} labelled={false} />
                </td>
              ))}
              {remove && (
                <td>
                  <RemoveRow row={row} remove={remove} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cards({ field, columns, rows, remove }: RowsProps) {
  return (
    <ol className="fm-cards">
      {rows.map((row) => (
        <li key={row}>
          <div className="head">
            <b>
              {field.rowTitle ?? '第'} {row + 1}
              {field.rowTitle ? '' : ' 行'}
            </b>
            {remove && <RemoveRow row={row} remove={remove} />}
          </div>
          {columns.map((column) => (
            <Cell key={column.key} table={field} row={row} column={column} labelled />
          ))}
        </li>
      ))}
    </ol>
  )
}

function RemoveRow({ row, remove }: { row: number; remove: (row: number) => void }) {
  return (
    <button type="button" className="qt-ib" aria-label={`移除第 ${row + 1} 行`} onClick={() => remove(row)}>
      <Icon name="close" size={16} />
    </button>
  )
}
