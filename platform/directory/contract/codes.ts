// Each fault is a Chinese sentence that says what to do, or null. The functions take the text as kept: normalise first.

// what people paste: full-width digits, spaces, every kind of dash, invisible marks of chat programs and spreadsheets
const plain = (text: string): string => text.normalize('NFKC').replace(/[\s\p{Cf}\p{Pd}−]/gu, '')

export const normaliseIdentityNumber = (text: string): string => plain(text).toUpperCase()
export const normaliseCreditCode = (text: string): string => plain(text).toUpperCase()
/** 12 digits; the 6 digits of GB/T 2260 and the 9 of a township are filled up with zeros. */
export const normaliseRegionCode = (text: string): string => {
  const digits = plain(text)
  return /^(\d{6}|\d{9})$/.test(digits) ? digits.padEnd(12, '0') : digits
}
/** 11 digits; the country code +86 or 0086 is dropped. */
export const normaliseMobile = (text: string): string => plain(text).replace(/^(?:\+|00)86(?=\d{11}$)/, '')

const identityWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** Check character of a citizen identity number, GB 11643-1999 (ISO 7064 MOD 11-2), from its first 17 digits. */
export function identityCheck(digits: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += Number(digits[i]) * (identityWeights[i] ?? 0)
  return '10X98765432'[sum % 11] ?? ''
}

function isRealDay(yyyymmdd: string): boolean {
  const day = `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6, 8)}`
  const moment = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day)
}

/**
 * GB 11643-1999: 6 digits of region, 8 of birth, 3 of order, 1 check character. The region is not looked up: old numbers keep
 * codes long since withdrawn. `today` is `YYYY-MM-DD` in Asia/Shanghai.
 */
export function identityNumberFault(text: string, today: string): string | null {
  if (/^\d{15}$/.test(text)) return '这是 15 位旧号码，已停止使用。请填写 18 位公民身份号码。'
  if (!/^[1-9]\d{16}[\dXx]$/.test(text)) return '公民身份号码应为 18 位：前 17 位是数字，末位是数字或 X。请核对。'
  const birth = text.slice(6, 14)
  if (birth < '18500101' || !isRealDay(birth)) return '公民身份号码第 7 至 14 位不是真实的出生日期。请核对。'
  if (birth > today.replaceAll('-', '')) return '公民身份号码里的出生日期晚于今天。请核对。'
  if (identityCheck(text) !== text[17]?.toUpperCase()) return '公民身份号码的校验位不对，可能有一位填错了。请核对。'
  return null
}

/** What a valid identity number itself says: the day of birth, and by the parity of digit 17 the sex (GB 11643-1999, order code). */
export const readIdentityNumber = (text: string): { birth: string; gender: '男' | '女' } => ({
  birth: `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`,
  gender: Number(text[16]) % 2 === 1 ? '男' : '女',
})

const organisationAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]
/** Check character of an organisation code, GB 11714-1997, from its first 8 characters. */
export function organisationCheck(body: string): string {
  let sum = 0
  for (let i = 0; i < 8; i++) sum += organisationAlphabet.indexOf(body[i] ?? '') * (organisationWeights[i] ?? 0)
  return '0X987654321'[sum % 11] ?? ''
}

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
/** Check character of a unified social credit code, GB 32100-2015, from its first 17 characters. */
export function creditCheck(body: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += creditAlphabet.indexOf(body[i] ?? '') * (creditWeights[i] ?? 0)
  return creditAlphabet[(31 - (sum % 31)) % 31] ?? ''
}

/** GB 32100-2015: registrar, kind, 6 digits of region, the 9 characters of GB 11714, check character. Upper case only. */
export function creditCodeFault(text: string): string | null {
  if (text.length !== 18) return '统一社会信用代码应为 18 位。请核对。'
  if (/[IOSVZ]/.test(text)) return '统一社会信用代码不使用字母 I、O、S、V、Z，可能与 1、0、5、2 混淆。请核对。'
  if (!/^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/.test(text))
    return '统一社会信用代码只含数字和大写字母，其中第 3 至 8 位是数字。请核对。'
  if (organisationCheck(text.slice(8)) !== text[16])
    return '统一社会信用代码的主体标识码（第 9 至 17 位）校验不对。请核对。'
  if (creditCheck(text) !== text[17]) return '统一社会信用代码的校验位不对，可能有一位填错了。请核对。'
  return null
}

/** The 12-digit statistical code; its first 6 digits are GB/T 2260. Whether it is in force is for the region table to say. */
export function regionCodeFault(text: string): string | null {
  if (!/^[1-9]\d{11}$/.test(text)) return '行政区划代码应为 12 位数字。请核对。'
  const [city, county, town, village] = [text.slice(2, 4), text.slice(4, 6), text.slice(6, 9), text.slice(9)]
  // a city without counties has townships right below it (东莞): only the county part may be skipped
  const gap = (city === '00' && /[1-9]/.test(county + town + village)) || (town === '000' && village !== '000')
  return gap ? '行政区划代码的上级部分为零而下级不为零。请核对。' : null
}

/** 11 digits by the shape of the numbering plan; ranges are opened and closed too often to be listed here. */
export const mobileFault = (text: string): string | null =>
  /^1[3-9]\d{9}$/.test(text) ? null : '手机号应为 11 位数字，以 13 至 19 开头。请核对。'
