const ESCAPED = /_x([0-9A-Fa-f]{4})_/g

/** Gathers the text of an <si> or <is>: plain or in runs, without the phonetic readings (ISO/IEC 29500-1 §18.4.8, §18.4.6). */
export class RichText {
  text = ''
  #piece = ''
  #inText = false
  #preserve = false
  #phonetic = false

  start(): void {
    this.text = ''
    this.#piece = ''
    this.#phonetic = false
    this.#inText = false
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === 'rPh') this.#phonetic = true
    else if (name === 't' && !this.#phonetic) {
      this.#inText = true
      this.#piece = ''
      this.#preserve = attributes['xml:space'] === 'preserve'
    }
  }

  add(text: string): void {
    if (this.#inText) this.#piece += text
  }

  close(name: string): void {
    if (name === 'rPh') this.#phonetic = false
    else if (name === 't' && this.#inText) {
      this.#inText = false
      // Excel drops blanks at the ends unless xml:space says to keep them.
      this.text += this.#preserve ? this.#piece : trimXml(this.#piece)
      this.#piece = ''
    }
  }

  /** Characters gathered so far. */
  get length(): number {
    return this.text.length + this.#piece.length
  }
}

/** Loops, because a regular expression for trailing blanks is quadratic on long runs of them. */
function trimXml(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

/** Reads the _xHHHH_ escapes of ST_Xstring (ISO/IEC 29500-1 §22.9.2.19). */
export function unescapeXstring(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
