import { describe, expect, it } from 'vitest'
import type { Access, Data, Json } from '../contract.ts'
import { formOf, numberField, purchase, textField } from '../testing.ts'
import { EVERYTHING } from './access.ts'
import { checkForm } from './check.ts'
import { evaluate } from './evaluate.ts'
import { maskOf } from './kinds/text.ts'

const at = {
  now: new Date('2026-11-22T12:00:00+08:00'),
  person: { personId: '0198f000-0000-7000-8000-000000000001', name: '周文清', unitName: '文电科' },
}
const run = (form: ReturnType<typeof formOf>, data: Data, access: Access = EVERYTHING, before?: Data) => {
  expect(checkForm(form).faults).toEqual([])
  return evaluate(form, data, access, { ...at, before })
}
const one = (field: Record<string, unknown>, value: Json) =>
  run(formOf([{ key: '值', title: '值', ...field }]), { 值: value })

describe('a purchase', () => {
  const form = purchase()
  const lines = (...rows: [string, Json, Json?][]): Json =>
    rows.map(([物品, 单价, 数量]) => ({ 物品, 单价, ...(数量 !== undefined && { 数量 }) }))
  it('sums its lines exactly, fills in defaults and shows what is asked for above a limit', () => {
    const { values, fields, problems } = run(form, {
      事由: '换打印机',
      明细: lines(['打印机', '5999.90', 2], ['纸', '0.1']),
    })
    expect(values).toMatchObject({
      方式: 'market',
      合计: '11999.90',
      明细: [
        { 小计: '11999.80', 占比: 100 },
        { 数量: 1, 小计: '0.10', 占比: 0 },
      ],
      经办人: { name: '周文清', unitName: '文电科' },
    })
    expect(fields.说明).toMatchObject({ visible: true, required: true })
    expect(problems).toEqual([{ path: '说明', message: '请填写超过一万元的说明。' }])
  })
  it('forgets what is no longer shown', () => {
    const { values, fields } = run(form, { 事由: '纸', 说明: '写过的', 明细: lines(['纸', '20.00']) })
    expect(fields.说明?.visible).toBe(false)
    expect(values.说明).toBeNull()
  })
  it('tells every problem with its place', () => {
    const { problems } = run(form, { 明细: lines(['', 'abc', 0], ['纸', 60_000, 1]) })
    expect(problems).toEqual([
      { path: '事由', message: '请填写采购事由。' },
      { path: '明细.0.物品', message: '请填写物品。' },
      { path: '明细.0.单价', message: '请填写金额，例如 60000.00。' },
      { path: '明细.0.数量', message: '不能小于 1。' },
    ])
    expect(run(form, { 事由: '纸', 明细: lines(['纸', 60_000]) }).problems).toEqual([
      { path: '合计', message: '超过五万元，请走公开招标。' },
      { path: '说明', message: '请填写超过一万元的说明。' },
    ])
  })
  it('wants at least one line, and at most fifty', () => {
    expect(run(form, { 事由: '纸' }).problems).toContainEqual({ path: '明细', message: '至少填写 1 行物品。' })
    const many = lines(...Array.from({ length: 51 }, (): [string, Json] => ['纸', '1']))
    expect(run(form, { 事由: '纸', 明细: many }).problems[0]?.message).toBe('最多 50 行物品，现在 51 行。')
  })
  it('a withdrawn option stays where it was, and is not chosen anew', () => {
    const data = { 事由: '纸', 方式: 'old', 明细: lines(['纸', '1']) }
    expect(run(form, data, EVERYTHING, data).problems).toEqual([])
    expect(run(form, data).problems).toEqual([{ path: '方式', message: '所选的项现在不能选，请重新选择。' }])
  })
})

describe('access', () => {
  const form = formOf([
    textField('甲', { rules: { required: 'true' } }),
    numberField('乙', { validation: [{ check: '乙 < 10', message: '乙太大。' }] }),
    numberField('丙', { validation: [{ check: '丙 >= 乙', message: '丙比乙小。' }] }),
  ])
  it('what cannot be mended here is no fault here', () => {
    expect(run(form, { 乙: 50 }, { rest: 'read', fields: {} }).problems).toEqual([])
    const 丙 = { rest: 'read', fields: { 丙: 'required' } } as const
    expect(run(form, { 乙: 50 }, 丙).problems).toEqual([{ path: '丙', message: '请填写丙。' }])
    expect(run(form, { 乙: 50, 丙: 3 }, 丙).problems).toEqual([{ path: '丙', message: '丙比乙小。' }])
  })
  it('hides, makes read-only and requires', () => {
    const { fields } = run(form, {}, { rest: 'write', fields: { 甲: 'hide', 乙: 'read', 丙: 'required' } })
    expect(fields).toMatchObject({
      甲: { visible: false, required: false },
      乙: { visible: true, readonly: true },
      丙: { visible: true, readonly: false, required: true },
    })
  })
})

describe('values', () => {
  it.each<[Record<string, unknown>, Json, Json]>([
    [{ type: 'text' }, '  你好 ', '你好'],
    [{ type: 'longText' }, '一\r\n二', '一\n二'],
    [{ type: 'number', decimals: 2 }, '１，２３４．５０', 1234.5],
    [{ type: 'number' }, -0, 0],
    [{ type: 'money' }, '￥60,000', '60000.00'],
    [{ type: 'money' }, 0.1, '0.10'],
    [{ type: 'money' }, '999999999999999.99', '999999999999999.99'],
    [{ type: 'date' }, '2026年2月3日', '2026-02-03'],
    [{ type: 'time' }, '9:05', '09:05'],
    [{ type: 'dateTime' }, '2026-2-3 9:05', '2026-02-03T09:05'],
    [
      { type: 'period' },
      { from: '2026-2-3', to: '2026-02-04' },
      { from: '2026-02-03', to: '2026-02-04', fromHalf: 'am', toHalf: 'pm' },
    ],
    [{ type: 'boolean' }, false, false],
    [{ type: 'creditCode' }, '1137 0800 mb28559184', '11370800MB28559184'],
    [{ type: 'identityNumber' }, '11010519491231002x', '11010519491231002X'],
    [{ type: 'phone' }, '+86 138-1234-2716', '13812342716'],
    [{ type: 'phone' }, '0531—86061234', '0531-86061234'],
    [{ type: 'email' }, ' zhang@example.com ', 'zhang@example.com'],
    [
      { type: 'region', level: 3 },
      { code: '371625000000', name: '博兴县' },
      { code: '371625000000', name: '博兴县' },
    ],
    [
      {
        type: 'enum',
        multiple: true,
        options: [
          { value: 'a', label: 'A' },
          { value: 'b', label: 'B' },
        ],
      },
      ['b', 'b'],
      ['b'],
    ],
  ])('%j reads %j as %j', (field, given, kept) => {
    const { values, problems } = one(field, given)
    expect(problems).toEqual([])
    expect(values.值).toEqual(kept)
  })
  it.each<[Record<string, unknown>, Json]>([
    [{ type: 'text', maxLength: 3 }, '四个字呢'],
    [{ type: 'text' }, '两\n行'],
    [{ type: 'text' }, { toString: 'x' }],
    [{ type: 'text' }, '\ud800'],
    [{ type: 'number' }, '1.5'],
    [{ type: 'number' }, '1e5'],
    [{ type: 'number', max: 10 }, 11],
    [{ type: 'number' }, '1234567890123456'],
    [{ type: 'money' }, '1.005'],
    [{ type: 'date' }, '2026-02-30'],
    [{ type: 'date', min: '2026-01-01' }, '2025-12-31'],
    [{ type: 'time' }, '24:00'],
    [{ type: 'period' }, { from: '2026-02-04', to: '2026-02-03' }],
    [{ type: 'period' }, { from: '2026-02-04', to: '2026-02-04', fromHalf: 'pm' }],
    [
      { type: 'period', halves: true },
      { from: '2026-02-04', to: '2026-02-04', fromHalf: 'pm', toHalf: 'am' },
    ],
    [{ type: 'boolean' }, 'true'],
    [{ type: 'creditCode' }, '11370800MB28559185'],
    [{ type: 'identityNumber' }, '110105194912310021'],
    [{ type: 'phone' }, '12345'],
    [{ type: 'email' }, 'zhang@'],
    [
      { type: 'region', level: 3 },
      { code: '371600000000', name: '滨州市' },
    ],
    [{ type: 'person' }, { id: 'x', name: '谁' }],
    [{ type: 'file' }, [{ id: 'x' }]],
    [{ type: 'enum', options: [{ value: 'a', label: 'A' }] }, '__proto__'],
  ])('%j refuses %j', (field, given) => {
    const { values, problems } = one(field, given)
    expect(problems).toHaveLength(1)
    expect(values.值).toBeNull()
  })
  it('expressions never see an identity number', () => {
    const form = formOf([
      { key: '号', title: '号', type: 'identityNumber' },
      textField('抄', { rules: { formula: '号' } }),
    ])
    const number = '11010519491231002X'
    expect(run(form, { 号: number }).values.抄).toBe(maskOf(number))
    expect(maskOf(number)).toBe('110***********002X')
  })
})

describe('what an expression sees', () => {
  it.each<[string, Record<string, unknown>, Json, Json]>([
    ['时.天数', { type: 'period', halves: true }, { from: '2026-02-03', to: '2026-02-05', fromHalf: 'pm' }, 2.5],
    ['(时.结束 - 时.开始).days', { type: 'period' }, { from: '2026-02-03', to: '2026-02-05' }, 2],
    ['if 时 > now() then 1 else 0', { type: 'dateTime' }, '2026-11-22T12:01', 1],
    ['if 时 < time("10:00:00") then 1 else 0', { type: 'time' }, '09:59', 1],
    ['count(时)', { type: 'person', multiple: true }, [{ id: '0198f000-0000-7000-8000-000000000001', name: '甲' }], 1],
  ])('%s', (formula, field, given, answer) => {
    const form = formOf([{ key: '时', title: '时', ...field }, numberField('数', { formula }, { decimals: 1 })])
    const { values, problems } = run(form, { 时: given })
    expect(problems).toEqual([])
    expect(values.数).toBe(answer)
  })
  it('dates that are computed are dates', () => {
    const form = formOf([
      { key: '起', title: '起', type: 'date' },
      { key: '止', title: '止', type: 'date', rules: { formula: '起 + duration("P15D")' } },
      { key: '点', title: '点', type: 'dateTime', rules: { formula: 'date and time(起, time("09:00:00"))' } },
    ])
    expect(run(form, { 起: '2026-02-20' }).values).toMatchObject({ 止: '2026-03-07', 点: '2026-02-20T09:00' })
  })
  it('a bomb is stopped, told at its field, and the form is not saved', () => {
    const bomb = 'count(for a in 1..1000, b in 1..1000, c in 1..1000 return a * b * c)'
    const form = formOf([
      numberField('甲', { formula: bomb }),
      textField('乙', { rules: { visible: `${bomb} > 0` } }),
      textField('丙', { rules: { required: `${bomb} > 0` } }),
      textField('丁', { rules: { validation: [{ check: `${bomb} > 0`, message: '不' }] } }),
    ])
    const { problems } = run(form, {})
    expect(problems.map(({ path }) => path)).toEqual(['甲', '乙', '丙', '丁'])
  })
})

it('500 rows of ten columns are worked out in a moment', () => {
  const columns = [
    numberField('单', undefined, { decimals: 2 }),
    ...Array.from({ length: 8 }, (_, n) => numberField(`列${n}`, { formula: `单 * ${n}` }, { decimals: 2 })),
  ]
  const form = formOf([
    { key: '明细', title: '明细', type: 'table', columns },
    numberField('合计', { formula: 'sum(明细.列7)' }, { decimals: 2 }),
  ])
  const rows = Array.from({ length: 500 }, (_, n) => ({ '#': `r${n}`, 单: n }))
  const { values, problems } = run(form, { 明细: rows })
  expect(problems).toEqual([])
  expect(values.合计).toBe(7 * ((499 * 500) / 2))
})
