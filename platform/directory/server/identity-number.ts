import type { Keyring } from '#kernel/crypto'

const AAD = 'directory.person.identity'
const INDEX = 'directory.identity'

/** Seals an identity number (GB 11643, normalised) for storage: the box to keep and the blind index to find it again. */
export const identitySealer =
  (keys: Keyring) =>
  (identity: string): { box: Buffer; index: Buffer } => ({
    box: keys.seal(identity, AAD),
    index: keys.blindIndex(INDEX, identity),
  })

export const openIdentity = (keys: Keyring, box: Buffer): string => keys.open(box, AAD).toString('utf8')
