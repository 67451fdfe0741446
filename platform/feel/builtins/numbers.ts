import type { Run } from '../run.ts'
import { minusSign } from '../values/arithmetic.ts'
import {
  absolute,
  exponential,
  type FeelNumber,
  isInteger,
  modulo,
  naturalLog,
  parseNumber,
  type Rounding,
  roundTo,
  squareRoot,
} from '../values/number.ts'
import { DaysDuration, MonthsDuration } from '../values/temporal.ts'
import type { FeelValue } from '../values/value.ts'
import { define } from './define.ts'

const rounding = (mode: Rounding) => (_run: Run, n: FeelNumber, scale?: FeelNumber) => roundTo(n, scale ?? 0, mode)

const even = (n: FeelNumber): boolean | null => (isInteger(n) ? modulo(n, 2) === 0 : null)

const absoluteOf = (_run: Run, n: FeelNumber | DaysDuration | MonthsDuration): FeelValue => {
  if (n instanceof DaysDuration) return n.nanos < 0n ? minusSign(n) : n
  if (n instanceof MonthsDuration) return n.months < 0 ? minusSign(n) : n
  return absolute(n)
}

/** Separators are taken out, then what is left must be a number (DMN 1.5 table 76). */
const toNumber = (run: Run, from: string, grouping?: string | null, point?: string | null): FeelValue => {
  run.step(from.length >> 6)
  if (grouping !== undefined && grouping !== null && ![' ', ',', '.'].includes(grouping)) return null
  if (point !== undefined && point !== null && !['.', ','].includes(point)) return null
  if (typeof grouping === 'string' && grouping === point) return null
  const ungrouped = grouping ? from.replaceAll(grouping, '') : from
  return parseNumber(point && point !== '.' ? ungrouped.replaceAll('.', '?').replace(point, '.') : ungrouped)
}

/** Steps of what is worked out to 76 digits by a series: about a millisecond. */
const HEAVY = 100
const heavy = (work: (n: FeelNumber) => FeelNumber | null) => (run: Run, n: FeelNumber) => {
  run.step(HEAVY)
  return work(n)
}

/** DMN 1.5 §10.3.4.5, numeric functions; and `number()`. */
export const numbers = [
  define('number(from:string, grouping separator?:string|null, decimal separator?:string|null)', toNumber),
  define('decimal(n:number, scale:number)', rounding('half even')),
  define('floor(n:number, scale?:number)', rounding('floor')),
  define('ceiling(n:number, scale?:number)', rounding('ceiling')),
  define('round up(n:number, scale:number)', rounding('up')),
  define('round down(n:number, scale:number)', rounding('down')),
  define('round half up(n:number, scale:number)', rounding('half up')),
  define('round half down(n:number, scale:number)', rounding('half down')),
  define('abs(n:number|days|months)', absoluteOf),
  define('modulo(dividend:number, divisor:number)', (run: Run, a: FeelNumber, b: FeelNumber) => {
    if (typeof a !== 'number' || typeof b !== 'number') run.step(HEAVY)
    return modulo(a, b)
  }),
  define('sqrt(number:number)', heavy(squareRoot)),
  define('log(number:number)', heavy(naturalLog)),
  define('exp(number:number)', heavy(exponential)),
  define('even(number:number)', (_run: Run, n: FeelNumber) => even(n)),
  define('odd(number:number)', (_run: Run, n: FeelNumber) => {
    const answer = even(n)
    return answer === null ? null : !answer
  }),
]
