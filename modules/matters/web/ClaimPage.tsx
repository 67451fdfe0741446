import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { Await, type Column, DataTable, type Filter, Page, SidePanel, UnitPicker, useUrlState } from '#ui'
import { type MatterRow, matterKinds } from '../contract.ts'
import { matters } from './client.ts'
import { Guide } from './Guide.tsx'
import { MattersNav } from './MattersNav.tsx'
import './matters.css'

const columns: readonly Column<MatterRow>[] = [
  { key: 'name', title: '名称', render: (row) => row.name },
  { key: 'kind', title: '种类', width: 128, render: (row) => matterKinds[row.kind] },
  { key: 'unit', title: '编制单位', width: 240, render: (row) => row.unit.name },
  { key: 'code', title: '基本编码', width: 140, render: (row) => row.code },
]
const DEFAULTS = { unitId: '' }

function ForUnit({ value, change }: { value: string; change: (value: string) => void }) {
  const source = useUnits()
  const unit = useQuery(apiQuery(matters.functions, { unitId: value || undefined })).data?.unit
  return <UnitPicker {...source} value={unit ? [unit] : []} onChange={(next) => change(next[0]?.id ?? '')} />
}
const filters: readonly Filter[] = [
  {
    name: 'unitId',
    label: '为哪个单位认领',
    kind: 'custom',
    render: (value, change) => <ForUnit value={value} change={change} />,
  },
  {
    name: 'kind',
    label: '种类',
    kind: 'select',
    options: Object.entries(matterKinds).map(([value, label]) => ({ value, label })),
  },
]

/** 认领: basic matters of the unit's level that it does not carry out yet. */
export function ClaimPage() {
  return (
    <Page
      flush
      title="认领事项"
      sentence="基本目录里由本层级行使、本单位还没有认领的事项；本条线的排在前面。"
      above={<MattersNav />}
    >
      <DataTable
        id="matters.claimable"
        call={matters.claimable}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={columns}
        filters={filters}
        searchLabel="按名称找"
        measure="项"
        panel={(row, close) => <ClaimPanel key={row.id} row={row} close={close} />}
        empty={{ title: '没有可以认领的事项', detail: '本单位该行使的都已经认领。' }}
      />
    </Page>
  )
}

function ClaimPanel({ row, close }: { row: MatterRow; close: () => void }) {
  const navigate = useNavigate()
  const [{ unitId }] = useUrlState(DEFAULTS)
  const [functionId, setFunction] = useState<string>()
  const functions = useQuery(apiQuery(matters.functions, { unitId: unitId || undefined }))
  const matter = useQuery(apiQuery(matters.matter, { id: row.id }))
  const claim = useCommand(matters.claim, {
    onSuccess: (draft) =>
      void navigate({
        to: '/matters/$id/versions/$versionId/edit',
        params: { id: draft.matterId, versionId: draft.id },
      }),
  })
  const unit = functions.data?.unit
  return (
    <SidePanel
      title={row.name}
      onClose={close}
      actions={
        <div className="mt-claim">
          <Select
            aria-label="所依的三定职责"
            placeholder={`${unit?.name ?? '本单位'}的三定职责`}
            value={functionId}
            options={functions.data?.rows.map(({ id, content }) => ({ value: id, label: content }))}
            onChange={setFunction}
          />
          <Button
            type="primary"
            loading={claim.isPending}
            disabled={!unit || !functionId}
            onClick={() => unit && functionId && claim.mutate({ id: row.id, unitId: unit.id, functionId })}
          >
            认领
          </Button>
        </div>
      }
    >
      <Await query={matter}>{(data) => <Guide elements={data.elements} local={null} held={data.held} />}</Await>
    </SidePanel>
  )
}
