import { hash } from 'node:crypto'

/** Bytes of a digest as a string of 16 characters: a million small buffers would cost more than what they hold. */
const digest = (text: string): string => hash('md5', text, 'binary')
const word = (bytes: string, at: number): number =>
  ((bytes.charCodeAt(at) << 24) |
    (bytes.charCodeAt(at + 1) << 16) |
    (bytes.charCodeAt(at + 2) << 8) |
    bytes.charCodeAt(at + 3)) >>>
  0

/** 16 bits of a text, 0 when there is none: two texts that differ look alike once in 65,535. */
export const fingerprint = (text: string | undefined): number => (text ? (word(digest(text), 0) % 65_535) + 1 : 0)

const FULLEST = 0.75

/**
 * Keys of the rows of a file by 64 bits of a hash, each with a few numbers: 8 bytes a key and what the numbers take, where a Map of
 * strings takes a hundred. Two different keys meet once in ten million imports of two million rows.
 */
export class KeyTable {
  #capacity = 1 << 12
  #size = 0
  #low = new Uint32Array(this.#capacity)
  #high = new Uint32Array(this.#capacity)
  #numbers: (Uint32Array | Uint16Array)[]
  readonly #bits: readonly (16 | 32)[]

  /** Bits of each number that is kept with a key. */
  constructor(...bits: readonly (16 | 32)[]) {
    this.#bits = bits
    this.#numbers = this.#make()
  }

  #make(): (Uint32Array | Uint16Array)[] {
    return this.#bits.map((bits) => (bits === 16 ? new Uint16Array(this.#capacity) : new Uint32Array(this.#capacity)))
  }

  /** The place of a key: taken before, or made now. It holds until the next key is looked for. */
  at(key: string): { slot: number; isNew: boolean } {
    if (this.#size >= this.#capacity * FULLEST) this.#grow()
    const bytes = digest(key)
    // 0 marks a free place
    const [low, high] = [word(bytes, 0) || 1, word(bytes, 4)]
    const slot = this.#find(low, high)
    const isNew = this.#low[slot] === 0
    if (isNew) {
      this.#low[slot] = low
      this.#high[slot] = high
      this.#size++
    }
    return { slot, isNew }
  }

  get(slot: number, number: number): number {
    return this.#numbers[number]![slot]!
  }
  set(slot: number, number: number, value: number): void {
    this.#numbers[number]![slot] = value
  }

  #find(low: number, high: number): number {
    const mask = this.#capacity - 1
    let slot = (low ^ high) & mask
    while (this.#low[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [lows, highs, numbers] = [this.#low, this.#high, this.#numbers]
    this.#capacity *= 2
    this.#low = new Uint32Array(this.#capacity)
    this.#high = new Uint32Array(this.#capacity)
    this.#numbers = this.#make()
    for (let at = 0; at < lows.length; at++) {
      if (lows[at] === 0) continue
      const slot = this.#find(lows[at]!, highs[at]!)
      this.#low[slot] = lows[at]!
      this.#high[slot] = highs[at]!
      for (let n = 0; n < numbers.length; n++) this.#numbers[n]![slot] = numbers[n]![at]!
    }
  }
}

/** The first row about a person, doubled, plus one once a main post was seen. */
const ROW = 0
const NAME = 1
const MOBILE = 2

/** What the rows of a file say about the same people: they must agree. */
export class SeenPeople {
  readonly #people = new KeyTable(32, 16, 16)
  readonly #posts = new KeyTable()

  /** Adds a row; answers the first row about this person and in what the two contradict each other. */
  note(
    key: string,
    row: { no: number; name: string | undefined; mobile: string | undefined; post: string; isMain: boolean },
  ): { firstRow: number; isNew: boolean; contradiction?: 'name' | 'mobile' | 'post' | 'main' } {
    const people = this.#people
    const { slot, isNew } = people.at(key)
    if (isNew) people.set(slot, ROW, row.no * 2)
    const firstRow = people.get(slot, ROW) >>> 1
    for (const [field, number] of [
      ['name', NAME],
      ['mobile', MOBILE],
    ] as const) {
      const print = fingerprint(row[field])
      const known = people.get(slot, number)
      if (print !== 0 && known !== 0 && print !== known) return { firstRow, isNew, contradiction: field }
      if (print !== 0) people.set(slot, number, print)
    }
    if (!this.#posts.at(`${key}/${row.post}`).isNew) return { firstRow, isNew, contradiction: 'post' }
    if (!row.isMain) return { firstRow, isNew }
    if (people.get(slot, ROW) % 2 === 1) return { firstRow, isNew, contradiction: 'main' }
    people.set(slot, ROW, firstRow * 2 + 1)
    return { firstRow, isNew }
  }
}
