import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { DataTable, Icon, Page } from '#ui'
import { unitKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { UnitPanel } from './UnitPanel.tsx'
import { unitColumns, unitFilters } from './unit-columns.tsx'
import { underFilter } from './unit-filter.tsx'

const filters = [underFilter, ...unitFilters]

/** 单位: every unit and division of the scope. */
export function UnitsPage() {
  return (
    <Page
      flush
      title="单位"
      sentence="您管理范围内的单位和内设机构，按目录次序。"
      above={<AdminNav />}
      actions={
        <Link to="/organization/units/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            新建单位
          </Button>
        </Link>
      }
    >
      <DataTable
        id="organization.units"
        call={directory.adminUnits}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={unitColumns}
        filters={filters}
        searchLabel="名称、简称、信用代码"
        measure="个"
        exportUrl={(query) => directory.downloadUnits.url(query)}
        panel={(row, close) => <UnitPanel key={row.id} id={row.id} name={row.name} onClose={close} />}
        card={(row) => (
          <>
            <b>{row.name}</b>
            <p className="qt-small qt-second">
              {[unitKinds[row.kind], row.parent?.shortName, `${row.peopleTotal} 人`].filter(Boolean).join('，')}
            </p>
          </>
        )}
        empty={{ title: '管理范围内没有单位', detail: '管理范围由系统管理员授予。' }}
      />
    </Page>
  )
}
