import { createHash } from 'node:crypto'
import { isSm2PublicKey, type Sm2KeyPair, sm2Sign, sm2SignatureFromDer, sm2SignatureToDer, sm2Verify } from './sm2.ts'
import {
  type Der,
  type DerReader,
  explicitTag,
  readBits,
  readDer,
  readInteger,
  readOid,
  readSmall,
  readTime,
  TAG,
  within,
} from './x509-der.ts'
import { bits, explicit, integer, oid, sequence, time } from './x509-encode.ts'
import { malformed, X509Error } from './x509-error.ts'
import { type Extensions, readExtensions, writeExtensions } from './x509-extensions.ts'
import { type NameParts, readName, writeName, type X509Name } from './x509-name.ts'

// GM/T 0006-2012
const SM2_WITH_SM3 = '1.2.156.10197.1.501'
const SM2_CURVE = '1.2.156.10197.1.301'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const CERTIFICATE_LIMIT = 64 * 1024

/** What was signed, by whom it says, and the signature: the outer form of certificates, requests and revocation lists. */
export interface Signed {
  tbs: Buffer
  /** r ‖ s */
  signature: Buffer
}

/** An X.509 v3 certificate with an SM2 key, signed by SM2 with SM3 (RFC 5280, GM/T 0015-2012). Reading it proves nothing yet. */
export interface Certificate extends Signed, Extensions {
  der: Buffer
  /** SM3 of the whole certificate, hexadecimal */
  fingerprint: string
  /** hexadecimal, without leading zeros */
  serial: string
  issuer: X509Name
  subject: X509Name
  notBefore: Date
  notAfter: Date
  /** uncompressed point, hexadecimal */
  publicKey: string
}

export const writeAlgorithm = (): Buffer => sequence(oid(SM2_WITH_SM3))
export const readAlgorithm = (value: Der): void =>
  within(value, (reader) => {
    const id = readOid(reader.take(TAG.oid))
    if (id !== SM2_WITH_SM3)
      throw new X509Error('unsupported', `签名算法 ${id} 不是 SM2 与 SM3，不能使用。请换用国密证书。`)
    // Some tools write NULL where the standard leaves the parameters out.
    const parameters = reader.maybe(TAG.null)
    if (parameters && parameters.content.length > 0) throw malformed('签名算法有误')
  })

export const writePublicKey = (publicKey: string): Buffer =>
  sequence(sequence(oid(EC_PUBLIC_KEY), oid(SM2_CURVE)), bits(Buffer.from(publicKey, 'hex')))
export const readPublicKey = (value: Der): string =>
  within(value, (reader) => {
    within(reader.take(TAG.sequence), (algorithm) => {
      const id = readOid(algorithm.take(TAG.oid))
      const parameters = algorithm.maybe(TAG.oid)
      const curve = parameters && readOid(parameters)
      if (id !== EC_PUBLIC_KEY || curve !== SM2_CURVE)
        throw new X509Error('wrong-curve', '公钥不在 SM2 曲线上，不能使用。请换用国密证书。')
    })
    const { bytes, unused } = readBits(reader.take(TAG.bits))
    const publicKey = bytes.toString('hex')
    if (unused > 0 || !isSm2PublicKey(publicKey)) throw new X509Error('wrong-curve', '公钥不是 SM2 曲线上的点。')
    return publicKey
  })

/** SEQUENCE { tbs, algorithm, BIT STRING } with `read` for what was signed. */
export const readSigned = <T>(bytes: Uint8Array, limit: number, read: (tbs: DerReader) => T): T & Signed =>
  within(readDer(bytes, TAG.sequence, limit), (reader) => {
    const tbs = reader.take(TAG.sequence)
    readAlgorithm(reader.take(TAG.sequence))
    const value = readBits(reader.take(TAG.bits))
    if (value.unused > 0) throw malformed('签名有误')
    return { ...within(tbs, read), tbs: tbs.raw, signature: readSignature(value.bytes) }
  })
const readSignature = (der: Buffer): Buffer => {
  try {
    return sm2SignatureFromDer(der)
  } catch {
    throw malformed('签名有误')
  }
}
export const writeSigned = (tbs: Buffer, key: Sm2KeyPair): Buffer =>
  sequence(tbs, writeAlgorithm(), bits(sm2SignatureToDer(sm2Sign(key, tbs))))

/** Whether this key signed it. */
export const isSignedBy = ({ tbs, signature }: Signed, publicKey: string): boolean =>
  sm2Verify(publicKey, tbs, signature)

const readValidity = (value: Der): { notBefore: Date; notAfter: Date } =>
  within(value, (reader) => ({ notBefore: readTime(reader.any()), notAfter: readTime(reader.any()) }))

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
export const readSerial = (value: Der): string => {
  const digits = readInteger(value)
  if (digits.length > 20 || digits.every((byte) => byte === 0)) throw malformed('序列号有误')
  return digits.toString('hex').replace(/^0+/, '')
}

const readVersion = (reader: DerReader): void => {
  const version = reader.maybe(explicitTag(0))
  if (!version || within(version, (inner) => readSmall(inner.take(TAG.integer))) !== 2)
    throw new X509Error('unsupported', '只接受 X.509 第 3 版证书。')
}

/** Reads one certificate in DER. Throws X509Error. */
export const readCertificate = (bytes: Uint8Array): Certificate => {
  const der = Buffer.from(bytes)
  const content = readSigned(der, CERTIFICATE_LIMIT, (reader) => {
    readVersion(reader)
    const serial = readSerial(reader.take(TAG.integer))
    readAlgorithm(reader.take(TAG.sequence))
    const issuer = readName(reader.take(TAG.sequence))
    const validity = readValidity(reader.take(TAG.sequence))
    const subject = readName(reader.take(TAG.sequence))
    const publicKey = readPublicKey(reader.take(TAG.sequence))
    const extensions = within(reader.take(explicitTag(3)), (inner) => readExtensions(inner.take(TAG.sequence)))
    return { serial, issuer, subject, publicKey, ...validity, ...extensions }
  })
  return { ...content, der, fingerprint: createHash('sm3').update(der).digest('hex') }
}

export interface NewCertificate extends Omit<Extensions, 'subjectKeyId' | 'authorityKeyId'> {
  /** random, at least 8 bytes (CA/Browser Forum 7.1) */
  serial: Uint8Array
  /** a name to write, or one that was read from a request */
  subject: NameParts | X509Name
  publicKey: string
  notBefore: Date
  notAfter: Date
}

/** RFC 5280 §4.2.1.2 way (2): the first 20 bytes of a digest of the key, SM3 here. */
export const keyIdOf = (publicKey: string): string =>
  createHash('sm3').update(Buffer.from(publicKey, 'hex')).digest('hex').slice(0, 40)

/** Signs a certificate; the issuer's certificate gives name and key id, without one it signs itself. DER. */
export const signCertificate = (fields: NewCertificate, key: Sm2KeyPair, issuer?: Certificate): Buffer => {
  const subject = 'der' in fields.subject ? fields.subject.der : writeName(fields.subject)
  const extensions: Extensions = {
    ...fields,
    subjectKeyId: keyIdOf(fields.publicKey),
    authorityKeyId: issuer ? issuer.subjectKeyId : keyIdOf(fields.publicKey),
  }
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(fields.serial),
    writeAlgorithm(),
    issuer ? issuer.subject.der : subject,
    sequence(time(fields.notBefore), time(fields.notAfter)),
    subject,
    writePublicKey(fields.publicKey),
    explicit(3, writeExtensions(extensions)),
  )
  return writeSigned(tbs, key)
}
