import { malformed, X509Error } from './x509-error.ts'

/**
 * DER (X.690 §10): one encoding for each value, so that two readers cannot see two things in the same bytes. Values are read where the
 * structure expects them and nowhere else, so nesting that nothing asked for is never followed.
 */
export interface Der {
  tag: number
  /** tag, length and content as they stand in the file: what a signature covers */
  raw: Buffer
  content: Buffer
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const
/** `[n]` around a whole value, and `[n]` in place of a primitive value's own tag. */
export const explicitTag = (number: number): number => 0xa0 | number
export const implicitTag = (number: number): number => 0x80 | number

const readOne = (bytes: Buffer, at: number): Der => {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) throw malformed('内容被截断')
  if ((tag & 0x1f) === 0x1f) throw malformed('含有看不懂的标签')
  const more = first < 0x80 ? 0 : first & 0x7f
  // 0x80 is the indefinite length of BER
  if (first === 0x80 || more > 4 || at + 2 + more > bytes.length) throw malformed('长度编码有误')
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more)
  if (more > 0 && length < (more === 1 ? 0x80 : 256 ** (more - 1))) throw malformed('长度编码不是最短的')
  const start = at + 2 + more
  if (start + length > bytes.length) throw malformed('内容被截断')
  return { tag, raw: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) }
}

/** Reads the values of a constructed one in their order. */
export interface DerReader {
  /** the next value, which must have this tag */
  take(tag: number): Der
  /** the next value if it has this tag */
  maybe(tag: number): Der | undefined
  any(): Der
  readonly done: boolean
  end(): void
}

export const derReader = (content: Buffer): DerReader => {
  let at = 0
  const any = (): Der => {
    const value = readOne(content, at)
    at += value.raw.length
    return value
  }
  return {
    any,
    take(tag) {
      if (content[at] !== tag) throw malformed('结构与标准不符')
      return any()
    },
    maybe: (tag) => (content[at] === tag ? any() : undefined),
    get done() {
      return at === content.length
    },
    end() {
      if (at !== content.length) throw malformed('末尾有多余的内容')
    },
  }
}

/** The one value a file holds. */
export const readDer = (bytes: Uint8Array, tag: number, limit: number): Der => {
  if (bytes.byteLength > limit) throw new X509Error('too-large', `内容超过 ${Math.floor(limit / 1024)} KB 的上限。`)
  const reader = derReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const value = reader.take(tag)
  reader.end()
  return value
}

/** Reads inside a value to its very end. */
export const within = <T>({ content }: Der, read: (reader: DerReader) => T): T => {
  const reader = derReader(content)
  const result = read(reader)
  reader.end()
  return result
}

export const each = <T>(value: Der, read: (item: Der) => T): T[] =>
  within(value, (reader) => {
    const items: T[] = []
    while (!reader.done) items.push(read(reader.any()))
    return items
  })

/** A whole number that is not negative, without the leading zero of its sign. */
export const readInteger = ({ content }: Der): Buffer => {
  const [first, second] = content
  if (first === undefined || first >= 0x80) throw malformed('数值有误')
  if (first === 0 && second !== undefined && second < 0x80) throw malformed('数值编码不是最短的')
  return first === 0 && content.length > 1 ? content.subarray(1) : content
}

export const readSmall = (value: Der): number => {
  const digits = readInteger(value)
  if (digits.length > 4) throw malformed('数值过大')
  return digits.readUIntBE(0, digits.length)
}

export const readBoolean = ({ content }: Der): boolean => {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed('是非值有误')
  return content[0] === 0xff
}

/** Bits as whole bytes; the unused ones at the end are zero. */
export const readBits = ({ content }: Der): { bytes: Buffer; unused: number } => {
  const [unused] = content
  const bytes = content.subarray(1)
  const last = bytes.at(-1)
  if (unused === undefined || unused > 7 || (unused > 0 && last === undefined)) throw malformed('比特串有误')
  if (last !== undefined && (last & ((1 << unused) - 1)) !== 0) throw malformed('比特串末尾不为零')
  return { bytes, unused }
}

const MAX_ARC = 0xffffffff
export const readOid = ({ content }: Der): string => {
  if (content.length === 0 || content.length > 64 || content.at(-1)! >= 0x80) throw malformed('对象标识有误')
  const arcs: number[] = []
  let arc = 0
  let fresh = true
  for (const byte of content) {
    if (fresh && byte === 0x80) throw malformed('对象标识编码不是最短的')
    arc = arc * 128 + (byte & 0x7f)
    if (arc > MAX_ARC) throw malformed('对象标识过大')
    fresh = byte < 0x80
    if (!fresh) continue
    if (arcs.length > 0) arcs.push(arc)
    else arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)))
    arc = 0
  }
  return arcs.join('.')
}

/** UTCTime with seconds and Z, or GeneralizedTime the same way (RFC 5280 §4.1.2.5). */
export const readTime = ({ tag, content }: Der): Date => {
  const text = content.toString('latin1')
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw malformed('时间有误')
  const full = tag === TAG.utcTime ? `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}` : text
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(full)
  const iso = match ? `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}.000Z` : ''
  const time = new Date(iso)
  // 30 February is no date, though Date would make it one of March
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) throw malformed('时间有误')
  return time
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const utf16 = new TextDecoder('utf-16be', { fatal: true })
/** The text kinds of a distinguished name; undefined for a value that is no text. */
export const readText = ({ tag, content }: Der): string | undefined => {
  try {
    if (tag === TAG.utf8) return utf8.decode(content)
    if (tag === TAG.bmp) return utf16.decode(content)
  } catch {
    throw malformed('文字编码有误')
  }
  return tag === TAG.printable || tag === TAG.ia5 || tag === TAG.teletex ? content.toString('latin1') : undefined
}
