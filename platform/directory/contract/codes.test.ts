import { describe, expect, it } from 'vitest'
import {
  creditCheck,
  creditCodeFault,
  identityCheck,
  identityNumberFault,
  mobileFault,
  normaliseCreditCode,
  normaliseIdentityNumber,
  normaliseMobile,
  normaliseRegionCode,
  readIdentityNumber,
  regionCodeFault,
} from './codes.ts'

const today = '2026-11-22'
const withCheck = (body: string) => body + identityCheck(body)

describe('identity numbers, GB 11643', () => {
  it.each(['11010519491231002X', '440524188001010014', '11010519491231002x'])('%s stands', (text) => {
    expect(identityNumberFault(text, today)).toBeNull()
  })
  it('finds every single wrong digit and every swap of neighbours', () => {
    const good = '11010519491231002X'
    for (let i = 0; i < 17; i++) {
      for (const digit of '0123456789')
        if (digit !== good[i])
          expect(
            identityNumberFault(good.slice(0, i) + digit + good.slice(i + 1), today),
            `${i} ${digit}`,
          ).not.toBeNull()
      const swapped = good.slice(0, i) + good[i + 1] + good[i] + good.slice(i + 2)
      if (swapped !== good) expect(identityNumberFault(swapped, today), swapped).not.toBeNull()
    }
  })
  it.each([
    ['a day that does not exist', withCheck('37160219900230001'), '出生日期'],
    ['29 February of a common year', withCheck('37160219010229001'), '出生日期'],
    ['a month 13', withCheck('37160219901301001'), '出生日期'],
    ['tomorrow', withCheck('37160220261123001'), '晚于今天'],
    ['15 digits', '110105491231002', '15 位'],
    ['empty', '', '18 位'],
    ['X inside', '1101051949123100XX', '18 位'],
    ['a leading zero', withCheck('01010519491231002'), '18 位'],
    ['a line break behind', '11010519491231002X\n', '18 位'],
  ])('%s is a fault', (_, text, says) => {
    expect(identityNumberFault(text, today)).toContain(says)
  })
  it('accepts a leap day and a birth today', () => {
    expect(identityNumberFault(withCheck('37160220240229001'), today)).toBeNull()
    expect(identityNumberFault(withCheck('37160220261122001'), today)).toBeNull()
  })
  it('reads birth and sex', () => {
    expect(readIdentityNumber('11010519491231002X')).toEqual({ birth: '1949-12-31', gender: '女' })
    expect(readIdentityNumber('440524188001010014')).toEqual({ birth: '1880-01-01', gender: '男' })
  })
})

describe('credit codes, GB 32100', () => {
  it.each([
    '91350100M000100Y43',
    '11370800MB28559184',
    '11430000006122244L',
    '11330105002500287C',
    '113700000045046442',
    '113700000045030270',
    '11511301008778183N',
    '115113010833722043',
    '11100000000013338W',
    '11100000MB03271699',
  ])('%s stands', (text) => {
    expect(creditCodeFault(text)).toBeNull()
  })
  it('finds every single wrong character', () => {
    const good = '11370800MB28559184'
    for (let i = 0; i < 18; i++)
      for (const char of '0123456789ABCDEFGHJKLMNPQRTUWXY')
        if (char !== good[i]) expect(creditCodeFault(good.slice(0, i) + char + good.slice(i + 1))).not.toBeNull()
  })
  it('finds a wrong GB 11714 digit under a right last character', () => {
    const body = '11370800MB2855917'
    expect(creditCodeFault(body + creditCheck(body))).toContain('主体标识码')
  })
  it.each([
    ['lower case', '11370800mb28559184', '大写'],
    ['letter O', '1137O800MB28559184', 'O'],
    ['17 characters', '11370800MB2855918', '18 位'],
    ['letters in the region', '113708A0MB28559184', '第 3 至 8 位'],
  ])('%s is a fault', (_, text, says) => {
    expect(creditCodeFault(text)).toContain(says)
  })
})

describe('regions and mobiles', () => {
  it.each(['370000000000', '371600000000', '371625000000', '371625002000', '371625002220', '441900003000'])(
    '%s stands',
    (text) => {
      expect(regionCodeFault(text)).toBeNull()
    },
  )
  it.each(['371625', '000000000000', '370025000000', '371625000220', '37162500222A', ''])('%s is a fault', (text) => {
    expect(regionCodeFault(text)).not.toBeNull()
  })
  it.each(['13812342716', '15400002716', '19912342716'])('%s stands', (text) => {
    expect(mobileFault(text)).toBeNull()
  })
  it.each(['12812342716', '1381234271', '138123427166', '138 12342716', '１３８１２３４２７１６', ''])(
    '%s is a fault',
    (text) => {
      expect(mobileFault(text)).not.toBeNull()
    },
  )
})

describe('what people paste', () => {
  it.each([
    [normaliseIdentityNumber, ' 110105 19491231 002x ', '11010519491231002X'],
    [normaliseIdentityNumber, '１１０１０５１９４９１２３１００２Ｘ', '11010519491231002X'],
    [normaliseCreditCode, '11370800-mb2855918-4', '11370800MB28559184'],
    [normaliseCreditCode, '\u202d11370800MB28559184\u202c\u200b', '11370800MB28559184'],
    [normaliseMobile, '+86 138-1234-2716', '13812342716'],
    [normaliseMobile, '0086１３８　１２３４　２７１６', '13812342716'],
    [normaliseMobile, '86138', '86138'],
    [normaliseRegionCode, '371625', '371625000000'],
    [normaliseRegionCode, '371625 002', '371625002000'],
    [normaliseRegionCode, '3716', '3716'],
  ])('%o %s', (normalise, text, want) => {
    expect(normalise(text)).toBe(want)
  })
})
