import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { DataTable, Icon, Page } from '#ui'
import type { AdminPersonRow } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { BulkDialog } from './BulkDialog.tsx'
import { PersonPanel } from './PersonPanel.tsx'
import { peopleColumns, peopleFilters, placeOf } from './people-columns.tsx'
import { underFilter } from './unit-filter.tsx'

const filters = [underFilter, ...peopleFilters]

/** 人员: everybody in the scope, one row a post. */
export function PeoplePage() {
  const [bulk, setBulk] = useState<readonly AdminPersonRow[]>()
  return (
    <Page
      watermark
      flush
      title="人员"
      sentence="您管理范围内的人员，一行是一个任职。"
      above={<AdminNav />}
      actions={
        <Link to="/organization/people/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            新建人员
          </Button>
        </Link>
      }
    >
      <DataTable
        id="organization.people"
        call={directory.adminPeople}
        rowKey={(row) => row.postId}
        rowName={(row) => `${row.name}，${row.title}`}
        columns={peopleColumns}
        filters={filters}
        searchLabel="姓名、拼音、手机号、人事编号"
        measure="条任职"
        exportUrl={(query) => directory.downloadPeople.url(query)}
        bulk={[{ label: '批量修改', run: setBulk }]}
        panel={(row, close) => <PersonPanel key={row.personId} id={row.personId} name={row.name} onClose={close} />}
        card={(row) => (
          <>
            <b>{row.name}</b>
            <p className="qt-small qt-second">{[placeOf(row), row.title].filter(Boolean).join('，')}</p>
            <p className="qt-small qt-quiet">{row.mobile ?? '没有登记手机号'}</p>
          </>
        )}
        empty={{ title: '管理范围内还没有人员', detail: '可以新建，也可以从表格导入。' }}
      />
      {bulk && <BulkDialog posts={bulk} onClose={() => setBulk(undefined)} />}
    </Page>
  )
}
