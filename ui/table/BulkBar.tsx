import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { toast } from '../toast.tsx'
import type { BulkAction } from './types.ts'
import type { List } from './use-list.ts'

interface Props<R> {
  list: List<R>
  actions: readonly BulkAction<R>[]
  measure: string
}

/** What can be done with the selected rows; it takes the place of the count at the foot. */
export function BulkBar<R>({ list, actions, measure }: Props<R>) {
  const [busy, setBusy] = useState<string>()
  const run = async (action: BulkAction<R>) => {
    setBusy(action.label)
    try {
      await action.run(list.selectedRows)
      list.setChoosing(false)
    } catch (error) {
      toast.error(error)
    } finally {
      setBusy(undefined)
    }
  }
  return (
    <section className="qt-bulk" aria-label="对所选各行的操作">
      <b role="status">
        已选 {list.selectedRows.length} {measure}
      </b>
      {actions.map((action) => {
        const reason = action.reason?.(list.selectedRows)
        return (
          <Tooltip key={action.label} title={reason}>
            <Button
              danger={action.danger}
              disabled={
                reason !== undefined || list.selectedRows.length === 0 || (busy !== undefined && busy !== action.label)
              }
              loading={busy === action.label}
              onClick={() => void run(action)}
            >
              {action.label}
            </Button>
          </Tooltip>
        )
      })}
      <span className="qt-grow" />
      {list.choosing ? (
        <Button type="text" onClick={() => list.select(new Set(list.keys))}>
          全选
        </Button>
      ) : (
        <Button type="text" onClick={() => list.select(new Set())}>
          取消选择
        </Button>
      )}
    </section>
  )
}
