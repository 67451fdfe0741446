import { randomBytes } from 'node:crypto'
import { generateSm2KeyPair, type Keyring, sm2PublicKey, sm2Sign } from '#kernel/crypto'
import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'
import type { SealedColumn } from '#kernel/module'
import { hmacTexts } from './hmac.ts'

/** Who signs checkpoints. A key provider (HSM, remote signer) meets this and takes the place of `sealedSigner`. */
export interface CheckpointSigner {
  readonly keyId: string
  /** uncompressed SM2 point, hexadecimal */
  readonly publicKey: string
  /** SM2 with the id 1234567812345678, r ‖ s */
  sign(data: string): Promise<Uint8Array>
}

interface KeyRow {
  id: string
  purpose: 'sign' | 'mac'
  sealed: Buffer
}
const place = (id: string): string => `kernel.audit_key\0${id}`

/** What a rotation of the data keys seals anew. */
export const sealedAuditKeys: SealedColumn = { table: 'kernel.audit_key', key: 'id', column: 'sealed', aad: place }

/** The newest key of a purpose; undefined before the first record was sequenced. */
const newest = async (query: Query, purpose: KeyRow['purpose']): Promise<KeyRow | undefined> =>
  (
    await query<KeyRow>(
      'select id, purpose, sealed from kernel.audit_key where purpose = $1 order by created_at desc limit 1',
      [purpose],
    )
  )[0]

/** Makes what is missing. Called by the leader alone, so that no two processes make one. */
export const ensureKeys = async (query: Query, keys: Keyring, now: Date): Promise<void> => {
  const add = async (purpose: KeyRow['purpose'], secret: Uint8Array, publicKey: string | null) => {
    const id = newId()
    await query(
      'insert into kernel.audit_key (id, purpose, public_key, sealed, created_at) values ($1, $2, $3, $4, $5)',
      [id, purpose, publicKey, keys.seal(secret, place(id)), now],
    )
  }
  if (!(await newest(query, 'mac'))) await add('mac', randomBytes(32), null)
  if (await newest(query, 'sign')) return
  const pair = generateSm2KeyPair()
  await add('sign', Buffer.from(pair.privateKey, 'hex'), pair.publicKey)
}

/** Answers the key of a record by its id. There is one secret for the log's whole life: what was hashed must stay provable. */
export const openRecordKeys = async (query: Query, keys: Keyring): Promise<((id: string) => Buffer) | undefined> => {
  const row = await newest(query, 'mac')
  if (!row) return undefined
  const secret = keys.open(row.sealed, place(row.id))
  return (id) => Buffer.from(hmacTexts(secret, [`qitong-audit-record\0${id}`])[0]!, 'hex')
}

/** The signing key that the database keeps, sealed by the platform's key ring. */
export const sealedSigner = async (query: Query, keys: Keyring): Promise<CheckpointSigner> => {
  const row = await newest(query, 'sign')
  if (!row) throw new Error('the audit log has no signing key yet')
  const privateKey = keys.open(row.sealed, place(row.id)).toString('hex')
  const publicKey = sm2PublicKey(privateKey)
  return { keyId: row.id, publicKey, sign: async (data) => sm2Sign({ privateKey, publicKey }, data) }
}
