import { bind, type Compile, type Env, type Frame } from '../compile/code.ts'
import { compileIterators, eachTurn } from '../compile/loops.ts'
import { anyTrue, compareValues, compileTest } from '../compile/operators.ts'
import type { Node, NodeOf } from '../parse/ast.ts'
import { visit } from '../parse/visit.ts'
import type { Run } from '../run.ts'
import { both } from '../values/compare.ts'
import type { FeelValue } from '../values/value.ts'
import { membership, namedValue, signOf, sourceOf, wordOf } from './words.ts'

/** One part of an expression with what came of it. */
export interface ExplainedPart {
  /** as it is written */
  readonly text: string
  readonly value: FeelValue
  /** what decided it, in words: 金额 60000 > 50000 */
  readonly facts: readonly string[]
  readonly parts: readonly ExplainedPart[]
}
type Explain = (run: Run, env: Env) => ExplainedPart

/** A decision names so many facts at most. */
const MOST_FACTS = 5

const isNot = ({ callee, values }: NodeOf<'call'>): boolean =>
  callee.kind === 'name' && callee.binding.from === 'builtin' && callee.name === 'not' && values.length === 1

export class Explainer {
  readonly #text: string
  readonly #compile: Compile

  constructor(text: string, compile: Compile) {
    this.#text = text
    this.#compile = compile
  }

  #part(
    node: { at: number; end: number },
    value: FeelValue,
    facts: readonly string[],
    parts: readonly ExplainedPart[] = [],
  ): ExplainedPart {
    return { text: sourceOf(this.#text, node), value, facts: facts.slice(0, MOST_FACTS), parts }
  }

  /** A function that works the expression out and says why. */
  explain(node: Node, frame: Frame | null): Explain {
    switch (node.kind) {
      case 'logic':
        return this.#logic(node, frame)
      case 'compare':
        return this.#compare(node, frame)
      case 'between':
        return this.#between(node, frame)
      case 'in':
        return this.#in(node, frame)
      case 'quantified':
        return this.#quantified(node, frame)
      case 'if':
        return this.#if(node, frame)
      case 'call':
        return isNot(node) ? this.#not(node, frame) : this.#leaf(node, frame)
      default:
        return this.#leaf(node, frame)
    }
  }

  #named(node: Node, value: FeelValue): string {
    return namedValue(this.#text, node, value)
  }

  /** Anything that is not taken apart: names what it reads. */
  #leaf(node: Node, frame: Frame | null): Explain {
    const code = this.#compile(node, frame)
    const read: { node: Node; code: ReturnType<Compile> }[] = []
    if (node.kind !== 'name' && node.kind !== 'literal')
      visit(node, (part) => {
        if (
          part.kind === 'name' &&
          part.binding.from === 'input' &&
          !read.some(({ node }) => (node as NodeOf<'name'>).name === part.name)
        )
          read.push({ node: part, code: this.#compile({ ...part, filters: [] }, null) })
      })
    return (run, env) => {
      const value = code(run, env)
      const known = read.map(({ node, code }) => this.#named(node, code(run, env)))
      const source = sourceOf(this.#text, node)
      const says =
        typeof value === 'boolean' && node.kind !== 'name'
          ? `${source} ${value ? '成立' : '不成立'}`
          : this.#named(node, value)
      return this.#part(node, value, [known.length === 0 ? says : `${says}（${known.join('，')}）`])
    }
  }

  /** The parts that agree with the result decided it. */
  #logic(node: NodeOf<'logic'>, frame: Frame | null): Explain {
    const items = node.items.map((item) => this.explain(item, frame))
    const decisive = node.operator === 'or'
    return (run, env) => {
      const parts: ExplainedPart[] = []
      for (const item of items) {
        parts.push(item(run, env))
        if (parts.at(-1)!.value === decisive) break
      }
      const unknown = parts.filter(({ value }) => typeof value !== 'boolean')
      const decided = parts.at(-1)!.value === decisive
      const value = decided ? decisive : unknown.length > 0 ? null : !decisive
      const telling = decided ? parts.slice(-1) : unknown.length > 0 ? unknown : parts
      return this.#part(
        node,
        value,
        telling.flatMap(({ facts }) => facts),
        parts,
      )
    }
  }

  #not(node: NodeOf<'call'>, frame: Frame | null): Explain {
    const inner = this.explain(node.values[0]!, frame)
    return (run, env) => {
      const part = inner(run, env)
      return this.#part(node, typeof part.value === 'boolean' ? !part.value : null, part.facts, [part])
    }
  }

  #missing(operands: readonly (readonly [Node, FeelValue])[]): string[] {
    const without = operands.filter(([node, value]) => value === null && node.kind !== 'literal')
    if (without.length > 0) return without.map(([node, value]) => this.#named(node, value))
    return [`${operands.map(([node, value]) => this.#named(node, value)).join(' 与 ')} 不能比较`]
  }

  #compare(node: NodeOf<'compare'>, frame: Frame | null): Explain {
    const [left, right] = [this.#compile(node.left, frame), this.#compile(node.right, frame)]
    return (run, env) => {
      const [a, b] = [left(run, env), right(run, env)]
      const value = compareValues(run, node.operator, a, b)
      if (value === null)
        return this.#part(
          node,
          value,
          this.#missing([
            [node.left, a],
            [node.right, b],
          ]),
        )
      return this.#part(node, value, [
        `${this.#named(node.left, a)} ${signOf(node.operator, value)} ${this.#named(node.right, b)}`,
      ])
    }
  }

  #between(node: NodeOf<'between'>, frame: Frame | null): Explain {
    const [one, low, high] = [
      this.#compile(node.value, frame),
      this.#compile(node.low, frame),
      this.#compile(node.high, frame),
    ]
    return (run, env) => {
      const [a, from, to] = [one(run, env), low(run, env), high(run, env)]
      const value = both(compareValues(run, '>=', a, from), compareValues(run, '<=', a, to))
      if (value === null)
        return this.#part(
          node,
          value,
          this.#missing([
            [node.value, a],
            [node.low, from],
            [node.high, to],
          ]),
        )
      return this.#part(node, value, [
        `${this.#named(node.value, a)} ${value ? '在' : '不在'} ${wordOf(from)} 到 ${wordOf(to)} 之间`,
      ])
    }
  }

  #in(node: NodeOf<'in'>, frame: Frame | null): Explain {
    const one = this.#compile(node.value, frame)
    const inner: Frame = { local: node.input, up: frame }
    const tests = node.tests.map((test) => compileTest(test, inner, this.#compile))
    return (run, env) => {
      const value = one(run, env)
      const here = bind(value, env)
      const answer = anyTrue(tests.map((test) => test(run, here)))
      if (answer === null && value === null) return this.#part(node, null, [this.#named(node.value, value)])
      return this.#part(node, answer, [
        membership(
          this.#named(node.value, value),
          node.tests.map((test) => sourceOf(this.#text, test)).join('、'),
          answer,
        ),
      ])
    }
  }

  /** Names the first item that decided. */
  #quantified(node: NodeOf<'quantified'>, frame: Frame | null): Explain {
    const { levels, inner } = compileIterators(node.iterators, frame, this.#compile)
    const body = this.explain(node.body, inner)
    const names = node.iterators.map(({ local }) => local.name)
    return (run, env) => {
      const found: { part: ExplainedPart | null; turn: number; values: FeelValue[] } = {
        part: null,
        turn: 0,
        values: [],
      }
      let [turns, unknown] = [0, 0]
      const went = eachTurn(run, env, levels, (here) => {
        const part = body(run, here)
        turns++
        if (part.value !== !node.every) {
          if (part.value !== node.every) unknown++
          return true
        }
        Object.assign(found, { part, turn: turns, values: [...names.keys()].map((up) => this.#up(here, up)).reverse() })
        return false
      })
      if (went === null) return this.#part(node, null, [`${sourceOf(this.#text, node.iterators[0]!.from)} 没有值`])
      if (found.part) {
        const which =
          names.length === 1
            ? `第 ${found.turn} 项`
            : names.map((name, at) => `${name} ${wordOf(found.values[at]!)}`).join('，')
        return this.#part(
          node,
          !node.every,
          found.part.facts.map((fact) => `${which}：${fact}`),
          [found.part],
        )
      }
      const source = sourceOf(this.#text, node.body)
      if (unknown > 0) return this.#part(node, null, [`${turns} 项中有 ${unknown} 项不能判断“${source}”`])
      return this.#part(node, node.every, [
        node.every ? `${turns} 项都符合“${source}”` : `${turns} 项中没有一项符合“${source}”`,
      ])
    }
  }

  #up(env: Env, steps: number): FeelValue {
    let here = env
    for (let at = 0; at < steps; at++) here = here.up
    return here.value
  }

  #if(node: NodeOf<'if'>, frame: Frame | null): Explain {
    const condition = this.explain(node.condition, frame)
    const [yes, no] = [this.explain(node.yes, frame), this.explain(node.no, frame)]
    return (run, env) => {
      const because = condition(run, env)
      const chosen = because.value === true ? yes(run, env) : no(run, env)
      const facts = typeof chosen.value === 'boolean' ? [...because.facts, ...chosen.facts] : because.facts
      return this.#part(node, chosen.value, facts, [because, chosen])
    }
  }
}

/** 通过：… · 未通过：… · 不能判断：… · 结果为 …（因为 …） */
export const sentenceOf = ({ value, facts }: ExplainedPart, condition: boolean): string => {
  const why = facts.join('；')
  if (value === true) return `通过：${why}`
  if (value === false) return `未通过：${why}`
  if (value === null && condition) return `不能判断：${why}`
  return why === '' ? `结果：${wordOf(value)}` : `结果：${wordOf(value)}（${why}）`
}
