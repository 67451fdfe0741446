import type { Block, BlockProcess } from '../../../contract/blocks.ts'
import type { DecisionDef, DecisionType, Mapping, RuleStep } from '../../../contract/graph.ts'
import { blocksIn } from '../model.ts'

/** Decision tables as they are edited: pure, every change gives a new table or process. */

export const policies: Record<DecisionDef['hitPolicy'], { name: string; help: string }> = {
  unique: { name: '只能有一条符合', help: '两条都符合时停下来，等管理员处理' },
  first: { name: '取第一条符合的', help: '从上往下看，碰到符合的就用它' },
  any: { name: '可以几条符合，结果要相同', help: '结果不同时停下来，等管理员处理' },
  priority: { name: '取结果最优先的', help: '按“可取的值”里写的先后' },
  'rule order': { name: '符合的都要，按规则先后', help: '得出一个列表' },
  'output order': { name: '符合的都要，按结果优先', help: '得出一个列表，按“可取的值”里写的先后' },
  collect: { name: '符合的都要，可以汇总', help: '得出一个列表，或它们的合计、最小、最大、个数' },
}
export const aggregations: Record<NonNullable<DecisionDef['aggregation']>, string> = {
  sum: '合计',
  min: '最小的',
  max: '最大的',
  count: '个数',
}
export const types: Record<DecisionType, string> = {
  string: '文字',
  number: '数',
  boolean: '是或否',
  date: '日期',
  time: '时间',
  'date and time': '日期和时间',
}
/** These need to know which result goes before which. */
export const isRanked = ({ hitPolicy }: DecisionDef): boolean =>
  hitPolicy === 'priority' || hitPolicy === 'output order'

export const freshTable = (field = ''): DecisionDef => ({
  hitPolicy: 'first',
  inputs: [{ label: field, expression: field }],
  outputs: [{ name: '结论', type: 'string' }],
  rules: [{ inputs: [''], outputs: [''] }],
})

type Column = 'inputs' | 'outputs'
export const setCell = (table: DecisionDef, rule: number, column: Column, at: number, text: string): DecisionDef => ({
  ...table,
  rules: table.rules.map((one, nth) => (nth === rule ? { ...one, [column]: one[column].with(at, text) } : one)),
})
export const addRule = (table: DecisionDef, at: number): DecisionDef => ({
  ...table,
  rules: table.rules.toSpliced(at, 0, { inputs: table.inputs.map(() => ''), outputs: table.outputs.map(() => '') }),
})
export const removeRule = (table: DecisionDef, at: number): DecisionDef => ({
  ...table,
  rules: table.rules.toSpliced(at, 1),
})
export const shiftRule = (table: DecisionDef, at: number, by: 1 | -1): DecisionDef => {
  const rule = table.rules[at]
  const to = at + by
  if (!rule || to < 0 || to >= table.rules.length) return table
  return { ...table, rules: table.rules.toSpliced(at, 1).toSpliced(to, 0, rule) }
}
export const addColumn = (table: DecisionDef, column: Column, name: string): DecisionDef => ({
  ...table,
  ...(column === 'inputs'
    ? { inputs: [...table.inputs, { label: name, expression: name }] }
    : { outputs: [...table.outputs, { name }], aggregation: undefined }),
  rules: table.rules.map((rule) => ({ ...rule, [column]: [...rule[column], ''] })),
})
export const removeColumn = (table: DecisionDef, column: Column, at: number): DecisionDef => ({
  ...table,
  [column]: (table[column] as unknown[]).toSpliced(at, 1),
  rules: table.rules.map((rule) => ({ ...rule, [column]: rule[column].toSpliced(at, 1) })),
})
export const setInput = (
  table: DecisionDef,
  at: number,
  change: Partial<DecisionDef['inputs'][number]>,
): DecisionDef => ({ ...table, inputs: table.inputs.map((one, nth) => (nth === at ? { ...one, ...change } : one)) })
export const setOutput = (
  table: DecisionDef,
  at: number,
  change: Partial<DecisionDef['outputs'][number]>,
): DecisionDef => ({ ...table, outputs: table.outputs.map((one, nth) => (nth === at ? { ...one, ...change } : one)) })
export const setPolicy = (table: DecisionDef, hitPolicy: DecisionDef['hitPolicy']): DecisionDef => {
  const { aggregation: _, ...rest } = table
  return { ...rest, hitPolicy }
}

// ── what is typed into a cell ──

const SIGNS: Record<string, string> = {
  '＞': '>',
  '＜': '<',
  '＝': '=',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '（': '(',
  '）': ')',
  '【': '[',
  '】': ']',
  '“': '"',
  '”': '"',
  '，': ',',
  '、': ',',
  '－': '-',
  '～': '..',
}
const KEPT = ['', '-', 'null', 'true', 'false']
const WORD = /^[\p{Script=Han}\p{L}_][\p{Script=Han}\p{L}\p{N}_（）()·]*$/u
const THOUSANDS = /(?<!\d)\d{1,3}(?:[,，]\d{3})+(?!\d)/g

const quoted = (word: string): string => (WORD.test(word) && !KEPT.includes(word) ? `"${word}"` : word)

/**
 * What somebody typed, as the table means it: signs of the Chinese keyboard, plain words of a column of text, thousands with their comma.
 * What is an expression already stays as it is.
 */
export const tidyCell = (typed: string, type: DecisionType | undefined, names: readonly string[]): string => {
  const text = typed.trim()
  if (type === 'boolean' && ['是', '否'].includes(text)) return text === '是' ? 'true' : 'false'
  if (text.includes('"') && !/[“”]/.test(text)) return text
  const parts = text.split(/[,，、]/).map((part) => part.trim())
  if (type === 'string' && parts.every((part) => WORD.test(part) && !names.includes(part)))
    return parts.map(quoted).join(', ')
  // `10,000` is a number, as everybody writes it: several values are parted by 、
  const whole = text.replaceAll(THOUSANDS, (found) => found.replaceAll(/[,，]/g, ''))
  return [...whole].map((sign) => SIGNS[sign] ?? sign).join('')
}

// ── the process around it ──

/** All that an expression at any step may read: fields, and what steps without people put there. */
export const namesIn = ({ fields, blocks }: Pick<BlockProcess, 'fields' | 'blocks'>): string[] => {
  const made = blocksIn(blocks).flatMap((block) => {
    if (block.type === 'rule') return block.rule.output.map(({ to }) => to)
    if (block.type === 'service') return block.service.output.map(({ to }) => to)
    if (block.type !== 'child') return []
    const { collect } = block.multi ?? {}
    return [...block.call.output.map(({ to }) => to), ...(collect ? [collect.to] : [])]
  })
  return [...new Set([...fields, ...made])].filter(Boolean)
}

/** What a rule step gives the table and takes of it: all it reads under the same name, every output where it was put before. */
export const ruleFor = (
  decision: string,
  table: DecisionDef,
  reads: readonly string[],
  before?: RuleStep,
): RuleStep => ({
  decision,
  input: reads.map((name) => before?.input.find(({ to }) => to === name) ?? { from: name, to: name }),
  output: table.outputs.map(
    ({ name }): Mapping => before?.output.find(({ from }) => from === name) ?? { from: name, to: name },
  ),
})

const mapRules = (blocks: Block[], change: (block: Extract<Block, { type: 'rule' }>) => Block): Block[] =>
  blocks.map((block) => {
    if (block.type === 'rule') return change(block)
    return 'branches' in block
      ? { ...block, branches: block.branches.map((one) => ({ ...one, blocks: mapRules(one.blocks, change) })) }
      : block
  })

/** The table under this name, and every step that asks it gives what it reads. */
export const withTable = (
  process: BlockProcess,
  name: string,
  table: DecisionDef,
  reads: readonly string[],
): BlockProcess => ({
  ...process,
  decisions: { ...process.decisions, [name]: table },
  blocks: mapRules(process.blocks, (block) =>
    block.rule.decision === name ? { ...block, rule: ruleFor(name, table, reads, block.rule) } : block,
  ),
})
export const renameTable = (process: BlockProcess, from: string, to: string): BlockProcess => {
  const decisions = Object.entries(process.decisions ?? {})
  if (to === '' || decisions.some(([name]) => name === to)) return process
  return {
    ...process,
    decisions: Object.fromEntries(decisions.map(([name, table]) => [name === from ? to : name, table])),
    blocks: mapRules(process.blocks, (block) =>
      block.rule.decision === from ? { ...block, rule: { ...block.rule, decision: to } } : block,
    ),
  }
}
export const freeName = (process: BlockProcess, wish: string): string => {
  const taken = Object.keys(process.decisions ?? {})
  for (let n = 1; ; n++) {
    const name = n === 1 ? wish : `${wish} ${n}`
    if (!taken.includes(name)) return name
  }
}
