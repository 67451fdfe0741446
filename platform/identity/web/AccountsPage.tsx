import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery, createClient } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'
import { useUnits } from '#platform/directory/web'
import { type BulkAction, type Column, DataTable, type Filter, Page, UnitPicker, useCan } from '#ui'
import { type AccountRow, accountStates } from '../contract.ts'
import { AccountPanel } from './AccountPanel.tsx'
import { AccountsNav } from './AccountsNav.tsx'
import { AccountLight, partWords, placeOf } from './account-words.tsx'
import { identity } from './client.ts'
import { OpenManyDialog } from './OpenManyDialog.tsx'
import { useAccountCommands } from './use-account-commands.ts'
import './accounts.css'

const { unit } = createClient({ unit: directoryApi.unit })

function Under({ value, change }: { value: string; change: (value: string) => void }) {
  const units = useUnits()
  const found = useQuery({ ...apiQuery(unit, { id: value }), enabled: value !== '' })
  const chosen = value === '' ? [] : [{ id: value, name: found.data?.name ?? '所选单位' }]
  return (
    <div className="ac-under">
      <UnitPicker {...units} value={chosen} onChange={(next) => change(next[0]?.id ?? '')} />
    </div>
  )
}
const filters: Filter[] = [
  {
    name: 'under',
    label: '单位',
    kind: 'custom',
    render: (value, change) => <Under value={value} change={change} />,
  },
  {
    name: 'state',
    label: '账号',
    kind: 'select',
    options: Object.entries(accountStates).map(([value, label]) => ({ value, label })),
  },
]
const columns: Column<AccountRow>[] = [
  { key: 'name', title: '姓名', width: 120, render: (row) => row.name },
  { key: 'place', title: '单位', render: placeOf },
  { key: 'title', title: '职务', width: 144, optional: true, render: (row) => row.title },
  { key: 'state', title: '账号', width: 112, render: (row) => <AccountLight state={row.state} /> },
  { key: 'login', title: '登录名', width: 176, render: (row) => row.login ?? '—' },
  { key: 'part', title: '激活码', width: 296, render: partWords },
]

/** Only where something can be done for a selected row; the server leaves out the others and says how many. */
const where =
  (can: keyof AccountRow['can'], reason: string) =>
  (rows: readonly AccountRow[]): string | undefined =>
    rows.some((row) => row.can[can]) ? undefined : reason

/** 账号: who in the scope has an account, how it stands, and what is to be done. */
export function AccountsPage() {
  const can = useCan()
  const commands = useAccountCommands()
  const [many, setMany] = useState(false)
  const bulk: BulkAction<AccountRow>[] = [
    { label: '开通账号', reason: where('open', '所选人员都有账号'), run: commands.open },
    { label: '打印激活码', reason: where('tell', '所选人员都不在等待激活'), run: commands.print },
    { label: '短信发激活码', reason: where('tell', '所选人员都不在等待激活'), run: commands.send },
    { label: '撤回激活码', danger: true, reason: where('withdraw', '所选人员没有激活码'), run: commands.withdraw },
  ]
  return (
    <Page
      watermark
      flush
      title="账号"
      sentence="开通以后把激活码交给本人，本人自己设口令。一人一号，离职自动关闭。"
      above={<AccountsNav />}
      actions={
        can('identity:open') && (
          <Button type="primary" onClick={() => setMany(true)}>
            成批开通
          </Button>
        )
      }
    >
      <DataTable
        id="accounts"
        call={identity.accounts}
        rowKey={(row) => row.personId}
        rowName={(row) => row.name}
        columns={columns}
        filters={filters}
        searchLabel="姓名或登录名"
        measure="人"
        exportUrl={(query) => identity.exportAccounts.url(query)}
        bulk={can('identity:open') ? bulk : undefined}
        panel={(row, close) => <AccountPanel row={row} onClose={close} />}
        card={(row) => (
          <>
            <b>{row.name}</b> <AccountLight state={row.state} />
            <p className="qt-small qt-second">{placeOf(row)}</p>
            <p className="qt-small qt-quiet">{[row.login, partWords(row)].filter(Boolean).join('，')}</p>
          </>
        )}
        empty={{ title: '没有符合条件的人员', detail: '换一个单位或状态；还没有人员的，先在组织管理里新建或导入。' }}
      />
      {many && <OpenManyDialog onClose={() => setMany(false)} />}
    </Page>
  )
}
