import type { Actor } from '#kernel/actor'
import { sm3 } from '#kernel/crypto'
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

/** Characters of a record's detail; what a command was given beyond that stands in it by length and digest only. */
const LONGEST_DETAIL = 32_768
const LONGEST_NAME = 1000

// PostgreSQL keeps neither U+0000 nor half a surrogate pair; a command must not fail because of what is written about it.
const storable = (text: string): string => text.slice(0, LONGEST_NAME).toWellFormed().replaceAll('\0', '\ufffd')
const storableJson = (json: string): string =>
  json.includes('\\u')
    ? json.replaceAll(/\\(?:\\|u(?:0000|d[89a-f][0-9a-f]{2}))/g, (found) => (found === '\\\\' ? found : '\ufffd'))
    : json

const detailOf = ({ detail = null, target }: AuditRecord): string => {
  const whole = storableJson(JSON.stringify({ input: detail, ...target?.detail }))
  if (whole.length <= LONGEST_DETAIL) return whole
  const omitted = { characters: whole.length, sm3: sm3(whole).toString('hex') }
  const rest = storableJson(JSON.stringify({ omitted, ...target?.detail }))
  return rest.length <= LONGEST_DETAIL ? rest : JSON.stringify({ omitted })
}

const COLUMNS = `id, at, home_node, account_id, person_id, actor_name, session_id, request_id, address, action, title, kind,
       target_type, target_id, target_label, detail`

const valuesOf = (record: AuditRecord): unknown[] => {
  const { actor, target } = record
  return [
    newId(),
    record.at.toISOString(),
    record.homeNode,
    actor?.accountId || null,
    actor?.personId || null,
    storable(actor?.name ?? '访客'),
    actor?.sessionId || null,
    record.requestId,
    record.address,
    record.action,
    record.title,
    record.kind,
    target ? storable(target.type) : null,
    target ? storable(target.id) : null,
    target?.label === undefined ? null : storable(target.label),
    detailOf(record),
  ]
}

/**
 * One row, written in the transaction of what it records: there is no command without its record, nor the reverse.
 * It is unsequenced until the leader moves it into the log (platform/audit); the view kernel.audit shows both.
 */
export const writeAudit = (query: Query, record: AuditRecord): Promise<unknown> =>
  query(
    `insert into kernel.audit_intake (${COLUMNS})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    valuesOf(record),
    'kernel.audit',
  )

/** The same for commands that share a transaction, in one statement. */
export const writeAudits = (query: Query, records: readonly AuditRecord[]): Promise<unknown> => {
  const rows = records.map(valuesOf)
  const columns = COLUMNS.split(',').map((_, column) => rows.map((row) => row[column]))
  return query(
    `insert into kernel.audit_intake (${COLUMNS})
     select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::jsonb[])`,
    columns,
    'kernel.audits',
  )
}
