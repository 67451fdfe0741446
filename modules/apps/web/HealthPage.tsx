import { type Column, DataTable, type Filter, format, Light, Page } from '#ui'
import type { HealthRow } from '../contract.ts'
import { AppNav } from './AppNav.tsx'
import { apps } from './client.ts'
import { RegisteredPanel } from './RegisteredPanel.tsx'
import { Running } from './Running.tsx'
import './apps.css'

const lights = { up: ['ok', '正常'], down: ['over', '异常'], unknown: ['off', '未知'] } as const
/** Nobody asks after one that is suspended. */
const light = ({ health, state }: HealthRow) =>
  state === 'suspended' ? (
    <Light state="off">已停用</Light>
  ) : (
    <Light state={lights[health][0]}>{lights[health][1]}</Light>
  )

const columns: readonly Column<HealthRow>[] = [
  { key: 'name', title: '应用', render: (row) => row.name },
  { key: 'health', title: '健康', width: 96, render: light },
  { key: 'unit', title: '主管单位', width: 200, render: (row) => row.unitName },
  {
    key: 'latency',
    title: '答复用时',
    width: 104,
    align: 'right',
    render: (row) => (row.latency === null ? '—' : `${row.latency} 毫秒`),
  },
  {
    key: 'errors',
    title: '一天出错率',
    width: 112,
    align: 'right',
    render: (row) => (row.errorRate === null ? '—' : `${(row.errorRate * 100).toFixed(1)}%`),
  },
  { key: 'calls', title: '七天调用', width: 104, align: 'right', render: (row) => format.number(row.calls) },
  {
    key: 'last',
    title: '最近调用',
    width: 144,
    render: (row) => (row.lastCallAt ? format.moment(row.lastCallAt) : '没有调用过'),
  },
]
const days = [30, 90, 180].map((n) => ({ value: String(n), label: `${n} 天没有调用` }))
const filters: readonly Filter[] = [
  {
    name: 'health',
    label: '健康',
    kind: 'select',
    options: Object.entries(lights).map(([value, [, label]]) => ({ value, label })),
  },
  { name: 'idleDays', label: '僵尸应用', kind: 'select', options: days },
]

/** 应用运行监测: whether each application is well and used at all; nothing is counted by person. */
export function HealthPage() {
  return (
    <Page flush title="应用运行监测" sentence="每五分钟检查一次健康地址。只统计应用，不统计个人。" above={<AppNav />}>
      <DataTable
        id="apps.health"
        call={apps.health}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={columns}
        filters={filters}
        searchLabel="按名称找"
        measure="个"
        panel={(row, close) => (
          <RegisteredPanel id={row.id} name={row.name} close={close}>
            <Running id={row.id} />
          </RegisteredPanel>
        )}
        card={(row) => (
          <>
            <b>{row.name}</b>
            <p className="qt-row qt-small qt-second">
              {light(row)}
              {row.unitName}
            </p>
          </>
        )}
        empty={{ title: '没有符合条件的应用', detail: '上线的应用会在这里显示健康、用时和调用次数。' }}
      />
    </Page>
  )
}
