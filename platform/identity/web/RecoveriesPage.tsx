import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { type Column, ConfirmButton, DataTable, Facts, type Filter, format, Page, SidePanel, Tag } from '#ui'
import type { RecoveryRow } from '../contract.ts'
import { AccountsNav } from './AccountsNav.tsx'
import { identity } from './client.ts'
import { OpenRecovery } from './OpenRecovery.tsx'
import { PartDialog } from './PartDialog.tsx'
import './identity.css'

const states: Record<RecoveryRow['state'], [word: string, tone: 'plain' | 'primary' | 'ok' | 'warn' | 'over']> = {
  waiting: ['待批准', 'warn'],
  approved: ['待本人使用', 'primary'],
  used: ['已找回', 'ok'],
  refused: ['已否决', 'plain'],
  expired: ['已过期', 'plain'],
}
const stateTag = ({ state }: RecoveryRow) => <Tag tone={states[state][1]}>{states[state][0]}</Tag>

const columns: Column<RecoveryRow>[] = [
  { key: 'person', title: '为谁', width: 120, render: (row) => row.person },
  { key: 'unit', title: '单位', render: (row) => row.unit },
  { key: 'state', title: '进展', width: 112, render: stateTag },
  { key: 'openedBy', title: '发起人', width: 104, render: (row) => row.openedBy },
  { key: 'approvedBy', title: '批准人', width: 104, render: (row) => row.approvedBy ?? '—' },
  { key: 'openedAt', title: '发起时间', width: 152, render: (row) => format.moment(row.openedAt) },
]
const filters: Filter[] = [
  {
    name: 'state',
    label: '进展',
    kind: 'select',
    options: Object.entries(states).map(([value, [label]]) => ({ value, label })),
  },
]

/** 账号找回: one administrator opens it, another approves; each hands the person one part of the code. */
export function RecoveriesPage() {
  const [part, setPart] = useState<{ part: string; which: string }>()
  return (
    <Page
      flush
      title="账号找回"
      sentence="本人忘了口令或丢了手机时，一位管理员核实发起，另一位批准，各给一段找回码。"
      above={<AccountsNav />}
      actions={<OpenRecovery onOpened={(made) => setPart({ part: made, which: '第一段' })} />}
    >
      <DataTable
        id="recoveries"
        call={identity.recoveries}
        rowKey={(row) => row.id}
        rowName={(row) => `${row.person}的账号找回`}
        columns={columns}
        filters={filters}
        searchLabel="姓名或账号"
        empty={{ title: '还没有账号找回', detail: '有人忘记口令时，从右上角发起。' }}
        panel={(row, close) => (
          <SidePanel
            title={`${row.person}的账号找回`}
            onClose={close}
            actions={<Actions row={row} onApproved={(made) => setPart({ part: made, which: '第二段' })} />}
          >
            <Details row={row} />
          </SidePanel>
        )}
        card={(row) => (
          <>
            <b>{row.person}</b> {stateTag(row)}
            <p className="qt-small qt-second">{row.unit}</p>
            <p className="qt-small qt-quiet">
              {row.openedBy} {format.moment(row.openedAt)} 发起
            </p>
          </>
        )}
      />
      <PartDialog made={part} onClose={() => setPart(undefined)} />
    </Page>
  )
}

function Details({ row }: { row: RecoveryRow }) {
  const facts: [string, string][] = [
    ['账号', row.login],
    ['单位', row.unit],
    ['怎样核实的', row.reason],
    ['第二步验证', row.resetFactors ? '一并清除' : '保留'],
    ['发起', `${row.openedBy}，${format.moment(row.openedAt)}`],
    ['批准', row.approvedBy ?? '—'],
    ['有效到', format.moment(row.expiresAt)],
  ]
  return <Facts rows={facts} />
}

function Actions({ row, onApproved }: { row: RecoveryRow; onApproved: (part: string) => void }) {
  const approve = useCommand(identity.approveRecovery, { onSuccess: ({ part }) => onApproved(part) })
  const refuse = useCommand(identity.refuseRecovery)
  if (row.state !== 'waiting') return null
  const name = `${row.person}的账号找回`
  return (
    <div className="qt-row">
      <ConfirmButton
        verb="批准"
        name={name}
        consequence="批准后给您第二段找回码，请当面交给本人。请先向发起人和本人核实。"
        reason={row.can.approve ? undefined : '发起人和本人不能批准，须由另一位管理员批准'}
        onConfirm={() => approve.mutateAsync({ id: row.id })}
      />
      <ConfirmButton
        verb="否决"
        name={name}
        consequence="第一段找回码作废。"
        reason={row.can.refuse ? undefined : '不能办理自己的账号'}
        onConfirm={() => refuse.mutateAsync({ id: row.id })}
      />
    </div>
  )
}
