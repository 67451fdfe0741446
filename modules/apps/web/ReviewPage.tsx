import { DataTable, Page } from '#ui'
import { AppNav } from './AppNav.tsx'
import { apps } from './client.ts'
import { card, columns } from './ManagePage.tsx'
import { RegisteredPanel } from './RegisteredPanel.tsx'
import './apps.css'

/** 应用审核: registrations and changes that wait for a decision by somebody else. */
export function ReviewPage() {
  return (
    <Page
      flush
      title="应用审核"
      sentence="送审的登记和变更。批准的权限可以少于申请的；自己送审的请别人审。"
      above={<AppNav />}
    >
      <DataTable
        id="apps.review"
        call={apps.review}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={columns}
        searchLabel="按名称或单位找"
        measure="个"
        panel={(row, close) => <RegisteredPanel id={row.id} name={row.name} close={close} />}
        card={card}
        empty={{ title: '没有待审核的应用', detail: '单位送审以后会出现在这里。' }}
      />
    </Page>
  )
}
