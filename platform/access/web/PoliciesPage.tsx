import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type Column, DataTable, type Filter, format, Light, Page, useCan } from '#ui'
import type { PolicyVersion } from '../contract.ts'
import { AccessNav } from './AccessNav.tsx'
import { access } from './client.ts'
import { stateLights, states } from './words.ts'

const light = ({ state }: PolicyVersion) => <Light state={stateLights[state]}>{states[state]}</Light>
const person = (name: string | null, at: string | null) => (name && at ? `${name}，${format.moment(at)}` : '—')

const columns: Column<PolicyVersion>[] = [
  { key: 'no', title: '版本', width: 96, render: ({ no }) => `第 ${no} 版` },
  { key: 'state', title: '状态', width: 112, render: light },
  { key: 'note', title: '改了什么、为什么', render: ({ note }) => note },
  { key: 'policies', title: '条数', width: 72, align: 'right', render: ({ policies }) => policies },
  { key: 'proposed', title: '提出', width: 200, render: (row) => person(row.proposedBy, row.proposedAt) },
  { key: 'decided', title: '决定', width: 200, render: (row) => person(row.decidedBy, row.decidedAt) },
]
const filters: Filter[] = [
  {
    name: 'state',
    label: '状态',
    kind: 'select',
    options: Object.entries(states).map(([value, label]) => ({ value, label })),
  },
]

/** 访问策略: its versions; one is in force. */
export function PoliciesPage() {
  const navigate = useNavigate()
  const can = useCan()
  const propose = can('access:propose')
  return (
    <Page
      flush
      title="访问策略"
      sentence="有权限的人从哪里、用什么设备、在什么时候可以访问。系统管理员提出，安全管理员批准后一秒内生效。"
      above={<AccessNav />}
      actions={
        propose && (
          <Button type="primary" onClick={() => void navigate({ to: '/access/new' })}>
            提出新版本
          </Button>
        )
      }
    >
      <DataTable
        id="access.versions"
        call={access.versions}
        rowKey={({ id }) => id}
        rowName={({ no }) => `第 ${no} 版`}
        columns={columns}
        filters={filters}
        measure="版"
        empty={{ title: '没有这样的版本' }}
        onOpen={({ id }) => void navigate({ to: '/access/$id', params: { id } })}
        card={(row) => (
          <>
            <b>
              第 {row.no} 版　{row.note}
            </b>
            <p className="qt-row qt-small qt-second">
              {light(row)}
              {person(row.proposedBy, row.proposedAt)}
            </p>
          </>
        )}
      />
    </Page>
  )
}
