import {
  blindIndex,
  deriveIndexKey,
  deriveSealingKey,
  type IndexKey,
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

/** The derived keys of one server. All derivation happens when it is made or changed; its methods are for loops over millions of values. */
export type Keyring = {
  seal(plaintext: string | Uint8Array, aad: string | Uint8Array): Buffer
  open(box: Uint8Array, aad: string | Uint8Array): Buffer
  blindIndex(purpose: string, normalisedText: string): Buffer
  /** True when a box was sealed with another key than today's and should be sealed again. */
  isStale(box: Uint8Array): boolean
}

interface Derived {
  keys: ReadonlyMap<number, SealingKey>
  sealing: SealingKey
  index: IndexKey
}

const deriveAll = ({ secrets, sealWith, indexWith }: KeyringOptions): Derived => {
  const keys = new Map<number, SealingKey>()
  for (const [id, secret] of Object.entries(secrets)) keys.set(Number(id), deriveSealingKey(Number(id), secret))
  const sealing = keys.get(sealWith)
  const indexSecret = secrets[indexWith]
  if (!sealing || !indexSecret) throw new RangeError('sealWith and indexWith must name secrets of the ring')
  return { keys, sealing, index: deriveIndexKey(indexSecret) }
}

/** A keyring, and what replaces its keys while it is in use (rotation). */
export function createKeyring(options: KeyringOptions): Keyring & { replace(options: KeyringOptions): void } {
  let derived = deriveAll(options)
  return {
    seal: (plaintext, aad) => seal(derived.sealing, plaintext, aad),
    open(box, aad) {
      const key = derived.keys.get(sealedWith(box))
      if (!key) throw unknownKey()
      return open(key, box, aad)
    },
    blindIndex: (purpose, normalisedText) => blindIndex(derived.index, purpose, normalisedText),
    isStale: (box) => sealedWith(box) !== derived.sealing.id,
    replace(next) {
      derived = deriveAll(next)
    },
  }
}
