import { type Column, DataTable, type Filter, format, Light, Page, SidePanel } from '#ui'
import type { Decision } from '../contract.ts'
import { AccessNav } from './AccessNav.tsx'
import { access } from './client.ts'
import { InputFacts } from './InputFacts.tsx'
import { lineOf, outcomeLights, outcomes, times } from './words.ts'

const light = ({ outcome }: Decision) => <Light state={outcomeLights[outcome]}>{outcomes[outcome]}</Light>

const columns: Column<Decision>[] = [
  { key: 'operation', title: '做什么', render: ({ named }) => named.operation },
  { key: 'outcome', title: '结果', width: 136, render: light },
  { key: 'who', title: '谁，从哪里', render: ({ input, named }) => lineOf(input, named) },
  { key: 'calls', title: '次数', width: 88, align: 'right', render: ({ calls }) => format.number(calls) },
  { key: 'lastAt', title: '最近', width: 168, render: ({ lastAt }) => within(lastAt) },
]
// counted by the hour
const within = (at: string) => `${format.moment(at)} 起一小时内`

const filters: Filter[] = [
  {
    name: 'outcome',
    label: '结果',
    kind: 'select',
    options: Object.entries(outcomes).map(([value, label]) => ({ value, label })),
  },
  {
    name: 'days',
    label: '时间',
    kind: 'select',
    options: [7, 30].map((days) => ({ value: String(days), label: `最近 ${days} 天` })),
  },
]

/** 最近的决定: what calls met, by everything that decided, without anybody's name. */
export function DecisionsPage() {
  return (
    <Page
      flush
      title="最近的决定"
      sentence="访问策略对每种情形怎么判断、判断了多少次，不记是谁。不选时间时只列最近一天；刚发生的十秒后出现。"
      above={<AccessNav />}
    >
      <DataTable
        id="access.decisions"
        call={access.decisions}
        rowKey={({ hash, outcome }) => `${hash}${outcome}`}
        rowName={({ named }) => named.operation}
        columns={columns}
        filters={filters}
        measure="种"
        empty={{ title: '没有这样的访问', detail: '有人访问以后，十秒内会列在这里。' }}
        panel={(row, close) => (
          <SidePanel title={row.named.operation} onClose={close}>
            <InputFacts
              of={row}
              more={[
                ['结果', outcomes[row.outcome]],
                ['理由', row.reason],
                ['次数', times(row.calls)],
                ['最近', within(row.lastAt)],
              ]}
            />
          </SidePanel>
        )}
        card={(row) => (
          <>
            <b>{row.named.operation}</b>
            <p className="qt-row qt-small qt-second">
              {light(row)}
              {times(row.calls)}
            </p>
            <p className="qt-small qt-quiet">{lineOf(row.input, row.named)}</p>
          </>
        )}
      />
    </Page>
  )
}
