import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { apiPages } from '#kernel/web'
import { remembered } from '../remembered.ts'
import { useUrlState } from '../use-url-state.ts'
import { moveRow, questionOf, shownColumns, urlDefaults } from './model.ts'
import type { Column, DataTableProps } from './types.ts'

function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [choosing, setChoosing] = useState(false)
  return {
    isSelected: (key: string) => selected.has(key),
    select: setSelected,
    toggle: (key: string) =>
      setSelected((old) => (old.has(key) ? new Set([...old].filter((one) => one !== key)) : new Set([...old, key]))),
    /** the phone's cards show their boxes only while rows are being chosen */
    choosing,
    setChoosing: (on: boolean) => {
      setChoosing(on)
      if (!on) setSelected(new Set())
    },
  }
}

/** Everything a table knows: the question in the address, the rows so far, the cursor, the selection, the columns. */
export function useList<R>(props: DataTableProps<R>) {
  const { filters, rowKey, id, columns } = props
  // the names of the filters are the table's shape; the objects are made anew with each rendering
  const shape = JSON.stringify(urlDefaults(filters ?? []))
  const defaults = useMemo(() => JSON.parse(shape) as ReturnType<typeof urlDefaults>, [shape])
  const [state, change] = useUrlState(defaults)
  const question = questionOf(state, props.input)
  const query = useInfiniteQuery({ ...apiPages(props.call, question), placeholderData: keepPreviousData })
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data])
  const keys = rows.map(rowKey)
  const selection = useSelection()
  const [chosen, setChosen] = useState(() => remembered.read(`columns.${id}`) as string[] | undefined)
  const [cursor, setCursor] = useState<string>()
  const openKey = typeof state.row === 'string' && state.row !== '' ? state.row : undefined
  return {
    state,
    question,
    query,
    rows,
    keys,
    total: query.data?.pages[0]?.total,
    ...selection,
    selectedRows: rows.filter((row) => selection.isSelected(rowKey(row))),
    /** a new question starts without selection and without open row */
    ask: (next: Record<string, string | string[]>) => {
      selection.select(new Set())
      change({ ...next, row: '' })
    },
    cursor: cursor ?? openKey,
    setCursor,
    step: (by: 1 | -1) => {
      const next = moveRow(keys, cursor ?? openKey, by)
      setCursor(next)
      return next
    },
    openRow: rows.find((row) => rowKey(row) === openKey),
    openKey,
    open: (key: string | undefined) => {
      setCursor(key)
      // opening is a step that the back button undoes, on the phone above all
      change({ row: key ?? '' }, { push: openKey === undefined && key !== undefined })
    },
    columns: shownColumns<R>(columns, chosen) satisfies Column<R>[],
    chosen,
    /** undefined: as the table shows them by itself */
    choose: (keysChosen: string[] | undefined) => {
      if (keysChosen) remembered.write(`columns.${id}`, keysChosen)
      else remembered.forget(`columns.${id}`)
      setChosen(keysChosen)
    },
  }
}
export type List<R> = ReturnType<typeof useList<R>>
