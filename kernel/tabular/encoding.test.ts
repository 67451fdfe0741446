import { describe, expect, it } from 'vitest'
import { EncodingScan } from './encoding.ts'
import { dice } from './testing.ts'

function scan(bytes: Uint8Array, chunk = bytes.length || 1): EncodingScan {
  const result = new EncodingScan()
  for (let i = 0; i < bytes.length; i += chunk) result.feed(bytes.subarray(i, i + chunk))
  result.end()
  return result
}

function decodes(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

describe('EncodingScan', () => {
  it('agrees with the decoders of Node on random bytes, whatever the chunks', () => {
    const random = dice(7)
    const wrong: string[] = []
    const interesting = [
      0x0a, 0x30, 0x39, 0x41, 0x7f, 0x80, 0x81, 0x84, 0x90, 0xa1, 0xbf, 0xc2, 0xe0, 0xe3, 0xe5, 0xed, 0xf0, 0xf4, 0xfe,
      0xff,
    ]
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: 1 + random(7) }, () =>
        random(2) ? interesting[random(interesting.length)]! : 1 + random(255),
      )
      const result = scan(bytes, 1 + random(3))
      const judged = [result.utf8 === undefined, result.gb18030 === undefined].join()
      if (judged !== [decodes(bytes, 'utf-8'), decodes(bytes, 'gb18030')].join())
        wrong.push(Buffer.from(bytes).toString('hex'))
    }
    expect(wrong).toEqual([])
  })

  it('names the byte and the line', () => {
    const bytes = Buffer.concat([Buffer.from('a\nb\n张'), Buffer.from([0xff]), Buffer.from('x\0')])
    const result = scan(bytes, 2)
    expect(result.utf8).toEqual({ byte: 8, line: 3 })
    expect(result.nul).toEqual({ byte: 10, line: 3 })
  })
})
