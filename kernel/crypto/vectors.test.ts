import { createCipheriv, createSecretKey, hkdfSync } from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import { describe, expect, it } from 'vitest'
import { hmacSm3, sha256, sm2Digest, sm2PublicKey, sm2Sign, sm2Verify, sm3 } from './index.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

describe('SM3, GB/T 32905-2016 appendix A', () => {
  it.each([
    ['abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ])('%s', (text, digest) => {
    expect(sm3(text).toString('hex')).toBe(digest)
    expect(sm3(Buffer.from(text)).toString('hex')).toBe(digest)
  })
})

describe('HMAC and HKDF over SM3', () => {
  // The definition of RFC 2104, written out with the bare hash.
  const byDefinition = (key: Buffer, data: Buffer) => {
    const block = Buffer.alloc(64)
    ;(key.length > 64 ? sm3(key) : key).copy(block)
    const pad = (byte: number) => Buffer.from(block.map((each) => each ^ byte))
    return sm3(Buffer.concat([pad(0x5c), sm3(Buffer.concat([pad(0x36), data]))]))
  }

  it.each([1, 32, 64, 65, 200])('agrees with its definition for a key of %i bytes', (length) => {
    const key = Buffer.alloc(length, 7)
    const expected = byDefinition(key, Buffer.from('齐通'))
    expect(hmacSm3(key, '齐通')).toEqual(expected)
    expect(hmacSm3(createSecretKey(key), Buffer.from('齐通'))).toEqual(expected)
  })

  it('expands like RFC 5869', () => {
    const prk = byDefinition(Buffer.alloc(32), Buffer.from('secret'))
    const first = byDefinition(prk, Buffer.concat([Buffer.from('info'), Buffer.of(1)]))
    const second = byDefinition(prk, Buffer.concat([first, Buffer.from('info'), Buffer.of(2)]))
    const expected = Buffer.concat([first, second]).subarray(0, 40)
    expect(Buffer.from(hkdfSync('sm3', 'secret', '', 'info', 40))).toEqual(expected)
  })

  it('has the SHA-256 everyone knows', () => {
    expect(sha256('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('SM4, GB/T 32907-2016 appendix A', () => {
  const key = hex('0123456789abcdeffedcba9876543210')

  it('one block', () => {
    const cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false)
    expect(cipher.update(key).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246')
  })

  it('a million times', () => {
    // CBC over zero blocks, with the plaintext as its IV, feeds each ciphertext into the next encryption: the same million-fold iteration, in one call.
    const cipher = createCipheriv('sm4-cbc', key, key).setAutoPadding(false)
    const out = cipher.update(Buffer.alloc(16 * 1_000_000))
    expect(out.subarray(0, 16).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246')
    expect(out.subarray(-16).toString('hex')).toBe('595298c7c6fd271f0402f804c33d3f66')
  })

  it('in counter mode is the block cipher over a counter', () => {
    const iv = hex('000102030405060708090a0b0c0d0eff')
    const next = hex('000102030405060708090a0b0c0d0f00')
    const blocks = createCipheriv('sm4-ecb', key, null)
      .setAutoPadding(false)
      .update(Buffer.concat([iv, next]))
    expect(createCipheriv('sm4-ctr', key, iv).update(Buffer.alloc(32))).toEqual(blocks)
  })
})

describe('SM2 signature, GM/T 0003.5-2012 appendix A', () => {
  const privateKey = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'
  const k = '59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21'
  const message = 'message digest'
  const r = 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'
  const s = 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'
  const publicKey = sm2PublicKey(privateKey)

  it('public key', () => {
    expect(publicKey).toBe(
      '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
    )
  })

  it('Z and e', () => {
    expect(Buffer.from(sm2.getZ(publicKey)).toString('hex')).toBe(
      'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
    )
    expect(sm2Digest(publicKey, message).toString('hex')).toBe(
      'f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640',
    )
  })

  it('r and s for the given k', () => {
    const point = { k: BigInt(`0x${k}`), x1: BigInt(`0x${sm2PublicKey(k).slice(2, 66)}`) }
    expect(sm2.doSignature(sm2Digest(publicKey, message), privateKey, { pointPool: [point] })).toBe(r + s)
  })

  it('verifies the published signature and no neighbour of it', () => {
    expect(sm2Verify(publicKey, message, hex(r + s))).toBe(true)
    expect(sm2Verify(publicKey, `${message}.`, hex(r + s))).toBe(false)
    expect(sm2Verify(publicKey, message, hex(s + r))).toBe(false)
  })

  it('signs with a fresh k each time', () => {
    const [one, two] = [sm2Sign({ privateKey, publicKey }, message), sm2Sign({ privateKey, publicKey }, message)]
    expect(one).not.toEqual(two)
    expect(sm2Verify(publicKey, message, one)).toBe(true)
    expect(sm2Verify(publicKey, message, two)).toBe(true)
  })
})
