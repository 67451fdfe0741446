import { describe, expect, it } from 'vitest'
import { moneyField, numberField, purchase, textField } from '../testing.ts'
import { checkForm } from './check.ts'

const form = (fields: unknown, more: Record<string, unknown> = {}) => ({
  format: 1,
  key: 'test',
  name: '测试',
  groups: [{ title: '内容', fields }],
  ...more,
})
const faults = (given: unknown) => checkForm(given).faults
const messages = (given: unknown): string[] => faults(given).map(({ message }) => message)

describe('checkForm', () => {
  it('lets a sound form through', () => {
    const { key, groups } = purchase()
    expect(faults({ format: 1, key, name: '采购', groups })).toEqual([])
  })
  it('tells all faults at once, each with its field', () => {
    const given = form([
      numberField('甲', { required: '乙 > ', formula: '"文字"' }),
      textField('乙', { rules: { visible: '1 + 1', default: '丁' } }),
      textField('丙', { rules: { validation: [{ check: 'no such(1)', message: '不行' }] } }),
    ])
    expect(faults(given).map(({ path }) => path)).toEqual(['甲', '甲', '乙', '乙', '丙'])
    expect(messages(given)).toEqual([
      expect.stringMatching(/^「甲」的必填条件“乙 >”有错：/),
      '「甲」的公式应得到数字，现在得到的是文字。',
      '「乙」的显示条件应得到是或否，现在得到的是数字。',
      expect.stringMatching(/^「乙」的默认值“丁”有错：.*没有名为“丁”/),
      expect.stringMatching(/^「丙」的校验“no such\(1\)”有错：/),
    ])
  })
  it.each([
    ['a formula that reads itself', [numberField('甲', { formula: '甲 + 1' })], '「甲」的规则用到了它自己'],
    ['two formulas', [numberField('甲', { formula: '乙' }), numberField('乙', { formula: '甲' })], '互相依赖'],
    [
      'visibility and formula',
      [numberField('甲', { visible: '乙 > 0' }), numberField('乙', { formula: '甲' })],
      '互相依赖',
    ],
    ['a default', [numberField('甲', { default: '乙' }), numberField('乙', { default: '甲' })], '互相依赖'],
    [
      'by way of a sub-table',
      [
        { key: '明细', title: '明细', type: 'table', columns: [numberField('数', { formula: '合计' })] },
        numberField('合计', { formula: 'sum(明细.数)' }),
      ],
      '互相依赖',
    ],
    [
      'a sub-table that shows itself by what is in it',
      [
        {
          key: '明细',
          title: '明细',
          type: 'table',
          columns: [numberField('数')],
          rules: { visible: 'sum(明细.数) > 0' },
        },
      ],
      '「数」「明细」互相依赖',
    ],
  ])('refuses %s', (_name, fields, says) => {
    expect(messages(form(fields)).join()).toContain(says)
  })
  it('a column may depend on the sum of another column', () => {
    const table = {
      key: '明细',
      title: '明细',
      type: 'table',
      columns: [moneyField('单价'), numberField('占比', { formula: '单价 / 合计' }, { decimals: 2 })],
    }
    expect(faults(form([table, moneyField('合计', { formula: 'sum(明细.单价)' })]))).toEqual([])
  })
  it.each(['and', 'true', 'sum', 'date', '__proto__', 'constructor', 'toString', '填报人', 'function', 'item'])(
    'refuses the key %s, which means something else',
    (key) => expect(messages(form([{ key, title: '某', type: 'text' }])).length).toBeGreaterThan(0),
  )
  it.each([
    "x'; drop table forms.form; --",
    '"',
    '1甲',
    '甲 乙',
    'a-b',
    '<script>',
    '甲'.repeat(41),
    '',
    '\u202e甲',
    '甲.乙',
  ])('refuses %j as a key', (key) =>
    expect(messages(form([{ key, title: '某', type: 'text' }])).length).toBeGreaterThan(0),
  )
  it('names both fields of one key', () => {
    expect(messages(form([textField('甲'), numberField('甲')]))).toEqual(['「甲」的编号“甲”与「甲」重复，请换一个。'])
    const table = { key: '明细', title: '明细', type: 'table', columns: [textField('甲', { title: '列' })] }
    expect(messages(form([textField('甲'), table]))).toEqual(['「列」的编号“甲”与「甲」重复，请换一个。'])
  })
  it('names the field of a wrong shape', () => {
    expect(messages(form([{ key: '甲', title: '甲', type: 'text', colour: 'red' }]))).toEqual([
      '「甲」里有不认识的内容：colour。',
    ])
    expect(faults(form([{ key: '甲', title: '甲', type: 'richText' }]))).toMatchObject([{ path: '甲' }])
    expect(messages(form([{ key: '甲', title: '', type: 'text' }]))).toEqual(['「甲」：请填写字段名称。'])
  })
  it('refuses what cannot be computed, and choices of what has none', () => {
    const given = form([
      { key: '附件', title: '附件', type: 'file', rules: { default: '[]' } },
      textField('甲', { rules: { options: '["a"]' } }),
    ])
    expect(messages(given)).toEqual(['「附件」不能用默认值。', '「甲」不是选项字段，不能写可选范围。'])
  })
  it('refuses options said twice and out of their time', () => {
    const options = [
      { value: 'a', label: '甲' },
      { value: 'a', label: '乙' },
      { value: 'b', label: '丙', from: '2026-02-01', to: '2026-01-01' },
    ]
    expect(messages(form([{ key: '类', title: '类别', type: 'enum', options }]))).toEqual([
      '「类别」的选项“a”写了两次。',
      '「类别」的选项“丙”的停用日早于启用日。',
    ])
  })
})

describe('hostile definitions', () => {
  it('10,000 fields are refused', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({ key: `f${at}`, title: 'x', type: 'text' }))
    expect(messages(form(many)).join()).toMatch(/最多|太大/)
    const spread = Array.from({ length: 50 }, (_, group) => ({
      title: 'g',
      fields: many.slice(group * 100, group * 100 + 100),
    }))
    expect(messages(form([], { groups: spread })).join()).toContain('表单最多 400 个字段，现在 5000 个')
  })
  it('400 fields that all read each other are refused', () => {
    const all = Array.from({ length: 400 }, (_, at) => `f${at}`)
    const fields = all.map((key, at) =>
      numberField(key, { formula: `${all[(at + 1) % 400]} + ${all[(at + 7) % 400]}` }),
    )
    expect(messages(form(fields)).join()).toContain('互相依赖')
  })
  it('a chain of 400 formulas stands', () => {
    const fields = Array.from({ length: 400 }, (_, at) =>
      numberField(`f${at}`, at > 0 ? { formula: `f${at - 1} + 1` } : undefined),
    )
    expect(messages(form(fields))).toEqual([])
  })
  it('depth, size, loops and strange values are refused', () => {
    let deep: unknown = 'x'
    for (let at = 0; at < 50_000; at++) deep = [deep]
    expect(messages(form([{ key: '甲', title: '甲', type: 'text', rules: deep }])).length).toBeGreaterThan(0)
    expect(messages(form([textField('甲', { help: 'x'.repeat(600_000) })])).join()).toContain('太大')
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect(messages(loop).join()).toContain('太大')
    for (const odd of [null, undefined, 1, 'x', [], {}, () => 1, new Map()])
      expect(messages(odd).length).toBeGreaterThan(0)
  })
  it('more rows times rules than one evaluation may do are refused', () => {
    const columns = Array.from({ length: 30 }, (_, at) => numberField(`c${at}`, { required: 'true' }))
    expect(messages(form([{ key: '表', title: '表', type: 'table', columns }])).join()).toContain(
      '行数乘以每行的规则数',
    )
  })
})
