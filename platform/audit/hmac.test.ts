import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { hmacSm3 } from '#kernel/crypto'
import { hmacTexts } from './server/hmac.ts'

it('is HMAC-SM3, for texts of every length around its buffer, in any order', () => {
  const lengths = [...Array.from({ length: 200 }, (_, at) => at), 1364, 1365, 1366, 4095, 4096, 4097, 20_000]
  for (const length of lengths) {
    const key = randomBytes(32)
    const texts = ['x'.repeat(length), '长'.repeat(length), null, '\ud83d\ude00\ud800']
    const codes = texts.map((text) => (text === null ? null : hmacSm3(key, text).toString('hex')))
    expect(hmacTexts(key, texts)).toEqual(codes)
  }
  expect(() => hmacTexts(randomBytes(31), ['x'])).toThrow(RangeError)
})
