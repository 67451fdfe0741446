import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type Column, DataTable, type Filter, format, Icon, Page } from '#ui'
import { type AppRow, appStates, categories, protectionLevels } from '../contract.ts'
import { AppNav } from './AppNav.tsx'
import { apps } from './client.ts'
import { RegisteredPanel } from './RegisteredPanel.tsx'
import { StateTag } from './StateTag.tsx'
import './apps.css'

export const columns: readonly Column<AppRow>[] = [
  { key: 'name', title: '应用', render: (row) => row.name },
  { key: 'state', title: '状态', width: 168, render: (row) => <StateTag {...row} /> },
  { key: 'unit', title: '主管单位', width: 220, render: (row) => row.unitName },
  { key: 'category', title: '类别', width: 96, render: (row) => categories[row.category] },
  {
    key: 'level',
    title: '等保级别',
    width: 96,
    render: (row) => protectionLevels[row.protectionLevel as keyof typeof protectionLevels],
  },
  { key: 'updated', title: '修改时间', width: 144, optional: true, render: (row) => format.moment(row.updatedAt) },
]
const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
export const filters: readonly Filter[] = [
  { name: 'state', label: '状态', kind: 'select', options: options(appStates) },
  { name: 'category', label: '类别', kind: 'select', options: options(categories) },
]
export const card = (row: AppRow) => (
  <>
    <b>{row.name}</b>
    <p className="qt-row qt-small qt-second">
      <StateTag {...row} />
      {row.unitName}
    </p>
  </>
)

/** 应用登记: what the unit runs and connects. */
export function ManagePage() {
  return (
    <Page
      flush
      title="应用登记"
      sentence="登记、检测、送审，批准后上线；上线后的变更也走这几步，批准前照旧运行。"
      above={<AppNav />}
      actions={
        <>
          <Link to="/apps/guide">
            <Button>接入指南</Button>
          </Link>
          <Link to="/apps/manage/new">
            <Button type="primary" icon={<Icon name="plus" size={16} />}>
              登记应用
            </Button>
          </Link>
        </>
      }
    >
      <DataTable
        id="apps.managed"
        call={apps.managed}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={columns}
        filters={filters}
        searchLabel="按名称或单位找"
        measure="个"
        panel={(row, close) => <RegisteredPanel id={row.id} name={row.name} close={close} />}
        card={card}
        empty={{ title: '还没有登记应用', detail: '登记后，本单位的系统就能用齐通登录、读通讯录、推送待办。' }}
      />
    </Page>
  )
}
