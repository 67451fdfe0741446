/**
 * Codes of matters as public platforms show them: 基本编码 12, 实施编码 31 = credit code 18 + level 1 + 基本编码, 办理项编码 33.
 * How the twelve digits divide was read off published codes, not off GB/T 39554.1 itself: the lists of types and levels are rows
 * (`matters.code`, `verified`), to be corrected without a release.
 */
const PROVINCE = '37'
const SUB = '000'

export const basicPrefix = (type: string): string => `${PROVINCE}${type}`
export const basicCode = (type: string, serial: number): string =>
  `${basicPrefix(type)}${String(serial).padStart(5, '0')}${SUB}`
/** A unit without a credit code gets a local one of the same length, which no check takes for a real one. */
const localUnitCode = (unitNo: number): string => `QT${String(unitNo).padStart(16, '0')}`
export const implementingCode = (
  unit: { creditCode: string | null; no: number; level: number },
  basic: string,
): string => `${unit.creditCode ?? localUnitCode(unit.no)}${unit.level + 1}${basic}`
export const itemCode = (implementing: string, serial: number): string =>
  `${implementing}${String(serial).padStart(2, '0')}`

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
/** GB 32100-2015, clause 5: the eighteenth character. */
const isCreditCode = (text: string): boolean => {
  let sum = 0
  for (const [at, weight] of WEIGHTS.entries()) {
    const value = ALPHABET.indexOf(text[at] ?? '')
    if (value < 0) return false
    sum += value * weight
  }
  return text[17] === ALPHABET[(31 - (sum % 31)) % 31]
}

/** Why a code is not one; null when it is. `levels`: the digits in use. */
export const codeFault = (code: string, levels: readonly string[]): string | null => {
  if (![12, 31, 33].includes(code.length))
    return '编码应为 12 位（基本编码）、31 位（实施编码）或 33 位（办理项编码）。'
  const basic = code.length === 12 ? code : code.slice(19, 31)
  if (!/^\d{12}$/.test(basic)) return '基本编码应为 12 位数字。'
  if (!['00', PROVINCE].includes(basic.slice(0, 2))) return '基本编码的前两位应为 00（国家）或 37（本省）。'
  if (code.length === 12) return null
  const unit = code.slice(0, 18)
  if (!/^QT\d{16}$/.test(unit) && !isCreditCode(unit)) return '实施编码的前 18 位不是真实的统一社会信用代码。'
  if (!levels.includes(code[18] ?? '')) return '实施编码的第 19 位不是行使层级的代码。'
  return code.length === 33 && !/^\d{2}$/.test(code.slice(31)) ? '办理项编码的末两位应为数字。' : null
}
