import { hmacTexts } from './hmac.ts'

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

/** HMAC-SM3(key of the record, field ‖ 0x00 ‖ text) of each, in hexadecimal; null for what the record never had. */
export const macs = (recordKey: Uint8Array, text: Personal<string | null>): Personal<string | null> => {
  const texts = personalFields.map((field) => (text[field] === null ? null : `${field}\0${text[field]}`))
  const [actorName, address, targetLabel, detail] = hmacTexts(recordKey, texts) as [string, string, string, string]
  return { actorName, address, targetLabel, detail }
}

/** The members are written in the order of their names, as RFC 8785 §3.2.3 sorts them; strings are as JSON.stringify writes them (§3.2.2.2). */
export const leafText = (seq: number, facts: Facts, hashes: Personal<string | null>): string =>
  JSON.stringify({
    accountId: facts.accountId,
    action: facts.action,
    actorName: hashes.actorName,
    address: hashes.address,
    at: facts.at,
    detail: hashes.detail,
    homeNode: facts.homeNode,
    id: facts.id,
    kind: facts.kind,
    personId: facts.personId,
    requestId: facts.requestId,
    seq,
    sessionId: facts.sessionId,
    targetId: facts.targetId,
    targetLabel: hashes.targetLabel,
    targetType: facts.targetType,
    title: facts.title,
    v: 1,
  })
