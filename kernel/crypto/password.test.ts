import { hash } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { constantTimeEqual, hashPassword, needsRehash, randomToken, verifyPassword } from './index.ts'

describe('passwords', () => {
  it('are argon2id with the OWASP parameters and a salt each', async () => {
    const [one, two] = await Promise.all([hashPassword('泉城2026'), hashPassword('泉城2026')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    expect(await verifyPassword(one, '泉城2026')).toBe(true)
    expect(await verifyPassword(one, '泉城2027')).toBe(false)
    expect(await verifyPassword(one, '')).toBe(false)
  })

  it('do not depend on how the input method composes a character', async () => {
    const stored = await hashPassword('pässword１')
    expect(await verifyPassword(stored, 'pa\u0308ssword1')).toBe(true)
  })

  it('never match for an account that does not exist', async () => {
    expect(await verifyPassword(null, 'nobody')).toBe(false)
  })

  it('ask for a new hash when parameters have changed', async () => {
    expect(needsRehash(await hashPassword('x'))).toBe(false)
    for (const weaker of [
      { memoryCost: 8192 },
      { timeCost: 1 },
      { parallelism: 2 },
      { outputLen: 16 },
      { algorithm: 1 },
    ]) {
      const base = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }
      expect(needsRehash(await hash('x', { ...base, ...weaker }))).toBe(true)
    }
  })
})

describe('tokens and comparison', () => {
  it('makes unguessable base64url', () => {
    const tokens = new Set(Array.from({ length: 500 }, () => randomToken(16)))
    expect(tokens.size).toBe(500)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/)
    expect(randomToken()).toHaveLength(43)
    for (const bytes of [15, 0, -1, 16.5]) expect(() => randomToken(bytes)).toThrow(RangeError)
  })

  it('compares text and bytes of any length', () => {
    expect(constantTimeEqual('密钥', Buffer.from('密钥'))).toBe(true)
    expect(constantTimeEqual('abc', 'abd')).toBe(false)
    expect(constantTimeEqual('abc', 'abcd')).toBe(false)
    expect(constantTimeEqual('', '')).toBe(true)
  })
})
