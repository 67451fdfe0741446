import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { Fragment, useState } from 'react'
import { type Column, DataTable, type Filter, format, Icon, Page, SidePanel, Tag } from '#ui'
import type { AuditRow } from '../contract.ts'
import { audit } from './client.ts'
import './audit.css'

type Row = AuditRow

const kinds: Record<Row['kind'], string> = {
  command: '办理',
  read: '查看',
  export: '导出',
  refused: '被拒绝',
  system: '系统',
  row: '行变更',
}
const kindTag = ({ kind }: Row) => <Tag tone={kind === 'refused' ? 'over' : 'plain'}>{kinds[kind]}</Tag>

const columns: Column<Row>[] = [
  { key: 'at', title: '时间', width: 152, render: (row) => format.moment(row.at) },
  { key: 'actor', title: '谁', width: 120, render: (row) => row.actorName },
  { key: 'title', title: '做了什么', render: (row) => row.title },
  { key: 'kind', title: '种类', width: 88, render: kindTag },
  { key: 'target', title: '对象', width: 240, render: (row) => row.targetLabel ?? '—' },
  { key: 'address', title: '来自', width: 136, render: (row) => row.address },
]
const filters: Filter[] = [
  {
    name: 'kind',
    label: '种类',
    kind: 'select',
    options: Object.entries(kinds).map(([value, label]) => ({ value, label })),
  },
  {
    name: 'actor',
    label: '谁',
    kind: 'custom',
    render: (value, change) => <ByActor key={value} value={value} change={change} />,
  },
  {
    name: 'targetId',
    label: '对象',
    kind: 'custom',
    render: (value, change) =>
      value !== '' && (
        <Button icon={<Icon name="close" size={16} />} onClick={() => change('')}>
          只看一个对象
        </Button>
      ),
  },
]

/** The whole name, as the log has it; asked with Enter or on leaving the box. */
function ByActor({ value, change }: { value: string; change: (value: string) => void }) {
  const [text, setText] = useState(value)
  const ask = () => text.trim() !== value && change(text.trim())
  return (
    <Input
      className="search"
      aria-label="谁，填写全名"
      placeholder="谁，填写全名"
      maxLength={40}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onPressEnter={ask}
      onBlur={ask}
    />
  )
}

/** 审计记录: who did what to what, and what was refused. Reading it is recorded too. */
export function AuditPage() {
  return (
    <Page flush title="审计记录" sentence="谁在什么时候对什么做了什么。查看审计记录本身也会记录。">
      <DataTable
        id="audit"
        call={audit.audit}
        rowKey={(row) => String(row.seq)}
        rowName={(row) => `${row.actorName}，${row.title}`}
        columns={columns}
        filters={filters}
        empty={{ title: '还没有记录' }}
        panel={(row, close) => (
          <SidePanel title={row.title} onClose={close}>
            <Details row={row} />
          </SidePanel>
        )}
        card={(row) => (
          <>
            <b>{row.title}</b>
            <p className="qt-row qt-small qt-second">
              {kindTag(row)}
              {row.actorName}，{format.moment(row.at)}
            </p>
            {row.targetLabel && <p className="qt-small qt-quiet">{row.targetLabel}</p>}
          </>
        )}
      />
    </Page>
  )
}

function Details({ row }: { row: Row }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['时间', format.moment(row.at)],
    ['谁', row.actorName],
    ['种类', kinds[row.kind]],
    ['对象', row.targetLabel],
    ['对象编号', row.targetId],
    ['来自', row.address],
    ['请求编号', row.requestId],
  ]
  return (
    <>
      <dl className="au-facts">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value || '—'}</dd>
          </Fragment>
        ))}
      </dl>
      {row.targetId && (
        <p className="qt-small">
          <Link to="/audit" search={{ targetId: row.targetId }}>
            这个对象的全部记录
          </Link>
        </p>
      )}
    </>
  )
}
