import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { z } from 'zod'
import { apiQuery, useCommand } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { type Column, DataTable, format, Icon, Light, Page, type PersonRef, RecordForm, SidePanel, Tag } from '#ui'
import type { Handing } from '../../contract/administration.ts'
import { CasesNav } from '../CasesNav.tsx'
import { cases } from '../client.ts'
import './administration.css'

const State = ({ row }: { row: Handing }) =>
  row.endedAt === null ? <Light state="warn">正在移交</Light> : <Light state="ok">已移交 {row.moved} 件</Light>

const columns: readonly Column<Handing>[] = [
  { key: 'from', title: '从谁', render: (row) => `${row.fromName}，${row.fromUnitName}` },
  { key: 'to', title: '交给谁', width: 120, render: (row) => row.toName },
  { key: 'state', title: '进度', width: 136, render: (row) => <State row={row} /> },
  { key: 'reason', title: '原因', width: 240, render: (row) => row.reason ?? '离岗交接' },
  { key: 'by', title: '办理人', width: 120, render: (row) => row.byName ?? '—' },
  { key: 'started', title: '时间', width: 144, render: (row) => format.moment(row.startedAt) },
]

/** 移交: all that one person has open goes to another, case by case, with the reason on each record. */
export function HandingsPage() {
  const [making, setMaking] = useState<PersonRef | 'new'>()
  return (
    <Page
      flush
      title="移交"
      sentence="有人长期不在，或离岗时没有交接，把其手里没办的环节全部交给另一个人。"
      above={<CasesNav />}
      actions={
        <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setMaking('new')}>
          移交
        </Button>
      }
    >
      <LeftBehind take={setMaking} />
      <div className="wf-split">
        <DataTable
          id="workflow.handings"
          call={cases.handings}
          rowKey={(row) => row.id}
          rowName={(row) => row.fromName}
          columns={columns}
          searchLabel="按姓名找"
          measure="次"
          card={(row) => (
            <>
              <b>
                {row.fromName}交给{row.toName}
              </b>
              <p className="qt-row qt-small qt-second">
                <State row={row} />
                {row.reason ?? '离岗交接'}
              </p>
            </>
          )}
          empty={{ title: '还没有移交过', detail: '人员离岗时的交接在组织管理里办，办了也会列在这里。' }}
        />
        {making && (
          <NewHanding
            key={making === 'new' ? 'new' : making.id}
            from={making === 'new' ? undefined : making}
            close={() => setMaking(undefined)}
          />
        )}
      </div>
    </Page>
  )
}

/** Who left with something open: nobody would ever handle it. */
function LeftBehind({ take }: { take: (person: PersonRef) => void }) {
  const query = useQuery(apiQuery(cases.leftBehind, {}))
  const rows = query.data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <section className="wf-left" aria-label="离岗人员还有没办的事">
      <p>
        <Tag tone="over">要处理</Tag> 这些人已经离岗，手里还有没办的环节：
      </p>
      <ul>
        {rows.map(({ personId, name, unitName }) => (
          <li key={personId}>
            <Button size="small" onClick={() => take({ id: personId, name, unitName })}>
              {name}（{unitName}）
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Order = z.object({
  fromId: z.uuid('请选择从谁那里移交。'),
  toId: z.uuid('请选择接手人。'),
  reason: z.string().trim().min(1, '请填写原因。').max(500, '原因最多 500 个字。'),
})

function NewHanding({ from, close }: { from?: PersonRef; close: () => void }) {
  const handOn = useCommand(cases.handOn, { quiet: true })
  const queries = useQueryClient()
  return (
    <SidePanel title="移交" onClose={close}>
      <RecordForm
        id="workflow.handing"
        schema={Order}
        initial={from ? { fromId: [from] } : undefined}
        submitLabel="移交"
        onSubmit={handOn.mutateAsync}
        onDone={() => {
          void queries.invalidateQueries({ queryKey: cases.handings.key })
          close()
        }}
        groups={[
          {
            title: '把谁的事交给谁',
            fields: [
              { name: 'fromId', label: '从谁', kind: 'person', search: searchPeople },
              { name: 'toId', label: '交给谁', kind: 'person', search: searchPeople },
              { name: 'reason', label: '原因', kind: 'longText', maxLength: 500, help: '记在每一件的办理经过里。' },
            ],
          },
        ]}
      />
      <p className="qt-small qt-second">
        移交在后台逐件办，还没轮到的顺签也一并交出。以后新到的事不受影响：长期不在的，请另登记“不在岗”。
      </p>
    </SidePanel>
  )
}
