import { useNavigate } from '@tanstack/react-router'
import { type Column, DataTable, type Filter, Page, Tag } from '#ui'
import type { InstanceRow } from '../contract.ts'
import { CasesNav } from './CasesNav.tsx'
import { cases } from './client.ts'
import { byStatus, CaseCard, columns } from './columns.tsx'

const who: readonly Column<InstanceRow>[] = [
  { key: 'starter', title: '发起人', width: 96, render: (row) => row.starterName },
  { key: 'unit', title: '单位', width: 200, render: (row) => row.unitName },
  { key: 'faulty', title: '异常', width: 96, render: (row) => (row.faulty ? <Tag tone="over">要处理</Tag> : '—') },
]
const byFault: Filter = {
  name: 'faulty',
  label: '异常',
  kind: 'select',
  options: [{ value: 'true', label: '要处理的' }],
}

/** 管理办件: cases of the units in one's care, those that stopped among them. */
export function AdministrationPage() {
  const navigate = useNavigate()
  return (
    <Page
      flush
      title="管理办件"
      sentence="本单位范围内的办件。停住的办件可以指定办理人、跳转或重试。"
      above={<CasesNav />}
    >
      <DataTable
        id="workflow.scoped"
        call={cases.scoped}
        rowKey={(row) => row.id}
        rowName={(row) => row.title}
        columns={[...columns, ...who]}
        filters={[byStatus, byFault]}
        searchLabel="按标题找"
        measure="件"
        onOpen={(row) => void navigate({ to: '/cases/$id', params: { id: row.id } })}
        card={(row) => <CaseCard row={row} who />}
        empty={{ title: '没有办件', detail: '本单位的人发起办件以后会出现在这里。' }}
      />
    </Page>
  )
}
