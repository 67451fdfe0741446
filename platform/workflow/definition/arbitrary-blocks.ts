import type { Block, BlockProcess, Branch } from '../contract/blocks.ts'
import type { DecisionDef, HandlerRule, Limit, Mapping, Outcome, UnitRule, UserStep } from '../contract/graph.ts'

/** Random numbers that are the same in every run: a failure can be repeated by its seed. */
export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0
  }
  /** from 0 up to, not including, `below` (mulberry32) */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let value = this.#state
    value = Math.imul(value ^ (value >>> 15), value | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
  chance(share: number): boolean {
    return this.below(1000) < share * 1000
  }
  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T
  }
  some<T>(values: readonly T[]): T[] {
    return values.filter(() => this.chance(0.5))
  }
}

const CONDITIONS = ['金额 > 5', '金额 < 3 and 部门 = "办公室"', '通过', '次数 >= 2', '结果 = "同意"', '编号 != "<&>"']

/** A random process in blocks: everything the simple designer can draw, nested up to `depth`. */
export function arbitraryBlocks(random: Random, depth = 3): BlockProcess {
  let last = 0
  const id = (letter: string) => {
    last += 1
    return `${letter}${last}`
  }
  const row = (level: number, least = 0): Block[] => Array.from({ length: least + random.below(4) }, () => block(level))
  const block = (level: number): Block => {
    const common = {
      id: id('b'),
      name: random.of(['审批', '核 稿', '<送审> & "签发"', '']),
      ...(random.chance(0.2) ? { note: '说明：1 < 2' } : {}),
    }
    const kind = random.below(level > 0 ? 10 : 6)
    if (kind < 2) return { ...common, type: 'approve', user: arbitraryStep(random) }
    if (kind === 2) return { ...common, type: 'copy', copy: { handlers: handlers(random) } }
    if (kind === 3)
      return { ...common, type: 'wait', timer: { kind: 'duration', value: 'duration("P2D")', working: true } }
    if (kind === 4)
      return {
        ...common,
        type: 'service',
        service: { handler: 'archive', ...mappings(random), retries: random.below(5) },
      }
    if (kind === 5)
      return { ...common, type: 'child', call: { process: 'other', ...mappings(random) }, ...several(random) }
    if (kind === 6) return { ...common, type: 'rule', rule: { decision: '定级', ...mappings(random) } }
    if (kind === 7) return { ...common, type: 'parallel', branches: branches(level, false) }
    return { ...common, type: 'choice', several: kind === 8, branches: branches(level, true) }
  }
  const branches = (level: number, choice: boolean): Branch[] => {
    const count = 2 + random.below(3)
    const made = Array.from({ length: count }, (_, index): Branch => {
      const when = choice && index < count - 1 ? { when: random.of(CONDITIONS) } : {}
      return { id: id('f'), name: random.of(['', '是', '否']), ...when, blocks: row(level - 1) }
    })
    // one branch of a choice may end on its own; the others go on
    if (choice && random.chance(0.3)) made[0]?.blocks.push({ id: id('b'), name: '终止', type: 'stop' })
    return made
  }
  return {
    format: 1,
    key: 'random',
    name: '随机流程',
    fields: ['金额', '部门', '通过', '次数', '编号', '单位', '审批人', '材料'],
    ...(random.chance(0.5) ? { decisions: { 定级: arbitraryTable(random), 额度: arbitraryTable(random) } } : {}),
    start: { id: 'start', name: random.of(['', '开始']) },
    blocks: [...row(depth, 1), { id: id('b'), name: '办结', type: 'stop' }],
  }
}

const arbitraryTable = (random: Random): DecisionDef => {
  const hitPolicy = random.of(['unique', 'any', 'priority', 'first', 'collect', 'rule order', 'output order'] as const)
  const several = hitPolicy !== 'collect' && random.chance(0.4)
  const outputs: DecisionDef['outputs'] = [
    { name: '级别', type: 'string', allowed: '"大", "小"', ...(random.chance(0.3) ? { otherwise: '"小"' } : {}) },
    ...(several ? [{ name: '时限', type: 'date and time' as const }] : []),
  ]
  return {
    hitPolicy,
    ...(hitPolicy === 'collect' ? { aggregation: random.of(['sum', 'min', 'max', 'count'] as const) } : {}),
    inputs: [
      { label: '申请的 <金额>', expression: '金额 * 2', type: 'number' },
      { label: '部门', expression: '部门', type: 'string', allowed: '"甲", "乙 & 丙"' },
    ],
    outputs,
    rules: Array.from({ length: random.below(4) }, () => ({
      inputs: [random.of(['< 5', '>= 5', '-', '[1..3]']), random.of(['"甲"', 'not("乙 & 丙")', '-'])],
      outputs: outputs.map(({ name }) => (name === '级别' ? random.of(['"大"', '"小"']) : 'null')),
    })),
  }
}

const several = (random: Random) =>
  random.chance(0.5)
    ? { multi: { sequential: random.chance(0.5), collection: '材料', element: '一份', until: '已完成 >= 2' } }
    : {}

const mappings = (random: Random): { input: Mapping[]; output: Mapping[] } => ({
  input: random.some([{ from: '金额 * 2', to: '数额' }]),
  output: random.some([
    { from: '部门', to: '归口' },
    { from: '1', to: '一' },
  ]),
})

const UNITS: UnitRule[] = ['starter', 'superior', 'line', { id: 'u1' }, { field: '单位' }]

function handlers(random: Random): HandlerRule[] {
  const rules: HandlerRule[] = [
    { by: 'person', persons: ['p1', 'p2'] },
    { by: 'post', title: '处长', unit: random.of(UNITS) },
    { by: 'duty', duty: '文秘', unit: random.of(UNITS) },
    { by: 'leader', levels: 1 + random.below(3) },
    { by: 'line', duty: '分管负责人' },
    { by: 'division', division: '财务处', duty: '文秘', unit: random.of(UNITS) },
    { by: 'role', role: 'unit-admin', unit: random.of(UNITS) },
    { by: 'field', field: '审批人' },
    { by: 'starter' },
    { by: 'choice' },
    { by: 'expression', expression: 'if 金额 > 5 then 审批人 else null' },
  ]
  return [random.of(rules), ...random.some(rules).slice(0, 2)]
}

export function arbitraryStep(random: Random): UserStep {
  const way = random.of(['single', 'all-of', 'in-turn', 'any-of', 'vote', 'claim'] as const)
  const agree: Outcome = {
    key: 'agree',
    name: '同意',
    counts: 'agree',
    opinion: random.of(['required', 'optional', 'none'] as const),
  }
  const reject: Outcome = { key: 'reject', name: '不同意', counts: 'reject', opinion: 'required' }
  const operations = random.some(['add-signer', 'transfer', 'delegate', 'send-back', 'circulate', 'urge'] as const)
  const limit: Limit = {
    amount: 2.5,
    unit: 'working-days',
    kind: 'promised',
    yellow: 0.75,
    overdue: [
      { after: 0, do: 'urge' },
      { after: 1, do: 'to-leader' },
    ],
  }
  const found = handlers(random)
  return {
    handlers: way === 'vote' ? found.map((rule) => (random.chance(0.5) ? { ...rule, weight: 3 } : rule)) : found,
    way,
    ...(way === 'vote' ? { ratio: 0.6, veto: '主要负责人' } : {}),
    ...(way === 'all-of' && random.chance(0.5) ? { rejectAtOnce: true } : {}),
    ...((way === 'all-of' || way === 'in-turn') && random.chance(0.4) ? { until: '同意数 >= 2 and 总数 > 3' } : {}),
    outcomes: random.chance(0.5) ? [agree] : [agree, reject],
    operations,
    nobody: random.of(['skip', 'administrator', 'superior', 'hold'] as const),
    starter: random.of(['keep', 'skip', 'superior'] as const),
    again: random.of(['keep', 'skip-adjacent', 'skip'] as const),
    absent: random.of(['keep', 'substitute', 'superior', 'wait'] as const),
    ...(random.chance(0.5) ? { limit } : {}),
    ...(operations.includes('send-back')
      ? { sendBack: { to: 'any' as const, mode: random.of(['redo', 'straight', 'choose'] as const) } }
      : {}),
    ...(random.chance(0.2) ? { rejected: random.of(['continue', 'end'] as const) } : {}),
    withdraw: random.of(['until-opened', 'until-done', 'never'] as const),
    ...(random.chance(0.2) ? { free: true } : {}),
    ...(random.chance(0.3) ? { fields: { 金额: 'write' as const, 部门: 'hide' as const } } : {}),
  }
}
