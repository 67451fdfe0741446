import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery } from '#kernel/web'
import { DataTable, type Filter, Icon, Page, usePhone, useUrlState } from '#ui'
import { type AdminUnit, unitKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { ScopeTree } from './ScopeTree.tsx'
import { UnitPanel } from './UnitPanel.tsx'
import { unitColumns, unitFilters } from './unit-columns.tsx'
import { underFilter } from './unit-filter.tsx'
import { topsOfScope } from './use-pickers.ts'

const UNDER = { under: '', row: '' }
const phoneFilters = [underFilter, ...unitFilters]
// the tree stands for it, but saved views and the clearing of filters still know it
const deskFilters = [{ ...underFilter, kind: 'custom' as const, render: () => null }, ...unitFilters]

/** 单位: the tree of the scope and what lies under one of its units; on the phone a picker stands for the tree. */
export function UnitsPage() {
  const phone = usePhone()
  const [{ under }, change] = useUrlState(UNDER)
  const selected = useQuery({ ...apiQuery(directory.adminUnit, { id: under }), enabled: under !== '' })
  const choose = (id: string) => change({ under: id, row: '' }, { push: true })
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
      {phone ? (
        <Units filters={phoneFilters} />
      ) : (
        <div className="qt-panes oa-panes">
          <ScopeTree selected={under === '' ? undefined : selected.data} onSelect={choose} />
          <div className="oa-list">
            {under !== '' && selected.data && <Crumb unit={selected.data} choose={choose} />}
            <Units filters={deskFilters} />
          </div>
        </div>
      )}
    </Page>
  )
}

/** Where the list stands in the tree, and the way back up, as far as the scope reaches. */
function Crumb({ unit, choose }: { unit: AdminUnit; choose: (id: string) => void }) {
  const tops = useQuery(apiQuery(directory.adminUnits, topsOfScope)).data?.rows ?? []
  const from = unit.crumb.findIndex((above) => tops.some(({ id }) => id === above.id))
  const above = from === -1 ? [] : unit.crumb.slice(from)
  return (
    <p className="oa-crumb qt-small">
      <button type="button" className="qt-plain oa-link" onClick={() => choose('')}>
        全部
      </button>
      {above.map(({ id, shortName }) => (
        <span key={id}>
          <i aria-hidden="true">/</i>
          <button type="button" className="qt-plain oa-link" onClick={() => choose(id)}>
            {shortName}
          </button>
        </span>
      ))}
      <span>
        <i aria-hidden="true">/</i>
        <b>{unit.shortName}</b>
      </span>
    </p>
  )
}

function Units({ filters }: { filters: readonly Filter[] }) {
  return (
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
      empty={{ title: '这里没有单位', detail: '管理范围由系统管理员授予；可以在左边另选一个上级。' }}
    />
  )
}
