import type { Readable } from 'node:stream'
import { AppError } from '#kernel/errors'

/** What is known of a stored file. `mediaType` comes from the content alone; `name` is safe to show and to send. */
export type StoredFile = {
  /** UUIDv7. */
  id: string
  name: string
  /** Text carries its charset: `text/plain; charset=gb18030`. */
  mediaType: string
  /** Bytes. */
  size: number
  /** Lower-case hexadecimal digests of the content. */
  sha256: string
  sm3: string
}

export type PutOptions = {
  /** The name the user gave; it is made safe. */
  name: string
  /** More bytes than this are refused while they arrive. */
  maxBytes: number
  /** Media types without parameters, `image/*` for a family. Nothing given: every type. */
  allowed?: readonly string[]
}

/** Both ends included, as in RFC 9110 §14.1.2; no `end` means to the last byte. */
export type ByteRange = { start: number; end?: number }

/**
 * The port for stored bytes. Files are never unpacked or interpreted here: who opens an archive (XLSX, ZIP) must count what comes out of it.
 * Ids are not content hashes: an attachment must be erasable on request (PIPL art. 47) without asking who else uploaded the same bytes,
 * and an id must not prove that somebody has a certain document. How many rows refer to a file is the knowledge of the caller's database.
 */
export type FileStore = {
  /** Stores a stream durably, or throws and leaves nothing. Destroys the stream when it refuses. */
  put(source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredFile>
  /** The caller consumes or destroys the stream. `range` is the part it holds, its end cut to the file. */
  get(id: string, range?: ByteRange): Promise<{ file: StoredFile; stream: Readable; range: Required<ByteRange> | null }>
  /** Removing what is not there is no error. */
  remove(id: string): Promise<void>
  exists(id: string): Promise<boolean>
}

const STATUS = {
  'file.too-large': 413,
  'file.type-not-allowed': 415,
  'file.not-found': 404,
  'file.bad-range': 416,
}

/** A refusal the user can act on. */
export class FileError extends AppError {
  override readonly name = 'FileError'
  constructor(code: keyof typeof STATUS, detail: string) {
    super(STATUS[code], code, detail)
  }
}
