import { type Column, DataTable, type Filter, format, Page } from '#ui'
import { type WebhookHealth, webhookStates } from '../contract.ts'
import { AppNav } from './AppNav.tsx'
import { apps } from './client.ts'
import { RegisteredPanel } from './RegisteredPanel.tsx'
import { WebhookLight } from './WebhookLight.tsx'
import './apps.css'

const columns: readonly Column<WebhookHealth>[] = [
  { key: 'name', title: '应用', render: (row) => row.name },
  { key: 'state', title: '送达', width: 200, render: (row) => <WebhookLight {...row} /> },
  { key: 'url', title: '接收地址', width: 260, render: (row) => row.url },
  { key: 'waiting', title: '待送达', width: 88, align: 'right', render: (row) => format.number(row.waiting) },
  { key: 'dead', title: '未送达', width: 88, align: 'right', render: (row) => format.number(row.dead) },
  { key: 'last', title: '最近送达', width: 144, render: (row) => (row.lastOkAt ? format.moment(row.lastOkAt) : '—') },
  { key: 'unit', title: '主管单位', width: 200, optional: true, render: (row) => row.unitName },
]
const filters: readonly Filter[] = [
  {
    name: 'state',
    label: '状态',
    kind: 'select',
    options: Object.entries(webhookStates).map(([value, label]) => ({ value, label })),
  },
  { name: 'failing', label: '送不到的', kind: 'select', options: [{ value: 'true', label: '正送不到的' }] },
]

/** 事件送达: how the deliveries of every application fare, for whoever keeps the platform running. */
export function WebhookHealthPage() {
  return (
    <Page
      flush
      title="事件送达"
      sentence="各应用的订阅送得到、送不到；内容只有应用自己看得到。送不到的请联系主管单位。"
      above={<AppNav />}
    >
      <DataTable
        id="apps.webhook-health"
        call={apps.webhookHealth}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={columns}
        filters={filters}
        searchLabel="按应用名称找"
        measure="个"
        panel={(row, close) => <RegisteredPanel id={row.applicationId} name={row.name} close={close} />}
        card={(row) => (
          <>
            <b>{row.name}</b>
            <p className="qt-row qt-small qt-second">
              <WebhookLight {...row} />
              未送达 {format.number(row.dead)} 条
            </p>
          </>
        )}
        empty={{ title: '还没有应用订阅事件', detail: '应用的主管单位在“应用登记”里订阅。' }}
      />
    </Page>
  )
}
