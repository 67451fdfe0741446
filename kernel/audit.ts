import type { Actor } from '#kernel/actor'
import type { Query, Row } from '#kernel/db'
import { newId } from '#kernel/ids'

export type AuditKind = 'command' | 'read' | 'export' | 'refused' | 'system' | 'row'

export interface AuditRecord {
  at: Date
  homeNode: string
  actor: Pick<Actor, 'accountId' | 'personId' | 'name' | 'sessionId'> | null
  requestId: string
  address: string
  action: string
  title: string
  kind: AuditKind
  target?: { type: string; id: string; label?: string; detail?: Row }
  detail?: unknown
}

/**
 * One row, written in the transaction of what it records: there is no command without its record, nor the reverse.
 * It is unsequenced until the leader moves it into the log (platform/audit); the view kernel.audit shows both.
 */
export const writeAudit = (query: Query, record: AuditRecord): Promise<unknown> =>
  query(
    `insert into kernel.audit_intake (id, at, home_node, account_id, person_id, actor_name, session_id, request_id, address, action, title, kind,
       target_type, target_id, target_label, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      newId(),
      record.at,
      record.homeNode,
      record.actor?.accountId || null,
      record.actor?.personId || null,
      record.actor?.name ?? '访客',
      record.actor?.sessionId || null,
      record.requestId,
      record.address,
      record.action,
      record.title,
      record.kind,
      record.target?.type ?? null,
      record.target?.id ?? null,
      record.target?.label ?? null,
      JSON.stringify({ input: record.detail ?? null, ...record.target?.detail }),
    ],
    'kernel.audit',
  )
