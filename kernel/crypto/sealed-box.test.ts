import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { blindIndex, createKeyring, deriveIndexKey, deriveSealingKey, open, SealedBoxError, seal } from './index.ts'

const identity = '11010519491231002X'
const place = 'person:0191:identity'
const secret = Buffer.alloc(32, 1)
const key = deriveSealingKey(7, secret)

const codeOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof SealedBoxError) return error.code
    throw error
  }
  return undefined
}

describe('sealed box', () => {
  it.each([0, 1, 15, 16, 17, 18, 4096])('opens what it sealed, %i bytes', (length) => {
    const plaintext = randomBytes(length)
    const box = seal(key, plaintext, place)
    expect(box).toHaveLength(length + 51)
    expect(open(key, box, place)).toEqual(plaintext)
    expect(open(deriveSealingKey(7, Buffer.from(secret)), Uint8Array.from(box), Buffer.from(place))).toEqual(plaintext)
  })

  it('says its version and key, and never looks twice the same', () => {
    const boxes = new Set(Array.from({ length: 200 }, () => seal(key, identity, place).toString('hex')))
    expect(boxes.size).toBe(200)
    for (const box of boxes) expect(box.slice(0, 6)).toBe('010007')
  })

  it('has no plaintext in it', () => {
    expect(seal(key, identity, place).includes(identity)).toBe(false)
  })

  it('refuses every flipped bit, every cut and every lengthening', () => {
    const box = seal(key, identity, place)
    for (let bit = 0; bit < box.length * 8; bit += 1) {
      const broken = Buffer.from(box)
      broken[bit >> 3]! ^= 1 << (bit & 7)
      expect(codeOf(() => open(key, broken, place))).toMatch(/^sealed-box\./)
    }
    for (let length = 0; length < box.length; length += 1) {
      expect(codeOf(() => open(key, box.subarray(0, length), place))).toBe('sealed-box.broken')
    }
    expect(codeOf(() => open(key, Buffer.concat([box, Buffer.of(0)]), place))).toBe('sealed-box.broken')
  })

  it('refuses another place, also when bytes move between place and box', () => {
    const box = seal(key, identity, place)
    expect(codeOf(() => open(key, box, 'person:0192:identity'))).toBe('sealed-box.broken')
    expect(codeOf(() => open(key, box, ''))).toBe('sealed-box.broken')
    const tail = Buffer.of(1, 0, 7)
    const longer = seal(key, identity, Buffer.concat([Buffer.from(place), tail]))
    expect(codeOf(() => open(key, Buffer.concat([tail, longer]), place))).toBe('sealed-box.broken')
  })

  it('refuses a key of another secret or id', () => {
    const box = seal(key, identity, place)
    expect(codeOf(() => open(deriveSealingKey(7, Buffer.alloc(32, 2)), box, place))).toBe('sealed-box.broken')
    expect(codeOf(() => open(deriveSealingKey(8, secret), box, place))).toBe('sealed-box.unknown-key')
  })

  it('refuses weak secrets and impossible ids', () => {
    expect(() => deriveSealingKey(1, Buffer.alloc(31))).toThrow(RangeError)
    expect(() => deriveIndexKey(Buffer.alloc(16))).toThrow(RangeError)
    for (const id of [0, -1, 65_536, 1.5, Number.NaN]) expect(() => deriveSealingKey(id, secret)).toThrow(RangeError)
  })
})

describe('blind index', () => {
  const index = deriveIndexKey(secret)

  it('is the same for the same value and purpose only', () => {
    expect(blindIndex(index, 'person.identity', identity)).toEqual(blindIndex(index, 'person.identity', identity))
    expect(blindIndex(index, 'person.identity', identity)).toHaveLength(32)
    expect(blindIndex(index, 'person.mobile', identity)).not.toEqual(blindIndex(index, 'person.identity', identity))
    const other = deriveIndexKey(Buffer.alloc(32, 9))
    expect(blindIndex(other, 'person.identity', identity)).not.toEqual(blindIndex(index, 'person.identity', identity))
  })

  it('cannot slide characters between purpose and value', () => {
    expect(blindIndex(index, 'a', 'bc')).not.toEqual(blindIndex(index, 'ab', 'c'))
    expect(() => blindIndex(index, 'a\0b', 'c')).toThrow(RangeError)
  })
})

describe('keyring', () => {
  const before = createKeyring({ secrets: { 1: secret }, sealWith: 1, indexWith: 1 })
  const after = createKeyring({ secrets: { 1: secret, 2: Buffer.alloc(32, 2) }, sealWith: 2, indexWith: 1 })

  it('rotates: old boxes open, new ones use the new key, indexes stay', () => {
    const old = before.seal(identity, place)
    expect(after.open(old, place).toString()).toBe(identity)
    expect([before.isStale(old), after.isStale(old)]).toEqual([false, true])
    const fresh = after.seal(identity, place)
    expect(after.isStale(fresh)).toBe(false)
    expect(after.open(fresh, place).toString()).toBe(identity)
    expect(codeOf(() => before.open(fresh, place))).toBe('sealed-box.unknown-key')
    expect(after.blindIndex('person.identity', identity)).toEqual(before.blindIndex('person.identity', identity))
  })

  it('does not start without the keys it is told to use', () => {
    expect(() => createKeyring({ secrets: { 1: secret }, sealWith: 2, indexWith: 1 })).toThrow(RangeError)
    expect(() => createKeyring({ secrets: { 1: secret }, sealWith: 1, indexWith: 2 })).toThrow(RangeError)
    expect(() => createKeyring({ secrets: { 0: secret }, sealWith: 0, indexWith: 0 })).toThrow(RangeError)
  })
})
