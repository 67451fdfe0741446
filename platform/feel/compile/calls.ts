import { apply, type Builtin, callFunction, overloadFor, overloadNamed } from '../builtins/define.ts'
import { FeelSyntaxError } from '../errors.ts'
import type { NodeOf } from '../parse/ast.ts'
import { closeNames } from '../parse/names.ts'
import { readSource } from '../regex/pattern.ts'
import { PatternError } from '../regex/sets.ts'
import { FeelFunction, type FeelValue } from '../values/value.ts'
import type { Code, Compile, Frame } from './code.ts'

const refuse = (code: string, message: string, node: { at: number; end: number }): never => {
  throw new FeelSyntaxError(code, `第 ${node.at + 1} 个字符处：${message}`, node.at, node.end - node.at)
}

const shapeOf = (builtin: Builtin): string =>
  builtin.overloads
    .map(
      ({ parameters, variadic }) =>
        `${builtin.name}(${variadic ? '…' : ''}${parameters.map(({ name, optional }) => (optional ? `[${name}]` : name)).join(', ')})`,
    )
    .join(' 或 ')

/** The position of the pattern and of its flags among the arguments. */
const PATTERNS: Readonly<Record<string, readonly [number, number]>> = {
  matches: [1, 2],
  replace: [1, 3],
  split: [1, -1],
}

/** A pattern that is written out is looked at when the expression is published. */
const checkPattern = (node: NodeOf<'call'>, name: string): void => {
  const [at, flagsAt] = Object.hasOwn(PATTERNS, name) ? PATTERNS[name]! : [-1, -1]
  const [source, flags] = [node.values[at], node.values[flagsAt]]
  if (source?.kind !== 'literal' || typeof source.value !== 'string' || (flags && flags.kind !== 'literal')) return
  const given = flags?.kind === 'literal' && typeof flags.value === 'string' ? flags.value : ''
  try {
    readSource(source.value, given)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    refuse('pattern', `匹配模式不对：${error.message}。`, source)
  }
}

const compileBuiltin = (node: NodeOf<'call'>, builtin: Builtin, frame: Frame | null, compile: Compile): Code => {
  const values = node.values.map((value) => compile(value, frame))
  if (node.names === null) {
    checkPattern(node, builtin.name)
    const overload = overloadFor(builtin, values.length)
    if (!overload)
      return refuse('arity', `函数 ${builtin.name} 不接受 ${values.length} 个参数，写法：${shapeOf(builtin)}。`, node)
    const [first, second] = values
    if (values.length === 1)
      return (run, env) => {
        run.step()
        return apply(overload, run, [first!(run, env)])
      }
    if (values.length === 2)
      return (run, env) => {
        run.step()
        return apply(overload, run, [first!(run, env), second!(run, env)])
      }
    return (run, env) => {
      run.step()
      return apply(
        overload,
        run,
        values.map((value) => value(run, env)),
      )
    }
  }
  const found = overloadNamed(builtin, node.names)
  if (!found) {
    const known = builtin.overloads.flatMap(({ parameters }) => parameters.map(({ name }) => name))
    const wrong = node.names.find((name) => !known.includes(name))
    const close = wrong === undefined ? [] : closeNames(wrong, known)
    const hint = close.length === 0 ? '' : `是否指“${close[0]}”？`
    return refuse('arity', `函数 ${builtin.name} 的参数名称不对。${hint}写法：${shapeOf(builtin)}。`, node)
  }
  const { overload, slots } = found
  return (run, env) => {
    run.step()
    const ordered: (FeelValue | undefined)[] = []
    for (const [at, value] of values.entries()) ordered[slots[at]!] = value(run, env)
    return apply(overload, run, ordered)
  }
}

const compileValueCall = (node: NodeOf<'call'>, frame: Frame | null, compile: Compile): Code => {
  const callee = compile(node.callee, frame)
  const values = node.values.map((value) => compile(value, frame))
  const { names } = node
  return (run, env) => {
    const target = callee(run, env)
    if (!(target instanceof FeelFunction)) return null
    const given = values.map((value) => value(run, env))
    if (names === null) return callFunction(run, target, given)
    const ordered = target.parameters.map(({ name }) => given[names.indexOf(name)])
    if (ordered.includes(undefined) || ordered.length !== given.length) return null
    return callFunction(run, target, ordered as FeelValue[])
  }
}

export const compileCall = (
  node: NodeOf<'call'>,
  frame: Frame | null,
  compile: Compile,
  builtins: ReadonlyMap<string, Builtin>,
): Code => {
  const { callee } = node
  if (callee.kind === 'name' && callee.binding.from === 'builtin')
    return compileBuiltin(node, builtins.get(callee.name)!, frame, compile)
  return compileValueCall(node, frame, compile)
}
