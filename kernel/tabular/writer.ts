import type { Writable } from 'node:stream'

const FLUSH_AT = 64 * 1024

/** A column of an export: its title, or title and width in characters. */
export type Column = string | { title: string; width?: number }

export interface RowWriter {
  /** Text stays text, a number stays a number, null is an empty cell. Await the result: it is the back-pressure. */
  write(row: readonly (string | number | null)[]): Promise<void> | undefined
  /** Completes the file, ends the stream and waits until everything is written. */
  end(): Promise<void>
}

export function titleOf(column: Column): string {
  return typeof column === 'string' ? column : column.title
}

/** Gathers text into chunks for a stream; a stream that fails or is closed early fails the writer instead of hanging it. */
export class TextSink {
  readonly #out: Writable
  readonly #finished: Promise<void>
  #text = ''
  #error: Error | undefined
  #wake: (() => void) | undefined

  constructor(out: Writable) {
    this.#out = out
    this.#finished = new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.#error ??= error
        this.#wake?.()
        reject(error)
      }
      out.on('error', fail)
      out.on('close', () => fail(new Error('the output was closed before the export was complete')))
      out.on('drain', () => this.#wake?.())
      out.on('finish', resolve)
    })
    this.#finished.catch(() => {})
  }

  /** Adds text; the promise, when there is one, resolves once the stream takes more. */
  push(text: string): Promise<void> | undefined {
    this.#text += text
    return this.#text.length < FLUSH_AT ? undefined : this.#flush()
  }

  async end(): Promise<void> {
    await this.#flush()
    this.#out.end()
    await this.#finished
  }

  async #flush(): Promise<void> {
    if (this.#error) throw this.#error
    const text = this.#text
    this.#text = ''
    if (text === '' || this.#out.write(text)) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
    if (this.#error) throw this.#error
  }
}
