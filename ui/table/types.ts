import type { ReactNode } from 'react'
import type { ListCall, ListQuery } from '#kernel/web'

export interface Column<R> {
  key: string
  title: string
  render: (row: R) => ReactNode
  /** the server's name of the column when it can be sorted by */
  sort?: string
  /** px; columns without one share what is left */
  width?: number
  align?: 'left' | 'right'
  /** not shown until the person chooses it */
  optional?: boolean
}

interface FilterBase {
  /** key in the address and in the endpoint's input */
  name: string
  label: string
}
export type Filter = FilterBase &
  (
    | { kind: 'select'; options: readonly { value: string; label: string }[]; multiple?: boolean }
    | { kind: 'day' }
    | { kind: 'custom'; render: (value: string, change: (value: string) => void) => ReactNode }
  )

export interface BulkAction<R> {
  label: string
  danger?: boolean
  /** why it cannot be done for this selection */
  reason?: (rows: readonly R[]) => string | undefined
  run: (rows: readonly R[]) => Promise<unknown> | unknown
}

export interface DataTableProps<R> {
  /** remembers the chosen columns of this table */
  id: string
  call: ListCall<R>
  rowKey: (row: R) => string
  /** how screen readers and the checkboxes name a row */
  rowName: (row: R) => string
  /** the first one stays in sight and heads the card on the phone */
  columns: readonly Column<R>[]
  filters?: readonly Filter[]
  /** placeholder of the search box; no box without it */
  searchLabel?: string
  /** always part of the question, beside what the person chose */
  input?: ListQuery
  /** what the question word for one row is in counts: 件, 人, 条 */
  measure?: string
  /** the pane of the open row */
  panel?: (row: R, close: () => void) => ReactNode
  /** instead of the pane: where a click leads */
  onOpen?: (row: R) => void
  bulk?: readonly BulkAction<R>[]
  /** address of the export of what is listed now; `client.export.url` fits */
  exportUrl?: (query: ListQuery) => string
  empty: { title: string; detail?: string; action?: ReactNode }
  /** the phone's card; by default the columns under each other */
  card?: (row: R) => ReactNode
}
