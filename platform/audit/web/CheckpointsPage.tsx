import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { Await, type Column, DataTable, format, Page, SidePanel } from '#ui'
import type { AuditCheckpoint } from '../contract.ts'
import { audit } from './client.ts'
import { Facts } from './Facts.tsx'
import './audit.css'

const columns: Column<AuditCheckpoint>[] = [
  { key: 'at', title: '时间', width: 152, render: (row) => format.moment(row.at) },
  { key: 'size', title: '条数', width: 112, align: 'right', render: (row) => format.number(row.size) },
  { key: 'root', title: '树根', render: (row) => <code className="au-hash">{row.root}</code> },
  { key: 'origin', title: '来源', width: 112, render: (row) => row.origin },
  { key: 'algorithm', title: '算法', width: 88, render: (row) => row.algorithm.toUpperCase() },
]

/** The state of the log in one line, and the public keys an offline check is given. */
function LogState() {
  const state = useQuery(apiQuery(audit.state, {}))
  return (
    <Await query={state}>
      {({ size, unsequenced, keys }) => (
        <div className="au-state">
          <p>
            日志已有 {format.number(size)} 条
            {unsequenced > 0 &&
              `，另有 ${format.number(unsequenced)}${unsequenced >= 10_000 ? ' 多' : ''} 条刚产生，正在入链`}
            。每十秒对新增的部分签一次名。
          </p>
          {keys.map((key) => (
            <p key={key.id} className="qt-small qt-second">
              签名公钥（{format.day(key.createdAt.slice(0, 10))}起）：<code className="au-hash">{key.publicKey}</code>
            </p>
          ))}
        </div>
      )}
    </Await>
  )
}

/** Everything of one line, to be copied to another place: the signature above all. */
function CheckpointPanel({ point, close }: { point: AuditCheckpoint; close: () => void }) {
  return (
    <SidePanel title={`${format.number(point.size)} 条时的校验点`} onClose={close}>
      <Facts
        facts={[
          ['时间', format.moment(point.at)],
          ['来源', point.origin],
          ['算法', point.algorithm.toUpperCase()],
          ['树根', point.root],
          ['签名', point.signature],
          ['公钥编号', point.keyId],
        ]}
      />
      <h3 className="qt-section">抄存的一行</h3>
      <pre className="au-detail">{JSON.stringify(point)}</pre>
    </SidePanel>
  )
}

/** 校验点: what was signed, and when. Kept elsewhere, one line of this list convicts whoever rewrites the log later. */
export function CheckpointsPage() {
  return (
    <Page
      flush
      title="校验点"
      sentence="某一时刻日志的条数与树根，由平台签名。抄存一行到别处，日后就能证明此前的记录没有被改过。"
    >
      <LogState />
      <DataTable
        id="audit-checkpoints"
        call={audit.checkpoints}
        rowKey={(row) => String(row.size)}
        rowName={(row) => `${row.size} 条时的校验点`}
        columns={columns}
        empty={{ title: '还没有校验点', detail: '第一条记录入链后十秒内会有。' }}
        panel={(row, close) => <CheckpointPanel key={row.size} point={row} close={close} />}
        card={(row) => (
          <>
            <b>{format.number(row.size)} 条</b>
            <p className="qt-small qt-second">{format.moment(row.at)}</p>
            <p className="qt-small qt-quiet au-hash">{row.root}</p>
          </>
        )}
      />
    </Page>
  )
}
