import { describe } from 'vitest'
import { table } from '../testing.ts'

// Behaviours of DMN 1.5 §10.3.1–10.3.2 as the public DMN TCK (github.com/dmn-tck/tck, Apache-2.0) checks them, in our own cases.

describe('lists, contexts and loops', () => {
  table(
    '§10.3.2.5 filters and paths',
    `[1,2,3][0] → null
     [1,2,3][1] → 1
     [1,2,3][-1] → 3
     [1,2,3][-4] → null
     [1,2,3][4] → null
     [1,2,3][1.5] → null
     [1,2,3][true] → [1, 2, 3]
     [1,2,3][false] → []
     [1,2,3][null] → []
     [1,2,3][item >= 2] → [2, 3]
     "foo"[true] → ["foo"]
     "foo"[false] → []
     "foo"[1] → "foo"
     "foo"[0] → null
     null[1] → null
     null[true] → []
     [{a: 1}, {a: 2}, {a: 3}][item.a >= 2] → [{a: 2}, {a: 3}]
     [{a: 1}, {a: 2}, {a: 3}][a >= 2] → [{a: 2}, {a: 3}]
     [{item: 1}, {item: 2}][item >= 2] → [{item: 2}]
     [{a: 1}, {b: 2}][a = 1] → [{a: 1}]
     [{a: 1, b: 2}, {a: 2, b: 3}][a = 2].b → [3]
     [{a: 1, b: 2}, {a: 2, b: 3}][a = 2][1].b → 3
     [{b: 1}, {b: [2.1, 2.2]}].b → [1, [2.1, 2.2]]
     [{a: {b: 1}}, {a: {b: 2}}].a.b → [1, 2]
     {i: 2, r: [7,8,9][i]}.r → 8
     {limit: 2, r: [1,2,3][item > limit]}.r → [3]
     {a: "foo"}.a → "foo"
     {a: 1 + 2, b: a + 3} → {a: 3, b: 6}
     {a: 1, b: {c: a + 1}}.b.c → 2
     {foo bar: 1, r: foo bar + 1}.r → 2
     {foo+bar: 1, r: foo+bar + 1}.r → 2
     {a-b: 5, a: 1, r: a-b}.r → 5
     {"foo+bar((!!],foo": 1} → {"foo+bar((!!],foo": 1}
     {"": 1} → {"": 1}
     {a: 1, a: 2} → ✗ duplicate-key
     {🐎: "bar"}.🐎 → "bar"
     {a: 1}.b → ✗ unknown-property
     [1..10].start → 1
     (1..10].start included → false
     [1..10[.end included → false
     (< 5).end → 5
     (>= 5).start included → true
     {if: 1} → {if: 1}`,
  )
  table(
    '§10.3.2.14 for, some, every',
    `for i in [1,2,3] return i + 1 → [2, 3, 4]
     for i in [1,2], j in [10,20] return i + j → [11, 21, 12, 22]
     for i in [1,2], j in 1..i return j → [1, 1, 2]
     for i in [] return i → []
     for i in null return i → null
     for i in 5 return i → [5]
     for i in 2..4 return i → [2, 3, 4]
     for i in 4..2 return i → [4, 3, 2]
     for i in -1..1 return i → [-1, 0, 1]
     for i in 1+1..1+3 return i → [2, 3, 4]
     for i in [1..3] return i → [1, 2, 3]
     for i in (1..4) return i → [2, 3]
     for i in 0..4 return if i = 0 then 1 else i * partial[-1] → [1, 1, 2, 6, 24]
     for i in 1..3 return count(partial) → [0, 1, 2]
     for d in @"2026-01-30"..@"2026-02-01" return d.day → [30, 31, 1]
     for i in "a".."c" return i → null
     for i in 1..2.5 return i → null
     for 变量 in [1] return 变量 → [1]
     some x in [1,2,3] satisfies x > 2 → true
     some x in [] satisfies true → false
     some x in [1, null] satisfies x > 5 → null
     every x in [1,2,3] satisfies x > 0 → true
     every x in [] satisfies false → true
     every x in [1, null] satisfies x > 0 → null
     every x in [0, null] satisfies x > 0 → false
     some x in [1,2], y in [2,3] satisfies x = y → true
     every x in [1,2], y in [x] satisfies x = y → true
     some x in 1..3 satisfies x = 3 → true`,
  )
  table(
    '§10.3.2.13.4 functions',
    `(function(a, b) a + b)(1, 2) → 3
     (function(a, b) a - b)(b: 1, a: 5) → 4
     (function(a) a)(1, 2) → null
     (function(a: number) a)("x") → null
     (function(a: number) a)([1]) → 1
     (function(a: list<number>) a)(1) → [1]
     {f: function(a) function(b) a * b, r: f(2)(3)}.r → 6
     {a: 10, f: function(b) a * b, r: f(2)}.r → 20
     {f: max, r: f(1, 2)}.r → 2
     {max: function(x) "own", r: max(1)}.r → "own"
     (1)(2) → null
     {f: function(g, n) if n = 0 then "end" else g(g, n - 1), r: f(f, 50)}.r → "end"
     sort([3,1,2], function(x, y) x < y) → [1, 2, 3]
     sort([{n: 2}, {n: 1}], function(x, y) x.n < y.n).n → [1, 2]
     sort([1,2], function(x, y) "no") → null
     substring(start position: 2, string: "abc") → "bc"
     substring(string: "abc", begin: 2) → ✗ arity
     abs() → ✗ arity
     nothing(1) → ✗ unknown-name
     function(a) external {} → ✗ external`,
  )
  table(
    '§10.3.2.9 instance of',
    `null instance of Any → false
     null instance of Null → true
     null instance of number → false
     123.01 instance of number → true
     123.01 instance of boolean → false
     "foo" instance of string → true
     date("2018-12-08") instance of date → true
     date("2018-12-08") instance of date and time → false
     duration("P1Y") instance of years and months duration → true
     duration("P1D") instance of years and months duration → false
     [1,2] instance of list<number> → true
     [1,"a"] instance of list<number> → false
     [1,"a"] instance of list<Any> → true
     {a: "x"} instance of context<a: string> → true
     {a: 1} instance of context<a: string> → false
     {a: "x", b: 1} instance of context<a: string> → true
     [1..2] instance of range<number> → true
     [1..2] instance of range<string> → false
     (function(a) a) instance of function<number> -> number → true
     abs instance of function<number> -> number → true
     1 instance of nothing → ✗ unknown-type
     5 + 5 instance of number → null`,
  )
  table(
    '§10.3.1.2 literals and comments',
    String.raw`"a\"b" → "a\"b"
     string length("\\u0009") → 6
     string length("\u0009") → 1
     string length("\ud83d\udc0e\uD83D\uDE00") → 2
     string length("\U01F40Eab") → 3
     "\d" = "\\d" → true
     1 + /* 1 + */ 1 → 2
     1 + 1 // + 1 → 2
     /* no end → ✗ comment-open
     "no end → ✗ string-open
     @"2019-03-31" → 2019-03-31
     @"10:30:11" instance of time → true
     @"P10Y" → P10Y
     @"foo" → ✗ temporal
     "\uZZZZ" → ✗ string-escape
     1 < 2 < 3 → ✗ chained
     1 == 1 → ✗ double-equals
     1 <> 1 → ✗ not-equals
     1 + → ✗ unfinished
     [1, 2 → ✗ unfinished
     1 2 → ✗ unexpected
     1 ＋ 2 → ✗ full-width
     if 1 then 2 → ✗ unfinished
     ? > 1 → ✗ no-input
     matches("a", "(a") → ✗ pattern`,
  )
})
