import { asFunction, type Builtin } from '../builtins/define.ts'
import type { Local, Node, NodeOf, Test, UnaryTests } from '../parse/ast.ts'
import { visit } from '../parse/visit.ts'
import type { Run } from '../run.ts'
import { minusSign } from '../values/arithmetic.ts'
import type { Ternary } from '../values/compare.ts'
import { propertyOf } from '../values/property.ts'
import type { FeelValue } from '../values/value.ts'
import { compileCall } from './calls.ts'
import { bind, type Code, type Compile, depthOf, type Env, type Frame, lookUp, NOTHING } from './code.ts'
import { compileFilter, compileFor, compileKey, compileQuantified } from './loops.ts'
import {
  anyTrue,
  compileArithmetic,
  compileBetween,
  compileCompare,
  compileFunction,
  compileIn,
  compileInstance,
  compileLogic,
  compileNegate,
  compileRange,
  compileTest,
} from './operators.ts'

export type Builtins = ReadonlyMap<string, Builtin>

const constant =
  (value: FeelValue): Code =>
  () =>
    value

const compileList = (node: NodeOf<'list'>, frame: Frame | null, compile: Compile): Code => {
  if (node.items.every((item) => item.kind === 'literal'))
    return constant(node.items.map((item) => (item as NodeOf<'literal'>).value))
  const items = node.items.map((item) => compile(item, frame))
  return (run, env) => items.map((item) => item(run, env))
}

const compileContext = (node: NodeOf<'context'>, frame: Frame | null, compile: Compile): Code => {
  let inner = frame
  const entries = node.entries.map(({ local, value }) => {
    const code = compile(value, inner)
    inner = { local, up: inner }
    return { name: local.name, code }
  })
  return (run, env) => {
    const context = new Map<string, FeelValue>()
    let here = env
    for (const { name, code } of entries) {
      const value = code(run, here)
      context.set(name, value)
      here = bind(value, here)
    }
    return context
  }
}

const compileName = (node: NodeOf<'name'>, frame: Frame | null, builtins: Builtins): Code => {
  const { binding } = node
  const items = node.filters.map((local) => lookUp(depthOf(frame, local)))
  let code: Code
  if (binding.from === 'input') {
    const { slot } = binding
    code = (run) => run.input(slot) as FeelValue
  } else if (binding.from === 'local') code = lookUp(depthOf(frame, binding.local))
  else code = constant(binding.from === 'builtin' ? asFunction(builtins.get(node.name)!) : null)
  if (items.length === 0) return code
  const reads = items.map((item) => (env: Env) => item(undefined as never, env))
  return compileKey(node.name, reads, code)
}

/** Which locals the expression reads, so that what nobody reads is not made. */
const usesOf = (node: Node): ReadonlySet<Local> => {
  const uses = new Set<Local>()
  visit(node, (part) => {
    if (part.kind === 'name' && part.binding.from === 'local') uses.add(part.binding.local)
  })
  return uses
}

/** Turns a tree into closures. @throws FeelSyntaxError for a call that no function takes */
export const compilerOf = (root: Node, builtins: Builtins): Compile => {
  const uses = usesOf(root)
  const compile: Compile = (node, frame) => {
    switch (node.kind) {
      case 'literal':
        return constant(node.value)
      case 'name':
        return compileName(node, frame, builtins)
      case 'path': {
        const [from, { name }] = [compile(node.from, frame), node]
        return (run, env) => propertyOf(run, from(run, env), name)
      }
      case 'filter':
        return compileFilter(node, frame, compile)
      case 'call':
        return compileCall(node, frame, compile, builtins)
      case 'arithmetic':
        return compileArithmetic(node, frame, compile)
      case 'negate':
        return node.value.kind === 'literal'
          ? constant(minusSign(node.value.value))
          : compileNegate(node, frame, compile)
      case 'compare':
        return compileCompare(node, frame, compile)
      case 'logic':
        return compileLogic(node, frame, compile)
      case 'between':
        return compileBetween(node, frame, compile)
      case 'in':
        return compileIn(node, frame, compile)
      case 'instance':
        return compileInstance(node, frame, compile)
      case 'if': {
        const [condition, yes, no] = [compile(node.condition, frame), compile(node.yes, frame), compile(node.no, frame)]
        return (run, env) => (condition(run, env) === true ? yes(run, env) : no(run, env))
      }
      case 'for':
        return compileFor(node, frame, compile, uses)
      case 'quantified':
        return compileQuantified(node, frame, compile)
      case 'list':
        return compileList(node, frame, compile)
      case 'context':
        return compileContext(node, frame, compile)
      case 'range':
        return compileRange(node, frame, compile)
      case 'function':
        return compileFunction(node, frame, compile)
    }
  }
  return compile
}

/** The tests as one node, for what looks over a whole tree. */
export const asNode = (input: Local, tests: readonly Test[]): Node => ({
  kind: 'in',
  value: { kind: 'literal', value: null, at: 0, end: 0 },
  input,
  tests,
  type: 'boolean',
  at: 0,
  end: tests.at(-1)?.end ?? 0,
})

/** A cell of a decision table: whether the value meets it. */
export const compileUnary = (unary: UnaryTests, builtins: Builtins): ((run: Run, value: FeelValue) => Ternary) => {
  if (unary.any) return () => true
  const compile = compilerOf(asNode(unary.input, unary.tests), builtins)
  const frame: Frame = { local: unary.input, up: null }
  const tests = unary.tests.map((test) => compileTest(test, frame, compile))
  return (run, value) => {
    const env = bind(value, NOTHING)
    const answer = anyTrue(tests.map((test) => test(run, env)))
    return unary.negated && answer !== null ? !answer : answer
  }
}
