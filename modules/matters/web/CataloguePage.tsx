import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import {
  type Column,
  DataTable,
  type Filter,
  format,
  Icon,
  Page,
  UnitPicker,
  UnitTree,
  useCan,
  usePhone,
  useUrlState,
} from '#ui'
import { layers, levelWords, lifeStages, type MatterRow, matterKinds, matterStates, scenes } from '../contract.ts'
import { BulkEditDrawer } from './BulkEditDrawer.tsx'
import { matters } from './client.ts'
import { MattersNav } from './MattersNav.tsx'
import { Score, StateTag, useTypes } from './marks.tsx'
import './matters.css'

const DEFAULTS = {
  layer: '',
  unitId: '',
  kind: '',
  type: '',
  level: '',
  state: '',
  life: '',
  scene: '',
  q: '',
  row: '',
}
type Words = Readonly<Record<string, string>>
const options = (words: Words, counts?: ReadonlyMap<string, number>) =>
  Object.entries(words).map(([value, label]) => {
    const count = counts?.get(value)
    return { value, label: count === undefined ? label : `${label}（${format.number(count)}）` }
  })

/** The figures beside each choice: what it would leave, the other choices standing. */
function useFacets() {
  const [{ row: _, life, scene, ...asked }] = useUrlState(DEFAULTS)
  const said = Object.fromEntries(Object.entries({ ...asked, life, scene }).filter(([, value]) => value !== ''))
  const query = useQuery({ ...apiQuery(matters.facets, said as never), placeholderData: (old) => old })
  const counts = (name: string) => {
    const facet = query.data?.facets.find((one) => one.name === name)
    return facet && new Map(facet.values.map(({ value, count }) => [value, count]))
  }
  return { counts, total: query.data?.total, capped: query.data?.capped ?? false }
}

function UnitFilter({ value, change }: { value: string; change: (value: string) => void }) {
  const source = useUnits()
  const chosen = value === '' ? [] : [{ id: value, name: '所选单位' }]
  return <UnitPicker {...source} value={chosen} onChange={(next) => change(next[0]?.id ?? '')} />
}

function useFilters(): Filter[] {
  const phone = usePhone()
  const { counts } = useFacets()
  const { types } = useTypes()
  const [{ kind }] = useUrlState(DEFAULTS)
  const named = Object.fromEntries(
    types.filter((type) => kind === '' || type.kind === kind).map(({ code, name }) => [code, name]),
  )
  const select = (name: string, label: string, words: Words, of = counts(name)): Filter => ({
    name,
    label,
    kind: 'select',
    options: options(words, of),
  })
  return [
    select('layer', '层次', layers, undefined),
    {
      name: 'unitId',
      label: '单位',
      kind: 'custom',
      render: phone ? (value, change) => <UnitFilter value={value} change={change} /> : () => null,
    },
    select('kind', '种类', matterKinds),
    select('type', '类型', named),
    select('level', '层级', levelWords as Words),
    select('state', '状态', { published: matterStates.published, repealed: matterStates.repealed }),
    select('life', '职业阶段', lifeStages, undefined),
    select('scene', '场景', scenes, undefined),
  ]
}

const useColumns = (): Column<MatterRow>[] => {
  const { typeName } = useTypes()
  return [
    { key: 'name', title: '名称', render: (row) => row.name },
    { key: 'state', title: '状态', width: 88, render: (row) => <StateTag state={row.state} /> },
    { key: 'kind', title: '种类', width: 120, render: (row) => matterKinds[row.kind] },
    { key: 'type', title: '类型', width: 112, render: (row) => typeName(row.type) },
    { key: 'unit', title: '单位', width: 220, render: (row) => row.unit.name },
    { key: 'level', title: '层级', width: 72, render: (row) => levelWords[row.level] },
    { key: 'score', title: '完整程度', width: 120, render: (row) => <Score value={row.completeness} /> },
    { key: 'code', title: '编码', width: 280, optional: true, render: (row) => row.code },
    {
      key: 'published',
      title: '发布时间',
      width: 144,
      optional: true,
      render: (row) => row.publishedAt && format.moment(row.publishedAt),
    },
  ]
}

/** 事项目录: the tree of units, the facets and what answers to them. */
export function CataloguePage() {
  const phone = usePhone()
  const can = useCan()
  return (
    <Page
      flush
      title="事项目录"
      sentence="机关内部、政务服务和监管事项；基本目录由省市编制，各单位认领后实施。"
      above={<MattersNav />}
      actions={
        can('matters:edit') && (
          <Link to="/matters/new">
            <Button type="primary" icon={<Icon name="plus" size={16} />}>
              新编事项
            </Button>
          </Link>
        )
      }
    >
      {phone ? (
        <List />
      ) : (
        <div className="qt-panes mt-panes">
          <Units />
          <div className="mt-list">
            <List />
          </div>
        </div>
      )}
    </Page>
  )
}

function Units() {
  const { load } = useUnits()
  const [{ unitId }, change] = useUrlState(DEFAULTS)
  return (
    <nav className="mt-tree" aria-label="单位树">
      <button
        type="button"
        className="qt-plain mt-all"
        aria-current={unitId === '' ? 'true' : undefined}
        onClick={() => change({ unitId: '', row: '' })}
      >
        全省
      </button>
      <UnitTree
        label="单位"
        load={load}
        selectedId={unitId || undefined}
        onSelect={({ id }) => change({ unitId: id, row: '' })}
      />
    </nav>
  )
}

/** below it the foot of the table says how many there are */
const ONE_PAGE = 50

function List() {
  const navigate = useNavigate()
  const can = useCan()
  const { total, capped } = useFacets()
  const [{ layer }] = useUrlState(DEFAULTS)
  const [chosen, choose] = useState<readonly MatterRow[]>()
  const bulk = can('matters:edit') && layer === 'implementing' ? [{ label: '成批修改', run: choose }] : undefined
  return (
    <>
      {total !== undefined && total > ONE_PAGE && (
        <p className="mt-total qt-small qt-second">
          {capped ? `最相近的 ${format.number(total)} 项` : `共 ${format.number(total)} 项`}
        </p>
      )}
      <DataTable
        id="matters.catalogue"
        call={matters.catalogue}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        columns={useColumns()}
        filters={useFilters()}
        searchLabel="名称、关键词或编码"
        measure="项"
        bulk={bulk}
        onOpen={(row) => void navigate({ to: '/matters/$id', params: { id: row.id } })}
        card={(row) => (
          <>
            <b>{row.name}</b>
            <p className="qt-row qt-small qt-second">
              <StateTag state={row.state} />
              {matterKinds[row.kind]}，{row.unit.name}
            </p>
          </>
        )}
        empty={{ title: '没有符合条件的事项', detail: '可以换个词，或在左边另选一个单位。' }}
      />
      {chosen && <BulkEditDrawer rows={chosen} close={() => choose(undefined)} />}
    </>
  )
}
