import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { DataTable, Icon, Page } from '#ui'
import { CasesNav } from './CasesNav.tsx'
import { cases } from './client.ts'
import { byStatus, CaseCard, columns } from './columns.tsx'

/** 我发起的: every case one started, and where it is now. */
export function CasesPage() {
  const navigate = useNavigate()
  return (
    <Page
      flush
      title="办件"
      sentence="您发起的事项都在这里，点开可以看到办到哪一步、谁在办。"
      above={<CasesNav />}
      actions={
        <Link to="/cases/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            发起办件
          </Button>
        </Link>
      }
    >
      <DataTable
        id="workflow.mine"
        call={cases.mine}
        rowKey={(row) => row.id}
        rowName={(row) => row.title}
        columns={columns}
        filters={[byStatus]}
        searchLabel="按标题找"
        measure="件"
        onOpen={(row) => void navigate({ to: '/cases/$id', params: { id: row.id } })}
        card={(row) => <CaseCard row={row} />}
        empty={{ title: '还没有发起过办件', detail: '选“发起办件”，填好标题就可以送出。' }}
      />
    </Page>
  )
}
