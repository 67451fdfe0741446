import { pinyin } from 'pinyin-pro'

/** Readings of a person's name. `pinyin` is separated by spaces, without tones, ü as v: 'lv ming yue'. */
export interface Reading {
  pinyin: string
  initials: string
}
export interface NameReading extends Reading {
  /** at most 3, for surnames and given names that people read differently */
  alternatives: Reading[]
}

const compoundSurnames = new Set(
  `欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 端木 东郭 南宫 西门 百里 呼延 长孙 宇文 轩辕 万俟 澹台 公冶 宗政
  濮阳 淳于 单于 太叔 申屠 仲孙 钟离 鲜于 闾丘 亓官 司空 独孤 拓跋 赫连 纳兰 第五 相里 公羊 公西 左丘 梁丘 东门 南门 完颜 耶律 爱新觉罗 叶赫那拉`.split(
    /\s+/,
  ),
)

// the first reading is the usual one of the surname; the others are what people type who do not know it
const surnameReadings: Record<string, string[]> = {
  单: ['shan', 'dan'],
  解: ['xie', 'jie'],
  仇: ['qiu', 'chou'],
  曾: ['zeng', 'ceng'],
  查: ['zha', 'cha'],
  朴: ['piao', 'pu'],
  盖: ['ge', 'gai'],
  乐: ['yue', 'le'],
  区: ['ou', 'qu'],
  缪: ['miao', 'mou', 'mu'],
  员: ['yun', 'yuan'],
  种: ['chong', 'zhong'],
  召: ['shao', 'zhao'],
  覃: ['qin', 'tan'],
  繁: ['po', 'fan'],
  牟: ['mu', 'mou'],
  冼: ['xian', 'xi'],
  洗: ['xian', 'xi'],
  隗: ['wei', 'kui'],
  句: ['gou', 'ju'],
  黑: ['hei', 'he'],
  折: ['she', 'zhe'],
  翟: ['zhai', 'di'],
  宓: ['mi', 'fu'],
  郇: ['xun', 'huan'],
  郗: ['xi', 'chi'],
  尉: ['wei', 'yu'],
  祭: ['zhai', 'ji'],
  晟: ['cheng', 'sheng'],
  秘: ['bi', 'mi'],
  车: ['che', 'ju'],
  贾: ['jia', 'gu'],
  贲: ['ben', 'bi'],
  柏: ['bai', 'bo'],
  谌: ['chen', 'shen'],
  都: ['du', 'dou'],
  能: ['nai', 'neng'],
  那: ['na', 'nuo'],
  薄: ['bo', 'bao'],
  角: ['jue', 'jiao'],
  沈: ['shen', 'chen'],
  瞿: ['qu', 'ju'],
  行: ['xing', 'hang'],
  重: ['chong', 'zhong'],
  降: ['jiang', 'xiang'],
  颉: ['xie', 'jie'],
  莘: ['shen', 'xin'],
  卜: ['bu', 'bo'],
  葛: ['ge', 'gai'],
  尉迟: ['yu chi', 'wei chi'],
  万俟: ['mo qi', 'wan si'],
  长孙: ['zhang sun', 'chang sun'],
  单于: ['chan yu', 'dan yu', 'shan yu'],
  澹台: ['tan tai', 'dan tai'],
  叶赫那拉: ['ye he na la'],
}
// characters of given names that parents read in two ways
const givenReadings: Record<string, string[]> = {
  乐: ['le', 'yue'],
  茜: ['qian', 'xi'],
  重: ['zhong', 'chong'],
  朝: ['chao', 'zhao'],
  行: ['xing', 'hang'],
  长: ['chang', 'zhang'],
  盛: ['sheng', 'cheng'],
  晟: ['sheng', 'cheng'],
  柏: ['bo', 'bai'],
  莎: ['sha', 'suo'],
  娜: ['na', 'nuo'],
  曾: ['zeng', 'ceng'],
  传: ['chuan', 'zhuan'],
  调: ['diao', 'tiao'],
  炅: ['jiong', 'gui'],
  翟: ['di', 'zhai'],
  蔚: ['wei', 'yu'],
  单: ['dan', 'shan'],
}

const plainName = /^[\u4e00-\u9fff]+$/
const middleDot = /[·•・‧∙．･]/gu
/** The name as it is kept: one kind of middle dot, no spaces inside Chinese, single spaces inside Latin. */
export const normaliseName = (name: string): string =>
  plainName.test(name)
    ? name
    : name
        .replace(middleDot, '·')
        .normalize('NFKC')
        .replace(/\s+/gu, ' ')
        .trim()
        .replace(/(?<=\p{Script=Han}|·) (?=\p{Script=Han}|·)/gu, '')

/** Surname and given name; a name with a middle dot, in Latin letters or of one character has no surname. */
export function splitName(name: string): { surname: string; given: string } {
  if (name.includes('·') || !/^\p{Script=Han}{2,}$/u.test(name)) return { surname: '', given: name }
  const chars = [...name]
  for (const size of [4, 2]) {
    const head = chars.slice(0, size).join('')
    if (chars.length > size && compoundSurnames.has(head)) return { surname: head, given: chars.slice(size).join('') }
  }
  return { surname: chars[0] ?? '', given: chars.slice(1).join('') }
}

const tidy = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/u\u0308/gi, 'v')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Toneless syllables of any Chinese text, letters and digits as they are. */
export const syllables = (text: string): string[] =>
  tidy(pinyin(text, { toneType: 'none', type: 'array', v: true, nonZh: 'consecutive' }).join(' ')).split(' ')

export const initialsOf = (spaced: string): string =>
  spaced
    .split(' ')
    .map((syllable) => [...syllable][0] ?? '')
    .join('')

// 1.4 million people share some ten thousand given names: bounded so that odd data cannot grow it without end
const cacheLimit = 200_000
const cache = new Map<string, string[]>()
function remembered(key: string, make: () => string[]): string[] {
  const known = cache.get(key)
  if (known) return known
  if (cache.size >= cacheLimit) cache.clear()
  const made = make()
  cache.set(key, made)
  return made
}

function readSurname(surname: string): string[] {
  return surnameReadings[surname] ?? [syllables(surname).join(' ')]
}

function readGiven(given: string, whole: boolean): string[] {
  // 都 is du in transliterated names (阿不都, 热西都): pinyin-pro reads the adverb
  if (given.includes('·')) return [syllables(given.replaceAll('都', '督').replaceAll('·', ' ')).join(' ')]
  const base = syllables(given)
  const chars = [...given]
  // one character alone may be a surname or a given name
  const alone = whole && chars.length === 1 ? readSurname(given) : []
  if (chars.length !== base.length) return [base.join(' ')]
  let readings = [base]
  for (const char of new Set(chars)) {
    const known = givenReadings[char]
    if (!known) continue
    // a word the dictionary knows (重庆, 长江) keeps its reading in front
    const usual = base[chars.indexOf(char)] ?? ''
    const first = chars.length > 1 && known.includes(usual) ? usual : (known[0] ?? '')
    readings = [first, ...known.filter((one) => one !== first)].flatMap((one) =>
      readings.map((list) => list.map((old, at) => (chars[at] === char ? one : old))),
    )
  }
  return [...alone, ...readings.map((list) => list.join(' '))].slice(0, 4)
}

/**
 * Pinyin of a name. `override` is the reading a person has set by hand; the machine's own then stay findable as alternatives.
 */
export function readName(name: string, override?: string): NameReading {
  const clean = normaliseName(name)
  const { surname, given } = splitName(clean)
  const heads = surname ? remembered(`^${surname}`, () => readSurname(surname)) : ['']
  const tails = given ? remembered(surname ? given : `=${given}`, () => readGiven(given, !surname)) : ['']
  const all = tails.flatMap((tail) => heads.map((head) => (head && tail ? `${head} ${tail}` : head + tail)))
  if (override) all.unshift(tidy(override))
  const [first = '', ...rest] = all.length === 1 ? all : new Set(all)
  return { ...reading(first), alternatives: rest.slice(0, 3).map(reading) }
}

const reading = (spaced: string): Reading => ({ pinyin: spaced, initials: initialsOf(spaced) })
