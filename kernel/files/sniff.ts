import { type FileHandle, open } from 'node:fs/promises'
import { FileTypeParser } from 'file-type/node'

const SAMPLE = 65_536
const DIRECTORY_TAIL = 1_048_576
const SNIFF_MS = 5_000
const UNKNOWN = 'application/octet-stream'
// Magic numbers of two or three letters ("BM", "MZ") also begin ordinary sentences. Of the formats that can be pure text, only these are believed.
const TEXTUAL = /^(?:application\/(?:pdf|rtf|postscript|eps)|text\/(?:calendar|vcard))$/
const HTML = /<(?:!doctype\s+html|html|head|body|script|iframe|style|title|table|form|div|img|a|p|h[1-6])[\s>]/i

/** The media type of a file by its content; text carries its charset. Unknown content is `application/octet-stream`. */
export async function sniffMediaType(path: string): Promise<string> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const sample = await slice(handle, 0, Math.min(SAMPLE, size))
    const text = decode(sample, sample.length < size)
    const magic = await byMagic(path)
    if (text) return magic && TEXTUAL.test(magic) ? magic : textType(text)
    if (magic === 'application/zip' && (await isOfd(handle, size))) return 'application/ofd'
    return magic ?? UNKNOWN
  } finally {
    await handle.close()
  }
}

async function byMagic(path: string): Promise<string | undefined> {
  try {
    return (await new FileTypeParser({ signal: AbortSignal.timeout(SNIFF_MS) }).fromFile(path))?.mime
  } catch {
    // A file made to break the detector, or to hold it for long, has no type we believe.
    return undefined
  }
}

type Text = { charset: string; content: string }

function decode(sample: Buffer, isCut: boolean): Text | undefined {
  if (sample.length === 0) return undefined
  const marked = sample.length >= 2 ? sample.readUInt16BE(0) : 0
  const charsets = marked === 0xfffe ? ['utf-16le'] : marked === 0xfeff ? ['utf-16be'] : ['utf-8', 'gb18030']
  for (const charset of charsets) {
    try {
      const content = new TextDecoder(charset, { fatal: true }).decode(sample, { stream: isCut })
      if (isProse(content, charset)) return { charset, content }
    } catch {
      // Not this charset.
    }
  }
  return undefined
}

// Random bytes are often valid GB18030, but then they spread over rare characters that no written text is full of.
function isProse(content: string, charset: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
  if (/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(content)) return false
  if (charset !== 'gb18030') return true
  const foreign = content.match(/\P{ASCII}/gu)?.length ?? 0
  const usual =
    content.match(
      /[\u00b7\u2010-\u203b\u2160-\u217b\u2460-\u249b\u2500-\u25ff\u3000-\u303f\u4e00-\u9fa5\uff01-\uffe5]/gu,
    )?.length ?? 0
  return usual >= foreign * 0.95
}

function textType({ charset, content }: Text): string {
  const head = content.slice(0, 4_096).trimStart()
  if (head.startsWith('<')) {
    if (/<svg[\s>]/i.test(head)) return 'image/svg+xml'
    if (HTML.test(head)) return `text/html; charset=${charset}`
    if (head.startsWith('<?xml')) return 'application/xml'
  }
  return `text/plain; charset=${charset}`
}

// OFD (GB/T 33190-2016 §7.1) is a ZIP with OFD.xml at its root. The central directory lies at the end, so the tail tells without unpacking.
async function isOfd(handle: FileHandle, size: number): Promise<boolean> {
  const length = Math.min(DIRECTORY_TAIL, size)
  const tail = await slice(handle, size - length, length)
  for (let at = tail.indexOf('OFD.xml'); at >= 0; at = tail.indexOf('OFD.xml', at + 1)) {
    const header = at - 46
    if (header >= 0 && tail.readUInt32LE(header) === 0x02014b50 && tail.readUInt16LE(header + 28) === 7) return true
  }
  return false
}

async function slice(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead)
}
