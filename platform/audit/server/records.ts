import type { Facts, Personal } from './leaf.ts'
import { UTC } from './rows.ts'

/** A record as SQL reads it, in both tables: text only, so that what is hashed is what is stored, to the microsecond. */
export interface RecordRow extends Facts, Personal<string | null> {}

export const RECORD_COLUMNS = `id::text as id, ${UTC('at')} as at, home_node as "homeNode",
  account_id::text as "accountId", person_id::text as "personId", actor_name as "actorName", session_id::text as "sessionId",
  request_id as "requestId", address, action, title, kind, target_type as "targetType", target_id as "targetId",
  target_label as "targetLabel", detail::text as detail`

/** A sequenced one, with the hashes that stand in its leaf, in hexadecimal. */
export interface LogRow extends RecordRow {
  seq: number
  leaf: string
  actorNameMac: string
  addressMac: string
  targetLabelMac: string | null
  detailMac: string | null
}
const hex = (column: string, as: string): string => `encode(${column}, 'hex') as "${as}"`
export const LOG_COLUMNS = `seq, ${RECORD_COLUMNS}, ${hex('leaf', 'leaf')}, ${hex('actor_name_mac', 'actorNameMac')},
  ${hex('address_mac', 'addressMac')}, ${hex('target_label_mac', 'targetLabelMac')}, ${hex('detail_mac', 'detailMac')}`

export const macsOf = (row: LogRow): Personal<string | null> => ({
  actorName: row.actorNameMac,
  address: row.addressMac,
  targetLabel: row.targetLabelMac,
  detail: row.detailMac,
})
