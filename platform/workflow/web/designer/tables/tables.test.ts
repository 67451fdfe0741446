import { describe, expect, it } from 'vitest'
import type { BlockProcess } from '../../../contract/blocks.ts'
import type { DecisionDef } from '../../../contract/graph.ts'
import { removeBlock } from '../model.ts'
import { checkTable, tryTable } from './check.ts'
import {
  addColumn,
  addRule,
  freeName,
  freshTable,
  namesIn,
  removeColumn,
  removeRule,
  renameTable,
  setCell,
  setPolicy,
  shiftRule,
  tidyCell,
  withTable,
} from './tables.ts'

const table: DecisionDef = {
  hitPolicy: 'unique',
  inputs: [
    { label: '金额', expression: '金额', type: 'number' },
    { label: '部门', expression: '部门', type: 'string' },
  ],
  outputs: [{ name: '级别', type: 'string' }],
  rules: [
    { inputs: ['> 5000', '-'], outputs: ['"大"'] },
    { inputs: ['<= 5000', '"甲", "乙"'], outputs: ['"小"'] },
  ],
}
const names = ['金额', '部门']

describe('a cell is taken as it was meant', () => {
  it.each([
    ['大', 'string', '"大"'],
    ['甲、乙，丙', 'string', '"甲", "乙", "丙"'],
    ['"甲", "乙"', 'string', '"甲", "乙"'],
    ['“甲”', 'string', '"甲"'],
    ['部门', 'string', '部门'],
    ['-', 'string', '-'],
    ['not("甲")', 'string', 'not("甲")'],
    ['＞ 50,000', 'number', '> 50000'],
    ['≥5000', 'number', '>=5000'],
    ['[1..5]', 'number', '[1..5]'],
    ['1，2', 'number', '1,2'],
    ['> 10,000', undefined, '> 10000'],
    ['[1,000..5，000]', undefined, '[1000..5000]'],
    ['100、200', 'number', '100,200'],
    ['是', 'boolean', 'true'],
    ['  ', 'string', ''],
  ] as const)('%s as %s is %s', (typed, type, cell) => {
    expect(tidyCell(typed, type, names)).toBe(cell)
  })
})

describe('a table is changed', () => {
  it('by rules and columns, every rule as wide as its head', () => {
    const wide = addColumn(addRule(addColumn(table, 'inputs', '年度'), 1), 'outputs', '额度')
    expect(wide.rules).toHaveLength(3)
    for (const rule of wide.rules) expect([rule.inputs.length, rule.outputs.length]).toEqual([3, 2])
    expect(removeColumn(removeColumn(removeRule(wide, 1), 'outputs', 1), 'inputs', 2)).toMatchObject({
      rules: table.rules,
    })
    expect(setCell(table, 1, 'outputs', 0, '"中"').rules[1]?.outputs).toEqual(['"中"'])
    expect(shiftRule(table, 0, 1).rules).toEqual(table.rules.toReversed())
    expect(shiftRule(table, 0, -1)).toBe(table)
  })
  it('a policy of its own leaves no sum behind, nor does a second result', () => {
    const summed: DecisionDef = { ...table, hitPolicy: 'collect', aggregation: 'sum' }
    expect(setPolicy(summed, 'first')).not.toHaveProperty('aggregation')
    expect(addColumn(summed, 'outputs', '另一个').aggregation).toBeUndefined()
  })
})

describe('what is wrong stands at its cell', () => {
  it('cells, heads and the whole', () => {
    expect([...checkTable(table, names).faults]).toEqual([])
    const broken: DecisionDef = {
      ...table,
      inputs: [{ label: '', expression: '' }, ...table.inputs.slice(1)],
      outputs: [{ name: '' }],
      rules: [
        { inputs: ['> >', '甲'], outputs: [''] },
        { inputs: ['-', ''], outputs: ['数额'] },
      ],
    }
    expect([...checkTable(broken, names).faults.keys()].sort()).toEqual(
      ['head.i0', 'head.o0', '0.i0', '0.i1', '0.o0', '1.o0'].sort(),
    )
    expect(checkTable({ ...table, rules: [] }, names).faults.get('')).toContain('规则')
    expect(checkTable({ ...table, hitPolicy: 'priority' }, names).faults.get('')).toContain('优先级')
    expect(checkTable(freshTable('金额'), names).compiled).toBeUndefined()
  })
  it('a try says what, why and by which rule, and what contradicts itself', () => {
    const { compiled } = checkTable(table, names)
    if (!compiled) throw new Error('the table is sound')
    expect(compiled.reads).toEqual(names)
    expect(tryTable(compiled, { 金额: '60000', 部门: '甲' })).toMatchObject({ value: '大', rules: [1] })
    expect(tryTable(compiled, { 金额: '1', 部门: '丙' })).toMatchObject({ value: '没有结果', rules: [] })
    const torn = checkTable({ ...table, rules: [table.rules[0]!, table.rules[0]!] }, names).compiled
    expect(torn && tryTable(torn, { 金额: '60000' }).fault).toContain('第 1、2 条规则')
  })
  it.each([
    ['first', '大'],
    ['collect', '大；小'],
    ['rule order', '大；小'],
  ] as const)('by the policy %s', (hitPolicy, value) => {
    const every = { ...table, hitPolicy, rules: table.rules.map((rule) => ({ ...rule, inputs: ['-', '-'] })) }
    const { compiled } = checkTable(every, names)
    expect(compiled && tryTable(compiled, {}).value).toBe(value)
  })
})

describe('the process around a table', () => {
  const process: BlockProcess = {
    format: 1,
    key: 'p',
    name: '',
    fields: names,
    decisions: { 定级: table },
    start: { id: 's', name: '' },
    blocks: [
      {
        id: 'rank',
        name: '',
        type: 'rule',
        rule: { decision: '定级', input: [], output: [{ from: '级别', to: '采购级别' }] },
      },
      { id: 'end', name: '', type: 'stop' },
    ],
  }
  it('gives it what it reads, and keeps where its results go', () => {
    const next = withTable(process, '定级', addColumn(table, 'outputs', '额度'), ['金额'])
    expect(next.blocks[0]).toMatchObject({
      rule: {
        input: [{ from: '金额', to: '金额' }],
        output: [
          { from: '级别', to: '采购级别' },
          { from: '额度', to: '额度' },
        ],
      },
    })
    expect(namesIn(next)).toEqual(['金额', '部门', '采购级别', '额度'])
  })
  it('renames it at every step, never onto another', () => {
    expect(renameTable(process, '定级', '采购定级')).toMatchObject({
      decisions: { 采购定级: table },
      blocks: [{ rule: { decision: '采购定级' } }, {}],
    })
    expect(renameTable(process, '定级', '定级')).toBe(process)
    expect(freeName(process, '定级')).toBe('定级 2')
  })
  it('it goes with the last step that asks it', () => {
    expect(removeBlock(process, 'rank').decisions).toBeUndefined()
    expect(removeBlock(process, 'nothing').decisions).toEqual({ 定级: table })
  })
})
