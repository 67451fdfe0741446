import { hash } from 'node:crypto'

/** 32 bits of a text, never 0, which means "not given". */
export const fingerprint = (text: string | undefined): number =>
  text === undefined || text === '' ? 0 : hash('md5', text, 'buffer').readUInt32LE(0) || 1

const FULLEST = 0.75

/**
 * Keys of the rows of a file by 64 bits of a hash, each with some numbers: 8 bytes a key and 4 a number, where a Map of strings takes
 * a hundred. Two different keys meet once in ten million imports of two million rows.
 */
export class KeyTable {
  #capacity = 1 << 12
  #size = 0
  #low = new Uint32Array(this.#capacity)
  #high = new Uint32Array(this.#capacity)
  #numbers: Uint32Array[]

  constructor(numbers: number) {
    this.#numbers = Array.from({ length: numbers }, () => new Uint32Array(this.#capacity))
  }

  /** The place of a key: taken before, or made now. It holds until the next key is looked for. */
  at(key: string): { slot: number; isNew: boolean } {
    if (this.#size >= this.#capacity * FULLEST) this.#grow()
    const code = hash('md5', key, 'buffer')
    // 0 and 0 is a free place
    const [low, high] = [code.readUInt32LE(0) || 1, code.readUInt32LE(4)]
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
    this.#numbers = numbers.map(() => new Uint32Array(this.#capacity))
    for (let at = 0; at < lows.length; at++) {
      if (lows[at] === 0) continue
      const slot = this.#find(lows[at]!, highs[at]!)
      this.#low[slot] = lows[at]!
      this.#high[slot] = highs[at]!
      for (let n = 0; n < numbers.length; n++) this.#numbers[n]![slot] = numbers[n]![at]!
    }
  }
}

const ROW = 0
const NAME = 1
const MOBILE = 2
const MAIN = 3

/** What the rows of a file say about the same people: they must agree. */
export class SeenPeople {
  readonly #people = new KeyTable(4)
  readonly #posts = new KeyTable(0)

  /** Adds a row; answers the first row about this person and in what the two contradict each other. */
  note(
    key: string,
    row: { no: number; name: string | undefined; mobile: string | undefined; post: string; isMain: boolean },
  ): { firstRow: number; isNew: boolean; contradiction?: 'name' | 'mobile' | 'post' | 'main' } {
    const { slot, isNew } = this.#people.at(key)
    if (isNew) this.#people.set(slot, ROW, row.no)
    const firstRow = this.#people.get(slot, ROW)
    for (const [field, number] of [
      ['name', NAME],
      ['mobile', MOBILE],
    ] as const) {
      const print = fingerprint(row[field])
      const known = this.#people.get(slot, number)
      if (print !== 0 && known !== 0 && print !== known) return { firstRow, isNew, contradiction: field }
      if (print !== 0) this.#people.set(slot, number, print)
    }
    if (!this.#posts.at(`${key}/${row.post}`).isNew) return { firstRow, isNew, contradiction: 'post' }
    if (!row.isMain) return { firstRow, isNew }
    if (this.#people.get(slot, MAIN) === 1) return { firstRow, isNew, contradiction: 'main' }
    this.#people.set(slot, MAIN, 1)
    return { firstRow, isNew }
  }
}
