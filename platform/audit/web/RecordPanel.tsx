import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, format, Light, SidePanel } from '#ui'
import type { AuditRecord, AuditRow } from '../contract.ts'
import { audit } from './client.ts'
import { Facts } from './Facts.tsx'
import { actorOf, kinds } from './words.ts'

/** What the server found when it checked the record for this answer, one sentence a check. */
const verdictOf = ({ checks, checkpoint }: AuditRecord): { sound: boolean; text: string } => {
  if (checks.personal === 'changed') return { sound: false, text: '姓名、地址、对象名称或细节被改过' }
  if (!checks.leaf) return { sound: false, text: '内容与记录时的摘要不符' }
  if (!checks.path) return { sound: false, text: '这条记录不在签名的日志里' }
  if (checks.signature === false) return { sound: false, text: '校验点的签名不成立' }
  if (!checkpoint) return { sound: true, text: '已入链，等待签名' }
  return { sound: true, text: checks.personal === 'erased' ? '没有被改动，个人文本已依法清除' : '没有被改动' }
}

function Proof({ record }: { record: AuditRecord }) {
  const { proof, checkpoint } = record
  const { sound, text } = verdictOf(record)
  return (
    <section aria-label="证明">
      <h3 className="qt-section">证明</h3>
      <p className="au-verdict">
        <Light state={sound ? 'ok' : 'over'}>{text}</Light>
      </p>
      <Facts
        facts={[
          ['位置', `日志的第 ${format.number(record.seq + 1)} 条，共 ${format.number(proof.size)} 条时`],
          ['树根', proof.root],
          ['签名时间', checkpoint && format.moment(checkpoint.at)],
          ['叶子', proof.leaf],
        ]}
      />
      <details>
        <summary>包含证明（{proof.path.length} 步）与细节</summary>
        <ol className="au-path">
          {proof.path.map((hash) => (
            <li key={hash}>{hash}</li>
          ))}
        </ol>
        <pre className="au-detail">{JSON.stringify(record.detail, null, 1)}</pre>
      </details>
    </section>
  )
}

/** One record: who, what, to what; whether it is as it was written; and where else to look. */
export function RecordPanel({ row, close }: { row: AuditRow; close: () => void }) {
  const record = useQuery(apiQuery(audit.record, { seq: row.seq }))
  return (
    <SidePanel title={row.title} onClose={close}>
      <Facts
        facts={[
          ['时间', format.moment(row.at)],
          ['谁', actorOf(row)],
          ['种类', kinds[row.kind]],
          ['对象', row.targetLabel],
          ['对象编号', row.targetId],
          ['来自', row.address],
          ['接口', row.action],
          ['请求编号', row.requestId],
        ]}
      />
      <p className="qt-row qt-small au-links">
        {row.targetId && (
          <Link to="/audit" search={{ targetId: row.targetId }}>
            这个对象的全部记录
          </Link>
        )}
        {row.accountId && (
          <Link to="/audit" search={{ accountId: row.accountId }}>
            这个账号的全部记录
          </Link>
        )}
        <Link to="/audit" search={{ action: row.action }}>
          同一操作的全部记录
        </Link>
        {row.requestId && (
          <Link to="/audit" search={{ requestId: row.requestId }}>
            同一请求的记录
          </Link>
        )}
      </p>
      <Await query={record}>{(found) => <Proof record={found} />}</Await>
    </SidePanel>
  )
}
