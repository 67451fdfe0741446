import type { Json } from '../../contract/data.ts'
import { moneyFigure } from '../money.ts'
import { fault, type Kind, kept, type Reading, textOf } from './kind.ts'

const NUMBER = /^-?\d{1,15}(?:\.\d{1,12})?$/
/** As it is typed: with full-width digits, separators of thousands, a currency sign. */
const typed = (given: Json): string | null => {
  if (typeof given === 'number') return Number.isFinite(given) ? plainDigits(given) : null
  if (typeof given !== 'string') return null
  const text = given
    .slice(0, 60)
    .normalize('NFKC')
    .replace(/[\s,，]/g, '')
    .replace(/^[¥￥+]/, '')
    .replace(/\.$/, '')
  return NUMBER.test(text) ? text : null
}
/** Without an exponent, which small and large numbers would be written with. */
const plainDigits = (value: number): string | null => {
  const text = String(value)
  if (!/e/i.test(text)) return NUMBER.test(text) ? text : null
  return Math.abs(value) < 1e-6 ? '0' : null
}

interface Bounds {
  min?: number
  max?: number
}
const boundFault = (value: number, { min, max }: Bounds, unit = ''): string | null => {
  if (min !== undefined && value < min) return `不能小于 ${min.toLocaleString('en')}${unit}。`
  if (max !== undefined && value > max) return `不能大于 ${max.toLocaleString('en')}${unit}。`
  return null
}
const decimalsOf = (text: string): number => (text.split('.')[1] ?? '').replace(/0+$/, '').length

const MANY_DIGITS = /^-?\d{1,15}(?:\.\d{1,60})?$/
/** What a formula answers, half up to so many places, in whole units: a double would lose some. */
const rounded = (answer: Json, places: number): Json => {
  const text = typeof answer === 'number' ? plainDigits(answer) : typeof answer === 'string' ? answer : null
  if (text === null || !MANY_DIGITS.test(text)) return answer
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const units =
    BigInt(whole + fraction.slice(0, places).padEnd(places, '0')) + (Number(fraction[places] ?? 0) >= 5 ? 1n : 0n)
  const digits = units.toString().padStart(places + 1, '0')
  const sign = text.startsWith('-') && units > 0n ? '-' : ''
  return `${sign}${digits.slice(0, digits.length - places)}${places > 0 ? `.${digits.slice(-places)}` : ''}`
}

export const number: Kind<'number'> = {
  feel: () => 'number',
  read({ decimals = 0, unit, ...bounds }, given): Reading {
    const text = typed(given)
    if (text === null) return fault('请填写数字。')
    if (decimalsOf(text) > decimals) return fault(decimals === 0 ? '请填写整数。' : `最多 ${decimals} 位小数。`)
    const value = Number(text)
    // more digits than a number of JSON carries exactly
    if (text.replace(/\D/g, '').replace(/^0+/, '').length > 15) return fault('数字最多 15 位。')
    const wrong = boundFault(value, bounds, unit)
    return wrong ? fault(wrong) : kept(value + 0)
  },
  fromFeel: (answer, { decimals = 0 }) => rounded(answer, decimals),
  say: (value, { unit }) => `${value}${unit ? ` ${unit}` : ''}`,
}

const CENTS = 2
const toAmount = (text: string): string => {
  const [whole = '0', fraction = ''] = text.split('.')
  return `${whole.replace(/^(-?)0+(?=\d)/, '$1')}.${fraction.slice(0, CENTS).padEnd(CENTS, '0')}`
}
export const money: Kind<'money'> = {
  feel: () => 'number',
  read(bounds, given): Reading {
    const text = typed(given)
    if (text === null) return fault('请填写金额，例如 60000.00。')
    if (decimalsOf(text) > CENTS) return fault('金额最多到分，即两位小数。')
    const wrong = boundFault(Number(text), bounds, ' 元')
    return wrong ? fault(wrong) : kept(toAmount(text).replace(/^-(?=0\.00$)/, ''))
  },
  fromFeel: (answer) => rounded(answer, CENTS),
  say: (value) => `${moneyFigure(textOf(value))} 元`,
}
