/** Amounts of yuan as text with two decimals, and in words 大写 as cheques have them (支付结算办法 附一《正确填写票据和结算凭证的基本规定》). */

const DIGITS = '零壹贰叁肆伍陆柒捌玖'
const PLACES = ['', '拾', '佰', '仟']
const SECTIONS = ['', '万', '亿', '万亿']

/** Four digits, without leading and trailing 零. */
const sectionWords = (section: string): string => {
  let words = ''
  let gap = false
  for (const [at, digit] of [...section].entries()) {
    if (digit === '0') {
      gap = words !== ''
      continue
    }
    words += `${gap ? '零' : ''}${DIGITS[Number(digit)]}${PLACES[section.length - 1 - at]}`
    gap = false
  }
  return words
}

const yuanWords = (yuan: string): string => {
  const padded = yuan.padStart(Math.ceil(yuan.length / 4) * 4, '0')
  const sections = padded.match(/.{4}/g) ?? []
  let words = ''
  let gap = false
  for (const [at, section] of sections.entries()) {
    if (section === '0000') {
      gap = words !== ''
      continue
    }
    if (words !== '' && (gap || section.startsWith('0'))) words += '零'
    words += sectionWords(section) + SECTIONS[sections.length - 1 - at]
    gap = false
  }
  // 万亿 and 亿 of one amount are said once: 壹万贰仟亿
  return words.replace(/万亿(?=.*亿)/, '万')
}

/** `人民币壹仟零伍元叁角整`; empty for what is no amount of at most sixteen digits before the point. */
export const moneyWords = (amount: string): string => {
  const [, minus, yuan = '', cents = ''] = /^(-?)0*(\d{1,16})(?:\.(\d{2}))?$/.exec(amount) ?? []
  if (yuan === '') return ''
  const [jiao = 0, fen = 0] = [...cents].map(Number)
  const whole = yuan === '0' ? '' : `${yuanWords(yuan)}元`
  if (whole === '' && jiao === 0 && fen === 0) return '人民币零元整'
  const tenth = jiao > 0 ? `${DIGITS[jiao]}角` : whole !== '' && fen > 0 ? '零' : ''
  return `人民币${minus ? '负' : ''}${whole}${tenth}${fen > 0 ? `${DIGITS[fen]}分` : '整'}`
}

/** `60,000.00` */
export const moneyFigure = (amount: string): string => amount.replace(/\B(?=(\d{3})+(?=\.))/g, ',')
