import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto'

// version 1 | key id, 2 bytes big-endian | iv 16 | ciphertext | tag 32
const VERSION = 1
const IV_AT = 3
const TEXT_AT = IV_AT + 16
const TAG_LENGTH = 32
const OVERHEAD = TEXT_AT + TAG_LENGTH

export type SealingKey = { readonly id: number; readonly encrypt: KeyObject; readonly authenticate: KeyObject }
export type IndexKey = { readonly index: KeyObject }

/** A sealed box that was changed, cut, moved to another place, or sealed with a key this server does not hold. */
export class SealedBoxError extends Error {
  override readonly name = 'SealedBoxError'
  readonly code: 'sealed-box.broken' | 'sealed-box.unknown-key'
  constructor(code: SealedBoxError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Derives the two keys of a box from one secret of at least 32 bytes. Do it once and keep the result: sealing itself derives nothing. */
export function deriveSealingKey(id: number, secret: Uint8Array): SealingKey {
  if (!Number.isInteger(id) || id < 1 || id > 0xffff) throw new RangeError('a key id is 1 to 65535')
  return {
    id,
    encrypt: expand(secret, 'qitong sealed-box 1 encrypt', 16),
    authenticate: expand(secret, 'qitong sealed-box 1 authenticate', 32),
  }
}

/** Derives the key of blind indexes from one secret of at least 32 bytes. */
export function deriveIndexKey(secret: Uint8Array): IndexKey {
  return { index: expand(secret, 'qitong blind-index 1', 32) }
}

/** Encrypts (SM4-CTR), then authenticates (HMAC-SM3) plaintext and `aad`. `aad` names the place the box belongs to
 * (table, row, column), so that a box copied to another row does not open. 51 bytes longer than the plaintext. */
export function seal(key: SealingKey, plaintext: string | Uint8Array, aad: string | Uint8Array): Buffer {
  const text = typeof plaintext === 'string' ? Buffer.from(plaintext) : plaintext
  const box = Buffer.allocUnsafe(OVERHEAD + text.byteLength)
  box[0] = VERSION
  box.writeUInt16BE(key.id, 1)
  randomFillSync(box, IV_AT, 16)
  // A counter mode has no last block, so update() returns everything and final() would only cost time.
  createCipheriv('sm4-ctr', key.encrypt, box.subarray(IV_AT, TEXT_AT)).update(text).copy(box, TEXT_AT)
  const tagAt = TEXT_AT + text.byteLength
  tag(key, box.subarray(0, tagAt), aad).copy(box, tagAt)
  return box
}

/** Opens what `seal` made. Throws SealedBoxError on any changed byte, another `aad` or another key; nothing is decrypted before the tag is proved. */
export function open(key: SealingKey, box: Uint8Array, aad: string | Uint8Array): Buffer {
  if (sealedWith(box) !== key.id) throw unknownKey()
  const bytes = Buffer.from(box.buffer, box.byteOffset, box.byteLength)
  const tagAt = bytes.length - TAG_LENGTH
  if (!timingSafeEqual(tag(key, bytes.subarray(0, tagAt), aad), bytes.subarray(tagAt))) throw broken()
  return createDecipheriv('sm4-ctr', key.encrypt, bytes.subarray(IV_AT, TEXT_AT)).update(bytes.subarray(TEXT_AT, tagAt))
}

/** The id of the key a box says it was sealed with; not proved until it opens. */
export function sealedWith(box: Uint8Array): number {
  if (box.byteLength < OVERHEAD || box[0] !== VERSION) throw broken()
  return (box[1]! << 8) | box[2]!
}

export function unknownKey(): SealedBoxError {
  return new SealedBoxError(
    'sealed-box.unknown-key',
    '这份密文所用的密钥不在本服务器的密钥环中，请系统管理员补充该密钥后重试。',
  )
}

/** A 32-byte fingerprint for equality search on a sealed column. `purpose` (the column) separates the indexes of different columns;
 * `normalisedText` must already be in the one form that is stored and searched. */
export function blindIndex(key: IndexKey, purpose: string, normalisedText: string): Buffer {
  if (purpose.includes('\0')) throw new RangeError('a purpose has no NUL character: it ends there')
  return createHmac('sm3', key.index).update(`${purpose}\0${normalisedText}`).digest()
}

// The length goes first, so no bytes can move between aad and box without changing the tag.
function tag(key: SealingKey, body: Uint8Array, aad: string | Uint8Array): Buffer {
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(typeof aad === 'string' ? Buffer.byteLength(aad) : aad.byteLength)
  return createHmac('sm3', key.authenticate).update(length).update(aad).update(body).digest()
}

// HKDF of RFC 5869 with HMAC-SM3.
function expand(secret: Uint8Array, info: string, bytes: number): KeyObject {
  if (secret.byteLength < 32) throw new RangeError('a secret needs at least 32 bytes')
  return createSecretKey(Buffer.from(hkdfSync('sm3', secret, new Uint8Array(), info, bytes)))
}

function broken(): SealedBoxError {
  return new SealedBoxError('sealed-box.broken', '密文已损坏或被改动，无法解密，请系统管理员核对数据来源或从备份恢复。')
}
