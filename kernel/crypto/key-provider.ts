import { pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { deriveSealingKey, open, SealedBoxError, seal } from './sealed-box.ts'

export interface WrappedKey {
  salt: Buffer
  wrapped: Buffer
}

/** What guards the data keys: the local one by a passphrase; an adapter of a hardware module wraps and unwraps inside the module. */
export interface KeyProvider {
  /** stored beside each key; a key is unwrapped by the provider that wrapped it */
  readonly name: string
  wrap(key: Uint8Array): Promise<WrappedKey>
  /** throws KeyProviderError when the passphrase is another one, or the row was changed */
  unwrap(row: WrappedKey): Promise<Buffer>
}

export class KeyProviderError extends Error {
  override readonly name = 'KeyProviderError'
}

const derive = promisify(pbkdf2)
// PBKDF2 with HMAC-SM3 (GM/T 0091-2020); some 0.1 s on a slow core, once for each start.
const ROUNDS = 100_000
const PLACE = 'kernel.data_key'

/** Wraps with SM4-CTR and HMAC-SM3 under a key derived from the operator's passphrase. */
export const passphraseProvider = (passphrase: string): KeyProvider => {
  const known = new Map<string, Promise<Buffer>>()
  const secretFor = (salt: Buffer): Promise<Buffer> => {
    const name = salt.toString('hex')
    const secret = known.get(name) ?? derive(passphrase, salt, ROUNDS, 32, 'sm3')
    known.set(name, secret)
    return secret
  }
  return {
    name: 'passphrase',
    async wrap(key) {
      const salt = randomBytes(16)
      return { salt, wrapped: seal(deriveSealingKey(1, await secretFor(salt)), key, PLACE) }
    },
    async unwrap({ salt, wrapped }) {
      try {
        return open(deriveSealingKey(1, await secretFor(salt)), wrapped, PLACE)
      } catch (error) {
        if (!(error instanceof SealedBoxError)) throw error
        throw new KeyProviderError(
          '主密钥与数据库里的数据密钥对不上。请用建库时的 SECRET_KEY（或数据目录 secrets/master）启动；换过主密钥的，请用新的那一个。',
          { cause: error },
        )
      }
    },
  }
}
