import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '#kernel/web'
import { type Column, DataTable, type Filter, format, Page, toast } from '#ui'
import { layers, openStates, versionStates, type WorkRow } from '../contract.ts'
import { matters } from './client.ts'
import { MattersNav } from './MattersNav.tsx'
import { Score, VersionTag } from './marks.tsx'
import './matters.css'

const columns: readonly Column<WorkRow>[] = [
  { key: 'name', title: '名称', render: (row) => row.name },
  { key: 'state', title: '状态', width: 96, render: (row) => <VersionTag state={row.version.state} /> },
  { key: 'layer', title: '层次', width: 112, render: (row) => layers[row.layer] },
  { key: 'unit', title: '单位', width: 220, render: (row) => row.unit.name },
  { key: 'score', title: '完整程度', width: 120, render: (row) => <Score value={row.completeness} /> },
  { key: 'author', title: '编制人', width: 96, render: (row) => row.version.authorName },
  { key: 'updated', title: '修改时间', width: 144, render: (row) => format.moment(row.version.updatedAt) },
]
const byState: Filter = {
  name: 'state',
  label: '状态',
  kind: 'select',
  options: openStates.map((value) => ({ value, label: versionStates[value] })),
}
const card = (row: WorkRow) => (
  <>
    <b>{row.name}</b>
    <p className="qt-row qt-small qt-second">
      <VersionTag state={row.version.state} />
      {row.unit.name}，{row.version.authorName}
    </p>
  </>
)

function useOpen() {
  const navigate = useNavigate()
  return (row: WorkRow) => {
    const params = { id: row.id, versionId: row.version.id }
    const changing = row.version.state === 'draft' || row.version.state === 'returned'
    const edit = changing && row.version.purpose === 'edit'
    void navigate({ to: edit ? '/matters/$id/versions/$versionId/edit' : '/matters/$id/versions/$versionId', params })
  }
}

/** 编制中: versions on their way in one's units. */
export function WorkPage() {
  const open = useOpen()
  return (
    <Page flush title="编制中的事项" sentence="您管理的单位里还没有发布的版本。" above={<MattersNav />}>
      <DataTable
        id="matters.work"
        call={matters.work}
        rowKey={(row) => row.version.id}
        rowName={(row) => row.name}
        columns={columns}
        filters={[byState]}
        searchLabel="按名称找"
        measure="项"
        onOpen={open}
        card={card}
        empty={{ title: '没有编制中的事项', detail: '认领或修订一项，就会出现在这里。' }}
      />
    </Page>
  )
}

/** 待审核: what somebody else sent. */
export function ReviewPage() {
  const open = useOpen()
  const approve = useCommand(matters.bulkApprove, {
    onSuccess: ({ approved, refused }) =>
      refused.length === 0
        ? toast.done(`已通过 ${approved} 项。`)
        : toast.failed(`通过 ${approved} 项，另有 ${refused.length} 项没有通过：${refused[0]?.reason}`),
  })
  const approveAll = (rows: readonly WorkRow[]) => approve.mutateAsync({ ids: rows.map(({ version }) => version.id) })
  return (
    <Page flush title="待审核的事项" sentence="送审的人不能自己审核，由另一人通过或退回。" above={<MattersNav />}>
      <DataTable
        id="matters.queue"
        call={matters.queue}
        rowKey={(row) => row.version.id}
        rowName={(row) => row.name}
        columns={columns}
        measure="项"
        onOpen={open}
        card={card}
        bulk={[{ label: '审核通过', run: approveAll }]}
        empty={{ title: '没有待审核的事项', detail: '单位送审的事项会出现在这里。' }}
      />
    </Page>
  )
}
