import LightDecimal from 'decimal.js-light'

/** DMN 1.5 §10.3.2.3.1: IEEE 754-2008 decimal128, that is 34 digits, ties to even, exponents to ±6144. */
const DIGITS = 34
const LIMIT = 6144

/**
 * The package cuts results off instead of rounding them. 76 digits tell every tie of two 34-digit numbers,
 * so each result is worked out to 76 and rounded once.
 */
export const Decimal = LightDecimal.clone({
  precision: 2 * DIGITS + 8,
  rounding: LightDecimal.ROUND_HALF_EVEN,
  toExpNeg: -2 * LIMIT,
  toExpPos: 2 * LIMIT,
})

/** A safe integer is a JS number, everything else a Decimal: each value has one form, and integers are fast. */
export type FeelNumber = number | LightDecimal

export const isNumber = (value: unknown): value is FeelNumber =>
  typeof value === 'number' || value instanceof LightDecimal

/** Rounds to 34 digits and gives the one form of the result; null when it is out of range. */
const settle = (exact: LightDecimal): FeelNumber | null => {
  const value = exact.precision(false) > DIGITS ? exact.toSignificantDigits(DIGITS) : exact
  const exponent = value.exponent()
  if (exponent > LIMIT) return null
  if (value.isZero() || exponent < -LIMIT - DIGITS) return 0
  if (exponent > 15 || exponent < 0 || !value.isInteger()) return value
  const integer = value.toNumber()
  return Number.isSafeInteger(integer) ? integer : value
}
const decimal = (value: FeelNumber): LightDecimal => (typeof value === 'number' ? new Decimal(value) : value)

export const add = (a: FeelNumber, b: FeelNumber): FeelNumber | null => {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return settle(decimal(a).plus(b))
}

export const subtract = (a: FeelNumber, b: FeelNumber): FeelNumber | null => {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(difference)) return difference
  }
  return settle(decimal(a).minus(b))
}

export const multiply = (a: FeelNumber, b: FeelNumber): FeelNumber | null => {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    // + 0 turns -0 into 0
    if (Number.isSafeInteger(product)) return product + 0
  }
  return settle(decimal(a).times(b))
}

/** null for division by zero */
export const divide = (a: FeelNumber, b: FeelNumber): FeelNumber | null => {
  if (b === 0) return null
  if (typeof a === 'number' && typeof b === 'number' && a % b === 0) return a / b + 0
  return settle(decimal(a).dividedBy(b))
}

export const negate = (a: FeelNumber): FeelNumber =>
  typeof a === 'number' ? 0 - a : (settle(a.negated()) as FeelNumber)

/** -1, 0 or 1 */
export const compareNumbers = (a: FeelNumber, b: FeelNumber): number => {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  return decimal(a).comparedTo(b)
}

/** log10 |a| as a double: `toNumber` would overflow for large exponents */
const logarithm10 = (a: FeelNumber): number => {
  const value = decimal(a).abs()
  const exponent = value.exponent()
  return exponent + Math.log10(Number(value.times(new Decimal(`1e${-exponent}`)).toString()))
}

/** null when there is no real result, or one that is out of range */
export const power = (base: FeelNumber, exponent: FeelNumber): FeelNumber | null => {
  const integer = typeof exponent === 'number'
  if (exponent === 0) return 1
  if (base === 0) return compareNumbers(exponent, 0) > 0 ? 0 : null
  if (base === 1) return 1
  if (!integer && compareNumbers(base, 0) < 0) return null
  const digits = logarithm10(base) * Number(exponent.toString())
  if (!(Math.abs(digits) <= LIMIT + 1)) return digits < 0 && Number.isFinite(digits) ? 0 : null
  return settle(decimal(base).pow(exponent))
}

export const squareRoot = (a: FeelNumber): FeelNumber | null =>
  compareNumbers(a, 0) < 0 ? null : settle(decimal(a).sqrt())
export const naturalLog = (a: FeelNumber): FeelNumber | null =>
  compareNumbers(a, 0) <= 0 ? null : settle(decimal(a).ln())
export const exponential = (a: FeelNumber): FeelNumber | null => {
  const digits = Number(a.toString()) / Math.LN10
  if (Math.abs(digits) > LIMIT) return digits < 0 ? 0 : null
  return settle(decimal(a).exp())
}

export const isInteger = (a: FeelNumber): boolean => typeof a === 'number' || a.isInteger()
export const absolute = (a: FeelNumber): FeelNumber => (compareNumbers(a, 0) < 0 ? negate(a) : a)

/** x - y × floor(x / y): the sign follows the divisor (DMN 1.5 table 75) */
export const modulo = (a: FeelNumber, b: FeelNumber): FeelNumber | null => {
  if (b === 0) return null
  if (typeof a === 'number' && typeof b === 'number') return (((a % b) + b) % b) + 0
  const rest = decimal(a).modulo(b)
  return settle(!rest.isZero() && rest.isNegative() !== compareNumbers(b, 0) < 0 ? rest.plus(b) : rest)
}

const MODES = {
  up: LightDecimal.ROUND_UP,
  down: LightDecimal.ROUND_DOWN,
  ceiling: LightDecimal.ROUND_CEIL,
  floor: LightDecimal.ROUND_FLOOR,
  'half up': LightDecimal.ROUND_HALF_UP,
  'half down': LightDecimal.ROUND_HALF_DOWN,
  'half even': LightDecimal.ROUND_HALF_EVEN,
} as const
export type Rounding = keyof typeof MODES

/** Rounds to `scale` digits after the point, before it when negative; null when the scale is not an integer of -6111 to 6176. */
export const roundTo = (a: FeelNumber, scale: FeelNumber, mode: Rounding): FeelNumber | null => {
  if (typeof scale !== 'number' || scale < -6111 || scale > 6176) return null
  if (typeof a === 'number' && scale >= 0) return a
  const value = decimal(a)
  if (scale >= 0) return settle(value.toDecimalPlaces(scale, MODES[mode]))
  return settle(value.times(`1e${scale}`).toDecimalPlaces(0, MODES[mode]).times(`1e${-scale}`))
}

const LITERAL = /^-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d{1,6})?$/
/** Reads a FEEL number, an exponent allowed; null when it is none. */
export const parseNumber = (text: string): FeelNumber | null => {
  if (!LITERAL.test(text)) return null
  if (text.length <= 15 && /^-?\d+$/.test(text)) return Number(text) + 0
  return settle(new Decimal(text))
}

/** From a JS number, by its shortest decimal form: 0.1 is 0.1. */
export const fromJsNumber = (value: number): FeelNumber | null => {
  if (Number.isSafeInteger(value)) return value + 0
  return Number.isFinite(value) ? settle(new Decimal(String(value))) : null
}

/** Plain digits, never an exponent. */
export const printNumber = (value: FeelNumber): string => (typeof value === 'number' ? String(value) : value.toString())
/** The nearest double. */
export const toJsNumber = (value: FeelNumber): number => Number(value.toString())
/** A finite whole or broken value of at most 76 digits. */
export const fromDecimal = (value: LightDecimal): FeelNumber => settle(value) ?? 0
