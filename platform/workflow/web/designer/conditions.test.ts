import { describe, expect, it } from 'vitest'
import { compileExpression } from '#platform/feel/web'
import { Random } from '../../definition/arbitrary-blocks.ts'
import {
  type Comparison,
  type Condition,
  comparisons,
  conditionWords,
  fromFeel,
  needsValue,
  toFeel,
} from './conditions.ts'

const NAMES = ['金额', '部门', '急办', '申请日期', '结果']
const clock = { now: () => new Date('2026-11-22T08:00:00+08:00') }
const holds = (feel: string, values: Record<string, unknown>): unknown =>
  compileExpression(feel, { names: NAMES }).evaluate(values as never, { clock })

const cases: [Condition, string, string][] = [
  [{ join: 'and', tests: [{ field: '金额', is: 'gt', value: '10000' }] }, '金额 > 10000', '金额 大于 10,000'],
  [
    {
      join: 'and',
      tests: [
        { field: '金额', is: 'le', value: '0.5' },
        { field: '部门', is: 'eq', value: '办公"厅"' },
      ],
    },
    '金额 <= 0.5 and 部门 = "办公\\"厅\\""',
    '金额 不大于 0.5，并且 部门 等于 “办公"厅"”',
  ],
  [
    {
      join: 'or',
      tests: [
        { field: '结果', is: 'eq', value: '同意' },
        { field: '急办', is: 'yes', value: '' },
      ],
    },
    '结果 = "同意" or 急办 = true',
    '上一步的结果 等于 “同意”，或者 急办 为“是”',
  ],
  [
    { join: 'and', tests: [{ field: '部门', is: 'in', value: '财政、审计' }] },
    '部门 in ("财政", "审计")',
    '部门 是其中之一 “财政”、“审计”',
  ],
  [{ join: 'and', tests: [{ field: '部门', is: 'contains', value: '局' }] }, 'contains(部门, "局")', '部门 包含 “局”'],
  [{ join: 'and', tests: [{ field: '申请日期', is: 'empty', value: '' }] }, '申请日期 = null', '申请日期 没有填写'],
]

describe('conditions in words', () => {
  it.each(cases)('are FEEL and come back: %j', (condition, feel, words) => {
    expect(toFeel(condition)).toBe(feel)
    expect(fromFeel(feel)).toEqual(condition)
    expect(conditionWords(feel)).toBe(words)
  })
  it('mean what they say', () => {
    expect(holds('金额 > 10000', { 金额: 10001 })).toBe(true)
    expect(holds('金额 > 10000', { 金额: 10000 })).toBe(false)
    expect(holds(cases[1]?.[1] as string, { 金额: 0.5, 部门: '办公"厅"' })).toBe(true)
    expect(holds(cases[3]?.[1] as string, { 部门: '审计' })).toBe(true)
    expect(holds(cases[3]?.[1] as string, { 部门: '教育' })).toBe(false)
    expect(holds(cases[4]?.[1] as string, { 部门: '县水利局' })).toBe(true)
    expect(holds(cases[5]?.[1] as string, { 申请日期: null })).toBe(true)
  })
  it.each([
    ['金额 > 1 and 部门 = "a" or 急办 = true', 'both joints'],
    ['金额 * 2 > 10', 'arithmetic'],
    ['not(急办)', 'a function'],
    ['金额 > 部门', 'two fields'],
    ['急办', 'a field alone'],
    ['some x in 部门 satisfies x > 1', 'a quantifier'],
  ])('that words cannot say stay FEEL: %s', (feel) => {
    expect(fromFeel(feel)).toBeUndefined()
    expect(conditionWords(feel)).toBe(feel)
  })
  it('half-written are nothing, so that nobody publishes them', () => {
    expect(toFeel({ join: 'and', tests: [] })).toBe('')
    expect(toFeel({ join: 'and', tests: [{ field: '金额', is: 'gt', value: ' ' }] })).toBe('')
    expect(toFeel({ join: 'and', tests: [{ field: '', is: 'yes', value: '' }] })).toBe('')
    expect(conditionWords('')).toBe('还没有写条件')
  })
  it('of any kind compile and come back the same', () => {
    const values = ['1', '-3.25', '10,000', '办公室', '含 and 或 or', '"引号"', '反\\斜线', '(括号)', '甲,乙']
    const random = new Random(7)
    for (let turn = 0; turn < 400; turn++) {
      const tests = Array.from({ length: 1 + random.below(3) }, () => {
        const is = random.of(Object.keys(comparisons) as Comparison[])
        return { field: random.of(NAMES), is, value: needsValue(is) ? random.of(values) : '' }
      })
      const feel = toFeel({ join: tests.length > 1 ? random.of(['and', 'or'] as const) : 'and', tests })
      expect(() => compileExpression(feel, { names: NAMES })).not.toThrow()
      const back = fromFeel(feel)
      expect(back, feel).toBeDefined()
      expect(toFeel(back as Condition)).toBe(feel)
    }
  })
})
