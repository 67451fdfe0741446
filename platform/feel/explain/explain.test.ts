import { describe, expect, it } from 'vitest'
import { compileExpression, compileUnaryTests } from '../engine.ts'
import { options } from '../testing.ts'

const say = (text: string, context: Record<string, unknown>): string =>
  compileExpression(text, { names: ['金额', '部门', '明细', '标题', '已缴费', '天数'] }).explain(context, options)
    .sentence
const 明细 = [{ 金额: 5 }, { 金额: 150 }]

describe('explanations', () => {
  it.each([
    ['金额 <= 50000', { 金额: 60_000 }, '未通过：金额 60000 > 50000'],
    ['金额 > 50000', { 金额: 60_000.5 }, '通过：金额 60000.5 > 50000'],
    ['金额 <= 50000 and 部门 = "办公厅"', { 金额: 60_000, 部门: '办公厅' }, '未通过：金额 60000 > 50000'],
    ['金额 <= 50000 and 部门 = "办公厅"', { 金额: 6, 部门: '人事处' }, '未通过：部门 "人事处" ≠ "办公厅"'],
    [
      '金额 <= 50000 and 部门 = "办公厅"',
      { 金额: 6, 部门: '办公厅' },
      '通过：金额 6 ≤ 50000；部门 "办公厅" = "办公厅"',
    ],
    [
      '金额 > 50000 or 部门 = "人事处"',
      { 金额: 6, 部门: '办公厅' },
      '未通过：金额 6 ≤ 50000；部门 "办公厅" ≠ "人事处"',
    ],
    ['金额 > 50000 or 部门 = "人事处"', { 金额: 6, 部门: '人事处' }, '通过：部门 "人事处" = "人事处"'],
    ['金额 > 50000', {}, '不能判断：金额 没有值'],
    ['金额 > 50000', { 金额: '很多' }, '不能判断：金额 "很多" 与 50000 不能比较'],
    ['金额 in [1..50000]', { 金额: 60_000 }, '未通过：金额 60000 不符合 [1..50000]'],
    ['部门 in ("甲", "乙")', { 部门: '乙' }, '通过：部门 "乙" 符合 "甲"、"乙"'],
    ['天数 between 1 and 3', { 天数: 5 }, '未通过：天数 5 不在 1 到 3 之间'],
    ['every 项 in 明细 satisfies 项.金额 < 100', { 明细 }, '未通过：第 2 项：项.金额 150 ≥ 100'],
    ['every 项 in 明细 satisfies 项.金额 < 1000', { 明细 }, '通过：2 项都符合“项.金额 < 1000”'],
    ['some 项 in 明细 satisfies 项.金额 > 1000', { 明细 }, '未通过：2 项中没有一项符合“项.金额 > 1000”'],
    ['some 项 in 明细 satisfies 项.金额 > 100', { 明细 }, '通过：第 2 项：项.金额 150 > 100'],
    ['some 项 in 明细 satisfies 项.金额 > 100', {}, '不能判断：明细 没有值'],
    ['some a in [1, 2], b in [3] satisfies a + b > 4', {}, '通过：a 2，b 3：a + b 5 > 4'],
    ['not(已缴费)', { 已缴费: true }, '未通过：已缴费 是'],
    ['not(金额 > 5)', { 金额: 3 }, '通过：金额 3 ≤ 5'],
    ['contains(标题, "紧急")', { 标题: '通知' }, '未通过：contains(标题, "紧急") 不成立（标题 "通知"）'],
    ['sum(明细.金额) > 100', { 明细 }, '通过：sum(明细.金额) 155 > 100'],
    ['if 天数 > 3 then "处长" else "科长"', { 天数: 5 }, '结果："处长"（天数 5 > 3）'],
    ['金额 / 3 > 5', { 金额: 10 }, '未通过：金额 / 3 约 3.33333333333 ≤ 5'],
    ['金额 * 2', { 金额: 3 }, '结果：6（金额 * 2 6（金额 3））'],
  ])('%s', (text, context, sentence) => {
    expect(say(text, context)).toBe(sentence)
  })

  it('give a tree of the parts with their values', () => {
    const { tree, value } = compileExpression('金额 > 5 and (天数 > 3 or 天数 < 1)', {
      names: ['金额', '天数'],
    }).explain({ 金额: 6, 天数: 2 }, options)
    expect(value).toBe(false)
    expect(tree.parts.map((part) => [part.text, part.value])).toEqual([
      ['金额 > 5', true],
      ['(天数 > 3 or 天数 < 1)', false],
    ])
    expect(tree.parts[1]!.parts.map(({ facts }) => facts)).toEqual([['天数 2 ≤ 3'], ['天数 2 ≥ 1']])
  })

  it('agree with evaluation and stay short', () => {
    const long = 'x'.repeat(500)
    expect(say('标题 = "a"', { 标题: long }).length).toBeLessThan(100)
    expect(say('标题 = "a"', { 标题: Array.from({ length: 5000 }, () => 1) })).toBe(
      '不能判断：标题 5000 项 与 "a" 不能比较',
    )
  })

  it('say of a cell how the value stands to it', () => {
    const tests = compileUnaryTests('[1..5], > 10', { names: [] })
    expect(tests.explain(7, '天数', {}, options)).toEqual({ answer: false, fact: '天数 7 不符合 [1..5], > 10' })
    expect(tests.explain('x', '天数', {}, options)).toEqual({ answer: null, fact: '天数 "x" 与 [1..5], > 10 不能比较' })
  })
})
