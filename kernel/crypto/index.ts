export { constantTimeEqual, hmacSm3, randomToken, sha256, sm3 } from './hash.ts'
export { type KeyProvider, KeyProviderError, passphraseProvider, type WrappedKey } from './key-provider.ts'
export { createKeyring, type Keyring, type KeyringOptions } from './keyring.ts'
export { hashPassword, needsRehash, verifyPassword } from './password.ts'
export {
  blindIndex,
  deriveIndexKey,
  deriveSealingKey,
  type IndexKey,
  open,
  SealedBoxError,
  type SealingKey,
  seal,
} from './sealed-box.ts'
export {
  generateSm2KeyPair,
  type Sm2KeyPair,
  sm2Digest,
  sm2PublicKey,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2Verify,
} from './sm2.ts'
