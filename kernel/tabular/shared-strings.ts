import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Strings a block holds; sheets refer to neighbours, so one read serves many cells. */
const BLOCK = 64
/** Decoded blocks kept: about 16 MB of names and addresses. */
const CACHED_BLOCKS = 2_048

/**
 * The shared strings of a workbook (ISO/IEC 29500-1 §18.4.9) as numbered blocks of JSON: in memory up to a budget,
 * beyond it in a temporary file that has no name any more, so that nothing is left behind even after kill -9.
 */
export class SharedStrings {
  count = 0
  /** The first string that is too long; reading stopped there. */
  tooLong: number | undefined
  readonly #budget: number
  #open: string[] = []
  readonly #memory: Buffer[] = []
  #memoryBytes = 0
  #file: number | undefined
  #fileBytes = 0
  /** Where each spilled block starts, and after the last one where it ends. */
  #offsets = new Float64Array(1024)
  #spilled = 0
  readonly #cache = new Map<number, string[]>()
  #lastIndex = -1
  #last: string[] = []

  constructor(budget: number) {
    this.#budget = budget
  }

  /** Strings beyond the budget live in a file. */
  get spilled(): boolean {
    return this.#file !== undefined
  }

  push(text: string): void {
    this.#open.push(text)
    this.count++
    if (this.#open.length === BLOCK) this.#seal()
  }

  /** Seals the last block; call once, after the last push. */
  finish(): void {
    if (this.#open.length > 0) this.#seal()
  }

  /** The string with a 0-based index, undefined when there is none. */
  get(index: number): string | undefined {
    const block = Math.floor(index / BLOCK)
    if (block !== this.#lastIndex) {
      if (!(index >= 0 && index < this.count)) return undefined
      this.#last = this.#load(block)
      this.#lastIndex = block
    }
    return this.#last[index % BLOCK]
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    this.count = 0
    this.#lastIndex = -1
  }

  #seal(): void {
    const bytes = Buffer.from(JSON.stringify(this.#open))
    this.#open = []
    if (this.#file === undefined && this.#memoryBytes + bytes.length <= this.#budget) {
      this.#memory.push(bytes)
      this.#memoryBytes += bytes.length
      return
    }
    this.#file ??= openNameless()
    if (this.#spilled + 1 >= this.#offsets.length) {
      const larger = new Float64Array(this.#offsets.length * 2)
      larger.set(this.#offsets)
      this.#offsets = larger
    }
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, this.#fileBytes + written)
    }
    this.#fileBytes += bytes.length
    this.#offsets[++this.#spilled] = this.#fileBytes
  }

  #load(block: number): string[] {
    let strings = this.#cache.get(block)
    if (strings) this.#cache.delete(block)
    else
      strings = JSON.parse(
        (this.#memory[block] ?? this.#readSpilled(block - this.#memory.length)).toString(),
      ) as string[]
    this.#cache.set(block, strings)
    if (this.#cache.size > CACHED_BLOCKS) this.#cache.delete(this.#cache.keys().next().value!)
    return strings
  }

  #readSpilled(block: number): Buffer {
    const start = this.#offsets[block]!
    const bytes = Buffer.allocUnsafe(this.#offsets[block + 1]! - start)
    for (let read = 0; read < bytes.length; ) {
      const got = readSync(this.#file!, bytes, read, bytes.length - read, start + read)
      if (got === 0) throw new Error('the spill file of the shared strings is shorter than its index')
      read += got
    }
    return bytes
  }
}

function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tabular-'))
  try {
    return openSync(join(folder, 'strings'), 'wx+', 0o600)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
