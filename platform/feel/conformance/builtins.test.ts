import { describe } from 'vitest'
import { table } from '../testing.ts'

// Behaviours of DMN 1.5 §10.3.4 as the public DMN TCK (github.com/dmn-tck/tck, Apache-2.0) checks them, in our own cases.

describe('built-in functions', () => {
  table(
    '§10.3.4.5 numbers',
    `decimal(1/3, 2) → 0.33
     decimal(2.5, 0) → 2
     decimal(1.5, 0) → 2
     decimal(1234, -2) → 1200
     decimal(0.005, 2) → 0
     decimal(1, 7000) → null
     decimal("1", 2) → null
     floor(1.5) → 1
     floor(-1.5) → -2
     floor(-1.56, 1) → -1.6
     ceiling(1.5) → 2
     ceiling(-1.5) → -1
     ceiling(-1.56, 1) → -1.5
     round up(5.5, 0) → 6
     round up(-5.5, 0) → -6
     round up(1.121, 2) → 1.13
     round down(5.5, 0) → 5
     round down(-5.5, 0) → -5
     round half up(5.5, 0) → 6
     round half up(-5.5, 0) → -6
     round half up(1.126, 2) → 1.13
     round half down(5.5, 0) → 5
     round half down(-5.5, 0) → -5
     round half down(1.126, 2) → 1.13
     abs(-10) → 10
     abs(@"-P1D") → P1D
     abs(@"-P1Y") → P1Y
     abs("a") → null
     modulo(12, 5) → 2
     modulo(-12, 5) → 3
     modulo(12, -5) → -3
     modulo(-12, -5) → -2
     modulo(10.1, 4.5) → 1.1
     modulo(-10.1, 4.5) → 3.4
     modulo(10.1, -4.5) → -3.4
     modulo(1, 0) → null
     sqrt(16) → 4
     sqrt(2) → 1.414213562373095048801688724209698
     sqrt(-1) → null
     decimal(log(10), 8) → 2.30258509
     log(0) → null
     decimal(exp(5), 8) → 148.4131591
     exp(100000) → null
     odd(5) → true
     odd(2) → false
     odd(1.5) → null
     even(-2) → true
     number("1000.5") → 1000.5
     number("1 000,5", " ", ",") → 1000.5
     number("1.000,5", ".", ",") → 1000.5
     number("1,000", ",", ",") → null
     number("1,000", "x", ".") → null
     number("-1") → -1
     number("abc") → null
     number("1,5") → null
     number(null) → null
     number(from: "5") → 5`,
  )
  table(
    '§10.3.4.3 strings',
    String.raw`substring("foobar", 3) → "obar"
     substring("foobar", 3, 3) → "oba"
     substring("foobar", -2, 1) → "a"
     substring("foobar", 0) → null
     substring("foobar", 3, 0) → null
     substring("\U01F40Eab", 2) → "ab"
     string length("") → 0
     string length(null) → null
     string length(123) → null
     upper case("aBc4") → "ABC4"
     lower case("aBc4") → "abc4"
     substring before("foobar", "bar") → "foo"
     substring before("foobar", "xyz") → ""
     substring before("foobar", "") → ""
     substring after("foobar", "ob") → "ar"
     substring after("", "a") → ""
     substring after("foo", "") → "foo"
     contains("foobar", "of") → false
     contains("办公厅", "公") → true
     starts with("foobar", "fo") → true
     ends with("foobar", "r") → true
     contains(["foobar"], "oo") → true
     split("John Doe", "\\s") → ["John", "Doe"]
     split("a;b;c;;", ";") → ["a", "b", "c", "", ""]
     split("abc", "") → null
     split(delimiter: ",", string: "foo,bar") → ["foo", "bar"]
     split("foo", null) → null
     split("foo") → ✗ arity
     string join(["a", "b", "c"], "_and_") → "a_and_b_and_c"
     string join(["a", "b", "c"]) → "abc"
     string join(["a", null, "c"], "x") → "axc"
     string join([], "x") → ""
     string join(["a", "b"], ",", "[", "]") → "[a,b]"
     string join(["a", 1], ",") → null
     string("a") → "a"
     string(1.10) → "1.1"
     string(null) → null
     string(@"2026-01-01") → "2026-01-01"
     string([1, "b"]) → "[1, \"b\"]"
     string({a: 1, b c: [true]}) → "{a: 1, b c: [true]}"
     string([1..5)) → "[1..5)"`,
  )
  table(
    '§10.3.4.3 patterns',
    String.raw`matches("foobar", "^fo*b") → true
     matches("abracadabra", "bra", null) → true
     matches("abc", "ABC", "i") → true
     matches("\nabcd\ndefg\n", "^$", "m") → true
     matches("abcd\n\ndefg\n ", "^$", "m") → true
     matches("abc\n", "c$") → false
     matches("a\nb", "a.b") → false
     matches("a\nb", "a.b", "s") → true
     matches("Mary\u000DJones", "Mary.Jones") → false
     matches("hello world", "hello\ sworld", "x") → true
     matches("hello world", " hello[ ]world", "x") → true
     matches("hello world", "\p{ IsBasicLatin}+", "x") → true
     matches("x[y-z]", "x[y-z]", "q") → true
     matches("x[Y-z]", "X[y-Z]", "qi") → true
     matches("\u212A", "k", "i") → true
     matches("X", "[A-Z-[OI]]", "i") → true
     matches("O", "[A-Z-[OI]]", "i") → false
     matches("q", "[^Q]", "i") → false
     matches("第12号", "\d{2}号") → true
     matches("办公厅", "^\p{Lo}+$") → true
     matches("a-b", "^[a-]+b$") → true
     matches("ab", "^(?:a|ab)$") → true
     matches("aXXb", "^a.{2,3}b$") → true
     matches("ab", "^a.{2,}b$") → false
     matches("input", "[0-9-.]*/") → false
     matches("a", "a", "p") → ✗ pattern
     matches("a", "(a)\1") → ✗ pattern
     matches("a", "a**") → ✗ pattern
     matches("a", "[b-a]") → ✗ pattern
     matches("a", "(?=a)") → ✗ pattern
     matches("input", []) → null
     {p: "(", r: matches("a", p)}.r → null
     replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") → "[1=ab][2=]cd"
     replace("abracadabra", "bra", "*") → "a*cada*"
     replace("abracadabra", "a.*a", "*") → "*"
     replace("abracadabra", "a.*?a", "*") → "*c*bra"
     replace("abracadabra", "a", "") → "brcdbr"
     replace("abracadabra", "a(.)", "a$1$1") → "abbraccaddabbra"
     replace("AAAA", "A+", "b") → "b"
     replace("AAAA", "A+?", "b") → "bbbb"
     replace("darted", "^(.*?)d(.*)$", "$1c$2") → "carted"
     replace("0123456789", "(\d{3})(\d{3})(\d{4})", "($1) $2-$3") → "(012) 345-6789"
     replace("facetiously", "[iouy]", "[$0]") → "facet[i][o][u]sl[y]"
     replace("a b c d ", "[a-z]", "#", "x") → "# # # # "
     replace("abc", ".^[d-z]*", "#", "smix") → "abc"
     replace(input: "abc", pattern: "[A-Z]", replacement: "#", flags: "i") → "###"
     replace("abc", "x*", "-") → null
     replace("abc", "b", "$") → null
     replace("abc", "b", "\\$") → "a$c"
     replace("abc", "B", "-", "i") → "a-c"
     replace("abc", "(a)(b)", "$21") → "b1c"`,
  )
  table(
    '§10.3.4.4 lists',
    `list contains([1,2,3], 2) → true
     list contains([1, null], null) → true
     list contains(1, 1) → true
     list contains(null, 1) → null
     count([1,2,3]) → 3
     count([]) → 0
     count([null]) → 1
     count(1) → 1
     count(1, 2) → 2
     count(null) → null
     min([1,2,3]) → 1
     min(3,2,1) → 1
     min("b", "a") → "a"
     min([]) → null
     min(1, "a") → null
     max(@"2026-01-01", @"2026-02-01") → 2026-02-01
     max(null) → null
     max([1, null]) → null
     sum([1,2,3]) → 6
     sum(0.1, 0.2) → 0.3
     sum([]) → null
     sum([1, "a"]) → null
     product([2,3,4]) → 24
     product() → ✗ arity
     mean([1,2,3]) → 2
     mean(1, 2) → 1.5
     mean([]) → null
     median(8, 2, 5, 3, 4) → 4
     median([6, 1, 2, 3]) → 2.5
     median([]) → null
     stddev(2, 4, 7, 5) → 2.081665999466132735282297706979931
     stddev([47]) → null
     mode(6, 3, 9, 6, 6) → [6]
     mode([6, 1, 9, 6, 1]) → [1, 6]
     mode([]) → []
     all([true, true]) → true
     all([true, null]) → null
     all(false, null) → false
     all([]) → true
     all(0) → null
     any([false, null, true]) → true
     any([false, false]) → false
     any([]) → false
     any("a") → null
     sublist([4,5,6], 2) → [5, 6]
     sublist([4,5,6], 1, 2) → [4, 5]
     sublist([4,5,6], -2, 1) → [5]
     sublist([4,5,6], 0) → null
     sublist([4,5,6], 4) → null
     append([1], 2, 3) → [1, 2, 3]
     append([1], [2]) → [1, [2]]
     append(1, 2) → [1, 2]
     concatenate([1,2], [3]) → [1, 2, 3]
     concatenate([[1]], [2]) → [[1], 2]
     concatenate([[1], [2]]) → [[1], [2]]
     insert before([1,3], 1, 2) → [2, 1, 3]
     insert before([1,3], -1, 2) → [1, 2, 3]
     insert before([1], 0, 2) → null
     remove([1,2,3], 2) → [1, 3]
     remove([1,2,3], 4) → null
     reverse([1,2,3]) → [3, 2, 1]
     index of([1,2,3,2], 2) → [2, 4]
     index of([1, null], null) → [2]
     union([1,2], [2,3]) → [1, 2, 3]
     distinct values([1,2,3,2,1]) → [1, 2, 3]
     distinct values([1, "1", null, null]) → [1, "1", null]
     flatten([[1,2],[[3]], 4]) → [1, 2, 3, 4]
     list replace([2,4,7,8], 3, 6) → [2, 4, 6, 8]
     list replace([2,4,7,8], function(item, newItem) item < newItem, 5) → [5, 5, 7, 8]
     list replace([1], 2, 6) → null
     partition([1,2,3,4,5], 2) → [[1, 2], [3, 4], [5]]`,
  )
  table(
    '§10.3.4.10 contexts',
    `get value({a: 1}, "a") → 1
     get value({a: 1}, "b") → null
     get value(null, "b") → null
     get entries({a: 1, b: 2}) → [{key: "a", value: 1}, {key: "b", value: 2}]
     get entries({}) → []
     context([{key: "a", value: 1}, {key: "b", value: 2}]) → {a: 1, b: 2}
     context([{key: "a", value: 1}, {key: "a", value: 2}]) → null
     context([{key: "a"}]) → null
     context put({x: 1}, "y", 2) → {x: 1, y: 2}
     context put({x: 1}, "x", 2) → {x: 2}
     context put({x: 1, y: {a: 0}}, ["y", "a"], 2) → {x: 1, y: {a: 2}}
     context put({x: 1}, ["y", "a"], 2) → {x: 1, y: {a: 2}}
     context put({x: 1}, [], 2) → null
     context put({x: 1}, keys: ["x"], value: 2) → ✗ unknown-name
     context put(context: {x: 1}, keys: ["x"], value: 2) → {x: 2}
     context merge([{x: 1}, {y: 2}]) → {x: 1, y: 2}
     context merge([{x: 1}, {x: 2}]) → {x: 2}
     context merge({x: 1}) → {x: 1}
     context merge([1]) → null
     is(1, 1.0) → true
     is(1, "1") → false
     is(null, null) → true
     is(@"23:00:50", @"23:00:50Z") → false
     is(@"23:00:50Z", @"23:00:50+00:00") → true
     is(@"23:00:50@Australia/Melbourne", @"23:00:50+10:00") → true
     is(@"20:00:50+00:00", @"21:00:50+01:00") → false
     is(@"2002-04-02T12:00:00-01:00", @"2002-04-02T17:00:00+04:00") → false
     is(@"2021-10-02T23:00:00@Australia/Melbourne", @"2021-10-02T23:00:00+10:00") → true
     is(@"P0Y", @"P0D") → false
     is(@"P1D", @"PT24H") → true
     is(@"2012-12-25", @"2012-12-25T00:00:00Z") → false`,
  )
  table(
    '§10.3.4.9 ranges',
    `before(1, 10) → true
     before(10, 1) → false
     before(1, [1..10]) → false
     before(1, (1..10]) → true
     before([1..10], 10) → false
     before([1..10), 10) → true
     before([1..10], [15..20]) → true
     before([1..10), [10..20]) → true
     after(10, 5) → true
     after(12, [1..10)) → true
     after([11..20], 11) → false
     after((11..20], 11) → true
     meets([1..5], [5..10]) → true
     meets([1..5), [5..10]) → false
     met by([5..10], [1..5]) → true
     overlaps([1..5], [3..8]) → true
     overlaps([1..5), [5..8]) → false
     overlaps([1..8], [3..5]) → true
     overlaps before([1..5], [3..8]) → true
     overlaps before([1..5], [6..8]) → false
     overlaps before([1..5), (1..5]) → true
     overlaps before([1..5], (1..5]) → true
     overlaps before([1..5], [1..5]) → false
     overlaps after([3..8], [1..5]) → true
     overlaps after((1..5], [1..5)) → true
     finishes(10, [1..10]) → true
     finishes(10, [1..10)) → false
     finishes([5..10], [1..10]) → true
     finishes([1..10], (1..10)) → false
     finished by([1..10], 10) → true
     includes([1..10], 5) → true
     includes([1..10), 10) → false
     includes([1..10], (1..10)) → true
     includes((1..10], [1..5]) → false
     during(5, [1..10]) → true
     during((1..5), [1..10)) → true
     starts(1, [1..10]) → true
     starts([1..5), [1..5]) → true
     starts((1..5], [1..5]) → false
     started by([1..10], 1) → true
     coincides(5, 5) → true
     coincides([1..5], [1..5]) → true
     coincides((1..5), [1..5]) → false
     before(null, 1) → null
     before("a", 1) → null
     includes((< 5), 3) → true
     includes((< 5), 7) → false
     range("[18..21)") → [18..21)
     range("(..2]") → (<= 2)
     range("[@\\"2026-01-01\\"..@\\"2026-02-01\\"]").start → 2026-01-01
     range("[2..1]") → null
     range("x") → null`,
  )
})
