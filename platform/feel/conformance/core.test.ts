import { describe } from 'vitest'
import { table } from '../testing.ts'

describe('arithmetic, comparison and logic', () => {
  table(
    'arithmetic',
    `1 + 2 * 3 → 7
     0.1 + 0.2 → 0.3
     -3 ** 2 → 9
     3 ** 4 ** 5 → 3486784401
     10 / 3 → 3.333333333333333333333333333333333
     1 / 0 → null
     "a" + "b" → "ab"
     "a" + 1 → null
     null + 1 → null
     [2] ** 4 → null`,
  )
})
