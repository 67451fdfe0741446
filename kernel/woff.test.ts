import { deflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { sfntOfWoff } from './woff.ts'

/** A WOFF file of two tables: one packed, one stored as it is because packing would not shrink it. */
function woff(tables: { tag: string; packed: Buffer; length: number }[]): Buffer {
  const header = Buffer.alloc(44)
  header.write('wOFF', 'latin1')
  header.writeUInt32BE(0x00010000, 4)
  header.writeUInt16BE(tables.length, 12)
  let offset = header.length + tables.length * 20
  const entries = tables.map(({ tag, packed, length }, index) => {
    const entry = Buffer.alloc(20)
    entry.write(tag, 'latin1')
    ;[offset, packed.length, length, 0xabc0 + index].forEach((value, at) => void entry.writeUInt32BE(value, 4 + at * 4))
    offset += packed.length
    return entry
  })
  return Buffer.concat([header, ...entries, ...tables.map((table) => table.packed)])
}

it('unpacks the tables of a WOFF font into a plain font', () => {
  const long = Buffer.alloc(101, 'a')
  const short = Buffer.from('xyz')
  const font = sfntOfWoff(
    woff([
      { tag: 'glyf', packed: deflateSync(long), length: long.length },
      { tag: 'head', packed: short, length: short.length },
    ]),
  )
  expect(font.readUInt32BE(0)).toBe(0x00010000)
  expect([4, 6, 8, 10].map((at) => font.readUInt16BE(at))).toEqual([2, 32, 1, 0])
  const tables = [12, 28].map((at) => ({
    tag: font.toString('latin1', at, at + 4),
    checksum: font.readUInt32BE(at + 4),
    text: font.subarray(font.readUInt32BE(at + 8), font.readUInt32BE(at + 8) + font.readUInt32BE(at + 12)),
  }))
  expect(tables).toEqual([
    { tag: 'glyf', checksum: 0xabc0, text: long },
    { tag: 'head', checksum: 0xabc1, text: short },
  ])
  expect(font.length).toBe(12 + 2 * 16 + 104 + 4)
})

it('refuses what is no WOFF font', () => {
  expect(() => sfntOfWoff(Buffer.from('wOF2 something else'))).toThrow('WOFF')
})
