import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import type { FormHandle } from '#platform/forms/web'
import { Await, type Column, DataTable, type Filter, Page, SidePanel, Tag } from '#ui'
import type { InstanceRow } from '../../contract.ts'
import { CaseContent, CaseHistory, CaseStanding, useCase } from '../CaseParts.tsx'
import { CasesNav } from '../CasesNav.tsx'
import { cases } from '../client.ts'
import { byStatus, CaseCard, CaseState, columns } from '../columns.tsx'
import { AdminActs } from './AdminActs.tsx'
import { ProcessSelect } from './ProcessSelect.tsx'
import '../cases.css'

const who: readonly Column<InstanceRow>[] = [
  { key: 'starter', title: '发起人', width: 96, render: (row) => row.starterName },
  { key: 'unit', title: '单位', width: 200, render: (row) => row.unitName },
  { key: 'faulty', title: '异常', width: 96, render: (row) => (row.faulty ? <Tag tone="over">要处理</Tag> : '—') },
]
const byProcess: Filter = {
  name: 'process',
  label: '流程',
  kind: 'custom',
  render: (value, change) => <ProcessSelect value={value} onChange={change} />,
}
const byFault: Filter = {
  name: 'faulty',
  label: '异常',
  kind: 'select',
  options: [{ value: 'true', label: '停住的，要处理' }],
}

/** 管理办件: cases of the units in one's care, those that stopped among them; each is put right beside the list. */
export function AdministrationPage() {
  return (
    <Page
      flush
      watermark
      title="管理办件"
      sentence="本单位范围内的办件。点开一件，可以指定办理人、跳转、挂起、终止；停住的可以重试。"
      above={<CasesNav />}
    >
      <DataTable
        id="workflow.scoped"
        call={cases.scoped}
        rowKey={(row) => row.id}
        rowName={(row) => row.title}
        columns={[...columns, ...who]}
        filters={[byProcess, byStatus, byFault]}
        searchLabel="按标题找"
        measure="件"
        exportUrl={(query) => cases.exportScoped.url(query)}
        panel={(row, close) => <CasePanel key={row.id} row={row} close={close} />}
        card={(row) => <CaseCard row={row} who />}
        empty={{ title: '没有办件', detail: '本单位的人发起办件以后会出现在这里。' }}
      />
    </Page>
  )
}

function CasePanel({ row, close }: { row: InstanceRow; close: () => void }) {
  const query = useCase(row.id)
  const form = useRef<FormHandle>(null)
  return (
    <SidePanel title={row.title} onClose={close}>
      <Await query={query}>
        {(file) => (
          <div className="wf-beside">
            <p className="qt-row">
              <CaseState status={file.status} />
              {file.processName}，第 {file.version} 版
              <Link to="/cases/$id" params={{ id: file.id }}>
                打开整页
              </Link>
            </p>
            <CaseStanding file={file} level={3} />
            {file.can.administer && <AdminActs file={file} level={3} />}
            <CaseContent file={{ ...file, mine: null }} form={form} />
            <CaseHistory file={file} level={3} />
          </div>
        )}
      </Await>
    </SidePanel>
  )
}
