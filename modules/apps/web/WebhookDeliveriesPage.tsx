import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { type CallOptions, type ListCall, type ListQuery, useCommand } from '#kernel/web'
import { type Column, DataTable, type Filter, format, Light, Page, toast } from '#ui'
import { type Delivery, deliveryStates, webhookTypes } from '../contract.ts'
import { apps } from './client.ts'

const lights = { waiting: 'warn', delivered: 'ok', dead: 'over' } as const
const light = ({ state }: Delivery) => <Light state={lights[state]}>{deliveryStates[state]}</Light>
const words: Record<string, string> = { ...webhookTypes, 'apps.ping': '测试事件' }

const columns: readonly Column<Delivery>[] = [
  { key: 'type', title: '事件', render: (row) => words[row.type] ?? row.type },
  { key: 'state', title: '状态', width: 112, render: light },
  { key: 'subject', title: '关于', width: 200, render: (row) => row.subject },
  { key: 'attempts', title: '已发', width: 72, align: 'right', render: (row) => `${row.attempts} 次` },
  { key: 'fault', title: '最近的结果', width: 200, render: (row) => row.fault ?? '—' },
  { key: 'happened', title: '发生', width: 144, render: (row) => format.moment(row.happenedAt) },
  {
    key: 'next',
    title: '下次发送',
    width: 144,
    render: (row) => (row.nextAt ? format.moment(row.nextAt) : '—'),
  },
  { key: 'event', title: '事件标识', width: 300, optional: true, render: (row) => row.eventId },
]
const filters: readonly Filter[] = [
  {
    name: 'state',
    label: '状态',
    kind: 'select',
    options: Object.entries(deliveryStates).map(([value, label]) => ({ value, label })),
  },
]
/** The table asks with what it has in the address; which subscription it is about goes along in `input`. */
const call: ListCall<Delivery> = Object.assign(
  ({ id, ...query }: ListQuery, options?: CallOptions) => apps.deliveries({ ...query, id: String(id) }, options),
  { key: apps.deliveries.key },
)
const told = (count: number) =>
  count === 0 ? toast.failed('没有可以重发的事件，请刷新后再看。') : toast.done(`${count} 条已重新排队发送`)

/** 送达情况: what was sent, what waits, and what was given up and can be sent again. */
export function WebhookDeliveriesPage() {
  const { id, hook } = useParams({ strict: false }) as { id: string; hook: string }
  const replay = useCommand(apps.replayDeliveries, { onSuccess: ({ replayed }) => told(replayed) })
  return (
    <Page
      flush
      title="送达情况"
      sentence="只列编号和结果，不显示内容。已送达的保留 7 天，其余保留 30 天。"
      above={
        <Link to="/apps/manage/$id/webhooks" params={{ id }}>
          事件订阅
        </Link>
      }
      actions={
        <Button loading={replay.isPending} onClick={() => replay.mutate({ id: hook })}>
          全部未送达的重新发送
        </Button>
      }
    >
      <DataTable
        id="apps.deliveries"
        call={call}
        input={{ id: hook }}
        rowKey={(row) => row.id}
        rowName={(row) => `${words[row.type] ?? row.type} ${row.subject}`}
        columns={columns}
        filters={filters}
        searchLabel="按编号找"
        measure="条"
        bulk={[
          {
            label: '重新发送',
            reason: (rows) => (rows.every(({ state }) => state === 'dead') ? undefined : '只有未送达的才要重新发送'),
            run: (rows) => replay.mutateAsync({ id: hook, ids: rows.map((row) => row.id) }),
          },
        ]}
        card={(row) => (
          <>
            <b>{words[row.type] ?? row.type}</b>
            <p className="qt-row qt-small qt-second">
              {light(row)}
              {format.moment(row.happenedAt)}
            </p>
            {row.fault && <p className="qt-small qt-second">{row.fault}</p>}
          </>
        )}
        empty={{ title: '没有事件', detail: '订阅的事件发生后会列在这里；也可以先发送一条测试事件。' }}
      />
    </Page>
  )
}
