import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type Column, DataTable, type Filter, format, Icon, Light, type LightState, Num, Page } from '#ui'
import { type ImportRun, importKinds, importStates } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { options } from './words.ts'

const lights: Record<ImportRun['state'], LightState> = {
  uploaded: 'warn',
  mapped: 'warn',
  checking: 'warn',
  checked: 'warn',
  applying: 'warn',
  done: 'ok',
  failed: 'over',
  cancelled: 'off',
}
export function ImportLight({ state }: { state: ImportRun['state'] }) {
  return <Light state={lights[state]}>{importStates[state]}</Light>
}

const columns: Column<ImportRun>[] = [
  { key: 'file', title: '文件', render: (row) => row.fileName },
  { key: 'kind', title: '内容', width: 80, render: (row) => importKinds[row.kind] },
  { key: 'unit', title: '单位', width: 200, render: (row) => row.unit.shortName },
  { key: 'state', title: '状态', width: 120, render: (row) => <ImportLight state={row.state} /> },
  {
    key: 'rows',
    title: '行数',
    width: 88,
    align: 'right',
    render: (row) => (row.total === null ? '—' : <Num value={row.total} />),
  },
  { key: 'faulty', title: '错误行', width: 88, align: 'right', render: (row) => <Num value={row.faulty} /> },
  { key: 'created', title: '上传时间', width: 144, render: (row) => format.moment(row.createdAt) },
]
const filters: Filter[] = [{ name: 'kind', label: '内容', kind: 'select', options: options(importKinds) }]

/** 导入: everything I have uploaded; any of it can be left and taken up again. */
export function ImportsPage() {
  const navigate = useNavigate()
  return (
    <Page
      flush
      title="导入"
      sentence="从表格导入人员或单位：先对应列、检查，再写入。中途可以离开，回来接着办。"
      above={<AdminNav />}
      actions={
        <Link to="/organization/imports/new">
          <Button type="primary" icon={<Icon name="upload" size={16} />}>
            上传表格
          </Button>
        </Link>
      }
    >
      <DataTable
        id="organization.imports"
        call={directory.imports}
        rowKey={(row) => row.id}
        rowName={(row) => row.fileName}
        columns={columns}
        filters={filters}
        measure="次"
        onOpen={(row) => void navigate({ to: '/organization/imports/$id', params: { id: row.id } })}
        card={(row) => (
          <>
            <b>{row.fileName}</b>
            <p className="qt-row qt-small qt-second">
              <ImportLight state={row.state} />
              {importKinds[row.kind]}，{format.moment(row.createdAt)}
            </p>
          </>
        )}
        empty={{ title: '还没有导入过', detail: '上传的表格保留 30 天，过后自动删除。' }}
      />
    </Page>
  )
}
