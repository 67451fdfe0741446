import { explicitTag, TAG } from './x509-der.ts'

/** Writers of DER: each answers one whole value. */

export const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content])
  const digits: number[] = []
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return Buffer.concat([Buffer.of(tag, 0x80 | digits.length, ...digits), content])
}
export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(TAG.sequence, ...parts)
export const explicit = (number: number, ...parts: readonly Uint8Array[]): Buffer => tlv(explicitTag(number), ...parts)
export const octets = (bytes: Uint8Array): Buffer => tlv(TAG.octets, bytes)
export const nothing = (): Buffer => tlv(TAG.null)
export const yes = (): Buffer => tlv(TAG.boolean, Buffer.of(0xff))
export const utf8 = (text: string): Buffer => tlv(TAG.utf8, Buffer.from(text))
export const printable = (text: string): Buffer => tlv(TAG.printable, Buffer.from(text, 'latin1'))

/** A whole number that is not negative: a value, or its digits as bytes. */
export const integer = (value: number | Uint8Array, tag: number = TAG.integer): Buffer => {
  const hex = typeof value === 'number' ? value.toString(16) : Buffer.from(value).toString('hex')
  const digits = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  const first = digits.findIndex((byte, at) => byte !== 0 || at === digits.length - 1)
  return tlv(tag, ...(digits[first]! >= 0x80 ? [Buffer.of(0)] : []), digits.subarray(first))
}

export const bits = (bytes: Uint8Array, unused = 0): Buffer => tlv(TAG.bits, Buffer.of(unused), bytes)

/** Named bits, the first one highest; zeros at the end are left out (X.690 §11.2.2). */
export const namedBits = (set: readonly number[]): Buffer => {
  const last = Math.max(-1, ...set)
  const bytes = Buffer.alloc(Math.ceil((last + 1) / 8))
  for (const bit of set) bytes[bit >> 3]! |= 0x80 >> (bit & 7)
  return bits(bytes, bytes.length * 8 - (last + 1))
}

export const oid = (text: string): Buffer => {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128))
    return digits
  })
  return tlv(TAG.oid, Buffer.from(arcs))
}

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); whole seconds. */
export const time = (at: Date): Buffer => {
  const text = `${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
  const short = at.getUTCFullYear() >= 1950 && at.getUTCFullYear() < 2050
  return short
    ? tlv(TAG.utcTime, Buffer.from(text.slice(2), 'latin1'))
    : tlv(TAG.generalizedTime, Buffer.from(text, 'latin1'))
}
