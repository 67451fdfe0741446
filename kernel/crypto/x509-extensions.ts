import {
  type Der,
  each,
  explicitTag,
  implicitTag,
  readBits,
  readBoolean,
  readDer,
  readOid,
  readSmall,
  TAG,
  within,
} from './x509-der.ts'
import { integer, namedBits, octets, oid, sequence, tlv, yes } from './x509-encode.ts'
import { malformed, X509Error } from './x509-error.ts'

// RFC 5280 §4.2.1.3, in the order of the bits
const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'crlSign',
  'encipherOnly',
  'decipherOnly',
] as const
export type KeyUsage = (typeof USAGES)[number]

const ID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  altNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlPoints: '2.5.29.31',
  authorityKeyId: '2.5.29.35',
  extendedUsage: '2.5.29.37',
} as const
export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
// Policies are told, never demanded: a path with any of them is acceptable here, critical or not.
const POLICIES = '2.5.29.32'

/** What the extensions of a certificate say, as far as it is used here. */
export interface Extensions {
  isAuthority: boolean
  /** most authorities that may stand below this one; null without a limit */
  pathLength: number | null
  /** null when the certificate does not limit its use */
  keyUsage: readonly KeyUsage[] | null
  extendedUsage: readonly string[] | null
  subjectKeyId: string | null
  authorityKeyId: string | null
  crlAddresses: readonly string[]
  dnsNames: readonly string[]
}

const LIMIT = 64 * 1024

interface RawExtension {
  id: string
  critical: boolean
  value: Buffer
}
/** The list of extensions of certificates, revocation lists and their entries; each of them at most once. */
export const readExtensionList = (list: Der): RawExtension[] => {
  const found = each(list, (item) =>
    within(item, (reader) => {
      const id = readOid(reader.take(TAG.oid))
      const flag = reader.maybe(TAG.boolean)
      return { id, critical: flag ? readBoolean(flag) : false, value: reader.take(TAG.octets).content }
    }),
  )
  if (new Set(found.map(({ id }) => id)).size < found.length) throw malformed('同一个扩展项出现了两次')
  return found
}

/** RFC 5280 §4.2: what is critical and not understood refuses the whole. */
export const refuseUnknown = (list: readonly RawExtension[], known: readonly string[]): void => {
  const unknown = list.find(({ id, critical }) => critical && !known.includes(id))
  if (unknown) throw new X509Error('critical-extension', `含有本系统不认识的关键扩展项 ${unknown.id}，按标准不能接受。`)
}

const inside = (value: Buffer, tag: number): Der => readDer(value, tag, LIMIT)

const readBasic = (value: Buffer): Pick<Extensions, 'isAuthority' | 'pathLength'> =>
  within(inside(value, TAG.sequence), (reader) => {
    const flag = reader.maybe(TAG.boolean)
    const isAuthority = flag ? readBoolean(flag) : false
    const length = reader.maybe(TAG.integer)
    if (length && !isAuthority) throw malformed('基本约束自相矛盾')
    return { isAuthority, pathLength: length ? readSmall(length) : null }
  })

const readUsage = (value: Buffer): KeyUsage[] => {
  const { bytes } = readBits(inside(value, TAG.bits))
  return USAGES.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}

/** Only the key id of an authority is used; its issuer and serial may stand beside it. */
export const readAuthorityKeyId = (value: Buffer): string | null =>
  each(inside(value, TAG.sequence), (item) => item)
    .find(({ tag }) => tag === implicitTag(0))
    ?.content.toString('hex') ?? null

const URI = implicitTag(6)
const DNS = implicitTag(2)
const readPoints = (value: Buffer): string[] =>
  each(inside(value, TAG.sequence), (point) => point).flatMap((point) => {
    const names = each(point, (item) => item).find(({ tag }) => tag === explicitTag(0))
    const full = names && each(names, (item) => item).find(({ tag }) => tag === explicitTag(0))
    return full
      ? each(full, (item) => item)
          .filter(({ tag }) => tag === URI)
          .map(text)
      : []
  })
const text = ({ content }: Der): string => content.toString('latin1')

/** Reads what is known, refuses what is critical and not. */
export const readExtensions = (list: Der): Extensions => {
  const all = readExtensionList(list)
  refuseUnknown(all, [...Object.values(ID), POLICIES])
  const get = <T>(id: string, read: (value: Buffer) => T): T | null => {
    const one = all.find((each) => each.id === id)
    return one ? read(one.value) : null
  }
  return {
    ...(get(ID.basicConstraints, readBasic) ?? { isAuthority: false, pathLength: null }),
    keyUsage: get(ID.keyUsage, readUsage),
    extendedUsage: get(ID.extendedUsage, (value) => each(inside(value, TAG.sequence), readOid)),
    subjectKeyId: get(ID.subjectKeyId, (value) => inside(value, TAG.octets).content.toString('hex')),
    authorityKeyId: get(ID.authorityKeyId, readAuthorityKeyId),
    crlAddresses: get(ID.crlPoints, readPoints) ?? [],
    dnsNames:
      get(ID.altNames, (value) =>
        each(inside(value, TAG.sequence), (item) => item)
          .filter(({ tag }) => tag === DNS)
          .map(text),
      ) ?? [],
  }
}

export const writeExtension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes()] : []), octets(value))
export const writeAuthorityKeyId = (keyId: string): Buffer =>
  writeExtension(ID.authorityKeyId, false, sequence(tlv(implicitTag(0), Buffer.from(keyId, 'hex'))))

/** In the order and with the marks of GM/T 0015-2012 §5.2.4. */
export const writeExtensions = (extensions: Extensions): Buffer => {
  const { isAuthority, pathLength, keyUsage, extendedUsage, subjectKeyId, authorityKeyId } = extensions
  const { crlAddresses, dnsNames } = extensions
  const ascii = (tag: number) => (value: string) => tlv(tag, Buffer.from(value, 'latin1'))
  const point = (address: string) => sequence(tlv(explicitTag(0), tlv(explicitTag(0), ascii(URI)(address))))
  const limit = pathLength === null ? [] : [integer(pathLength)]
  return sequence(
    ...(authorityKeyId === null ? [] : [writeAuthorityKeyId(authorityKeyId)]),
    ...(subjectKeyId === null
      ? []
      : [writeExtension(ID.subjectKeyId, false, octets(Buffer.from(subjectKeyId, 'hex')))]),
    writeExtension(ID.basicConstraints, true, sequence(...(isAuthority ? [yes(), ...limit] : []))),
    ...(keyUsage === null
      ? []
      : [writeExtension(ID.keyUsage, true, namedBits(keyUsage.map((usage) => USAGES.indexOf(usage))))]),
    ...(extendedUsage === null ? [] : [writeExtension(ID.extendedUsage, false, sequence(...extendedUsage.map(oid)))]),
    ...(dnsNames.length === 0 ? [] : [writeExtension(ID.altNames, false, sequence(...dnsNames.map(ascii(DNS))))]),
    ...(crlAddresses.length === 0 ? [] : [writeExtension(ID.crlPoints, false, sequence(...crlAddresses.map(point)))]),
  )
}
