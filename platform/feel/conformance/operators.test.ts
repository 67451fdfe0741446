import { describe } from 'vitest'
import { table } from '../testing.ts'

// Behaviours of DMN 1.5 §10.3.2 as the public DMN TCK (github.com/dmn-tck/tck, Apache-2.0) checks them, in our own cases.

describe('operators', () => {
  table(
    '§10.3.2.7 arithmetic',
    `1 + 2 * 3 → 7
     (1 + 2) * 3 → 9
     0.1 + 0.2 → 0.3
     1.1 * 1.1 → 1.21
     1 - -2 → 3
     -(1 + 2) → -3
     10 - 2 - 3 → 5
     2 * 3 / 4 → 1.5
     -3 ** 2 → 9
     3 ** 4 ** 5 → 3486784401
     3 ** 2.00 → 9
     3.22 ** 2 → 10.3684
     2 ** -2 → 0.25
     2 ** 0.5 → 1.414213562373095048801688724209698
     10 / 3 → 3.333333333333333333333333333333333
     2 / 3 → 0.6666666666666666666666666666666667
     1 / 0 → null
     0 / 5 → 0
     9007199254740991 + 1 → 9007199254740992
     9007199254740993 * 3 → 27021597764222979
     1e3 + 1.5e-1 → 1000.15
     .5 + .25 → 0.75
     10 ** 6144 * 10 → null
     -0 = 0 → true
     "a" + "b" → "ab"
     "a" + 1 → null
     null + 1 → null
     1 + null → null
     true + 1 → null
     [2] ** 4 → null
     "foo" ** 4 → null
     {a: 2} ** 4 → null
     (function() "foo") ** 4 → null
     -"a" → null
     --10 → 10
     -@"-P1Y" → P1Y
     -@"2021-01-01" → null
     -[10] → null
     -[1..5] → null
     -(function(a) a)(10) → -10
     -null → null`,
  )
  table(
    '§10.3.2.10 equality',
    `null = null → true
     null != null → false
     true = true → true
     true != false → true
     true = null → false
     false = 0 → null
     123.01 = 123.01 → true
     0 = 0.00 → true
     100 = "100" → null
     100 = null → false
     "foo" = "Foo" → false
     [1,2,3] = [1,2,3] → true
     [1,1,1] = [1,1,1,1] → false
     [] = null → false
     [] = 1 → null
     [100] = 100 → null
     {} = {} → true
     {a: 1, b: 2} = {b: 2, a: 1} → true
     {"a": 1} = {a: 1} → true
     {a: 1} = {a: 2} → false
     {} = [] → null
     [{b: [1, 2]}] = [{b: [1, 2]}] → true
     [{b: [1, 2]}] = [{b: [1, 3]}] → false
     [1..5] = [1..5] → true
     [1..5] = (1..5] → false
     100[1] = 100 → true`,
  )
  table(
    '§10.3.2.10 order',
    `1 < 2 → true
     1 <= 1.0 → true
     "a" < "b" → true
     "10" < "9" → true
     1 < "2" → null
     null < 1 → null
     true < false → null
     [1] < [2] → null
     1 < 2 and 2 < 3 → true
     1 = 1 = true → true
     5 between 1 and 5 → true
     0 between 1 and 5 → false
     null between 1 and 5 → null
     5 between "a" and 5 → null`,
  )
  table(
    '§10.3.2.12 logic',
    `true and true → true
     true and false → false
     false and null → false
     null and true → null
     null and null → null
     "a" and false → false
     "a" and true → null
     true or null → true
     false or null → null
     false or false → false
     "a" or true → true
     1 or false → null
     not(true) → false
     not(null) → null
     not("a") → null
     true or false and false → true
     if true then 1 else 2 → 1
     if null then 1 else 2 → 2
     if "a" then 1 else 2 → 2
     if false then 1 else if true then 2 else 3 → 2
     1 + if true then 2 else 3 → 3`,
  )
  table(
    '§10.3.2.13 in',
    `1 in [2,3,1] → true
     1 in [2,3,4] → false
     1 in [[2..4], [1..3]] → true
     1 in <= 10 → true
     10 in < 10 → false
     1 in (> 0) → true
     1 in (2..4) → false
     2 in (2..4) → false
     4 in (2..4] → true
     4 in [2..4) → false
     4 in ]2..4] → true
     4 in [2..4[ → false
     1 in (2, < 5) → true
     "d" in ("c", >= "e") → false
     "d" in "d" → true
     true in [false, 2, 3] → false
     true in true → true
     null in null → true
     1 in null → false
     1 in "a" → null
     1 in ["a", 1] → true
     {a: 1} in [{a: 1}] → true
     [1,2,3] in [[1,2,3,4], [1,2,3]] → true
     5 in (? > 4) → true
     5 in (not(? > 4)) → false
     date("2018-12-05") in [date("2018-12-04")..date("2018-12-06")] → true
     duration("P5D") in (duration("P4D"), >= duration("P5D")) → true
     5 in [null..10] → true
     5 in [1..1 + null] → false
     [1..1 + null] → null`,
  )
})
