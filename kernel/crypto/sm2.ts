import { createHash } from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'

/** Hexadecimal: a private key of 32 bytes, an uncompressed public key of 65 bytes beginning with 04. */
export type Sm2KeyPair = { privateKey: string; publicKey: string }

type PreparedKey = { point: ReturnType<typeof sm2.precomputePublicKey>; z: Uint8Array }

// Order of the curve, GB/T 32918.5-2017.
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
// A window of 4 costs about one plain verification to prepare and makes each following one five times faster.
const WINDOW = 4
const MAX_PREPARED = 256
const prepared = new Map<string, PreparedKey>()

export function generateSm2KeyPair(): Sm2KeyPair {
  const { privateKey, publicKey } = sm2.generateKeyPairHex()
  return { privateKey, publicKey }
}

/** The public key that belongs to a private key. */
export function sm2PublicKey(privateKey: string): string {
  return sm2.getPublicKeyFromPrivateKey(checkedPrivateKey(privateKey))
}

/** e = SM3(Z ‖ data) with the distinguishing id 1234567812345678 (GM/T 0009-2012 §7; GB/T 32918.2-2016 §5.5). */
export function sm2Digest(publicKey: string, data: string | Uint8Array): Buffer {
  return createHash('sm3').update(prepare(publicKey).z).update(data).digest()
}

/** Signs data; the result is r ‖ s, 64 bytes. node:crypto is not used on purpose: it signs with an empty distinguishing id. */
export function sm2Sign(key: Sm2KeyPair, data: string | Uint8Array): Buffer {
  return Buffer.from(sm2.doSignature(sm2Digest(key.publicKey, data), checkedPrivateKey(key.privateKey)), 'hex')
}

/** Whether r ‖ s is the signature of data under this public key. A malformed signature or a key off the curve is false. */
export function sm2Verify(publicKey: string, data: string | Uint8Array, signature: Uint8Array): boolean {
  return isSm2PublicKey(publicKey) && sm2VerifyDigest(publicKey, sm2Digest(publicKey, data), signature)
}

/** The same when the signer has handed over e of `sm2Digest` (32 bytes) instead of the data. */
export function sm2VerifyDigest(publicKey: string, digest: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = halves(signature)
  if (digest.byteLength !== 32 || !r || !s || !isScalar(r) || !isScalar(s) || !isSm2PublicKey(publicKey)) return false
  return sm2.doVerifySignature(digest, r + s, prepare(publicKey).point)
}

/** Whether this is the uncompressed form of a point on the curve. */
export function isSm2PublicKey(publicKey: string): boolean {
  if (prepared.has(publicKey)) return true
  try {
    return /^04[0-9a-f]{128}$/i.test(publicKey) && sm2.verifyPublicKey(publicKey)
  } catch {
    // the library throws for a point off the curve
    return false
  }
}

/** SEQUENCE { r INTEGER, s INTEGER }, the form certificates and `openssl` use (GM/T 0009-2012 §7.3). */
export function sm2SignatureToDer(signature: Uint8Array): Buffer {
  const [r, s] = halves(signature)
  if (!r || !s) throw new RangeError('an SM2 signature is 64 bytes')
  const body = Buffer.concat([integer(r), integer(s)])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

/** The r ‖ s of a DER signature. Only the one canonical encoding is accepted, so a signature cannot be rewritten and still pass. */
export function sm2SignatureFromDer(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der)
  const rLength = bytes[3] ?? 0
  const raw = Buffer.concat([fixed(bytes.subarray(4, 4 + rLength)), fixed(bytes.subarray(6 + rLength))])
  if (!sm2SignatureToDer(raw).equals(bytes)) throw new RangeError('not a DER-encoded SM2 signature')
  return raw
}

function prepare(publicKey: string): PreparedKey {
  const known = prepared.get(publicKey)
  if (known) {
    prepared.delete(publicKey)
    prepared.set(publicKey, known)
    return known
  }
  if (!isSm2PublicKey(publicKey)) {
    throw new RangeError('not an uncompressed SM2 public key')
  }
  const fresh = { point: sm2.precomputePublicKey(publicKey, WINDOW), z: sm2.getZ(publicKey) }
  prepared.set(publicKey, fresh)
  if (prepared.size > MAX_PREPARED) prepared.delete(prepared.keys().next().value!)
  return fresh
}

function checkedPrivateKey(privateKey: string): string {
  if (!/^[0-9a-f]{64}$/i.test(privateKey) || !isScalar(privateKey) || BigInt(`0x${privateKey}`) === ORDER - 1n) {
    throw new RangeError('not an SM2 private key')
  }
  return privateKey
}

function isScalar(hex: string): boolean {
  const value = BigInt(`0x${hex}`)
  return value > 0n && value < ORDER
}

function halves(signature: Uint8Array): [string?, string?] {
  if (signature.byteLength !== 64) return []
  const hex = Buffer.from(signature).toString('hex')
  return [hex.slice(0, 64), hex.slice(64)]
}

function integer(hex: string): Buffer {
  const digits = Buffer.from(hex, 'hex')
  const first = digits.findIndex((byte, at) => byte !== 0 || at === digits.length - 1)
  const value = digits[first]! >= 0x80 ? Buffer.concat([Buffer.of(0), digits.subarray(first)]) : digits.subarray(first)
  return Buffer.concat([Buffer.of(0x02, value.length), value])
}

function fixed(value: Uint8Array): Buffer {
  const digits = Buffer.from(value)
  const out = Buffer.alloc(32)
  digits.subarray(-32).copy(out, 32 - Math.min(32, digits.length))
  return out
}
