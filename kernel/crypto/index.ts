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
  sm2VerifyDigest,
} from './sm2.ts'
export { type Certificate, readCertificate, signCertificate } from './x509.ts'
export { type ChainVerdict, checkChain, isListOf } from './x509-chain.ts'
export {
  CRL_LIMIT,
  type RevocationList,
  type RevocationReason,
  readRevocationList,
  signRevocationList,
} from './x509-crl.ts'
export { X509Error } from './x509-error.ts'
export { CLIENT_AUTH, type KeyUsage, SERVER_AUTH } from './x509-extensions.ts'
export { encryptPrivateKey } from './x509-key.ts'
export type { NameParts } from './x509-name.ts'
export { readPem, toPem } from './x509-pem.ts'
export { readRequest, signRequest } from './x509-request.ts'
