import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { cases } from '../client.ts'

interface Props {
  id?: string
  value: string
  onChange: (key: string) => void
  placeholder?: string
}
/** One of the processes the administrator's units use, by name. */
export function ProcessSelect({ id, value, onChange, placeholder = '全部流程' }: Props) {
  const [q, setQ] = useState('')
  const query = useQuery({
    ...apiQuery(cases.administeredProcesses, q ? { q } : {}),
    placeholderData: keepPreviousData,
  })
  const rows = query.data?.rows ?? []
  return (
    <Select
      id={id}
      aria-label="流程"
      className="wf-processselect"
      allowClear
      showSearch={{ filterOption: false, onSearch: setQ }}
      placeholder={placeholder}
      loading={query.isPending}
      value={value || undefined}
      options={rows.map(({ key, name, unitName }) => ({ value: key, label: `${name}（${unitName}）` }))}
      notFoundContent="没有这个名称的流程。"
      onChange={(next?: string) => onChange(next ?? '')}
    />
  )
}
