import { describe, expect, it } from 'vitest'
import { compileExpression, compileUnaryTests } from './engine.ts'
import { FeelBudgetError, FeelSyntaxError } from './errors.ts'
import { options, resultOf } from './testing.ts'
import { dateOfEpochDay, epochDayOf } from './values/calendar.ts'
import { printValue } from './values/convert.ts'
import {
  parseDate,
  parseDateTime,
  parseDuration,
  parseTemporal,
  parseTime,
  printDate,
  printDateTime,
  printDays,
  printMonths,
  printTime,
} from './values/literals.ts'
import {
  add,
  compareNumbers,
  divide,
  type FeelNumber,
  modulo,
  multiply,
  negate,
  parseNumber,
  printNumber,
  type Rounding,
  roundTo,
  subtract,
} from './values/number.ts'
import { dateAt, dateTimeOf, daysDuration, monthsDuration, timeOf } from './values/temporal.ts'
import type { FeelValue } from './values/value.ts'

/** The same numbers in every run. */
const random = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const digits = (next: (below: number) => number, length: number): string =>
  Array.from({ length }, (_, at) => (at === 0 ? 1 + next(9) : next(10))).join('')
const decimalText = (next: (below: number) => number, most = 16): string => {
  const whole = digits(next, 1 + next(most))
  const fraction = next(2) === 0 ? '' : `.${digits(next, 1 + next(most))}`
  return `${next(2) === 0 ? '-' : ''}${whole}${fraction}`
}
const numberOf = (text: string): FeelNumber => parseNumber(text)!
/** An exact sum or product by whole numbers alone. */
const scaled = (text: string): { units: bigint; places: number } => {
  const [whole = '', fraction = ''] = text.split('.')
  return { units: BigInt(whole + fraction), places: fraction.length }
}
const plain = (units: bigint, places: number): string => {
  const size = (units < 0n ? -units : units).toString().padStart(places + 1, '0')
  const cut = places === 0 ? size : `${size.slice(0, -places)}.${size.slice(-places)}`.replace(/\.?0+$/, '')
  return `${units < 0n && /[1-9]/.test(cut) ? '-' : ''}${cut}`
}
/** Rounds whole units to 34 digits, ties to even. */
const rounded = (units: bigint, places: number): string => {
  const size = units < 0n ? -units : units
  const cut = size.toString().length - 34
  if (cut <= 0) return plain(units, places)
  const unit = 10n ** BigInt(cut)
  const [quotient, rest] = [size / unit, (size % unit) * 2n]
  const up = rest > unit || (rest === unit && quotient % 2n === 1n)
  const whole = (quotient + (up ? 1n : 0n)) * (units < 0n ? -1n : 1n)
  return cut <= places ? plain(whole, places - cut) : plain(whole * 10n ** BigInt(cut - places), 0)
}

describe('decimal arithmetic', () => {
  it('agrees with whole numbers and rounds once, ties to even', () => {
    const next = random(1)
    for (let turn = 0; turn < 3000; turn++) {
      const [a, b] = [decimalText(next, 17), decimalText(next, 17)]
      const [left, right] = [scaled(a), scaled(b)]
      const places = Math.max(left.places, right.places)
      const [x, y] = [
        left.units * 10n ** BigInt(places - left.places),
        right.units * 10n ** BigInt(places - right.places),
      ]
      expect(printNumber(add(numberOf(a), numberOf(b))!)).toBe(rounded(x + y, places))
      expect(printNumber(subtract(numberOf(a), numberOf(b))!)).toBe(rounded(x - y, places))
      expect(printNumber(multiply(numberOf(a), numberOf(b))!)).toBe(
        rounded(left.units * right.units, left.places + right.places),
      )
      expect(compareNumbers(numberOf(a), numberOf(b))).toBe(x < y ? -1 : x > y ? 1 : 0)
    }
  })

  it('keeps its laws', () => {
    const next = random(2)
    for (let turn = 0; turn < 2000; turn++) {
      const [a, b, c] = [numberOf(decimalText(next, 8)), numberOf(decimalText(next, 8)), numberOf(decimalText(next, 5))]
      expect(add(a, b)).toEqual(add(b, a))
      expect(add(add(a, b)!, c)).toEqual(add(a, add(b, c)!))
      expect(multiply(a, b)).toEqual(multiply(b, a))
      expect(multiply(c, add(a, b)!)).toEqual(add(multiply(c, a)!, multiply(c, b)!))
      expect(subtract(a, a)).toBe(0)
      expect(negate(negate(a))).toEqual(a)
      expect(divide(multiply(a, b)!, b)).toEqual(a)
      const rest = modulo(a, b)!
      expect(compareNumbers(rest, 0) * compareNumbers(b, 0)).not.toBe(-1)
      expect(numberOf(printNumber(a))).toEqual(a)
    }
  })

  it('rounds as its mode says', () => {
    const rows: [string, Rounding, string][] = []
    for (const [mode, results] of Object.entries({
      up: [3, 3, 3, -3, -3, -3],
      down: [2, 2, 2, -2, -2, -2],
      ceiling: [3, 3, 3, -2, -2, -2],
      floor: [2, 2, 2, -3, -3, -3],
      'half up': [2, 3, 3, -2, -3, -3],
      'half down': [2, 2, 3, -2, -2, -3],
      'half even': [2, 2, 3, -2, -2, -3],
    }))
      for (const [at, text] of ['2.4', '2.5', '2.6', '-2.4', '-2.5', '-2.6'].entries())
        rows.push([text, mode as Rounding, String(results[at])])
    for (const [text, mode, result] of rows) expect(printNumber(roundTo(numberOf(text), 0, mode)!)).toBe(result)
  })
})

describe('three-valued logic', () => {
  const values = ['true', 'false', 'null']
  const and = (a: string, b: string) =>
    a === 'false' || b === 'false' ? 'false' : a === 'true' && b === 'true' ? 'true' : 'null'
  const not = (a: string) => (a === 'null' ? a : a === 'true' ? 'false' : 'true')
  it('holds for every pair, with de Morgan', () => {
    for (const a of values)
      for (const b of values) {
        expect(resultOf(`${a} and ${b}`)).toBe(and(a, b))
        expect(resultOf(`${a} or ${b}`)).toBe(not(and(not(a), not(b))))
        expect(resultOf(`not(${a} and ${b})`)).toBe(resultOf(`not(${a}) or not(${b})`))
        expect(resultOf(`all([${a}, ${b}])`)).toBe(resultOf(`${a} and ${b}`))
        expect(resultOf(`any([${a}, ${b}])`)).toBe(resultOf(`${a} or ${b}`))
        expect(resultOf(`every x in [${a}, ${b}] satisfies x`)).toBe(resultOf(`${a} and ${b}`))
        expect(resultOf(`some x in [${a}, ${b}] satisfies x`)).toBe(resultOf(`${a} or ${b}`))
      }
  })
})

describe('temporal literals', () => {
  it('are read as they are written', () => {
    const next = random(3)
    for (let turn = 0; turn < 2000; turn++) {
      const date = dateAt(next(4_000_000_000) * 90 - 180_000_000_000)!
      const zone = [null, 'Asia/Shanghai', 'Etc/UTC'][next(3)]!
      const offset = zone === null && next(2) === 0 ? next(129_601) - 64_800 : null
      const time = timeOf(next(86_400) * 1_000_000_000 + [0, 500_000_000, next(1_000_000_000)][next(3)]!, offset, zone)
      expect(parseDate(printDate(date))).toEqual(date)
      expect(parseTime(printTime(time))).toEqual(time)
      expect(parseDateTime(printDateTime(dateTimeOf(date, time)))).toEqual(dateTimeOf(date, time))
      const days = daysDuration(BigInt(next(2_000_000_000) - 1_000_000_000) * BigInt(1 + next(1_000_000_000)))!
      expect(parseDuration(printDays(days))).toEqual(days)
      const months = monthsDuration(next(100_000) - 50_000)!
      expect(parseDuration(printMonths(months))).toEqual(months)
    }
  })

  it('count the days as the platform does', () => {
    for (let day = -200_000; day < 200_000; day += 37) {
      const { year, month, day: dayOfMonth } = dateOfEpochDay(day)
      const moment = new Date(day * 86_400_000)
      expect([year, month, dayOfMonth]).toEqual([
        moment.getUTCFullYear(),
        moment.getUTCMonth() + 1,
        moment.getUTCDate(),
      ])
      expect(epochDayOf(year, month, dayOfMonth)).toBe(day)
    }
  })

  it('never throw, whatever the text', () => {
    const next = random(4)
    const parts = [
      'P',
      'T',
      '-',
      '1',
      '0',
      '2026',
      '12',
      '31',
      ':',
      '.',
      'Z',
      '+',
      '@',
      'Asia/Shanghai',
      'D',
      'H',
      'M',
      'S',
      'Y',
      '99999999999999999999',
    ]
    for (let turn = 0; turn < 5000; turn++)
      parseTemporal(Array.from({ length: next(10) }, () => parts[next(parts.length)]).join(''))
  })
})

describe('any text', () => {
  const parts =
    '( ) [ ] { } < > = != <= >= + - * / ** . .. , : ; ? @ " \' \\ 1 2.5 .5 1e9 "a" "2026-01-01" @"P1D" a b 申请 金额 if then else for in return some every satisfies and or not not( between instance of function date time duration null true false item partial count( max( sort( matches( number string list context < // /* */ \n 。 （ 😀 \u0000 sum([1,2]) {a:1} [1..5] external'.split(
      ' ',
    )
  const names = ['a', 'b', '申请 金额', 'in a list']
  const context = { a: 1, b: [1, 'x', null], '申请 金额': 2.5, 'in a list': { a: 1 } }

  /** What comes of it, as text; only the engine's own refusals may be thrown. */
  const outcome = (text: string, work: () => unknown): string => {
    try {
      return String(work())
    } catch (error) {
      if (error instanceof FeelBudgetError) return error.code
      if (!(error instanceof FeelSyntaxError)) throw new Error(`${JSON.stringify(text)}: ${error}`)
      expect(error.position).toBeGreaterThan(-1)
      expect(error.position).toBeLessThan(text.length + 1)
      expect(error.message).toMatch(/[一-鿿]/)
      return error.code
    }
  }
  const shown = (value: FeelValue): string => printValue(value, () => {})

  /** An explanation comes to the same value as the evaluation. */
  const attempt = (text: string): void => {
    const value = outcome(text, () => shown(compileExpression(text, { names }).evaluate(context, options)))
    const explained = outcome(text, () => shown(compileExpression(text, { names }).explain(context, options).value))
    if (!['steps', 'depth', 'size'].includes(explained)) expect(explained, text).toBe(value)
    outcome(text, () => compileUnaryTests(text, { names }).test(1, context, options))
  }

  it('gives a value or is refused', () => {
    const next = random(5)
    for (let turn = 0; turn < 3000; turn++)
      attempt(Array.from({ length: 1 + next(12) }, () => parts[next(parts.length)]).join(next(3) === 0 ? '' : ' '))
  })

  it('made of any characters is refused', () => {
    const next = random(6)
    for (let turn = 0; turn < 800; turn++)
      attempt(
        Array.from({ length: 1 + next(40) }, () => String.fromCharCode(next(next(2) === 0 ? 128 : 65_536))).join(''),
      )
  })

  it('that changes a good one gives a value or is refused', () => {
    const next = random(7)
    const good = [
      'for i in 1..5, j in [1, 2] return if i > j then {a: i, b: [j, null]} else partial[-1]',
      'some x in b satisfies x in (1, > 5, [1..申请 金额]) and not(contains(string(x), "x"))',
      'replace("a1b2", "(\\\\d)", "<$1>") + string(date and time("2026-01-01T00:00:00Z") + duration("P1D"))',
      'sort([3, 1, 2], function(x: number, y) x < y)[item >= 2][1] between 1 and 3',
    ]
    for (let turn = 0; turn < 1500; turn++) {
      const text = good[next(good.length)]!
      const at = next(text.length)
      const piece = next(2) === 0 ? '' : parts[next(parts.length)]!
      attempt(text.slice(0, at) + piece + text.slice(at + next(3)))
    }
  })

  it('prints as an expression of the same value', () => {
    for (const text of ['[1, 2.5, "a\\"b\\\\", null, true]', '{a: 1, b c: [], "x:y": {}}', '[1..5)', '(< 3)', '1 / 3'])
      expect(resultOf(printValue(compileExpression(text, { names: [] }).evaluate({}, options), () => {}))).toBe(
        resultOf(text),
      )
  })
})
