import { builtinNames, builtins } from './builtins/registry.ts'
import { NOTHING } from './compile/code.ts'
import { asNode, compilerOf, compileUnary } from './compile/compile.ts'
import { type Context, type DeclaredNames, declare, type EvaluateOptions, readsOf, startRun } from './engine.ts'
import { FeelSyntaxError, FeelTableError } from './errors.ts'
import { cellFact, wordOf } from './explain/words.ts'
import { combine, type Hit, type HitPolicy } from './hit-policy.ts'
import type { Node } from './parse/ast.ts'
import { parseExpression, parseUnaryTests } from './parse/parser.ts'
import { type Input, Names } from './parse/scope.ts'
import type { Run } from './run.ts'
import type { Ternary } from './values/compare.ts'
import { coerce } from './values/types.ts'
import type { FeelType, FeelValue } from './values/value.ts'

/** A decision table as DMN 1.5 §8 has it, whatever it was read from. Cells are FEEL texts; `-` or nothing is any value. */
export interface DecisionTable {
  readonly hitPolicy: HitPolicy
  /** with `collect` and one output */
  readonly aggregation?: 'sum' | 'min' | 'max' | 'count'
  readonly inputs: readonly {
    readonly label: string
    readonly expression: string
    readonly type?: FeelType
    /** unary tests that every value must meet */
    readonly allowed?: string
  }[]
  readonly outputs: readonly {
    readonly name: string
    readonly type?: FeelType
    /** unary tests; their order is the order of priority, the highest first */
    readonly allowed?: string
    /** an expression for when no rule matches */
    readonly otherwise?: string
  }[]
  readonly rules: readonly { readonly inputs: readonly string[]; readonly outputs: readonly string[] }[]
}

export interface Decision {
  readonly value: FeelValue
  /** rules that matched, counted from 1 */
  readonly rules: readonly number[]
  /** 命中第 2 条规则：金额 60000 符合 > 50000 */
  readonly sentence: string
}

export interface CompiledTable {
  /** @throws FeelTableError, FeelBudgetError */
  decide(context: Context, options: EvaluateOptions): Decision
  readonly reads: readonly string[]
}

/** cells that ask nothing */
const NO_TEST = ['', '-']
type Cell = (run: Run, value: FeelValue) => Ternary
type Value = (run: Run) => FeelValue

/** Compiles the cells of one table and says of each fault where it stands. */
class Cells {
  readonly #names: Names
  readonly nodes: Node[] = []
  constructor(inputs: readonly Input[]) {
    this.#names = new Names(inputs, builtinNames)
  }

  at<T>(place: string, compile: () => T): T {
    try {
      return compile()
    } catch (error) {
      if (error instanceof FeelSyntaxError)
        throw new FeelSyntaxError(error.code, `${place}：${error.message}`, error.position, error.length)
      throw error
    }
  }

  value(place: string, text: string): Value {
    if (NO_TEST.includes(text.trim())) return () => null
    return this.at(place, () => {
      const node = parseExpression(text, this.#names)
      this.nodes.push(node)
      const code = compilerOf(node, builtins)(node, null)
      return (run) => code(run, NOTHING)
    })
  }

  tests(place: string, text: string, type: FeelType | undefined): Cell {
    if (NO_TEST.includes(text.trim())) return () => true
    return this.at(place, () => {
      const unary = parseUnaryTests(text, this.#names, type)
      this.nodes.push(asNode(unary.input, unary.tests))
      return compileUnary(unary, builtins)
    })
  }

  /** Each test of a list of allowed values by itself, so that its place is known. */
  ranks(place: string, text: string): readonly Cell[] {
    return this.at(place, () => {
      const unary = parseUnaryTests(text, this.#names)
      return unary.tests.map((test) => compileUnary({ ...unary, tests: [test] }, builtins))
    })
  }
}

const checkShape = (table: DecisionTable): void => {
  const refuse = (message: string): never => {
    throw new FeelSyntaxError('table-shape', message, 0, 0)
  }
  if (table.outputs.length === 0) refuse('决策表至少要有一个输出。')
  for (const [nth, rule] of table.rules.entries())
    if (rule.inputs.length !== table.inputs.length || rule.outputs.length !== table.outputs.length)
      refuse(
        `第 ${nth + 1} 条规则的格数与表头不符：应有 ${table.inputs.length} 个条件、${table.outputs.length} 个输出。`,
      )
  if (table.aggregation && (table.hitPolicy !== 'collect' || table.outputs.length > 1))
    refuse('汇总只能用于“收集”策略，且只能有一个输出。')
  const ranked = table.hitPolicy === 'priority' || table.hitPolicy === 'output order'
  if (ranked && !table.outputs.some(({ allowed }) => allowed))
    refuse('按优先级取结果的决策表，须在输出里按优先级列出允许的值。')
}

const compileParts = (table: DecisionTable, cells: Cells) => {
  const inputs = table.inputs.map(({ label, expression, type, allowed = '' }) => ({
    label,
    type,
    value: cells.value(`输入“${label}”`, expression),
    allowed: cells.tests(`输入“${label}”允许的值`, allowed, type),
    allowedText: allowed,
  }))
  const outputs = table.outputs.map(({ name, type, allowed, otherwise }) => ({
    name,
    type,
    ranks: allowed ? cells.ranks(`输出“${name}”允许的值`, allowed) : null,
    otherwise: otherwise === undefined ? null : cells.value(`输出“${name}”的默认值`, otherwise),
  }))
  const rules = table.rules.map((rule, nth) => ({
    texts: rule.inputs,
    tests: rule.inputs.map((text, at) =>
      cells.tests(`第 ${nth + 1} 条规则，条件“${inputs[at]!.label}”`, text, inputs[at]!.type),
    ),
    values: rule.outputs.map((text, at) => cells.value(`第 ${nth + 1} 条规则，输出“${outputs[at]!.name}”`, text)),
  }))
  return { inputs, outputs, rules }
}
type Parts = ReturnType<typeof compileParts>

const readInputs = (run: Run, { inputs }: Parts): FeelValue[] =>
  inputs.map(({ label, type, value, allowed, allowedText }) => {
    const given = type === undefined ? value(run) : coerce(value(run), type, run.look)
    if (given !== null && allowed(run, given) !== true)
      throw new FeelTableError('input-not-allowed', `${label} ${wordOf(given)} 不在允许的值（${allowedText}）之内。`)
    return given
  })

/** One output is the value itself, several are a context. */
const whole = ({ outputs }: Parts, values: readonly FeelValue[]): FeelValue =>
  outputs.length === 1 ? values[0]! : new Map(outputs.map(({ name }, at) => [name, values[at]!]))

const outputOf = (run: Run, parts: Parts, nth: number): Hit => {
  const ranks: number[] = []
  const values = parts.outputs.map(({ name, type, ranks: allowed }, at) => {
    const raw = parts.rules[nth]!.values[at]!(run)
    const value = type === undefined ? raw : coerce(raw, type, run.look)
    if (allowed === null) return value
    const rank = value === null ? -1 : allowed.findIndex((test) => test(run, value) === true)
    if (value !== null && rank < 0) {
      const message = `第 ${nth + 1} 条规则的输出“${name}”${wordOf(value)} 不在允许的值之内。`
      throw new FeelTableError('output-not-allowed', message, [nth + 1])
    }
    ranks.push(rank < 0 ? allowed.length : rank)
    return value
  })
  return { rule: nth + 1, ranks, value: whole(parts, values) }
}

const defaultOf = (run: Run, parts: Parts): FeelValue | undefined => {
  if (parts.outputs.every(({ otherwise }) => otherwise === null)) return undefined
  return whole(
    parts,
    parts.outputs.map(({ otherwise }) => otherwise?.(run) ?? null),
  )
}

const sentenceOf = ({ inputs, rules }: Parts, given: readonly FeelValue[], chosen: readonly number[]): string => {
  const facts = inputs.map(({ label }, at) => `${label} ${wordOf(given[at]!)}`).join('，')
  const [only] = chosen
  if (only === undefined) return `没有命中任何规则：${facts}`
  if (chosen.length > 1) return `命中第 ${chosen.join('、')} 条规则：${facts}`
  const reasons = rules[only - 1]!.texts.flatMap((text, at) =>
    NO_TEST.includes(text.trim()) ? [] : [cellFact(text, inputs[at]!.label, given[at]!, true)],
  )
  return `命中第 ${only} 条规则：${reasons.join('；') || '任何情况'}`
}

/** Compiles a decision table. @throws FeelSyntaxError that names the rule and the column */
export const compileDecisionTable = (
  table: DecisionTable,
  { names }: { readonly names: DeclaredNames },
): CompiledTable => {
  checkShape(table)
  const declared = declare(names)
  const cells = new Cells(declared)
  const parts = compileParts(table, cells)
  const decide: CompiledTable['decide'] = (context, options) => {
    const run = startRun(declared, context, options)
    const given = readInputs(run, parts)
    const hits: Hit[] = []
    for (const [nth, rule] of parts.rules.entries()) {
      run.step()
      if (!rule.tests.every((test, at) => test(run, given[at]!) === true)) continue
      hits.push(outputOf(run, parts, nth))
      if (table.hitPolicy === 'first') break
    }
    const { value, chosen } = combine(run, table, hits, () => defaultOf(run, parts))
    return { value, rules: chosen, sentence: sentenceOf(parts, given, chosen) }
  }
  return { decide, reads: readsOf(declared, cells.nodes) }
}
