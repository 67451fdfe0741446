import { execFileSync, spawnSync } from 'node:child_process'
import { createPublicKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  generateSm2KeyPair,
  sm2PublicKey,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2Verify,
} from './index.ts'

const key = generateSm2KeyPair()
const ORDER = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'

describe('SM2', () => {
  it('signs and verifies with keys of its own, many keys in turn', () => {
    const pairs = Array.from({ length: 5 }, generateSm2KeyPair)
    const signed = pairs.map((pair) => sm2Sign(pair, '公文'))
    pairs.forEach((pair, at) => {
      expect(sm2PublicKey(pair.privateKey)).toBe(pair.publicKey)
      signed.forEach((signature, of) => {
        expect(sm2Verify(pair.publicKey, '公文', signature)).toBe(at === of)
      })
    })
  })

  it('refuses every changed byte, and values outside the group', () => {
    const signature = sm2Sign(key, 'x')
    for (let at = 0; at < 64; at += 1) {
      const broken = Buffer.from(signature)
      broken[at]! ^= 0x10
      expect(sm2Verify(key.publicKey, 'x', broken)).toBe(false)
    }
    const order = Buffer.from(ORDER, 'hex')
    const zero = Buffer.alloc(32)
    for (const bad of [
      Buffer.concat([zero, signature.subarray(32)]),
      Buffer.concat([signature.subarray(0, 32), zero]),
      Buffer.concat([order, signature.subarray(32)]),
      Buffer.alloc(64, 0xff),
      signature.subarray(1),
      Buffer.alloc(0),
      Buffer.concat([signature, zero]),
    ]) {
      expect(sm2Verify(key.publicKey, 'x', bad)).toBe(false)
    }
  })

  it('refuses keys that are none', () => {
    const signature = sm2Sign(key, 'x')
    for (const bad of ['', `04${'11'.repeat(64)}`, key.publicKey.slice(2), `${key.publicKey}00`, '00', 'zz']) {
      expect(sm2Verify(bad, 'x', signature)).toBe(false)
      expect(() => sm2Sign({ ...key, publicKey: bad }, 'x')).toThrow()
    }
    for (const bad of ['', '0'.repeat(64), ORDER, ORDER.replace(/3$/, '2'), 'g'.repeat(64)]) {
      expect(() => sm2PublicKey(bad)).toThrow(RangeError)
      expect(() => sm2Sign({ ...key, privateKey: bad }, 'x')).toThrow(RangeError)
    }
  })
})

describe('DER signatures', () => {
  it('come back the same, short and high numbers too', () => {
    const small = Buffer.alloc(64)
    small[31] = 1
    small[63] = 0x80
    for (const raw of [small, Buffer.alloc(64, 0xff), ...Array.from({ length: 50 }, () => randomBytes(64))]) {
      expect(sm2SignatureFromDer(sm2SignatureToDer(raw))).toEqual(raw)
    }
    expect(sm2SignatureToDer(small).toString('hex')).toBe('300702010102020080')
  })

  it('have one form only', () => {
    for (const bad of [
      '',
      '30',
      '3000',
      '300702010102020080ff',
      '30080202000102020080',
      '3006020101020180',
      '30810702010102020080',
      '3107020101020200ff',
      `3045022101${'00'.repeat(32)}0220${'11'.repeat(32)}`,
    ]) {
      expect(() => sm2SignatureFromDer(Buffer.from(bad, 'hex'))).toThrow(RangeError)
    }
    expect(() => sm2SignatureToDer(Buffer.alloc(63))).toThrow(RangeError)
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).stdout?.toString().startsWith('OpenSSL 3') ?? false

// With CI set a missing tool must fail, not skip.
describe.skipIf(!hasOpenssl && !process.env.CI)('SM2 against the openssl command (skipped when it is absent)', () => {
  const distid = ['-sigopt', 'distid:1234567812345678']
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const data = Buffer.from('关于印发《数据目录》的通知')
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'qitong-sm2-'))
    writeFileSync(join(folder, 'data'), data)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('openssl accepts our signature', () => {
    const header = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex')
    const spki = Buffer.concat([header, Buffer.from(key.publicKey, 'hex')]).toString('base64')
    writeFileSync(join(folder, 'ours.pem'), `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`)
    writeFileSync(join(folder, 'ours.sig'), sm2SignatureToDer(sm2Sign(key, data)))
    const out = openssl('dgst', '-sm3', '-verify', 'ours.pem', ...distid, '-signature', 'ours.sig', 'data')
    expect(out.toString()).toContain('Verified OK')
  })

  it('we accept the signature of openssl, and not under an empty id', () => {
    openssl('genpkey', '-algorithm', 'SM2', '-out', 'theirs.pem')
    const spki = createPublicKey(openssl('pkey', '-in', 'theirs.pem', '-pubout')).export({
      type: 'spki',
      format: 'der',
    })
    const publicKey = spki.subarray(-65).toString('hex')
    const signature = sm2SignatureFromDer(openssl('dgst', '-sm3', '-sign', 'theirs.pem', ...distid, 'data'))
    expect(sm2Verify(publicKey, data, signature)).toBe(true)
    const emptyId = sm2SignatureFromDer(openssl('dgst', '-sm3', '-sign', 'theirs.pem', '-sigopt', 'distid:', 'data'))
    expect(sm2Verify(publicKey, data, emptyId)).toBe(false)
  })
})
