import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Progress } from 'antd'
import { useEffect } from 'react'
import { apiQuery, useCommand, useRealtime } from '#kernel/web'
import {
  type Column,
  ConfirmButton,
  DataTable,
  Facts,
  format,
  Light,
  type LightState,
  Page,
  SidePanel,
  useCan,
} from '#ui'
import { type OpeningRow, openingStates, tellings } from '../contract.ts'
import { AccountsNav } from './AccountsNav.tsx'
import { identity } from './client.ts'

const lights: Record<OpeningRow['state'], LightState> = { running: 'warn', done: 'ok', stopped: 'off', failed: 'over' }
const StateLight = ({ state }: Pick<OpeningRow, 'state'>) => <Light state={lights[state]}>{openingStates[state]}</Light>
const progress = ({ opened, total }: OpeningRow): string =>
  total === null ? '正在清点' : `${format.number(opened)} / ${format.number(total)} 人`

const columns: Column<OpeningRow>[] = [
  { key: 'unit', title: '单位', render: (row) => row.unit.name },
  { key: 'state', title: '进展', width: 112, render: (row) => <StateLight state={row.state} /> },
  { key: 'opened', title: '已开通', width: 144, render: progress },
  { key: 'tell', title: '激活码', width: 120, render: (row) => tellings[row.tell] },
  { key: 'by', title: '发起人', width: 104, render: (row) => row.by },
  { key: 'at', title: '发起时间', width: 152, render: (row) => format.moment(row.createdAt) },
]

/** 成批开通: what was begun, and how far it is; it goes on whether or not somebody looks. */
export function OpeningsPage() {
  const queries = useQueryClient()
  useRealtime('identity.opening', () => void queries.invalidateQueries({ queryKey: ['accounts'] }))
  return (
    <Page
      flush
      title="成批开通"
      sentence="从“账号”页发起，在后台办理，可以离开。停止以后已开通的保留，再发起一次就接着办。"
      above={<AccountsNav />}
    >
      <DataTable
        id="accounts.openings"
        call={identity.openings}
        rowKey={(row) => row.id}
        rowName={(row) => row.unit.name}
        columns={columns}
        measure="次"
        panel={(row, close) => <Opening key={row.id} begun={row} onClose={close} />}
        card={(row) => (
          <>
            <b>{row.unit.name}</b> <StateLight state={row.state} />
            <p className="qt-small qt-second">
              {progress(row)}，{row.by} {format.moment(row.createdAt)} 发起
            </p>
          </>
        )}
        empty={{ title: '还没有成批开通过', detail: '在“账号”页选一个单位，为没有账号的人一次开通。' }}
      />
    </Page>
  )
}

const AGAIN_MS = 2000

function Opening({ begun, onClose }: { begun: OpeningRow; onClose: () => void }) {
  const can = useCan()
  const queries = useQueryClient()
  const asked = useQuery({
    ...apiQuery(identity.opening, { id: begun.id }),
    initialData: begun,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? AGAIN_MS : false),
  })
  const row = asked.data
  const stop = useCommand(identity.stopOpening)
  // the list knows less than this pane does
  useEffect(() => {
    if (row.state !== begun.state) void queries.invalidateQueries({ queryKey: identity.openings.key })
  }, [row.state, begun.state, queries])
  const facts: readonly (readonly [string, string | null])[] = [
    ['已开通', progress(row)],
    ['激活码', tellings[row.tell]],
    ['发起', `${row.by}，${format.moment(row.createdAt)}`],
    ['最近进展', format.moment(row.updatedAt)],
    ['没有办完', row.message],
  ]
  const percent = row.total ? Math.min(100, Math.floor((row.opened / row.total) * 100)) : row.state === 'done' ? 100 : 0
  return (
    <SidePanel
      title={row.unit.name}
      onClose={onClose}
      actions={
        row.state === 'running' &&
        can('identity:open') && (
          <ConfirmButton
            verb="停止"
            name={`${row.unit.name}的成批开通`}
            consequence="已开通的保留，以后再发起一次就接着办。"
            onConfirm={() => stop.mutateAsync({ id: row.id })}
          />
        )
      }
    >
      <p className="qt-block" role="status">
        <StateLight state={row.state} />
      </p>
      <Progress percent={percent} aria-label="已开通" />
      <Facts rows={facts} />
      <p className="qt-small qt-block">
        <Link to="/accounts" search={{ under: row.unit.id, state: 'opened' }}>
          看其中等待激活的人
        </Link>
      </p>
    </SidePanel>
  )
}
