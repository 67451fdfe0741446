import { useNavigate } from '@tanstack/react-router'
import { type Column, DataTable, type Filter, format, Page, Tag } from '#ui'
import { type CaseRow, type CaseState, caseStates } from '../contract.ts'
import { matters } from './client.ts'
import { ServicesNav } from './ServicesNav.tsx'
import './matters.css'

const tones = {
  submitted: 'primary',
  supplement: 'warn',
  handling: 'primary',
  done: 'ok',
  refused: 'over',
  withdrawn: 'plain',
  failed: 'over',
} as const
export const CaseTag = ({ state }: { state: CaseState }) => <Tag tone={tones[state]}>{caseStates[state]}</Tag>

const columns: readonly Column<CaseRow>[] = [
  { key: 'name', title: '事项', render: (row) => row.name },
  { key: 'state', title: '状态', width: 96, render: (row) => <CaseTag state={row.state} /> },
  { key: 'unit', title: '办理单位', width: 220, render: (row) => (row.bundle ? '几个单位一起办' : row.unit.name) },
  { key: 'due', title: '承诺办结', width: 112, render: (row) => (row.dueOn ? format.day(row.dueOn) : '—') },
  { key: 'at', title: '提交时间', width: 144, render: (row) => format.moment(row.submittedAt) },
  { key: 'number', title: '编号', width: 200, optional: true, render: (row) => row.number },
]
const withApplicant: readonly Column<CaseRow>[] = [
  ...columns.slice(0, 2),
  { key: 'applicant', title: '申请人', width: 220, render: (row) => `${row.applicantName}，${row.applicantUnit}` },
  ...columns.slice(3),
]
const byState: Filter = {
  name: 'state',
  label: '状态',
  kind: 'select',
  options: Object.entries(caseStates).map(([value, label]) => ({ value, label })),
}
const card = (row: CaseRow) => (
  <>
    <b>{row.name}</b>
    <p className="qt-row qt-small qt-second">
      <CaseTag state={row.state} />
      {row.unit.name}，{format.moment(row.submittedAt)}
    </p>
  </>
)
function useOpen() {
  const navigate = useNavigate()
  return (row: CaseRow) => void navigate({ to: '/services/cases/$id', params: { id: row.id } })
}

/** 我的办件: what one applied for, with its progress. */
export function MyCasesPage() {
  const open = useOpen()
  return (
    <Page flush title="我的办件" sentence="申请过的事，办到哪一步随时能看到。" above={<ServicesNav />}>
      <DataTable
        id="matters.cases"
        call={matters.cases}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={columns}
        filters={[byState]}
        measure="件"
        onOpen={open}
        card={card}
        empty={{ title: '还没有申请过', detail: '到“找事项”里找到要办的事，选“申请”。' }}
      />
    </Page>
  )
}

/** 待我办理: the same as in the to-do centre, with what was handed in. */
export function ToHandlePage() {
  const open = useOpen()
  return (
    <Page
      flush
      title="待我办理的办件"
      sentence="与“待办”里的是同一批，这里能看到申请表和材料。"
      above={<ServicesNav />}
    >
      <DataTable
        id="matters.to-handle"
        call={matters.toHandle}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={withApplicant}
        measure="件"
        onOpen={open}
        card={card}
        empty={{ title: '没有等您办理的', detail: '分给您受理、审批的办件会出现在这里。' }}
      />
    </Page>
  )
}

export function ComplaintsPage() {
  const open = useOpen()
  return (
    <Page flush title="投诉" sentence="对您管理范围内的单位的投诉，还没有答复的。" above={<ServicesNav />}>
      <DataTable
        id="matters.complaints"
        call={matters.complaints}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={[...withApplicant.slice(0, 3), { key: 'text', title: '投诉', render: (row) => row.text }]}
        measure="件"
        onOpen={open}
        card={card}
        empty={{ title: '没有待答复的投诉' }}
      />
    </Page>
  )
}
