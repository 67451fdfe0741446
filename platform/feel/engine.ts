import { builtinNames, builtins } from './builtins/registry.ts'
import { NOTHING } from './compile/code.ts'
import { asNode, compilerOf, compileUnary } from './compile/compile.ts'
import { type ExplainedPart, Explainer, sentenceOf } from './explain/explain.ts'
import { cellFact } from './explain/words.ts'
import type { Node } from './parse/ast.ts'
import { checkName } from './parse/names.ts'
import { parseExpression, parseUnaryTests } from './parse/parser.ts'
import { type Input, Names } from './parse/scope.ts'
import { visit } from './parse/visit.ts'
import { BUDGET, type Budget, type FeelClock, Run } from './run.ts'
import { toFeel } from './values/convert.ts'
import type { FeelType, FeelValue } from './values/value.ts'

/** Names an expression may read: a list, or what each of them is. */
export type DeclaredNames = readonly string[] | Readonly<Record<string, FeelType>>

/** Values by declared name, JS or FEEL. Names that are not declared are not looked at. */
export type Context = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>

export interface EvaluateOptions {
  readonly clock: FeelClock
  readonly budget?: Partial<Budget>
  /** a clock that only measures, in milliseconds; `performance.now` when left out */
  readonly milliseconds?: () => number
}

export interface Explanation {
  /** one Chinese sentence: 未通过：金额 60000 > 50000 */
  readonly sentence: string
  readonly value: FeelValue
  readonly tree: ExplainedPart
}

export interface Compiled {
  /** @throws FeelBudgetError; every other failure is null, as FEEL wants it */
  evaluate(context: Context, options: EvaluateOptions): FeelValue
  /** Evaluates again and says which parts decided. @throws FeelBudgetError */
  explain(context: Context, options: EvaluateOptions): Explanation
  /** declared names it reads, in the order of declaration */
  readonly reads: readonly string[]
  /** what the result is, as far as that is sure beforehand */
  readonly type?: FeelType
}

export interface CompiledTests {
  /** Whether a value meets the tests; null when that cannot be said. @throws FeelBudgetError */
  test(value: unknown, context: Context, options: EvaluateOptions): boolean | null
  /** The same in words; `label` is what the value is called: 金额 60000 不符合 [1..50000] */
  explain(
    value: unknown,
    label: string,
    context: Context,
    options: EvaluateOptions,
  ): { readonly answer: boolean | null; readonly fact: string }
  readonly reads: readonly string[]
}

export const declare = (names: DeclaredNames): Input[] => {
  const list: [string, FeelType | undefined][] = Array.isArray(names)
    ? (names as readonly string[]).map((name) => [name, undefined])
    : Object.entries(names as Readonly<Record<string, FeelType>>)
  return list.map(([name, type], slot) => {
    checkName(name)
    return { name, slot, ...(type === undefined ? {} : { type }) }
  })
}

const lookIn = (context: Context, name: string): unknown => {
  if (context instanceof Map) return context.get(name)
  return Object.hasOwn(context, name) ? (context as Readonly<Record<string, unknown>>)[name] : undefined
}

const UNREAD = Symbol('unread')

/** Each name is converted when it is first read. */
const reader = (inputs: readonly Input[], context: Context) => {
  const values: (FeelValue | typeof UNREAD)[] = new Array(inputs.length).fill(UNREAD)
  return (slot: number): FeelValue => {
    const known = values[slot]!
    if (known !== UNREAD) return known
    const { name, type } = inputs[slot]!
    const value = toFeel(lookIn(context, name), type)
    values[slot] = value
    return value
  }
}

const monotonic = (): number => performance.now()

export const startRun = (inputs: readonly Input[], context: Context, options: EvaluateOptions): Run =>
  new Run(
    reader(inputs, context),
    options.clock,
    options.budget ? { ...BUDGET, ...options.budget } : BUDGET,
    options.milliseconds ?? monotonic,
  )

export const readsOf = (inputs: readonly Input[], nodes: readonly Node[]): string[] => {
  const slots = new Set<number>()
  for (const node of nodes)
    visit(node, (part) => {
      if (part.kind === 'name' && part.binding.from === 'input') slots.add(part.binding.slot)
    })
  return inputs.filter(({ slot }) => slots.has(slot)).map(({ name }) => name)
}

/** Compiles an expression over declared names. @throws FeelSyntaxError */
export const compileExpression = (text: string, { names }: { readonly names: DeclaredNames }): Compiled => {
  const inputs = declare(names)
  const node = parseExpression(text, new Names(inputs, builtinNames))
  const compile = compilerOf(node, builtins)
  const code = compile(node, null)
  return {
    evaluate: (context, options) => code(startRun(inputs, context, options), NOTHING),
    explain(context, options) {
      const tree = new Explainer(text, compile).explain(node, null)(startRun(inputs, context, options), NOTHING)
      return { sentence: sentenceOf(tree, node.type === 'boolean'), value: tree.value, tree }
    },
    reads: readsOf(inputs, [node]),
    ...(node.type === undefined ? {} : { type: node.type }),
  }
}

/** Compiles a condition cell: `-`, `> 5`, `[1..5], 8`, `not("a")`; `type` is what the tested value is. @throws FeelSyntaxError */
export const compileUnaryTests = (
  text: string,
  { names, type }: { readonly names: DeclaredNames; readonly type?: FeelType },
): CompiledTests => {
  const inputs = declare(names)
  const unary = parseUnaryTests(text, new Names(inputs, builtinNames), type)
  const meets = compileUnary(unary, builtins)
  return {
    test: (value, context, options) => meets(startRun(inputs, context, options), toFeel(value, type)),
    explain(value, label, context, options) {
      const given = toFeel(value, type)
      const answer = meets(startRun(inputs, context, options), given)
      return { answer, fact: cellFact(text, label, given, answer) }
    },
    reads: readsOf(inputs, [asNode(unary.input, unary.tests)]),
  }
}
