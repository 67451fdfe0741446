import { sm2Verify } from '#kernel/crypto'
import { algorithms, type HashAlgorithm } from './merkle.ts'

/** What is signed: how long the log was at a moment, and the root of its tree then. */
export interface Checkpoint {
  origin: string
  size: number
  /** hexadecimal */
  root: string
  /** ISO 8601 */
  at: string
  algorithm: HashAlgorithm['id']
  keyId: string
  /** SM2 over `checkpointText`, r ‖ s in hexadecimal */
  signature: string
}

/** One line a value: nothing in it can contain a line break, so it reads in one way only. */
export const checkpointText = (point: Omit<Checkpoint, 'signature'>): string =>
  ['qitong-audit-checkpoint/1', point.origin, point.algorithm, point.size, point.root, point.at, point.keyId, ''].join(
    '\n',
  )

/** False for anything that was not signed with this key, a key that is none included. */
export const isCheckpointSound = (point: Checkpoint, publicKey: string): boolean => {
  try {
    return (
      Object.hasOwn(algorithms, point.algorithm) &&
      sm2Verify(publicKey, checkpointText(point), Buffer.from(point.signature, 'hex'))
    )
  } catch {
    return false
  }
}
