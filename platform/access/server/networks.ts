import { rangeTest } from '#kernel/addresses'
import type { ZoneCode, ZoneRange } from '../contract.ts'

export interface Zones {
  /** the range with the longest prefix that holds the address; undefined is the internet */
  find(address: string): ZoneRange | undefined
}

const CACHE = 50_000

/** A table of ranges, asked for each address once. */
export const createZones = (ranges: readonly ZoneRange[]): Zones => {
  const prefix = ({ range }: ZoneRange) => Number(range.split('/')[1])
  const tests = ranges
    .toSorted((a, b) => prefix(b) - prefix(a))
    .map((range) => ({ range, holds: rangeTest(range.range) }))
  const known = new Map<string, ZoneRange | undefined>()
  return {
    find(address) {
      if (known.has(address)) return known.get(address)
      const found = tests.find(({ holds }) => holds(address))?.range
      if (known.size >= CACHE) known.clear()
      known.set(address, found)
      return found
    },
  }
}

export const zoneOf = (zones: Zones, address: string): ZoneCode => zones.find(address)?.zone ?? 'internet'
