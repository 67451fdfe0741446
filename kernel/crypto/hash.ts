import { createHmac, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'

/** SM3 digest, 32 bytes (GB/T 32905-2016). Text is hashed as UTF-8. */
export function sm3(data: string | Uint8Array): Buffer {
  return hash('sm3', data, 'buffer')
}

/** HMAC with SM3, 32 bytes (GB/T 15852.2). Pass a KeyObject when one key serves many calls: it is four times faster. */
export function hmacSm3(key: Uint8Array | KeyObject, data: string | Uint8Array): Buffer {
  return createHmac('sm3', key).update(data).digest()
}

/** SHA-256 digest, 32 bytes. Text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer')
}

/** Compares two secrets without telling by its time where they differ. Only the lengths may leak. */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  const left = typeof a === 'string' ? Buffer.from(a) : a
  const right = typeof b === 'string' ? Buffer.from(b) : b
  return left.byteLength === right.byteLength && timingSafeEqual(left, right)
}

/** An unguessable token of `bytes` random bytes in base64url, for sessions and links. At least 16 bytes. */
export function randomToken(bytes = 32): string {
  if (!Number.isInteger(bytes) || bytes < 16) throw new RangeError('a token needs at least 16 random bytes')
  return randomBytes(bytes).toString('base64url')
}
