import type { AuditCheckpoint, AuditRow } from '../contract.ts'

/** How the log's rows are shown. Moments keep their microseconds: paging goes by them. */
export type ShownRow = AuditRow & Record<string, unknown>

export const UTC = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

export const SHOWN_COLUMNS = `seq, id, ${UTC('at')} as at, actor_name as "actorName", account_id as "accountId", person_id as "personId", title,
  action, kind, address, target_type as "targetType", target_id as "targetId", target_label as "targetLabel", request_id as "requestId"`

export interface CheckpointRow extends Omit<AuditCheckpoint, 'at'> {
  at: Date
}
export const CHECKPOINT_COLUMNS = `size, origin, algorithm, encode(root, 'hex') as root, at, key_id as "keyId", encode(signature, 'hex') as signature`
export const presentCheckpoint = (row: CheckpointRow): AuditCheckpoint => ({ ...row, at: row.at.toISOString() })
