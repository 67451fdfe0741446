import type { Facts, Personal } from './leaf.ts'
import { UTC } from './rows.ts'

/** A record as SQL reads it, in both tables: text only, so that what is hashed is what is stored, to the microsecond. */
export interface RecordRow extends Facts, Personal<string | null> {}

export const RECORD_COLUMNS = `id::text as id, ${UTC('at')} as at, home_node as "homeNode",
  account_id::text as "accountId", person_id::text as "personId", actor_name as "actorName", session_id::text as "sessionId",
  request_id as "requestId", address, action, title, kind, target_type as "targetType", target_id as "targetId",
  target_label as "targetLabel", detail::text as detail`

/** A sequenced one, with the hashes that stand in its leaf. */
export interface LogRow extends RecordRow {
  seq: number
  leaf: Buffer
  actorNameMac: Buffer
  addressMac: Buffer
  targetLabelMac: Buffer | null
  detailMac: Buffer | null
}
export const LOG_COLUMNS = `seq, ${RECORD_COLUMNS}, leaf, actor_name_mac as "actorNameMac", address_mac as "addressMac",
  target_label_mac as "targetLabelMac", detail_mac as "detailMac"`

export const macsOf = (row: LogRow): Personal<Buffer | null> => ({
  actorName: row.actorNameMac,
  address: row.addressMac,
  targetLabel: row.targetLabelMac,
  detail: row.detailMac,
})
