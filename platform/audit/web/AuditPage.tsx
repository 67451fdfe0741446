import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { type Column, DataTable, type Filter, format, Icon, Page, Tag, useUrlState } from '#ui'
import type { AuditRow } from '../contract.ts'
import { audit } from './client.ts'
import { RecordPanel } from './RecordPanel.tsx'
import { actorOf, kinds } from './words.ts'
import './audit.css'

const kindTag = ({ kind }: AuditRow) => <Tag tone={kind === 'refused' ? 'over' : 'plain'}>{kinds[kind]}</Tag>
const targetOf = (row: AuditRow): string => row.targetLabel || row.targetId || '—'

const columns: Column<AuditRow>[] = [
  { key: 'at', title: '时间', width: 152, render: (row) => format.moment(row.at) },
  { key: 'actor', title: '谁', width: 136, render: actorOf },
  { key: 'title', title: '做了什么', render: (row) => row.title },
  { key: 'kind', title: '种类', width: 88, render: kindTag },
  { key: 'target', title: '对象', width: 240, render: targetOf },
  { key: 'address', title: '来自', width: 136, render: (row) => row.address ?? '（已清除）' },
  {
    key: 'seq',
    title: '第几条',
    width: 96,
    align: 'right',
    optional: true,
    render: (row) => format.number(row.seq + 1),
  },
]

/** A filter that a link brought: shown as what it is, taken away by a click. */
const brought = (name: string, label: string): Filter => ({
  name,
  label,
  kind: 'custom',
  render: (value, change) =>
    value !== '' && (
      <Button icon={<Icon name="close" size={16} />} onClick={() => change('')}>
        只看{label}
      </Button>
    ),
})
const filters: Filter[] = [
  {
    name: 'kind',
    label: '种类',
    kind: 'select',
    options: Object.entries(kinds).map(([value, label]) => ({ value, label })),
  },
  { name: 'since', label: '自', kind: 'day' },
  { name: 'until', label: '至', kind: 'day' },
  {
    name: 'actor',
    label: '谁',
    kind: 'custom',
    render: (value, change) => <ByActor key={value} value={value} change={change} />,
  },
  {
    name: 'routine',
    label: '设备上报',
    kind: 'custom',
    render: (value, change) => (
      <Checkbox checked={value === 'shown'} onChange={(event) => change(event.target.checked ? 'shown' : '')}>
        含设备自动上报
      </Checkbox>
    ),
  },
  brought('targetId', '一个对象'),
  brought('accountId', '一个账号'),
  brought('requestId', '一次请求'),
  brought('action', '一个接口'),
]

/** The whole name, as the log has it; asked with Enter or on leaving the box. */
function ByActor({ value, change }: { value: string; change: (value: string) => void }) {
  const [text, setText] = useState(value)
  const ask = () => text.trim() !== value && change(text.trim())
  return (
    <Input
      className="search au-who"
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

const ROUTINE = { routine: '' }
const HIDDEN = { routine: 'hidden' }

/** 审计记录: who did what to what, and what was refused. Reading it is recorded too. */
export function AuditPage() {
  const [{ routine }] = useUrlState(ROUTINE)
  return (
    <Page
      watermark
      flush
      title="审计记录"
      sentence="谁在什么时候对什么做了什么。查看审计记录本身也会记录。"
      actions={
        <>
          <Link to="/audit/checkpoints">
            <Button>校验点</Button>
          </Link>
          <Link to="/audit/export">
            <Button icon={<Icon name="download" size={16} />}>导出并附证明</Button>
          </Link>
        </>
      }
    >
      <DataTable
        id="audit"
        call={audit.audit}
        rowKey={(row) => String(row.seq)}
        rowName={(row) => `${actorOf(row)}，${row.title}`}
        columns={columns}
        filters={filters}
        input={routine === 'shown' ? undefined : HIDDEN}
        searchLabel="搜姓名、对象名称或编号"
        empty={{ title: '没有这样的记录', detail: '刚做的事几秒后可见；换个条件再找。' }}
        panel={(row, close) => <RecordPanel key={row.seq} row={row} close={close} />}
        card={(row) => (
          <>
            <b>{row.title}</b>
            <p className="qt-row qt-small qt-second">
              {kindTag(row)}
              {actorOf(row)}，{format.moment(row.at)}
            </p>
            {row.targetLabel && <p className="qt-small qt-quiet">{row.targetLabel}</p>}
          </>
        )}
      />
    </Page>
  )
}
