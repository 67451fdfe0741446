import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'
import { initialsOf, normaliseName, type Reading, splitName, syllables } from './readings.ts'

export { matches, parseQuery } from './query.ts'
export { normaliseName, readName } from './readings.ts'

const longest = 40
const keysOf = (candidates: Iterable<string>): string[] => {
  const keys = new Set<string>()
  for (const one of candidates) {
    const key = one.length > longest ? [...one].slice(0, longest).join('') : one
    if (key) keys.add(key.toLowerCase())
  }
  return [...keys]
}
const solid = (spaced: string): string => spaced.replaceAll(' ', '')

export interface PersonWords extends Reading {
  name: string
  alternatives: readonly Reading[]
  /** the blind index of the mobile tail */
  tail: string | null
  title: string
}

function titleKeys(title: string): string[] {
  return title
    .split(/[、，,；;\s（）()]+/u)
    .filter(Boolean)
    .flatMap((one) => (/^副./u.test(one) ? [`@${one}`, `@${one.slice(1)}`] : [`@${one}`]))
}

/** Name, each of its endings, pinyin and initials of the whole and of the given name, `#` index of the mobile tail, `@` title. */
export function personTokens(person: PersonWords): string[] {
  const name = normaliseName(person.name)
  const chars = [...name.replaceAll('·', '')]
  const { surname } = splitName(name)
  const head = [...surname].length
  const keys = [name, chars.join('')]
  if (surname) for (let at = 1; at < chars.length; at++) keys.push(chars.slice(at).join(''))
  else keys.push(...name.split(/[· ]/u).slice(1))
  for (const reading of [person, ...person.alternatives]) {
    keys.push(solid(reading.pinyin), reading.initials)
    const given = reading.pinyin.split(' ').slice(head)
    if (head > 0 && given.length > 0) keys.push(given.join(''))
    // one letter would put every given name between the surnames
    if (head > 0 && given.length > 1) keys.push(initialsOf(given.join(' ')))
  }
  if (person.tail) keys.push(`#${person.tail}`)
  return keysOf([...keys, ...titleKeys(person.title)])
}

export interface UnitWords {
  name: string
  shortName: string
  otherNames?: readonly string[]
  documentMark?: string | null
}

// what offices call each other; the first that fits is also kept in pinyin
const abbreviations: readonly (readonly [RegExp, string])[] = [
  [/人民代表大会常务委员会/u, '人大'],
  [/(?:中国人民)?政治协商会议.*委员会/u, '政协'],
  [/纪律检查委员会监察委员会/u, '纪委监委'],
  [/纪律检查委员会/u, '纪委'],
  [/国有资产监督管理委员会/u, '国资委'],
  [/(?:人民)?政府办公(?:室|厅)/u, '政府办'],
  [/委办公室/u, '委办'],
  [/发展和改革委员会/u, '发改委'],
  [/发展和改革/u, '发改'],
  [/发展和改革局/u, '发改委'],
  [/人力资源和社会保障/u, '人社'],
  [/住房和城乡建设/u, '住建'],
  [/自然资源和规划/u, '自规'],
  [/市场监督管理/u, '市监'],
  [/市场监督管理/u, '市场监管'],
  [/工业和信息化/u, '工信'],
  [/文化和旅游/u, '文旅'],
  [/卫生健康/u, '卫健'],
  [/退役军人事务/u, '退役军人'],
  [/应急管理/u, '应急'],
  [/行政审批服务/u, '审批'],
  [/综合行政执法/u, '执法'],
  [/城市管理/u, '城管'],
  [/医疗保障/u, '医保'],
  [/教育和体育/u, '教体'],
  [/交通运输/u, '交通'],
  [/科学技术/u, '科技'],
  [/生态环境/u, '环保'],
  [/居民委员会/u, '居委会'],
  [/村民委员会/u, '村委会'],
  [/总工会/u, '工会'],
  [/妇女联合会/u, '妇联'],
  [/工商业联合会/u, '工商联'],
  [/残疾人联合会/u, '残联'],
  [/共产主义青年团.*委员会/u, '团委'],
  [/人民检察院/u, '检察院'],
  [/人民法院/u, '法院'],
]
// 发改局 beside 发改委 and so on: every rule is tried on the name itself
const shortForms = (name: string): string[] =>
  abbreviations.map(([long, short]) => name.replace(long, short)).filter((one) => one !== name)

// 县委组织部 keeps its 县: 委 alone is no word
const partyHead = /^(?:中国共产党|中共)?\p{Script=Han}{1,6}?(?=(?:省|市|县|区|镇|乡|街道工)委(?!员))/u
const regionHead = /^(?:中国共产党|中共)?\p{Script=Han}{1,6}?(?:省|市|县|区|镇|乡|街道)(?=\p{Script=Han}{2,})/u
function withoutRegion(name: string): string {
  if (partyHead.test(name)) return name.replace(partyHead, '')
  const rest = name.replace(regionHead, '')
  // a district office may name its city and its district
  return rest === name || !/^\p{Script=Han}{1,4}(?:县|区)(?!域)/u.test(rest) ? rest : rest.replace(regionHead, '')
}

// readings of Shandong's places that pinyin-pro takes for ordinary words
const places: readonly (readonly [string, string])[] = [
  ['单县', '善县'],
  ['东阿', '东婀'],
  ['乐陵', '涝陵'],
]
const unitSyllables = (name: string): string[] =>
  syllables(places.reduce((text, [place, homophone]) => text.replaceAll(place, homophone), name))

let jieba: Jieba | undefined
function wordStarts(name: string): string[] {
  jieba ??= Jieba.withDict(dict)
  const starts: string[] = []
  let at = 0
  for (const word of jieba.cut(name, true)) {
    if (at > 0 && name.length - at >= 2 && !/^[和与及]/u.test(word)) starts.push(name.slice(at))
    at += word.length
  }
  return starts
}

const mostUnitKeys = 12
/** Names, accustomed abbreviations, pinyin and initials of the short name, and every word of the name with what follows it. */
export function unitTokens(unit: UnitWords): string[] {
  const name = unit.name.normalize('NFKC').replace(/\s+/gu, '')
  const core = withoutRegion(name)
  const reading = unitSyllables(unit.shortName || core)
  const others = [unit.shortName, ...(unit.otherNames ?? []), unit.documentMark ?? '']
  const keys = [name, ...others, core, reading.join(''), initialsOf(reading.join(' '))]
  // 锦秋街道湾头村村民委员会: nobody looks for what follows 湾头村, which every village shares
  const inner = /[村居]民委员会$/u.test(core) && unit.shortName ? core.indexOf(unit.shortName) : -1
  if (inner > 0) keys.push(core.slice(inner), ...wordStarts(core).filter((start) => start.length > core.length - inner))
  else keys.push(...spokenKeys(name, core, unit.shortName), ...wordStarts(core))
  return keysOf(keys).slice(0, mostUnitKeys)
}

/** The accustomed abbreviations of a body, with its region and in pinyin too. */
function spokenKeys(name: string, core: string, shortName: string): string[] {
  const forms = shortForms(core)
  // 国家税务总局博兴县税务局 is the 税务局
  const bare = shortName.replace(/^[省市县区](?!委)/u, '')
  const spoken = forms[0] ?? (bare !== shortName && core.endsWith(bare) ? bare : core)
  const head = name.slice(0, name.length - core.length)
  const keys = [...forms.slice(0, 2), ...(head && forms[0] ? [head + forms[0]] : [])]
  if (spoken === shortName) return keys
  const reading = unitSyllables(spoken)
  return [...keys, reading.join(''), initialsOf(reading.join(' '))]
}
