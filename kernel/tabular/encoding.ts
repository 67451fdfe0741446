/** Sequences of three or four bytes in valid UTF-8 that text in GB18030 does not produce by chance. */
const UTF8_EVIDENCE = 16

/** Where an encoding first fails: 1-based byte and line. */
export interface Fault {
  byte: number
  line: number
}

/** Accepts exactly the sequences of RFC 3629 §4. */
class Utf8 {
  pending = 0
  longSequences = 0
  #low = 0x80
  #high = 0xbf

  accept(byte: number): boolean {
    if (this.pending > 0) {
      if (byte < this.#low || byte > this.#high) return false
      this.#low = 0x80
      this.#high = 0xbf
      this.pending--
      return true
    }
    if (byte < 0x80) return true
    if (byte < 0xc2 || byte > 0xf4) return false
    this.pending = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    if (byte >= 0xe0) this.longSequences++
    if (byte === 0xe0) this.#low = 0xa0
    else if (byte === 0xf0) this.#low = 0x90
    else if (byte === 0xed) this.#high = 0x9f
    else if (byte === 0xf4) this.#high = 0x8f
    return true
  }
}

/** Accepts what the WHATWG gb18030 decoder (which Node's TextDecoder follows) can decode. */
class Gb18030 {
  /** Bytes of the character begun so far. */
  pending = 0
  #pointer = 0

  accept(byte: number): boolean {
    switch (this.pending) {
      case 0:
        if (byte <= 0x80) return true
        this.#pointer = (byte - 0x81) * 12_600
        this.pending = 1
        return byte < 0xff
      case 1:
        if (byte >= 0x30 && byte <= 0x39) {
          this.#pointer += (byte - 0x30) * 1_260
          this.pending = 2
          return true
        }
        this.pending = 0
        return byte >= 0x40 && byte !== 0x7f && byte !== 0xff
      case 2:
        this.#pointer += (byte - 0x81) * 10
        this.pending = 3
        return byte >= 0x81 && byte <= 0xfe
      default:
        this.pending = 0
        return byte >= 0x30 && byte <= 0x39 && isFourByte(this.#pointer + byte - 0x30)
    }
  }
}

/** Index of a four-byte sequence: the rest of the BMP, a gap, then the sixteen other planes. */
function isFourByte(pointer: number): boolean {
  return pointer < 39_420 || (pointer >= 189_000 && pointer < 189_000 + 0x100000)
}

/**
 * Judges bytes as UTF-8 and as GB18030 in one pass, so that a file which turns into the other encoding
 * after a million ASCII rows is known before its first row is delivered.
 */
export class EncodingScan {
  nul: Fault | undefined
  utf8: Fault | undefined
  gb18030: Fault | undefined
  #asUtf8 = new Utf8()
  #asGb18030 = new Gb18030()
  #bytes = 0
  #lines = 1

  /** The file was clearly UTF-8 up to the byte that is not. */
  get wasUtf8(): boolean {
    return this.#asUtf8.longSequences >= UTF8_EVIDENCE
  }

  feed(chunk: Uint8Array): void {
    const asUtf8 = this.#asUtf8
    const asGb18030 = this.#asGb18030
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      if (byte < 0x80 && asUtf8.pending === 0 && asGb18030.pending === 0) {
        if (byte === 10) this.#lines++
        else if (byte === 0) this.nul ??= this.#fault(i + 1)
        continue
      }
      if (!this.utf8 && !asUtf8.accept(byte)) {
        this.utf8 = this.#fault(i + 1)
        asUtf8.pending = 0
      }
      if (!this.gb18030 && !asGb18030.accept(byte)) {
        this.gb18030 = this.#fault(i + 1)
        asGb18030.pending = 0
      }
      if (byte === 10) this.#lines++
      else if (byte === 0) this.nul ??= this.#fault(i + 1)
    }
    this.#bytes += chunk.length
  }

  /** A character cut off by the end of the file is a fault as well. */
  end(): void {
    if (this.#asUtf8.pending > 0) this.utf8 ??= this.#fault(0)
    if (this.#asGb18030.pending > 0) this.gb18030 ??= this.#fault(0)
  }

  #fault(offset: number): Fault {
    return { byte: this.#bytes + offset, line: this.#lines }
  }
}
