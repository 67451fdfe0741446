import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { z } from 'zod'
import type { Assertion, Attestation, PasskeyCreation, PasskeyRequest } from './contract.ts'

/** A WebAuthn authenticator in software: real ES256 keys, real CBOR, and every mistake a test wants of it. */

type Cbor = number | string | Uint8Array | Map<Cbor, Cbor>

const head = (major: number, value: number): Buffer => {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}
/** RFC 8949, as much of it as an attestation needs. */
const cbor = (value: Cbor): Buffer => {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.byteLength), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])])
}
const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest()
const text = (data: Uint8Array): string => Buffer.from(data).toString('base64url')

/** EC2 key on P-256 for ES256 (RFC 9053 §7.1.1). */
const coseKey = (key: KeyObject): Buffer => {
  const { x, y } = key.export({ format: 'jwk' })
  return cbor(
    new Map<Cbor, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x!, 'base64url')],
      [-3, Buffer.from(y!, 'base64url')],
    ]),
  )
}

export interface Mistakes {
  origin?: string
  rpId?: string
  /** the person was not verified, only present */
  unverified?: boolean
  challenge?: string
}

export const authenticator = (origin = 'http://localhost:3000') => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let counter = 0
  const clientData = (type: string, challenge: string, mistakes: Mistakes): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge: mistakes.challenge ?? challenge, origin: mistakes.origin ?? origin }))
  const data = (rpId: string, attested: boolean, mistakes: Mistakes): Buffer => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const flags = 0x01 | (mistakes.unverified ? 0 : 0x04) | (attested ? 0x40 : 0)
    const credential = attested ? [Buffer.alloc(16), Buffer.from([0, id.length]), id, coseKey(publicKey)] : []
    return Buffer.concat([sha256(mistakes.rpId ?? rpId), Buffer.from([flags]), count, ...credential])
  }
  return {
    /** makes the counter go back, as on a copy */
    rewind: (to: number) => {
      counter = to
    },
    create(options: z.output<typeof PasskeyCreation>, mistakes: Mistakes = {}): Attestation {
      const authData = data(options.rp.id, true, mistakes)
      const attestation = new Map<Cbor, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ])
      return {
        id: text(id),
        rawId: text(id),
        type: 'public-key',
        response: {
          clientDataJSON: text(clientData('webauthn.create', options.challenge, mistakes)),
          attestationObject: text(cbor(attestation)),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      }
    },
    get(options: PasskeyRequest, mistakes: Mistakes = {}): Assertion {
      counter += 1
      const client = clientData('webauthn.get', options.challenge, mistakes)
      const authData = data(options.rpId, false, mistakes)
      const signature = sign('sha256', Buffer.concat([authData, sha256(client)]), privateKey)
      return {
        id: text(id),
        rawId: text(id),
        type: 'public-key',
        response: { clientDataJSON: text(client), authenticatorData: text(authData), signature: text(signature) },
        clientExtensionResults: {},
      }
    },
  }
}
