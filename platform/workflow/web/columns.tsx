import { type Column, type Filter, format, Tag } from '#ui'
import { type InstanceRow, instanceStates } from '../contract.ts'

const tones = { running: 'primary', suspended: 'warn', completed: 'ok', terminated: 'plain' } as const

export const CaseState = ({ status }: Pick<InstanceRow, 'status'>) => (
  <Tag tone={tones[status]}>{instanceStates[status]}</Tag>
)

export const stepsOf = (row: InstanceRow): string => row.steps.join('、') || '—'

export const columns: readonly Column<InstanceRow>[] = [
  { key: 'title', title: '标题', render: (row) => row.title },
  { key: 'process', title: '流程', width: 180, render: (row) => row.processName },
  { key: 'status', title: '状态', width: 96, render: (row) => <CaseState status={row.status} /> },
  { key: 'steps', title: '现在的环节', width: 200, render: stepsOf },
  { key: 'started', title: '发起时间', width: 144, render: (row) => format.moment(row.startedAt) },
  {
    key: 'ended',
    title: '办结时间',
    width: 144,
    optional: true,
    render: (row) => (row.endedAt ? format.moment(row.endedAt) : '—'),
  },
]

export const byStatus: Filter = {
  name: 'status',
  label: '状态',
  kind: 'select',
  options: Object.entries(instanceStates).map(([value, label]) => ({ value, label })),
}

export const CaseCard = ({ row, who }: { row: InstanceRow; who?: boolean }) => (
  <>
    <b>{row.title}</b>
    <p className="qt-row qt-small qt-second">
      <CaseState status={row.status} />
      {who ? `${row.starterName}，${row.unitName}` : row.processName}
    </p>
    <p className="qt-small qt-quiet">
      {stepsOf(row)}，{format.moment(row.startedAt)}
    </p>
  </>
)
