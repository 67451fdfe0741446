import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { BATCH, type Task } from '../contract.ts'
import { BatchDialog } from './BatchDialog.tsx'
import { type Common, commonOf } from './batch.ts'
import { tasks } from './client.ts'

interface Props {
  /** what the list shows */
  rows: readonly Task[]
  chosen: ReadonlySet<string>
  setChosen: (ids: ReadonlySet<string>) => void
}

/** One outcome to many: only what every chosen task offers can be given to them together. */
export function BatchBar({ rows, chosen, setChosen }: Props) {
  const shown = rows.filter(({ id }) => chosen.has(id)).slice(0, BATCH)
  const ids = shown.map(({ id }) => id).sort()
  const offered = useQuery({ ...apiQuery(tasks.choices, { ids }), enabled: ids.length > 0 })
  const [asked, setAsked] = useState<Common>()
  const common = offered.data ? commonOf(ids, offered.data.rows) : []
  const most = Math.min(rows.length, BATCH)
  return (
    <div className="tk-bulk">
      <div className="line">
        <Checkbox
          checked={shown.length > 0 && shown.length === most}
          indeterminate={shown.length > 0 && shown.length < most}
          onChange={() => setChosen(new Set(shown.length === most ? [] : rows.slice(0, BATCH).map(({ id }) => id)))}
        >
          {shown.length === 0 ? '全选' : `已选 ${shown.length} 件`}
        </Checkbox>
        {shown.length > 0 &&
          common.map((choice) => (
            <Button key={choice.name} size="small" danger={choice.kind === 'return'} onClick={() => setAsked(choice)}>
              {choice.name}
            </Button>
          ))}
      </div>
      {shown.length > 0 && offered.isSuccess && common.length === 0 && (
        <p className="qt-small qt-quiet">所选的待办没有相同的办理结果。请一件一件办，或只选同一类。</p>
      )}
      {asked && (
        <BatchDialog choice={asked} rows={shown} close={() => setAsked(undefined)} done={() => setChosen(new Set())} />
      )}
    </div>
  )
}
