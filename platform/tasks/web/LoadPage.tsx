import { useQuery } from '@tanstack/react-query'
import type { OutputOf } from '#kernel/contract'
import { apiQuery } from '#kernel/web'
import { type Column, DataTable, format, Light, Page, Tag } from '#ui'
import { limits, type tasksApi } from '../contract.ts'
import { tasks } from './client.ts'
import { dueWords } from './due.ts'
import { urgencies } from './filters.ts'

type Row = OutputOf<typeof tasksApi.loadRows>['rows'][number]
const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))

const columns: Column<Row>[] = [
  {
    key: 'matter',
    title: '事项',
    render: ({ matter, urgency }) => (
      <>
        {matter} {urgency !== 'normal' && <Tag tone="warn">{urgencies[urgency]}</Tag>}
      </>
    ),
  },
  {
    key: 'due',
    title: '时限',
    width: 160,
    render: ({ dueAt }) => {
      if (dueAt === null) return <span className="qt-quiet">没有时限</span>
      const { state, words } = dueWords(dueAt)
      return <Light state={state}>{words}</Light>
    },
  },
  { key: 'unit', title: '办理单位', width: 200, render: ({ unitName }) => unitName },
  { key: 'handler', title: '办理人', width: 120, render: ({ handlerName }) => handlerName },
  { key: 'created', title: '到达', width: 160, render: ({ createdAt }) => format.moment(createdAt) },
]

/** The rows behind the numbers of 本单位工作量: where a matter lies and whom to ask, not what it is about. */
export function LoadPage() {
  const { data } = useQuery(apiQuery(tasks.load))
  const matters = Object.fromEntries((data?.matters ?? []).map(({ matter }) => [matter, matter]))
  return (
    <Page
      flush
      title="本单位的待办"
      sentence={`${data ? `${data.unitName}及内设机构` : '本单位'}正在办的事，按时限排。只列事项和办理人，好去问一声；内容由办理人掌握。`}
      watermark
    >
      <DataTable
        id="tasks.load"
        call={tasks.loadRows}
        rowKey={({ id }) => id}
        rowName={({ matter, handlerName }) => `${handlerName}的${matter}`}
        columns={columns}
        filters={[
          { kind: 'select', name: 'matter', label: '事项', options: options(matters) },
          { kind: 'select', name: 'due', label: '时限', options: options(limits) },
        ]}
        measure="件"
        empty={{ title: '没有符合条件的待办', detail: '本单位正在办的事会列在这里。' }}
      />
    </Page>
  )
}
