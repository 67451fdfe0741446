import { describe, expect, it } from 'vitest'
import { compareSeeds } from './compare-testing.ts'

/** `npm run test:faults` sets a longer row of other seeds. */
const FROM = Number(process.env.ENGINE_SEED ?? 1)
const EACH = Math.ceil(Number(process.env.ENGINE_SEQUENCES ?? 360) / 12)

describe('any sequence of operations on any block-structured process', () => {
  it.each(Array.from({ length: 12 }, (_, batch) => FROM + batch * EACH))(
    'from seed %i: as the reference says, with the invariants, replayed, and to its end',
    (from) => {
      const { faults, accepted, refused } = compareSeeds(from, EACH)
      expect(faults).toEqual([])
      expect(accepted).toBeGreaterThan(EACH * 5)
      expect(refused).toBeGreaterThan(EACH)
    },
  )
})
