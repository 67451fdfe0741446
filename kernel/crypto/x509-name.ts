import { type Der, each, readOid, readText, TAG, within } from './x509-der.ts'
import { oid, printable, sequence, tlv, utf8 } from './x509-encode.ts'
import { malformed } from './x509-error.ts'

const TYPES = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  SERIALNUMBER: '2.5.4.5',
} as const
type NameType = keyof typeof TYPES
const shortNames = new Map<string, string>(Object.entries(TYPES).map(([short, long]) => [long, short]))

/** A distinguished name. */
export interface X509Name {
  der: Buffer
  /** equal for names that RFC 5280 §7.1 calls equal, whatever their text is encoded as */
  key: string
  /** as people read it: 山东省, 某局, 张三 stand from the widest to the narrowest */
  text: string
  commonName: string
}

interface Attribute {
  type: string
  value: string
  key: string
}

const MAX_PARTS = 32
const fold = (text: string): string => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()

const readAttribute = (item: Der): Attribute =>
  within(item, (reader) => {
    const type = readOid(reader.take(TAG.oid))
    const value = reader.any()
    const text = readText(value)
    if (text === undefined) return { type, value: `#${value.raw.toString('hex')}`, key: value.raw.toString('hex') }
    return { type, value: text, key: fold(text) }
  })

const sequenceOnly = (item: Der, tag: number): Der => {
  if (item.tag !== tag) throw malformed('名称有误')
  return item
}

export const readName = (value: Der): X509Name => {
  const parts = each(value, (set) =>
    each(sequenceOnly(set, TAG.set), (item) => readAttribute(sequenceOnly(item, TAG.sequence))),
  )
  if (parts.length > MAX_PARTS || parts.some((part) => part.length === 0 || part.length > MAX_PARTS))
    throw malformed('名称有误')
  const say = ({ type, value: text }: Attribute) => `${shortNames.get(type) ?? type}=${text}`
  const all = parts.flat()
  return {
    der: value.raw,
    key: JSON.stringify(parts.map((part) => part.map(({ type, key }) => `${type}=${key}`).sort())),
    text: all.map(say).join(', '),
    commonName: all.findLast(({ type }) => type === TYPES.CN)?.value ?? all.at(-1)?.value ?? '',
  }
}

/** Parts from the widest to the narrowest, as GM/T 0015-2012 §5.2.3.4 has them: C first, CN last. */
export const writeName = (parts: readonly (readonly [NameType, string])[]): Buffer =>
  sequence(
    ...parts.map(([type, text]) =>
      tlv(TAG.set, sequence(oid(TYPES[type]), type === 'C' || type === 'SERIALNUMBER' ? printable(text) : utf8(text))),
    ),
  )
export type NameParts = Parameters<typeof writeName>[0]
