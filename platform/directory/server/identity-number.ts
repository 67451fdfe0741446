import type { Keyring } from '#kernel/crypto'

const AAD = 'directory.person.identity'
const INDEX = 'directory.identity'

/** The blind index of an identity number (GB 11643, normalised). */
export const identityIndexer =
  (keys: Keyring) =>
  (identity: string): Buffer =>
    keys.blindIndex(INDEX, identity)

/** Seals an identity number for storage: the box to keep and the blind index to find it again. */
export const identitySealer = (keys: Keyring): ((identity: string) => { box: Buffer; index: Buffer }) => {
  const indexOf = identityIndexer(keys)
  return (identity) => ({ box: keys.seal(identity, AAD), index: indexOf(identity) })
}

export const openIdentity = (keys: Keyring, box: Buffer): string => keys.open(box, AAD).toString('utf8')
