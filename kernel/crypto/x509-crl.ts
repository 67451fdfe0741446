import type { Sm2KeyPair } from './sm2.ts'
import {
  type Certificate,
  readAlgorithm,
  readSerial,
  readSigned,
  type Signed,
  writeAlgorithm,
  writeSigned,
} from './x509.ts'
import { type Der, each, explicitTag, readDer, readInteger, readSmall, readTime, TAG, within } from './x509-der.ts'
import { explicit, integer, sequence, time } from './x509-encode.ts'
import { malformed } from './x509-error.ts'
import {
  readAuthorityKeyId,
  readExtensionList,
  refuseUnknown,
  writeAuthorityKeyId,
  writeExtension,
} from './x509-extensions.ts'
import { readName, type X509Name } from './x509-name.ts'

/** RFC 5280 §5.3.1; the numbers are those of the standard. */
export const REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  caCompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aaCompromise: 10,
} as const
export type RevocationReason = keyof typeof REASONS

export interface Revocation {
  /** from when on the certificate counts as revoked: the date of revocation, or the earlier one since when the key may be known */
  since: Date
  reason: RevocationReason
}
export interface RevocationList extends Signed {
  der: Buffer
  issuer: X509Name
  thisUpdate: Date
  nextUpdate: Date
  number: bigint
  authorityKeyId: string | null
  /** by serial number */
  revoked: ReadonlyMap<string, Revocation>
}

export const CRL_LIMIT = 16 * 1024 * 1024
const ID = { number: '2.5.29.20', reason: '2.5.29.21', invalidity: '2.5.29.24', authorityKeyId: '2.5.29.35' } as const
const reasonOf = new Map<number, RevocationReason>(
  Object.entries(REASONS).map(([name, code]) => [code, name as RevocationReason]),
)

const readEntry = (entry: Der): [string, Revocation] =>
  within(entry, (reader) => {
    const serial = readSerial(reader.take(TAG.integer))
    const revokedAt = readTime(reader.any())
    const list = reader.maybe(TAG.sequence)
    const extensions = list ? readExtensionList(list) : []
    refuseUnknown(extensions, [ID.reason, ID.invalidity])
    const value = (id: string) => extensions.find((each) => each.id === id)?.value
    const [reason, invalidity] = [value(ID.reason), value(ID.invalidity)]
    const code = reason ? readSmall(readDer(reason, TAG.enumerated, 64)) : 0
    const since = invalidity ? readTime(readDer(invalidity, TAG.generalizedTime, 64)) : revokedAt
    return [serial, { since: since < revokedAt ? since : revokedAt, reason: reasonOf.get(code) ?? 'unspecified' }]
  })

/** Reads a full revocation list in DER (RFC 5280 §5); partial and indirect ones are refused by their critical extensions. */
export const readRevocationList = (bytes: Uint8Array): RevocationList => {
  const der = Buffer.from(bytes)
  const content = readSigned(der, CRL_LIMIT, (reader) => {
    const version = reader.maybe(TAG.integer)
    if (!version || readSmall(version) !== 1) throw malformed('吊销列表不是第 2 版')
    readAlgorithm(reader.take(TAG.sequence))
    const issuer = readName(reader.take(TAG.sequence))
    const thisUpdate = readTime(reader.any())
    const nextUpdate = readTime(reader.any())
    const entries = reader.maybe(TAG.sequence)
    const extensions = within(reader.take(explicitTag(0)), (inner) => readExtensionList(inner.take(TAG.sequence)))
    refuseUnknown(extensions, [ID.number, ID.authorityKeyId])
    const value = (id: string) => extensions.find((each) => each.id === id)?.value
    const [number, keyId] = [value(ID.number), value(ID.authorityKeyId)]
    if (!number) throw malformed('吊销列表没有编号')
    return {
      issuer,
      thisUpdate,
      nextUpdate,
      number: BigInt(`0x${readInteger(readDer(number, TAG.integer, 64)).toString('hex')}`),
      authorityKeyId: keyId ? readAuthorityKeyId(keyId) : null,
      revoked: new Map(entries ? each(entries, readEntry) : []),
    }
  })
  return { ...content, der }
}

export interface NewRevocationList {
  thisUpdate: Date
  nextUpdate: Date
  number: number
  revoked: readonly { serial: string; at: Date; reason: RevocationReason }[]
}

// RFC 5280 §5.3.1: the reason «unspecified» is said by leaving it out.
const writeEntry = ({ serial, at, reason }: NewRevocationList['revoked'][number]): Buffer =>
  sequence(
    integer(Buffer.from(serial.padStart(serial.length + (serial.length % 2), '0'), 'hex')),
    time(at),
    ...(reason === 'unspecified'
      ? []
      : [sequence(writeExtension(ID.reason, false, integer(REASONS[reason], TAG.enumerated)))]),
  )

export const signRevocationList = (list: NewRevocationList, key: Sm2KeyPair, issuer: Certificate): Buffer => {
  const tbs = sequence(
    integer(1),
    writeAlgorithm(),
    issuer.subject.der,
    time(list.thisUpdate),
    time(list.nextUpdate),
    ...(list.revoked.length > 0 ? [sequence(...list.revoked.map(writeEntry))] : []),
    explicit(
      0,
      sequence(
        ...(issuer.subjectKeyId === null ? [] : [writeAuthorityKeyId(issuer.subjectKeyId)]),
        writeExtension(ID.number, false, integer(list.number)),
      ),
    ),
  )
  return writeSigned(tbs, key)
}
