import { hmacSm3 } from '#kernel/crypto'

/**
 * The leaf of a record: RFC 8785 canonical JSON of the object below, in UTF-8. Personal text stands in it only as HMAC-SM3 under a key of
 * the record, so the text can be erased without breaking the proof, and equal names in two records cannot be told to be equal.
 */

/** Text that may be erased; the leaf carries its keyed hash. */
export const personalFields = ['actorName', 'address', 'targetLabel', 'detail'] as const
export type PersonalField = (typeof personalFields)[number]
export type Personal<T> = Record<PersonalField, T>

/** What stays: identifiers and what was done. `at` is UTC with microseconds, as PostgreSQL keeps it. */
export interface Facts {
  id: string
  at: string
  homeNode: string
  accountId: string | null
  personId: string | null
  sessionId: string | null
  requestId: string
  action: string
  title: string
  kind: string
  targetType: string | null
  targetId: string | null
}

/** HMAC-SM3(key of the record, field ‖ 0x00 ‖ text), in hexadecimal; null for what the record never had. */
export const mac = (recordKey: Uint8Array, field: PersonalField, text: string | null): Buffer | null =>
  text === null ? null : hmacSm3(recordKey, `${field}\0${text}`)

export const macs = (recordKey: Uint8Array, text: Personal<string | null>): Personal<Buffer | null> => ({
  actorName: mac(recordKey, 'actorName', text.actorName),
  address: mac(recordKey, 'address', text.address),
  targetLabel: mac(recordKey, 'targetLabel', text.targetLabel),
  detail: mac(recordKey, 'detail', text.detail),
})

const hex = (value: Uint8Array | null): string | null => value && Buffer.from(value).toString('hex')

/** The members are written in the order of their names, as RFC 8785 §3.2.3 sorts them; strings are as JSON.stringify writes them (§3.2.2.2). */
export const leafText = (seq: number, facts: Facts, hashes: Personal<Uint8Array | null>): string =>
  JSON.stringify({
    accountId: facts.accountId,
    action: facts.action,
    actorName: hex(hashes.actorName),
    address: hex(hashes.address),
    at: facts.at,
    detail: hex(hashes.detail),
    homeNode: facts.homeNode,
    id: facts.id,
    kind: facts.kind,
    personId: facts.personId,
    requestId: facts.requestId,
    seq,
    sessionId: facts.sessionId,
    targetId: facts.targetId,
    targetLabel: hex(hashes.targetLabel),
    targetType: facts.targetType,
    title: facts.title,
    v: 1,
  })
