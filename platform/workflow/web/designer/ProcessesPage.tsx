import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import {
  Await,
  type Column,
  ConfirmButton,
  DataTable,
  Facts,
  type Filter,
  format,
  Icon,
  Page,
  SidePanel,
  Tag,
} from '#ui'
import { type Design, designStates } from '../../contract/designing.ts'
import { CasesNav } from '../CasesNav.tsx'
import { designs } from '../client.ts'
import { NewProcess } from './NewProcess.tsx'
import './design.css'
import './properties.css'

const tones = { draft: 'plain', published: 'ok', changed: 'warn', retired: 'plain' } as const
const State = ({ state }: { state: Design['state'] }) => <Tag tone={tones[state]}>{designStates[state]}</Tag>
const versionOf = ({ version }: Design): string => (version === null ? '—' : `第 ${version} 版`)

const columns: readonly Column<Design>[] = [
  { key: 'name', title: '流程', render: (row) => row.name },
  { key: 'state', title: '状态', width: 120, render: (row) => <State state={row.state} /> },
  { key: 'version', title: '版本', width: 88, render: versionOf },
  { key: 'unit', title: '归口单位', width: 200, render: (row) => row.unitName },
  {
    key: 'published',
    title: '发布时间',
    width: 144,
    render: (row) => (row.publishedAt ? format.moment(row.publishedAt) : '—'),
  },
  {
    key: 'edited',
    title: '草稿',
    width: 200,
    render: (row) => (row.editedAt ? `${row.editedBy ?? ''} ${format.moment(row.editedAt)}` : '—'),
  },
]
const filters: readonly Filter[] = [
  {
    name: 'state',
    label: '状态',
    kind: 'select',
    options: Object.entries(designStates).map(([value, label]) => ({ value, label })),
  },
]

/** 流程: what the units one designs for have put out, and what is still being drawn. */
export function ProcessesPage() {
  const [making, setMaking] = useState(false)
  return (
    <Page
      flush
      title="流程"
      sentence="本单位范围内的办事流程。画好、试办、发布以后，本单位和下级单位就能按它发起。"
      above={<CasesNav />}
      actions={
        <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setMaking(true)}>
          新建流程
        </Button>
      }
    >
      <DataTable
        id="workflow.designs"
        call={designs.designs}
        rowKey={(row) => row.key + row.unitId}
        rowName={(row) => row.name}
        columns={columns}
        filters={filters}
        searchLabel="按名称找"
        measure="个"
        panel={(row, close) => <ProcessPanel row={row} close={close} />}
        card={(row) => (
          <>
            <b>{row.name}</b>
            <p className="qt-row qt-small qt-second">
              <State state={row.state} />
              {versionOf(row)}，{row.unitName}
            </p>
          </>
        )}
        empty={{ title: '还没有流程', detail: '点“新建流程”，可以从空白画起，也可以照样例改。' }}
      />
      {making && <NewProcess close={() => setMaking(false)} />}
    </Page>
  )
}

function ProcessPanel({ row, close }: { row: Design; close: () => void }) {
  const navigate = useNavigate()
  const create = useCommand(designs.createDraft)
  const [copying, setCopying] = useState(false)
  const edit = async () => {
    if (row.draftId) return navigate({ to: '/cases/processes/$id', params: { id: row.draftId } })
    if (!row.definitionId) return
    try {
      const { id } = await create.mutateAsync({
        unitId: row.unitId,
        from: { kind: 'next', definitionId: row.definitionId },
      })
      await navigate({ to: '/cases/processes/$id', params: { id } })
    } catch {
      // the command has told why
    }
  }
  return (
    <SidePanel title={row.name} onClose={close}>
      <Facts
        rows={[
          ['状态', <State key="state" state={row.state} />],
          ['归口单位', row.unitName],
          ['使用范围', `${row.unitName}及下级单位`],
          ['流程编号', row.key],
        ]}
      />
      <div className="qt-row qt-block">
        <Button type="primary" loading={create.isPending} onClick={() => void edit()}>
          {row.draftId ? '打开草稿' : '修改，出新版本'}
        </Button>
        {row.definitionId && <Button onClick={() => setCopying(true)}>复制成新流程</Button>}
        {row.draftId && <RemoveDraft id={row.draftId} name={row.name} close={close} />}
      </div>
      {row.version !== null && <Versions process={row.key} />}
      {copying && row.definitionId && (
        <NewProcess close={() => setCopying(false)} copy={{ id: row.definitionId, name: row.name }} />
      )}
    </SidePanel>
  )
}

function RemoveDraft({ id, name, close }: { id: string; name: string; close: () => void }) {
  const remove = useCommand(designs.removeDraft)
  return (
    <ConfirmButton
      verb="删除草稿"
      name={name}
      consequence="草稿里没有发布的改动会丢掉。已发布的版本不受影响。"
      onConfirm={async () => {
        const { revision } = await designs.draft({ id })
        await remove.mutateAsync({ id, revision })
        close()
      }}
    />
  )
}

function Versions({ process }: { process: string }) {
  const query = useQuery(apiQuery(designs.versions, { key: process }))
  return (
    <section className="qt-block" aria-label="各个版本">
      <h3>各个版本</h3>
      <Await query={query}>
        {({ rows }) => (
          <ol className="wf-versions">
            {rows.map((one, at) => (
              <li key={one.id}>
                <p>
                  <b>第 {one.version} 版</b>
                  <span className="qt-small qt-second">
                    {' '}
                    {one.publishedBy}，{format.moment(one.publishedAt)}
                  </span>
                </p>
                {one.note && <p className="qt-small">{one.note}</p>}
                <p className="qt-small qt-second qt-row">
                  {one.running === 0
                    ? '没有正在办的'
                    : `${one.running >= 1000 ? '1000 件以上' : `${one.running} 件`}正在办`}
                  {one.running > 0 && at > 0 && (
                    <Link to="/cases/migrations/new" search={{ process, from: one.id, to: rows[0]?.id }}>
                      换到新版
                    </Link>
                  )}
                </p>
              </li>
            ))}
          </ol>
        )}
      </Await>
      <p className="qt-row">
        <Link to="/cases/new" search={{ process }}>
          按最新版发起
        </Link>
        <Link to="/cases/administration" search={{ process, status: 'running' }}>
          看正在办的
        </Link>
      </p>
    </section>
  )
}
