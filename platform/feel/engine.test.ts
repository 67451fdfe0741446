import { describe, expect, it } from 'vitest'
import { compileExpression, compileUnaryTests } from './engine.ts'
import { FeelBudgetError, FeelSyntaxError } from './errors.ts'
import { clock, options, resultOf } from './testing.ts'
import { fromFeel, toFeel } from './values/convert.ts'

const fault = (action: () => unknown): FeelSyntaxError | FeelBudgetError => {
  try {
    action()
  } catch (error) {
    if (error instanceof FeelSyntaxError || error instanceof FeelBudgetError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
const compile = (text: string, names: Parameters<typeof compileExpression>[1]['names'] = []) =>
  compileExpression(text, { names })
const overdrawn = (text: string): string => (fault(() => compile(text).evaluate({}, options)) as FeelBudgetError).code

describe('names', () => {
  it.each([
    ['申请 金额 > 50000', ['申请 金额'], { '申请 金额': 60_000 }, 'true'],
    ['申请   金额 + 1', ['申请 金额'], { '申请 金额': 1 }, '2'],
    ['leave days - used days', ['leave days', 'used days'], { 'leave days': 5, 'used days': 2.5 }, '2.5'],
    ['a-b', ['a', 'b', 'a-b'], { a: 1, b: 2, 'a-b': 9 }, '9'],
    ['a - b', ['a', 'b'], { a: 1, b: 2 }, '-1'],
    ['for i in in a list return i', ['in a list'], { 'in a list': [1] }, '[1]'],
    ['if needed', ['if needed'], { 'if needed': true }, 'true'],
    ['date > date("2026-01-01")', { date: 'date' }, { date: '2026-02-01' }, 'true'],
    ['金额（元） > 5', ['金额（元）'], { '金额（元）': 6 }, 'true'],
    [
      '明细[所在 单位 = "甲"].金额',
      { 明细: { list: { context: { '所在 单位': 'string', 金额: 'number' } } } },
      { 明细: [{ '所在 单位': '甲', 金额: 1.5 }] },
      '[1.5]',
    ],
    ['申请人.所在 单位', { 申请人: { context: { '所在 单位': 'string' } } }, { 申请人: { '所在 单位': '甲' } }, '"甲"'],
    ['missing', ['missing'], {}, 'null'],
  ] as const)('%s', (text, names, context, result) => {
    expect(resultOf(text, names, context)).toBe(result)
  })

  it('tells what an expression reads', () => {
    expect(compile('b + count(c[a > 1]) + {d: 1}.d', ['a', 'b', 'c', 'd']).reads).toEqual(['a', 'b', 'c'])
    expect(compileUnaryTests('> a, b', { names: ['b', 'a', 'x'] }).reads).toEqual(['b', 'a'])
    expect(compile('a > 1', ['a']).type).toBe('boolean')
    expect(compile('a', ['a']).type).toBeUndefined()
  })

  it('refuses unknown names at their place and lists close ones', () => {
    const found = fault(() => compile('1 + 申请金 > 5', ['申请金额', '部门'])) as FeelSyntaxError
    expect(found).toMatchObject({ code: 'unknown-name', position: 4, length: 3 })
    expect(found.message).toBe('第 5 个字符处：没有名为“申请金”的数据项或函数。是否指“申请金额”？')
    expect(fault(() => compile('金额＞5', ['金额'])).message).toContain('如果“＞”是符号，请写成“>”')
    expect(fault(() => compile('申请人.年纪', { 申请人: { context: { 年龄: 'number' } } }))).toMatchObject({
      code: 'unknown-property',
      position: 4,
    })
    for (const [text, advice] of [
      ['金额 > 1 && 金额 < 5', 'and'],
      ['!金额', 'not(…)'],
      ["金额 = 'x'", '双引号'],
      ['金额 is null', '= null'],
      ['金额 ≥ 5', '“>=”'],
    ] as const)
      expect(fault(() => compile(text, ['金额'])).message).toContain(advice)
    expect(fault(() => compile('1', ['1a'])).code).toBe('name-invalid')
  })

  it('knows the keys of the items that a filter looks at', () => {
    const names = {
      明细: { list: { context: { 金额: 'number', 报销: 'boolean' } } },
      报销: 'number',
      名单: 'Any',
    } as const
    const context = {
      明细: [
        { 金额: 5, 报销: true },
        { 金额: 7, 报销: false },
      ],
      报销: 2,
      名单: [{ 报销: true, 品名: 1 }],
    }
    expect(resultOf('明细[报销].金额', names, context)).toBe('[5]')
    expect(resultOf('名单[报销].品名', names, context)).toBe('[1]')
    expect(resultOf('[5, 6, 7][报销]', names, context)).toBe('6')
    const found = fault(() => compile('明细[金客 > 1]', names))
    expect(found).toMatchObject({ code: 'unknown-name', position: 3 })
    expect(found.message).toContain('是否指“金额”')
    expect(compile('名单[随便 = 1]', names).reads).toEqual(['名单'])
  })

  it('reads own properties only', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(resultOf(name, [name], {})).toBe('null')
      expect(resultOf(`a.${name}`, ['a'], { a: {} })).toBe('null')
      expect(resultOf(`get value(a, "${name}")`, ['a'], { a: {} })).toBe('null')
    }
    expect(fromFeel(toFeel(JSON.parse('{"__proto__": {"x": 1}}')))).toEqual(JSON.parse('{"__proto__": {"x": 1}}'))
    expect(resultOf('{__proto__: 1}.__proto__')).toBe('1')
    expect(({} as { x?: number }).x).toBeUndefined()
  })
})

describe('values from outside and to it', () => {
  it('come and go as JSON', () => {
    const value = { text: 'a', money: 0.1, whole: 12, yes: true, none: null, list: [1, [2.5]] }
    expect(fromFeel(toFeel(value))).toEqual(value)
    expect(fromFeel(toFeel({ kind: 'date', year: 1 }))).toEqual({ kind: 'date', year: 1 })
    expect(fromFeel(toFeel(2n ** 80n))).toBe('1208925819614629174706176')
    expect(toFeel(Number.NaN)).toBeNull()
    expect(toFeel(undefined)).toBeNull()
    expect(resultOf('a', ['a'], { a: new Date('2026-01-01T00:00:00Z') })).toBe('2026-01-01T00:00:00Z')
    expect(resultOf('1 / 3 = a', ['a'], { a: '0.3333333333333333333333333333333333' })).toBe('null')
    expect(resultOf('1 / 3 = a', { a: 'number' }, { a: '0.3333333333333333333333333333333333' })).toBe('true')
  })

  it('take the declared type, or null', () => {
    const types = { d: 'date', n: 'number', l: { list: 'date' }, c: { context: { at: 'date and time' } } } as const
    const context = { d: '2026-02-30', n: 'x', l: ['2026-01-01'], c: { at: '2026-01-01T00:00:00Z' } }
    expect(resultOf('[d, n, l[1] + @"P1D", c.at.hour]', types, context)).toBe('[null, null, 2026-01-02, 0]')
    expect(resultOf('n + 1', { n: 'number' }, { n: [41] })).toBe('42')
  })
})

describe('condition cells', () => {
  const test = (text: string, value: unknown, context = {}) =>
    compileUnaryTests(text, { names: ['x', 'list'] }).test(value, context, options)
  it.each([
    ['-', null, true],
    ['> 5', 6, true],
    ['> 5', 5, false],
    ['> 5', 'a', null],
    ['[1..5], 8', 8, true],
    ['1, 2', 3, false],
    ['not("a", "b")', 'c', true],
    ['not("a", "b")', 'b', false],
    ['not(> 5)', 4, true],
    ['? > 3 and ? < 10', 7, true],
    ['contains(?, "b")', 'abc', true],
    ['not(?) and x = 1', false, true],
    ['x', 5, true],
    ['list', 2, true],
    ['false', false, true],
    ['false', true, false],
    ['null', null, true],
    ['!= 5', 6, true],
    ['date("2026-01-01")', 1, null],
  ])('%s against %s is %s', (text, value, answer) => {
    const context = text.includes('x = 1') ? { x: 1 } : { x: 5, list: [1, 2] }
    expect(test(text, value, context)).toBe(answer)
  })
})

describe('budget', () => {
  it('stops what would not end in time', () => {
    expect(overdrawn('for i in 1..1000000000000 return i')).toBe('size')
    expect(overdrawn('for i in 1..99999999999999999999 return i')).toBe('size')
    expect(overdrawn('for a in 1..1000, b in 1..1000, c in 1..1000 return 1')).toBe('steps')
    expect(overdrawn('count(for a in 1..400 return count(for b in 1..400 return b))')).toBe('steps')
    expect(overdrawn('some a in 1..90000, b in 1..90000 satisfies false')).toBe('steps')
    expect(overdrawn('{f: function(g, n) g(g, n + 1), r: f(f, 1)}')).toBe('depth')
    expect(overdrawn('{f: function(g, n) if n = 0 then 1 else g(g, n - 1) + g(g, n - 1), r: f(f, 30)}')).toBe('steps')
    expect(overdrawn('distinct values(for i in 1..2000 return i)')).toBe('steps')
    expect(overdrawn('sort(for i in 1..50000 return i, function(a, b) a > b)')).toBe('steps')
  })

  it('stops texts and lists that grow by doubling', () => {
    const doubled = (start: string, join: (name: string) => string) =>
      `{a0: ${start}, ${Array.from({ length: 40 }, (_, at) => `a${at + 1}: ${join(`a${at}`)}`).join(', ')}}`
    expect(overdrawn(doubled('"xxxxxxxxxx"', (name) => `${name} + ${name}`))).toBe('size')
    expect(overdrawn(doubled('"xxxxxxxxxx"', (name) => `string join([${name}, ${name}], "")`))).toBe('size')
    expect(overdrawn(doubled('"x"', (name) => `replace(${name}, "x", "xx")`))).toMatch(/size|steps/)
    expect(overdrawn(doubled('[1]', (name) => `concatenate(${name}, ${name})`))).toMatch(/size|steps/)
    expect(overdrawn(`string(${doubled('[1]', (name) => `[${name}, ${name}]`)}.a40)`)).toBe('steps')
    expect(overdrawn(`flatten(${doubled('[1]', (name) => `[${name}, ${name}]`)}.a40)`)).toBe('steps')
    expect(
      overdrawn(
        `${doubled('[1]', (name) => `[${name}, ${name}]`)} = ${doubled('[1]', (name) => `[${name}, ${name}]`)}`,
      ),
    ).toBe('steps')
    const shared = compile(doubled('[1]', (name) => `[${name}, ${name}]`)).evaluate({}, options)
    expect(fault(() => fromFeel(shared)).code).toBe('size')
  })

  it('stops what is deep rather than long', () => {
    const nested = '(for i in 1..250 return [partial[-1]])[-1]'
    expect(overdrawn(`${nested} = ${nested}`)).toBe('depth')
    expect(overdrawn(`string(${nested})`)).toBe('depth')
    expect(overdrawn(`flatten(${nested})`)).toBe('depth')
    const tall = `${'-('.repeat(60)}g(g, n - 1)${')'.repeat(60)}`
    expect(overdrawn(`{f: function(g, n) if n = 0 then 1 else ${tall}, r: f(f, 150)}`)).toBe('depth')
    const list = `{a0: [1], ${Array.from({ length: 40 }, (_, at) => `a${at + 1}: [a${at}, a${at}]`).join(', ')}}.a40`
    const type = `${'list<'.repeat(40)}list<number>${'>'.repeat(40)}`
    expect(overdrawn(`${list} instance of ${type}`)).toBe('steps')
    expect(overdrawn(`(function(a: ${type}) 1)(${list})`)).toBe('steps')
  })

  it('counts what one turn of a loop works out', () => {
    const powers = Array.from({ length: 300 }, () => '1.5 ** i ').join('+ ')
    expect(overdrawn(`for i in 1..10 return ${powers}`)).toBe('steps')
    expect(overdrawn(`for i in 1..100 return 1${' / 3.1'.repeat(1400)}`)).toBe('steps')
    expect(overdrawn('for i in 1..2000 return log(i) + exp(i) + sqrt(i)')).toBe('steps')
  })

  it('looks at the time', () => {
    let now = 0
    const milliseconds = () => (now += 20)
    const slow = () => compile('for i in 1..50000 return i').evaluate({}, { clock, milliseconds })
    expect(fault(slow).code).toBe('time')
  })

  it('may be set', () => {
    const compiled = compile('for i in 1..100 return i')
    expect(fault(() => compiled.evaluate({}, { ...options, budget: { steps: 50 } })).code).toBe('steps')
    expect(fault(() => compiled.evaluate({}, { ...options, budget: { size: 99 } })).code).toBe('size')
  })

  it('keeps patterns linear', () => {
    const text = `${'a'.repeat(3000)}b`
    for (const pattern of ['(a+)+$', '^(a|a)*$', '(a|aa)+$', '(.*)*x$', '(a?){50}a{50}$'])
      expect(resultOf('matches(t, p)', ['t', 'p'], { t: text.slice(-200), p: pattern })).toBe('false')
    expect(resultOf(`matches("${'a'.repeat(1500)}b", "(a+)+$")`)).toBe('false')
    expect(resultOf('matches("a", p)', ['p'], { p: '((a{900}){900}){900}' })).toBe('null')
    expect(resultOf('matches("a", p)', ['p'], { p: '(?:(?:(?:){9000}){9000}){9000}' })).toBe('null')
    expect(resultOf('matches("a", p)', ['p'], { p: '('.repeat(900) + ')'.repeat(900) })).toBe('null')
  })

  it('refuses texts that are too long or too deep', () => {
    expect(fault(() => compile(`1${' '.repeat(10_000)}`)).code).toBe('too-long')
    for (const text of [
      '('.repeat(5000),
      '[[['.repeat(1000),
      '{a:'.repeat(3000),
      '-'.repeat(5000),
      'if 1 then '.repeat(900),
      'abs('.repeat(2000),
      'not('.repeat(2000),
    ])
      expect(fault(() => compile(text)).code).toBe('too-deep')
    expect(fault(() => compile(`a${'[1]'.repeat(3000)}`, ['a'])).code).toBe('too-deep')
    expect(
      fault(() => compile(`for ${Array.from({ length: 900 }, (_, at) => `x${at} in y`).join(', ')} return 1`, ['y']))
        .code,
    ).toBe('too-deep')
    expect(fault(() => compile(`a${'=a'.repeat(4000)}`, ['a'])).code).toBe('too-deep')
    expect(resultOf(`1${'+1'.repeat(4999)}`)).toBe('5000')
    expect(resultOf(`true${' and true'.repeat(1000)}`)).toBe('true')
  })
})
