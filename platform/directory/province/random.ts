// Deterministic for the same seed on every machine: 32-bit integer arithmetic only.

/** Mixes numbers into 32 bits (murmur3's finaliser); the same input gives the same output for ever. */
export function mix(...parts: readonly number[]): number {
  let state = 0x9e3779b9
  for (const part of parts) {
    state = Math.imul(state ^ part, 0x85ebca6b)
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
    state ^= state >>> 16
  }
  return state >>> 0
}

/** A stream of numbers in [0, 1): mulberry32. */
export interface Random {
  next(): number
  below(limit: number): number
  pick<T>(list: readonly T[]): T
}

export function random(...seed: readonly number[]): Random {
  let state = mix(...seed)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { next, below, pick: (list) => list[below(list.length)]! }
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
/** UUIDv8 (RFC 9562 §5.8), ordered by `index`: 48 bits of table and index in place of the time, then bits of the seed. */
export function seededId(seed: number, table: number, index: number): string {
  const high = mix(seed, table, index)
  const low = mix(index, seed, table, 1)
  return `00d0${hex(table, 2)}${hex(index >>> 24, 2)}-${hex((index >>> 8) & 0xffff, 4)}-8${hex(index & 0xff, 2)}${hex(high >>> 28, 1)}-${hex(0x8000 | (high & 0x3fff), 4)}-${hex(low, 8)}${hex((high >>> 14) & 0x3fff, 4)}`
}
export const tableOf = { unit: 1, unitName: 2, statutoryFunction: 3, person: 4, post: 5 } as const

/** A list drawn from by weights, in constant time per draw after a table of its sums. */
export function weighted<T>(entries: readonly (readonly [T, number])[]): (random: Random) => T {
  const sums: number[] = []
  let total = 0
  for (const [, weight] of entries) {
    total += weight
    sums.push(total)
  }
  return (random) => {
    const at = random.next() * total
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! > at) high = middle
      else low = middle + 1
    }
    return entries[low]![0]
  }
}
