import { describe, expect, it } from 'vitest'
import { matches, normaliseName, parseQuery, personTokens, readName, unitTokens } from './tokens.ts'

const person = (name: string, more: { title?: string; tail?: string; override?: string } = {}) => ({
  name,
  ...readName(name, more.override),
  tail: more.tail ?? null,
  title: more.title ?? '',
})

describe('readName', () => {
  it.each([
    ['周文清', 'zhou wen qing', 'zwq'],
    ['吕明月', 'lv ming yue', 'lmy'],
    ['解晓东', 'xie xiao dong', 'xxd'],
    ['尉迟恭', 'yu chi gong', 'ycg'],
    ['欧阳娜娜', 'ou yang na na', 'oynn'],
    ['淳于意', 'chun yu yi', 'cyy'],
    ['张长江', 'zhang chang jiang', 'zcj'],
    ['阿不都热依木·买买提', 'a bu du re yi mu mai mai ti', 'abdrymmmt'],
    ['John Smith', 'john smith', 'js'],
    ['José García', 'jose garcia', 'jg'],
    ['李Tony', 'li tony', 'lt'],
    [' 张　伟 ', 'zhang wei', 'zw'],
    ['', '', ''],
  ])('%s is %s', (name, pinyin, initials) => {
    expect(readName(name)).toMatchObject({ pinyin, initials })
  })
  it.each([
    ['单田芳', 'shan tian fang', 'dan tian fang'],
    ['解晓东', 'xie xiao dong', 'jie xiao dong'],
    ['仇英', 'qiu ying', 'chou ying'],
    ['曾国华', 'zeng guo hua', 'ceng guo hua'],
    ['查良', 'zha liang', 'cha liang'],
    ['朴树', 'piao shu', 'pu shu'],
    ['盖叫天', 'ge jiao tian', 'gai jiao tian'],
    ['万俟卨', 'mo qi xie', 'wan si xie'],
    ['乐毅', 'yue yi', 'le yi'],
    ['区志', 'ou zhi', 'qu zhi'],
    ['缪斯', 'miao si', 'mou si'],
    ['员半千', 'yun ban qian', 'yuan ban qian'],
    ['种师道', 'chong shi dao', 'zhong shi dao'],
    ['王乐', 'wang le', 'wang yue'],
  ])('%s is read %s and also %s', (name, usual, other) => {
    const reading = readName(name)
    expect(reading.pinyin).toBe(usual)
    expect(reading.alternatives.map((one) => one.pinyin)).toContain(other)
  })
  it('never gives more than three alternatives', () => {
    expect(readName('单晟茜乐').alternatives).toHaveLength(3)
  })
  it('puts the reading set by hand first and keeps the usual one findable', () => {
    expect(readName('王乐', 'wáng  yuè')).toEqual({
      pinyin: 'wang yue',
      initials: 'wy',
      alternatives: [{ pinyin: 'wang le', initials: 'wl' }],
    })
  })
  it('keeps one form of a name', () => {
    expect(normaliseName('买买提•阿不都')).toBe('买买提·阿不都')
    expect(normaliseName('Ｊｏｈｎ   Smith')).toBe('John Smith')
  })
})

describe('personTokens', () => {
  it('finds a name from each of its characters, by pinyin, initials, given name, tail and title', () => {
    expect(personTokens(person('王建国', { tail: '0a1b2c3d', title: '党组书记、副主任' }))).toEqual([
      '王建国',
      '建国',
      '国',
      'wangjianguo',
      'wjg',
      'jianguo',
      'jg',
      '#0a1b2c3d',
      '@党组书记',
      '@副主任',
      '@主任',
    ])
  })
  it('holds the other readings too', () => {
    expect(personTokens(person('单田芳'))).toEqual(
      expect.arrayContaining(['shantianfang', 'dantianfang', 'stf', 'dtf', 'tianfang']),
    )
  })
  it('finds a minority name from each part, with or without the dot', () => {
    expect(personTokens(person('阿不都·买买提'))).toEqual(
      expect.arrayContaining(['阿不都·买买提', '阿不都买买提', '买买提', 'abudumaimaiti']),
    )
  })
  it('never keeps an empty key or one of over 40 characters', () => {
    const keys = personTokens(person('阿'.repeat(60), { tail: '0'.repeat(32), title: '、' }))
    expect(keys.every((key) => key.length > 0 && key.length <= 40)).toBe(true)
  })
})

describe('unitTokens', () => {
  const keys = (name: string, shortName: string, documentMark?: string) => unitTokens({ name, shortName, documentMark })
  it.each([
    ['山东省大数据局', '省大数据局', ['山东省大数据局', '大数据局', '数据局', 'dashujuju', 'dsjj']],
    ['博兴县水利局', '县水利局', ['县水利局', '水利局', 'shuiliju', 'slj', 'xslj']],
    [
      '博兴县人力资源和社会保障局',
      '县人力资源和社会保障局',
      ['人社局', '博兴县人社局', 'rensheju', 'rsj', '社会保障局'],
    ],
    ['博兴县发展和改革局', '县发展和改革局', ['发改局', '发改委', 'fagaiju', 'fgj']],
    ['山东省发展和改革委员会', '省发展和改革委员会', ['发改委', 'fgw']],
    ['滨州市自然资源和规划局', '市自然资源和规划局', ['自规局', '规划局']],
    ['博兴县市场监督管理局', '县市场监督管理局', ['市监局', '市场监管局', 'sjj']],
    ['中共博兴县委组织部', '县委组织部', ['县委组织部', '组织部', 'xwzzb']],
    ['淄博市张店区教育和体育局', '区教育和体育局', ['教体局', '体育局']],
    ['博兴县锦秋街道湾头村村民委员会', '湾头村', ['湾头村', 'wantoucun', 'wtc']],
    ['单县水利局', '县水利局', ['单县水利局', '水利局']],
    ['国家税务总局博兴县税务局', '县税务局', ['税务局', '博兴县税务局', 'shuiwuju', 'swj']],
    ['水旱灾害防御科', '水旱灾害防御科', ['防御科', 'shzhfyk']],
  ])('%s', (name, shortName, want) => {
    expect(keys(name, shortName)).toEqual(expect.arrayContaining(want))
  })
  it('keeps no key that every village shares', () => {
    expect(keys('博兴县锦秋街道湾头村村民委员会', '湾头村')).toEqual([
      '博兴县锦秋街道湾头村村民委员会',
      '湾头村',
      '锦秋街道湾头村村民委员会',
      'wantoucun',
      'wtc',
      '湾头村村民委员会',
      '街道湾头村村民委员会',
    ])
  })
  it('reads the places of Shandong as they are called there', () => {
    expect(keys('单县', '单县')).toContain('shanxian')
    expect(keys('东阿县', '东阿县')).toContain('dongexian')
    expect(keys('乐陵市', '乐陵市')).toContain('laolingshi')
  })
  it('holds the document mark and the other names, at most twelve keys', () => {
    const all = unitTokens({
      name: '博兴县人民政府办公室',
      shortName: '县政府办公室',
      otherNames: ['博兴县人民政府外事办公室'],
      documentMark: '博政办',
    })
    expect(all).toEqual(expect.arrayContaining(['博政办', '政府办', '博兴县人民政府外事办公室']))
    expect(all.length).toBeLessThanOrEqual(12)
  })
})

describe('parseQuery', () => {
  it.each([
    ['ＬＭＹ', 'latin', ['lmy']],
    ['l m y', 'latin', ['lmy']],
    ['lǚ míng yuè', 'latin', ['lvmingyue']],
    ['Lü', 'latin', ['lv']],
    ['zhang1 wei3', 'latin', ['zhangwei']],
    ["Xi'an", 'latin', ['xian']],
    ['２７１６', 'tail', []],
    ['27', 'tail', []],
    ['+86 138-1234 2716', 'tail', []],
    ['张　伟', 'han', ['张伟']],
    ['刘梦瑶!', 'han', ['刘梦瑶']],
    ['水利局 刘', 'han', ['水利局', '刘']],
    ['刘 shuili', 'mixed', ['刘', 'shuili']],
    ['张w', 'mixed', ['zhangw', 'zw']],
    ['李my', 'mixed', ['limy', 'lmy']],
    ['单tf', 'mixed', ['shantf', 'stf', 'dantf', 'dtf']],
    ['zhang伟', 'mixed', ['伟']],
    ['· ，%_\\', 'han', []],
    ['', 'han', []],
  ])('%s', (text, kind, prefixes) => {
    const query = parseQuery(text)
    expect(query.kind).toBe(kind)
    expect(query.terms.flatMap((term) => term.prefixes)).toEqual(prefixes)
  })
  it('bounds what it takes', () => {
    const query = parseQuery(`${'王小明 李大伟 '.repeat(50)}`)
    expect(query.terms.length).toBeLessThanOrEqual(4)
    expect([...(parseQuery('汉'.repeat(500)).terms[0]?.text ?? '')].length).toBe(40)
  })
})

describe('matches', () => {
  const does = (text: string, name: string, mobile?: string) =>
    parseQuery(text).terms.every((term) => matches(term, { ...person(name), mobile: mobile ?? null }))
  it.each([
    ['张w', '张伟'],
    ['zhang伟', '张伟'],
    ['z伟', '张伟'],
    ['l明y', '吕明月'],
    ['m月', '吕明月'],
    ['吕mingy', '吕明月'],
    ['lvmingyue', '吕明月'],
    ['lmyue', '吕明月'],
    ['建g', '王建国'],
    ['单tf', '单田芳'],
    ['dan田', '单田芳'],
    ['阿b都', '阿不都·买买提'],
  ])('%s finds %s', (text, name) => {
    expect(does(text, name)).toBe(true)
    const keys = personTokens(person(name))
    const prefixes = parseQuery(text).terms[0]?.prefixes ?? []
    // "lmyue" and the like have no key of their own: only mixed terms promise a candidate
    if (parseQuery(text).kind === 'mixed')
      expect(keys.some((key) => prefixes.some((prefix) => key.startsWith(prefix)))).toBe(true)
  })
  it.each([
    ['zhangw伟', '张伟'],
    ['limy', '吕明月'],
    ['李w', '吕明月'],
    ['明m', '吕明月'],
    ['月y', '吕明月'],
  ])('%s does not find %s', (text, name) => {
    expect(does(text, name)).toBe(false)
  })
  it('compares mobile numbers as far as they were typed', () => {
    expect(does('2716', '张伟', '15412342716')).toBe(true)
    expect(does('16', '张伟', '15412342716')).toBe(false)
    expect(does('15412342716', '张伟', '15412342716')).toBe(true)
    expect(does('15499992716', '张伟', '15412342716')).toBe(false)
    expect(does('2716', '张伟')).toBe(false)
  })
})
