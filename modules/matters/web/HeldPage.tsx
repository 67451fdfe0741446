import { type Column, DataTable, Page, Tag } from '#ui'
import type { HeldDatum } from '../contract.ts'
import { matters } from './client.ts'
import { MattersNav } from './MattersNav.tsx'
import './matters.css'

const columns: readonly Column<HeldDatum>[] = [
  { key: 'name', title: '名称', render: (row) => row.name },
  { key: 'form', title: '形式', width: 88, render: (row) => <Tag>{row.form === 'licence' ? '证照' : '数据'}</Tag> },
  { key: 'names', title: '也叫', width: 260, render: (row) => row.names.join('、') },
  { key: 'holder', title: '持有单位', width: 240, render: (row) => row.holder.name },
  { key: 'basis', title: '依据', width: 260, render: (row) => row.basis },
]

/** What the government holds itself, so that no matter may ask for it. */
export function HeldPage() {
  return (
    <Page
      flush
      title="不得要求提供的证照和数据"
      sentence="这些由政府部门自己持有，任何事项都不能再向办事人要。"
      above={<MattersNav />}
    >
      <DataTable
        id="matters.held"
        call={matters.held}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={columns}
        searchLabel="按名称找"
        measure="种"
        empty={{ title: '还没有登记', detail: '登记以后，事项里同名的材料会标出不得要求提供。' }}
      />
    </Page>
  )
}
