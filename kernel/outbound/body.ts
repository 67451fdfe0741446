import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { OutboundError } from './errors.ts'

/** The content codings `readBody` can undo. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br'

/** Reads and decompresses a response. Both what comes over the wire and what comes out of the decompressor count against
 * `maxBytes`, while they flow: a small bomb is stopped at the first excess byte. */
export async function readBody(body: Readable, encoding: string, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const collect = async (source: AsyncIterable<Uint8Array>) => {
    for await (const chunk of atMost(maxBytes, source)) chunks.push(chunk)
  }
  const decoder = decoderFor(encoding)
  if (decoder) await pipeline(body, (source) => atMost(maxBytes, source), decoder, collect)
  else await pipeline(body, collect)
  return Buffer.concat(chunks)
}

function decoderFor(encoding: string): Transform | null {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return null
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip()
    case 'br':
      return createBrotliDecompress()
    default:
      // Codings upon codings are only ever sent to multiply a bomb.
      throw new OutboundError('outbound.bad-response')
  }
}

async function* atMost(maxBytes: number, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of source) {
    size += chunk.byteLength
    // Written so that a cap that is no number refuses.
    if (!(size <= maxBytes)) throw new OutboundError('outbound.too-large')
    yield chunk
  }
}
