import { describe, expect, it } from 'vitest'
import { compileDecisionTable, type DecisionTable } from './decision-table.ts'
import { FeelSyntaxError, FeelTableError } from './errors.ts'
import { options } from './testing.ts'
import { fromFeel } from './values/convert.ts'

const approval = (hitPolicy: DecisionTable['hitPolicy'], more: Partial<DecisionTable> = {}): DecisionTable => ({
  hitPolicy,
  inputs: [
    { label: '金额', expression: '金额', type: 'number' },
    { label: '部门', expression: '部门', type: 'string' },
  ],
  outputs: [{ name: '审批人', type: 'string', allowed: '"局长", "处长", "科长"' }],
  rules: [
    { inputs: ['< 1000', '-'], outputs: ['"科长"'] },
    { inputs: ['[1000..50000]', '"办公厅", "人事处"'], outputs: ['"处长"'] },
    { inputs: ['> 40000', '-'], outputs: ['"局长"'] },
  ],
  ...more,
})
const decide = (table: DecisionTable, 金额: unknown, 部门: unknown = '办公厅') => {
  const { value, rules, sentence } = compileDecisionTable(table, { names: { 金额: 'number', 部门: 'string' } }).decide(
    { 金额, 部门 },
    options,
  )
  return { value: fromFeel(value), rules, sentence }
}
const faultOf = (action: () => unknown): unknown => {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

describe('decision tables', () => {
  it('take the only rule that matches and say why', () => {
    expect(decide(approval('unique'), 500)).toEqual({
      value: '科长',
      rules: [1],
      sentence: '命中第 1 条规则：金额 500 符合 < 1000',
    })
    expect(decide(approval('unique'), 2000.5).sentence).toBe(
      '命中第 2 条规则：金额 2000.5 符合 [1000..50000]；部门 "办公厅" 符合 "办公厅", "人事处"',
    )
    expect(decide(approval('unique'), 2000, '财务处')).toEqual({
      value: null,
      rules: [],
      sentence: '没有命中任何规则：金额 2000，部门 "财务处"',
    })
  })

  it('refuse to choose between overlapping rules of a unique table', () => {
    const fault = faultOf(() => decide(approval('unique'), 45_000))
    expect(fault).toBeInstanceOf(FeelTableError)
    expect(fault).toMatchObject({ code: 'overlap', rules: [2, 3] })
  })

  it.each([
    ['first', '处长', [2]],
    ['priority', '局长', [3]],
    ['rule order', ['处长', '局长'], [2, 3]],
    ['output order', ['局长', '处长'], [3, 2]],
    ['collect', ['处长', '局长'], [2, 3]],
  ] as const)('policy %s', (hitPolicy, value, rules) => {
    expect(decide(approval(hitPolicy), 45_000)).toMatchObject({ value, rules })
  })

  it('let any rules match that say the same', () => {
    const outputs = [{ name: '结果' }]
    const same = {
      ...approval('any', { outputs }),
      rules: [
        { inputs: ['> 1', '-'], outputs: ['"a"'] },
        { inputs: ['> 2', '-'], outputs: ['"a"'] },
      ],
    }
    expect(decide(same, 5)).toMatchObject({ value: 'a', rules: [1] })
    const other = { ...same, rules: [same.rules[0]!, { inputs: ['> 2', '-'], outputs: ['"b"'] }] }
    expect(faultOf(() => decide(other, 5))).toMatchObject({ code: 'conflict', rules: [1, 2] })
  })

  it.each([
    ['sum', 30.3, null],
    ['min', 10.1, null],
    ['max', 20.2, null],
    ['count', 2, 0],
  ] as const)('collect with %s', (aggregation, hit, none) => {
    const table: DecisionTable = {
      ...approval('collect', { aggregation, outputs: [{ name: '分' }] }),
      rules: [
        { inputs: ['> 1', '-'], outputs: ['10.1'] },
        { inputs: ['> 2', '-'], outputs: ['20.2'] },
      ],
    }
    expect(decide(table, 5).value).toBe(hit)
    expect(decide(table, 0).value).toBe(none)
  })

  it('give a context for several outputs, and the defaults when no rule matches', () => {
    const table: DecisionTable = {
      ...approval('first'),
      outputs: [
        { name: '级别', otherwise: '"无"' },
        { name: '天数', otherwise: '1 + 1' },
      ],
      rules: [{ inputs: ['> 10', '-'], outputs: ['"高"', '金额 / 10'] }],
    }
    expect(decide(table, 45).value).toEqual({ 级别: '高', 天数: 4.5 })
    expect(decide(table, 5).value).toEqual({ 级别: '无', 天数: 2 })
  })

  it('refuse values that are not allowed', () => {
    const inputs = [
      { label: '金额', expression: '金额', allowed: '>= 0' },
      { label: '部门', expression: '部门' },
    ]
    expect(faultOf(() => decide(approval('first', { inputs }), -1))).toMatchObject({
      code: 'input-not-allowed',
      message: '金额 -1 不在允许的值（>= 0）之内。',
    })
    const rules = [{ inputs: ['-', '-'], outputs: ['"市长"'] }]
    expect(faultOf(() => decide(approval('first', { rules }), 1))).toMatchObject({
      code: 'output-not-allowed',
      rules: [1],
    })
  })

  it('name the cell that cannot be compiled', () => {
    const rules = [{ inputs: ['>> 1', '-'], outputs: ['"科长"'] }]
    const fault = faultOf(() => decide(approval('first', { rules }), 1))
    expect(fault).toBeInstanceOf(FeelSyntaxError)
    expect(String((fault as Error).message)).toContain('第 1 条规则，条件“金额”')
    expect(faultOf(() => decide(approval('first', { rules: [{ inputs: ['-'], outputs: ['1'] }] }), 1))).toMatchObject({
      code: 'table-shape',
    })
    expect(faultOf(() => decide(approval('priority', { outputs: [{ name: 'x' }] }), 1))).toMatchObject({
      code: 'table-shape',
    })
    expect(faultOf(() => decide(approval('first', { aggregation: 'sum' }), 1))).toMatchObject({ code: 'table-shape' })
  })
})
