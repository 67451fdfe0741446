import {
  blindIndex,
  deriveIndexKey,
  deriveSealingKey,
  open,
  type SealingKey,
  seal,
  sealedWith,
  unknownKey,
} from './sealed-box.ts'

export type KeyringOptions = {
  /** Every secret that may still be needed, by key id 1–65535; at least 32 bytes each. */
  secrets: Readonly<Record<number, Uint8Array>>
  /** The id whose secret seals from now on. Rotation: add a secret, point here, reseal what `isStale`, then drop the old one. */
  sealWith: number
  /** The id whose secret makes blind indexes. Apart from `sealWith`, because changing it means recomputing every index. */
  indexWith: number
}

/** The derived keys of one server. All derivation happens when it is made; its methods are for loops over millions of values. */
export type Keyring = {
  seal(plaintext: string | Uint8Array, aad: string | Uint8Array): Buffer
  open(box: Uint8Array, aad: string | Uint8Array): Buffer
  blindIndex(purpose: string, normalisedText: string): Buffer
  /** True when a box was sealed with another key than today's and should be sealed again. */
  isStale(box: Uint8Array): boolean
}

export function createKeyring({ secrets, sealWith, indexWith }: KeyringOptions): Keyring {
  const keys = new Map<number, SealingKey>()
  for (const [id, secret] of Object.entries(secrets)) keys.set(Number(id), deriveSealingKey(Number(id), secret))
  const sealing = keys.get(sealWith)
  const indexSecret = secrets[indexWith]
  if (!sealing || !indexSecret) throw new RangeError('sealWith and indexWith must name secrets of the ring')
  const index = deriveIndexKey(indexSecret)
  return {
    seal: (plaintext, aad) => seal(sealing, plaintext, aad),
    open(box, aad) {
      const key = keys.get(sealedWith(box))
      if (!key) throw unknownKey()
      return open(key, box, aad)
    },
    blindIndex: (purpose, normalisedText) => blindIndex(index, purpose, normalisedText),
    isStale: (box) => sealedWith(box) !== sealing.id,
  }
}
