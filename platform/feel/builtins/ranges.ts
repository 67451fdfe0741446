import type { Run } from '../run.ts'
import { both, order, type Ternary } from '../values/compare.ts'
import { parseTemporal } from '../values/literals.ts'
import { parseNumber } from '../values/number.ts'
import { FeelRange, type FeelValue, kindOf } from '../values/value.ts'
import { define } from './define.ts'

type Relation = (a: FeelRange, b: FeelRange) => Ternary

/** A point is a range of one value. */
const asRange = (value: FeelValue): FeelRange =>
  value instanceof FeelRange ? value : new FeelRange(value, value, true, true)

/** An end without a value lies beyond all values; -1, 0, 1, or null. */
const orderEnds = (a: FeelValue, b: FeelValue, beyond: number): number | null => {
  if (a === null || b === null) return a === b ? 0 : a === null ? beyond : -beyond
  return order(a, b)
}
const lows = (a: FeelRange, b: FeelRange) => orderEnds(a.low, b.low, -1)
const highs = (a: FeelRange, b: FeelRange) => orderEnds(a.high, b.high, 1)
/** a's end against b's start */
const gap = (a: FeelRange, b: FeelRange): number | null =>
  a.high === null || b.low === null ? 1 : order(a.high, b.low)

/** -1, 0, 1 by where they begin, what is included considered */
const starts = (a: FeelRange, b: FeelRange): number | null => {
  const position = lows(a, b)
  return position === 0 ? Number(b.lowIncluded) - Number(a.lowIncluded) : position
}
const ends = (a: FeelRange, b: FeelRange): number | null => {
  const position = highs(a, b)
  return position === 0 ? Number(a.highIncluded) - Number(b.highIncluded) : position
}
const test = (position: number | null, wanted: (position: number) => boolean): Ternary =>
  position === null ? null : wanted(position)

const before: Relation = (a, b) => test(gap(a, b), (at) => at < 0 || (at === 0 && !(a.highIncluded && b.lowIncluded)))
const meets: Relation = (a, b) => test(gap(a, b), (at) => at === 0 && a.highIncluded && b.lowIncluded)
const includes: Relation = (a, b) =>
  both(
    test(starts(a, b), (at) => at <= 0),
    test(ends(a, b), (at) => at >= 0),
  )
const notApart: Relation = (a, b) => {
  const [first, second] = [before(a, b), before(b, a)]
  return first === null || second === null ? null : !first && !second
}
const overlapsBefore: Relation = (a, b) =>
  both(
    notApart(a, b),
    both(
      test(starts(a, b), (at) => at < 0),
      test(ends(a, b), (at) => at <= 0),
    ),
  )
const finishes: Relation = (a, b) =>
  both(
    test(ends(a, b), (at) => at === 0),
    test(starts(a, b), (at) => at >= 0),
  )
const starting: Relation = (a, b) =>
  both(
    test(starts(a, b), (at) => at === 0),
    test(ends(a, b), (at) => at <= 0),
  )
const coincides: Relation = (a, b) =>
  both(
    test(starts(a, b), (at) => at === 0),
    test(ends(a, b), (at) => at === 0),
  )
const turned =
  (relation: Relation): Relation =>
  (a, b) =>
    relation(b, a)

const relation = (name: string, check: Relation, signatures: readonly string[]) =>
  signatures.map((parameters) =>
    define(`${name}(${parameters})`, (_run: Run, a: FeelValue, b: FeelValue) =>
      a === null || b === null || (kindOf(a) === 'range' ? false : order(a, a) === null)
        ? null
        : check(asRange(a), asRange(b)),
    ),
  )

const ANY = ['point1:any, point2:any', 'point:any, range:range', 'range:range, point:any', 'range1:range, range2:range']
const RANGES = ['range1:range, range2:range']
const POINT_FIRST = ['point:any, range:range', 'range1:range, range2:range']
const RANGE_FIRST = ['range:range, point:any', 'range1:range, range2:range']

const END = /^(?:"([^"]*)"|@"([^"]*)"|(?:date|time|duration|date and time)\(\s*"([^"]*)"\s*\)|([^"\s]+))$/
const readEnd = (text: string): FeelValue | undefined => {
  const [, plain, at, call, number] = END.exec(text.trim()) ?? []
  if (plain !== undefined) return plain
  const temporal = at ?? call
  if (temporal !== undefined) return parseTemporal(temporal) ?? undefined
  return number === undefined ? undefined : (parseNumber(number) ?? undefined)
}

/** `range("[1..5)")` (DMN 1.5 table 76): ends are numbers, texts or temporal literals, one may be missing. */
const RANGE = /^([[(\]])(.*?)\.\.(.*)([\])[])$/s
const toRange = (run: Run, from: string): FeelValue => {
  run.step(from.length >> 3)
  const [, open, first = '', second = '', close] = RANGE.exec(from.trim()) ?? []
  if (open === undefined) return null
  const low = first.trim() === '' ? null : readEnd(first)
  const high = second.trim() === '' ? null : readEnd(second)
  if (low === undefined || high === undefined || (low === null && high === null)) return null
  if (low !== null && high !== null && (order(low, high) ?? 1) > 0) return null
  if ((low === null && open === '[') || (high === null && close === ']')) return null
  return new FeelRange(low, high, open === '[', close === ']')
}

/** DMN 1.5 §10.3.4.9, range functions. Points and ranges are told apart by their values, so one body serves every overload. */
export const ranges = [
  ...relation('before', before, ANY),
  ...relation('after', turned(before), ANY),
  ...relation('meets', meets, RANGES),
  ...relation('met by', turned(meets), RANGES),
  ...relation('overlaps', notApart, RANGES),
  ...relation('overlaps before', overlapsBefore, RANGES),
  ...relation('overlaps after', turned(overlapsBefore), RANGES),
  ...relation('finishes', finishes, POINT_FIRST),
  ...relation('finished by', turned(finishes), RANGE_FIRST),
  ...relation('includes', includes, RANGE_FIRST),
  ...relation('during', turned(includes), POINT_FIRST),
  ...relation('starts', starting, POINT_FIRST),
  ...relation('started by', turned(starting), RANGE_FIRST),
  ...relation('coincides', coincides, ['point1:any, point2:any', 'range1:range, range2:range']),
  define('range(from:string)', toRange),
]
