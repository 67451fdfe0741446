import type { Sm2KeyPair } from './sm2.ts'
import { isSignedBy, readPublicKey, readSigned, type Signed, writePublicKey, writeSigned } from './x509.ts'
import { readSmall, TAG } from './x509-der.ts'
import { integer, sequence, tlv } from './x509-encode.ts'
import { X509Error } from './x509-error.ts'
import { type NameParts, readName, writeName, type X509Name } from './x509-name.ts'

const ATTRIBUTES = 0xa0

/** A PKCS#10 request (RFC 2986). Its attributes are left aside: what a certificate says is decided by who issues it. */
export interface CertificateRequest extends Signed {
  subject: X509Name
  publicKey: string
}

/** Reads a request in DER and proves that who made it holds the private key. Throws X509Error. */
export const readRequest = (bytes: Uint8Array): CertificateRequest => {
  const request = readSigned(bytes, 64 * 1024, (reader) => {
    if (readSmall(reader.take(TAG.integer)) !== 0) throw new X509Error('unsupported', '证书请求的版本看不懂。')
    const subject = readName(reader.take(TAG.sequence))
    const publicKey = readPublicKey(reader.take(TAG.sequence))
    reader.maybe(ATTRIBUTES)
    return { subject, publicKey }
  })
  if (!isSignedBy(request, request.publicKey))
    throw new X509Error(
      'malformed',
      '证书请求的签名不成立：请求与私钥不符，或签名时没有用国密默认标识 1234567812345678。',
    )
  return request
}

export const signRequest = (subject: NameParts, key: Sm2KeyPair): Buffer =>
  writeSigned(sequence(integer(0), writeName(subject), writePublicKey(key.publicKey), tlv(ATTRIBUTES)), key)
