import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { type Filter, UnitPicker } from '#ui'
import { directory } from '../client.ts'
import { useUnitSource } from './use-pickers.ts'

function Under({ value, change }: { value: string; change: (value: string) => void }) {
  const source = useUnitSource()
  const unit = useQuery({ ...apiQuery(directory.adminUnit, { id: value }), enabled: value !== '' })
  const chosen = value === '' ? [] : [{ id: value, name: unit.data?.name ?? '所选单位' }]
  return (
    <div className="oa-under">
      <UnitPicker {...source} value={chosen} onChange={(next) => change(next[0]?.id ?? '')} />
    </div>
  )
}

/** Only what lies under one unit. */
export const underFilter: Filter = {
  name: 'under',
  label: '单位',
  kind: 'custom',
  render: (value, change) => <Under value={value} change={change} />,
}
