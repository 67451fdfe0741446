import { describe, expect, it } from 'vitest'
import { createKeyring } from '#kernel/crypto'
import { openFile, sealedSize, sealFile } from './seal.ts'

const keys = createKeyring({ secrets: { 1: Buffer.alloc(32, 'x') }, sealWith: 1, indexWith: 1 })
async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const whole = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}
const sealed = (bytes: Buffer, size = 1000, id = 'directory.import.file/a') =>
  whole(sealFile(keys, id, chunks(bytes, size)))
const opened = (bytes: Buffer, size = 1000, id = 'directory.import.file/a') =>
  whole(openFile(keys, id, chunks(bytes, size)))
const PIECE = 65_536

describe('a sealed upload', () => {
  it.each([0, 1, 999, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 200_001])(
    'of %i bytes comes back, however it arrives',
    async (size) => {
      const file = Buffer.alloc(size, '15412342716,周文清\n')
      for (const step of [777, PIECE, 1 << 20]) {
        const box = await sealed(file, step)
        expect(box.length).toBe(sealedSize(size))
        expect(box.includes('15412342716')).toBe(false)
        expect((await opened(box, step)).equals(file)).toBe(true)
      }
    },
  )

  it('opens neither cut, changed, out of order, nor as another import’s', async () => {
    const box = await sealed(Buffer.alloc(2 * PIECE + 5, 'x'))
    const frame = 4 + PIECE + 51
    const [mark, one, two, rest] = [
      box.subarray(0, 16),
      box.subarray(16, 16 + frame),
      box.subarray(16 + frame, 16 + 2 * frame),
      box.subarray(16 + 2 * frame),
    ]
    const changed = Buffer.from(box)
    changed[100]! ^= 1
    for (const bad of [
      box.subarray(0, -1),
      box.subarray(0, -55),
      box.subarray(0, 16),
      changed,
      Buffer.concat([mark, two, one, rest]),
      Buffer.concat([mark, one, rest]),
    ])
      await expect(opened(bad)).rejects.toMatchObject({ name: 'SealedBoxError' })
    await expect(opened(box, 1000, 'directory.import.file/b')).rejects.toMatchObject({ name: 'SealedBoxError' })
  })

  it('of before, in plain, is read as it is', async () => {
    for (const size of [0, 3, 16, 100_000]) {
      const plain = Buffer.alloc(size, '姓名,手机\n')
      expect((await opened(plain)).equals(plain)).toBe(true)
    }
  })
})
