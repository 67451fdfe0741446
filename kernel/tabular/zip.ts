import { pipeline } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { asTabularError, broken, TabularError } from './errors.ts'
import type { Limits } from './types.ts'
import { XmlReader, type XmlTarget } from './xml.ts'

/** Inflated bytes below which the ratio says nothing. */
const RATIO_FROM = 16 * 1024 ** 2

/** The parts of an OPC package (ISO/IEC 29500-2), read as streams and counted while they inflate; what the headers claim is only ever checked. */
export class Package {
  readonly #zip: ZipFile
  readonly #entries: Map<string, Entry>
  readonly #limits: Limits
  readonly #inflated = new Map<string, number>()

  private constructor(zip: ZipFile, entries: Map<string, Entry>, limits: Limits) {
    this.#zip = zip
    this.#entries = entries
    this.#limits = limits
  }

  static async open(path: string, limits: Limits): Promise<Package> {
    let zip: ZipFile | undefined
    try {
      zip = await openPromise(path, { autoClose: false })
      zip.on('error', () => {})
      return new Package(zip, await listEntries(zip, limits), limits)
    } catch (error) {
      zip?.close()
      throw asTabularError(error)
    }
  }

  /** Names of the parts, in lower case: OPC compares them so (§6.2.2.3). */
  get names(): Iterable<string> {
    return this.#entries.keys()
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase())
  }

  close(): void {
    if (this.#zip.isOpen) this.#zip.close()
  }

  /** Streams one part to a target; yields after each chunk so that the caller can hand on what it gathered. */
  async *parse(name: string, target: XmlTarget, options: ParseOptions): AsyncGenerator<void, void, undefined> {
    const reader = new XmlReader(target, options.maxToken, options.tooLong)
    let decoder: TextDecoder | undefined
    try {
      for await (const chunk of this.#inflate(name)) {
        options.signal?.throwIfAborted()
        decoder ??= new TextDecoder(xmlEncoding(chunk), { fatal: true })
        reader.write(decoder.decode(chunk, { stream: true }))
        yield
      }
      reader.write(decoder?.decode() ?? '')
      reader.end()
      yield
    } catch (error) {
      throw options.signal?.aborted
        ? error
        : asTabularError(error, options.sheet === undefined ? {} : { sheet: options.sheet })
    }
  }

  async *#inflate(name: string): AsyncGenerator<Buffer, void, undefined> {
    const entry = this.#entries.get(name.toLowerCase())
    if (!entry) throw broken(`缺少 ${name}`)
    if (entry.isEncrypted()) throw new TabularError('tabular.encrypted', '文件已加密，请取消密码、保存后重新上传。')
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) throw broken('使用了不支持的压缩方式')
    const raw = await this.#zip.openReadStreamPromise(entry, { decodeFileData: false })
    const inflate = createInflateRaw({ chunkSize: 64 * 1024 })
    const body = entry.compressionMethod === 0 ? raw : pipeline(raw, inflate, () => {})
    let bytes = 0
    let checksum = 0
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length
        checksum = crc32(chunk, checksum)
        this.#count(name, bytes, entry)
        yield chunk
      }
    } finally {
      raw.destroy()
      inflate.destroy()
    }
    if (bytes !== entry.uncompressedSize || checksum !== entry.crc32) throw broken(`${name} 的校验和不符`)
  }

  /** Fails as soon as a part, or all parts together, inflate beyond the limits. */
  #count(name: string, bytes: number, entry: Entry): void {
    this.#inflated.set(name, Math.max(bytes, this.#inflated.get(name) ?? 0))
    if (bytes > RATIO_FROM && bytes > entry.compressedSize * this.#limits.ratio) {
      throw new TabularError(
        'tabular.zip_bomb',
        '文件的压缩比异常，可能是恶意文件（压缩炸弹），已拒绝读取。请用 Excel 或 WPS 另存后重新上传。',
      )
    }
    let total = 0
    for (const part of this.#inflated.values()) total += part
    if (total > this.#limits.bytes) {
      const message = `文件解压后超过 ${Math.floor(this.#limits.bytes / 1024 ** 2)} MB，请拆分后分批上传。`
      throw new TabularError('tabular.too_large', message)
    }
  }
}

export interface ParseOptions {
  maxToken: number
  /** Called when one token is longer than maxToken; must throw. */
  tooLong: () => void
  sheet?: string
  signal?: AbortSignal
}

async function listEntries(zip: ZipFile, limits: Limits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) {
    throw new TabularError(
      'tabular.zip_bomb',
      `压缩包里有 ${zip.entryCount} 个文件，超过上限 ${limits.entries} 个，已拒绝读取。`,
    )
  }
  const entries = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.toLowerCase()
    if (entries.has(name)) throw broken(`${entry.fileName} 出现了两次`)
    entries.set(name, entry)
  }
  return entries
}

/** XML without a mark is UTF-8; SpreadsheetML allows UTF-16 with one (ISO/IEC 29500-2 §6.2.5). */
function xmlEncoding(head: Buffer): string {
  const mark = head.length > 1 ? head.readUInt16BE(0) : 0
  return mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
}
