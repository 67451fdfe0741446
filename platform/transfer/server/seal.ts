import type { Keyring } from '#kernel/crypto'

/** A file sealed piece by piece, so that memory stays flat: a mark, then pieces, each after its length; the last one is empty. */
const MARK = Buffer.from('qitong-sealed-1\n')
const PIECE = 1 << 16
const LENGTH = 4
// What a box is longer than its text.
const OVERHEAD = 51

/** The bytes of a sealed file of so many. */
export const sealedSize = (size: number): number =>
  MARK.length + size + (Math.ceil(size / PIECE) + 1) * (LENGTH + OVERHEAD)

/** A piece belongs to its file and its place in it: none can be left out, moved or taken from another. `file`: directory.import.file/… */
const placeOf = (file: string, piece: number, last: boolean): string => `${file}/${piece}${last ? '/end' : ''}`

async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let kept: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    kept.push(chunk)
    size += chunk.byteLength
    if (size < PIECE) continue
    const all = Buffer.concat(kept)
    const whole = size - (size % PIECE)
    for (let at = 0; at < whole; at += PIECE) yield all.subarray(at, at + PIECE)
    kept = [all.subarray(whole)]
    size -= whole
  }
  if (size > 0) yield Buffer.concat(kept)
}

export async function* sealFile(
  keys: Keyring,
  file: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const framed = (box: Buffer): Buffer => {
    const length = Buffer.alloc(LENGTH)
    length.writeUInt32BE(box.length)
    return Buffer.concat([length, box])
  }
  yield MARK
  let piece = 0
  for await (const text of inPieces(source)) yield framed(keys.seal(text, placeOf(file, piece++, false)))
  yield framed(keys.seal('', placeOf(file, piece, true)))
}

/** Reads a stream in lengths asked for; fewer bytes at its end. */
const reader = (chunks: AsyncIterator<Uint8Array>) => {
  let rest: Buffer = Buffer.alloc(0)
  return async (size: number): Promise<Buffer> => {
    const parts: Uint8Array[] = [rest]
    let have = rest.length
    while (have < size) {
      const { value, done } = await chunks.next()
      if (done) break
      parts.push(value)
      have += value.byteLength
    }
    const all = Buffer.concat(parts)
    rest = all.subarray(Math.min(size, have))
    return all.subarray(0, Math.min(size, have))
  }
}

/** The file as it was uploaded; throws SealedBoxError when a piece was changed, or the end is missing. Files of before are as they are. */
export async function* openFile(
  keys: Keyring,
  file: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  try {
    const take = reader(chunks)
    const mark = await take(MARK.length)
    if (mark.equals(MARK)) yield* openPieces(keys, file, take)
    else for (let part = mark; part.length > 0; part = await take(PIECE)) yield part
  } finally {
    await chunks.return?.()
  }
}

async function* openPieces(
  keys: Keyring,
  file: string,
  take: (size: number) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  for (let piece = 0; ; piece++) {
    const length = await take(LENGTH)
    const size = length.length < LENGTH ? 0 : length.readUInt32BE()
    const box = await take(Math.min(size, PIECE + OVERHEAD))
    const isLast = box.length === OVERHEAD
    const text = keys.open(box, placeOf(file, piece, isLast))
    if (isLast) return
    yield text
  }
}
