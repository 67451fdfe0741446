import { Button } from 'antd'
import { useCommand } from '#kernel/web'
import {
  type Column,
  ConfirmButton,
  DataTable,
  Facts,
  type Filter,
  format,
  Light,
  Page,
  ReasonButton,
  SidePanel,
  toast,
} from '#ui'
import { type ProposalRow, proposalStates } from '../contract.ts'
import { identity } from './client.ts'
import { GrantsNav } from './GrantsNav.tsx'
import './identity.css'

const lights = { open: 'warn', approved: 'ok', refused: 'over', withdrawn: 'off' } as const
const light = ({ state }: ProposalRow) => <Light state={lights[state]}>{proposalStates[state]}</Light>

const columns: Column<ProposalRow>[] = [
  { key: 'title', title: '提请', render: (row) => row.title },
  { key: 'state', title: '状态', width: 104, render: light },
  { key: 'texts', title: '内容', render: (row) => row.texts.join('；') },
  { key: 'by', title: '提出', width: 104, render: (row) => row.proposedByName },
  { key: 'at', title: '时间', width: 144, render: (row) => format.moment(row.proposedAt) },
]
const filters: Filter[] = [
  {
    name: 'state',
    label: '状态',
    kind: 'select',
    options: Object.entries(proposalStates).map(([value, label]) => ({ value, label })),
  },
]

/** 提请与审批: what the system administrator proposes takes effect when the security administrator approves. */
export function GrantsProposalsPage() {
  return (
    <Page
      flush
      title="提请与审批"
      sentence="系统管理员提出，安全管理员批准后才生效；谁都不批准自己提出的和给自己的。"
      above={<GrantsNav />}
    >
      <DataTable
        id="grants.proposals"
        call={identity.proposals}
        rowKey={(row) => row.id}
        rowName={(row) => row.title}
        columns={columns}
        filters={filters}
        searchLabel="姓名、角色"
        measure="份"
        empty={{ title: '没有提请', detail: '系统管理员提出授权或角色变更以后，会列在这里。' }}
        panel={(row, close) => (
          <SidePanel title={row.title} onClose={close} actions={<Decide row={row} />}>
            <ProposalFacts row={row} />
          </SidePanel>
        )}
        card={(row) => (
          <>
            <b>{row.title}</b>
            <p className="qt-row qt-small qt-second">
              {light(row)}
              {row.proposedByName}，{format.moment(row.proposedAt)}
            </p>
            <p className="qt-small qt-quiet">{row.texts.join('；')}</p>
          </>
        )}
      />
    </Page>
  )
}

function ProposalFacts({ row }: { row: ProposalRow }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['状态', proposalStates[row.state]],
    ['内容', row.texts.join('；')],
    ['理由', row.reason],
    ['提出', `${row.proposedByName}，${format.moment(row.proposedAt)}`],
    ['决定', row.decidedByName && `${row.decidedByName}，${format.moment(row.decidedAt!)}`],
    ['说明', row.note],
  ]
  return (
    <>
      <Facts rows={facts} />
      {row.blocked && <p className="qt-small qt-block">{row.blocked}</p>}
    </>
  )
}

function Decide({ row }: { row: ProposalRow }) {
  const approve = useCommand(identity.approveProposal, {
    invalidates: [identity.proposals, identity.grants, identity.roles],
  })
  const refuse = useCommand(identity.refuseProposal)
  const withdraw = useCommand(identity.withdrawProposal)
  return (
    <div className="qt-row">
      {row.can.approve && (
        <>
          <Button
            type="primary"
            loading={approve.isPending}
            onClick={() =>
              approve.mutate({ id: row.id }, { onSuccess: () => toast.done(`已批准：${row.title}，马上生效`) })
            }
          >
            批准
          </Button>
          <ReasonButton
            verb="不批准"
            name={row.title}
            label="不批准的理由"
            least={2}
            most={500}
            onConfirm={(note) => refuse.mutateAsync({ id: row.id, note })}
          />
        </>
      )}
      {row.can.withdraw && (
        <ConfirmButton
          verb="撤回"
          name={row.title}
          consequence="撤回后可以重新提出。"
          onConfirm={() => withdraw.mutateAsync({ id: row.id })}
        />
      )}
    </div>
  )
}
