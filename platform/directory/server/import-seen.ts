import { hash } from 'node:crypto'

/** What a file says about a person, so far as its rows must agree. */
export interface Facts {
  /** 0 where the row leaves it empty */
  name: number
  mobile: number
}

/** 32 bits of a text, never 0, which means "not given". */
export const fingerprint = (text: string | undefined): number =>
  text === undefined || text === '' ? 0 : hash('md5', text, 'buffer').readUInt32LE(0) || 1

/**
 * Remembers keys of rows by 64 bits of a hash: 25 bytes a slot, 100 MB for two million rows where a Map of strings takes 400.
 * Two different keys meet once in ten million imports of that size.
 */
export class Seen {
  #capacity = 1 << 12
  #size = 0
  #keys = new BigUint64Array(this.#capacity)
  #rows = new Int32Array(this.#capacity)
  #names = new Uint32Array(this.#capacity)
  #mobiles = new Uint32Array(this.#capacity)
  #main = new Uint8Array(this.#capacity)

  /** The slot of a key: taken before, or made now for `row`. */
  at(key: string, row: number): { slot: number; firstRow: number; isNew: boolean } {
    if (this.#size * 2 >= this.#capacity) this.#grow()
    const code = hash('md5', key, 'buffer').readBigUInt64LE(0) || 1n
    const slot = this.#find(code)
    const isNew = this.#keys[slot] === 0n
    if (isNew) {
      this.#keys[slot] = code
      this.#rows[slot] = row
      this.#size++
    }
    return { slot, firstRow: this.#rows[slot]!, isNew }
  }

  /** Adds what a row says; answers the field in which it contradicts an earlier row. */
  note(slot: number, facts: Facts): 'name' | 'mobile' | undefined {
    if (facts.name !== 0 && this.#names[slot] !== 0 && facts.name !== this.#names[slot]) return 'name'
    if (facts.mobile !== 0 && this.#mobiles[slot] !== 0 && facts.mobile !== this.#mobiles[slot]) return 'mobile'
    if (facts.name !== 0) this.#names[slot] = facts.name
    if (facts.mobile !== 0) this.#mobiles[slot] = facts.mobile
    return undefined
  }

  /** True for the first main post of a person in the file. */
  claimMain(slot: number): boolean {
    if (this.#main[slot] === 1) return false
    this.#main[slot] = 1
    return true
  }

  #find(code: bigint): number {
    const mask = this.#capacity - 1
    let slot = Number(code & BigInt(mask))
    while (this.#keys[slot] !== 0n && this.#keys[slot] !== code) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [keys, rows, names, mobiles, main] = [this.#keys, this.#rows, this.#names, this.#mobiles, this.#main]
    this.#capacity *= 2
    this.#keys = new BigUint64Array(this.#capacity)
    this.#rows = new Int32Array(this.#capacity)
    this.#names = new Uint32Array(this.#capacity)
    this.#mobiles = new Uint32Array(this.#capacity)
    this.#main = new Uint8Array(this.#capacity)
    for (const [at, code] of keys.entries()) {
      if (code === 0n) continue
      const slot = this.#find(code)
      this.#keys[slot] = code
      this.#rows[slot] = rows[at]!
      this.#names[slot] = names[at]!
      this.#mobiles[slot] = mobiles[at]!
      this.#main[slot] = main[at]!
    }
  }
}
