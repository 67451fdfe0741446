import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import {
  type Column,
  DataTable,
  Facts,
  type Filter,
  format,
  Icon,
  Light,
  Page,
  ReasonButton,
  SidePanel,
  toast,
  useCan,
} from '#ui'
import { type GrantRow, grantStates } from '../contract.ts'
import { identity } from './client.ts'
import { GrantsNav } from './GrantsNav.tsx'
import './identity.css'

const lights = { current: 'ok', future: 'warn', past: 'off' } as const
const days = (row: GrantRow): string =>
  `${format.day(row.validFrom)} 起${row.validTo ? `，到 ${format.day(row.validTo)} 前` : ''}`

const columns: Column<GrantRow>[] = [
  { key: 'person', title: '谁', width: 120, render: (row) => row.personName },
  { key: 'role', title: '角色', width: 128, render: (row) => row.roleTitle },
  { key: 'scope', title: '范围', render: (row) => row.scopeLabel },
  {
    key: 'state',
    title: '状态',
    width: 112,
    render: (row) => <Light state={lights[row.state]}>{grantStates[row.state]}</Light>,
  },
  { key: 'days', title: '期限', width: 232, render: days },
  { key: 'unit', title: '任职单位', width: 176, optional: true, render: (row) => row.unitName ?? '—' },
]

/** 授权: who holds which role where, since when and by whom. */
export function GrantsPage() {
  const can = useCan()
  const roles = useQuery(apiQuery(identity.roles))
  const filters: Filter[] = [
    {
      name: 'state',
      label: '状态',
      kind: 'select',
      options: Object.entries(grantStates).map(([value, label]) => ({ value, label })),
    },
    {
      name: 'role',
      label: '角色',
      kind: 'select',
      options: (roles.data?.rows ?? []).map(({ name, title }) => ({ value: name, label: title })),
    },
  ]
  const verb = can('grant:give') ? '授予角色' : '提出授权'
  return (
    <Page
      flush
      title="授权"
      sentence="谁在什么范围有什么角色。工作人员在本单位的权限随任职而来，不在这里。"
      above={<GrantsNav />}
      actions={
        (can('grant:give') || can('grant:propose')) && (
          <Link to="/grants/new">
            <Button type="primary" icon={<Icon name="plus" size={16} />}>
              {verb}
            </Button>
          </Link>
        )
      }
    >
      <DataTable
        id="grants"
        call={identity.grants}
        rowKey={(row) => row.id}
        rowName={(row) => `${row.personName}，${row.roleTitle}`}
        columns={columns}
        filters={filters}
        searchLabel="姓名"
        measure="项"
        empty={{ title: '没有授权', detail: '授予角色以后，会列在这里。' }}
        panel={(row, close) => <GrantPanel row={row} onClose={close} />}
        card={(row) => (
          <>
            <b>
              {row.personName}，{row.roleTitle}
            </b>
            <p className="qt-small qt-second">{row.scopeLabel}</p>
            <p className="qt-small qt-quiet">
              {grantStates[row.state]}，{days(row)}
            </p>
          </>
        )}
      />
    </Page>
  )
}

function GrantPanel({ row, onClose }: { row: GrantRow; onClose: () => void }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['谁', row.personName],
    ['任职单位', row.unitName],
    ['角色', row.roleTitle],
    ['范围', row.scopeLabel],
    ['期限', days(row)],
    ['提出', row.proposedByName],
    [row.proposedByName ? '批准' : '授予', row.grantedByName],
    ['时间', format.moment(row.grantedAt)],
    ['撤销', row.endedByName],
  ]
  return (
    <SidePanel title={`${row.personName}：${row.roleTitle}`} onClose={onClose} actions={<RevokeGrant row={row} />}>
      <Facts rows={facts} />
      {row.personId && (
        <p className="qt-small qt-block">
          <Link to="/grants" search={{ q: row.personName }}>
            {row.personName}的全部授权
          </Link>
        </p>
      )}
    </SidePanel>
  )
}

/** The three administrators go as they came: by proposal and approval. */
function RevokeGrant({ row }: { row: GrantRow }) {
  const can = useCan()
  const revoke = useCommand(identity.revokeGrant)
  const propose = useCommand(identity.proposeRevoke)
  const name = `${row.personName}的${row.roleTitle}`
  if (row.state === 'past') return null
  if (row.administrator)
    return can('grant:propose') ? (
      <ReasonButton
        verb="提出撤销"
        name={name}
        label="撤销的理由"
        least={2}
        most={500}
        onConfirm={async (reason) => {
          await propose.mutateAsync({ id: row.id, reason })
          toast.done('已提出，等安全管理员批准')
        }}
      />
    ) : null
  return can('grant:revoke') ? (
    <ReasonButton
      verb="撤销"
      name={name}
      label="撤销的理由"
      least={2}
      most={500}
      onConfirm={(reason) => revoke.mutateAsync({ id: row.id, reason })}
    />
  ) : null
}
