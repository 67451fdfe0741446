import type { Mapping } from '../contract/graph.ts'
import { type Element, expression, extensions, many } from './model.ts'
import type { Notes } from './problems.ts'
import type { At } from './values.ts'

/** What an expression is for, and so what it must answer. */
export type ExpressionKind = 'condition' | 'value' | 'list' | 'number' | 'timer' | 'persons'

/** Compiles an expression without running it: what is wrong with it in Chinese, or the names it reads. */
export type CheckExpression = (
  text: string,
  context: { names: readonly string[]; kind: ExpressionKind },
) => { problem: string } | { reads: readonly string[] }

/** An expression met while reading; it is compiled when all names are known. */
interface Pending {
  element: Element
  what: string
  text: string
  kind: ExpressionKind
  locals: readonly string[]
}

/** What the engine itself gives to every expression, and to the end condition of a repeated activity. */
const OF_THE_ENGINE = ['结果', '环节结果']
export const COUNTERS = ['总数', '已完成', '未完成']
/** And to the condition that ends a step of several people early. */
export const VOTES = ['同意数', '不同意数']

export class Expressions {
  readonly #pending: Pending[] = []
  readonly #declared = new Set<string>()

  add(element: Element, what: string, text: string, kind: ExpressionKind, locals: readonly string[]): string {
    this.#pending.push({ element, what, text, kind, locals })
    return text
  }

  /** A name that has a value when the process runs: a field of its form, or what the process itself writes. */
  declare(name: string): void {
    this.#declared.add(name)
  }

  /** Compiles all of them and answers the names that must come from the form, sorted. */
  check(notes: Notes, check: CheckExpression, declared: readonly string[]): string[] {
    const reads = new Set<string>()
    const given = [...OF_THE_ENGINE, ...COUNTERS, ...VOTES]
    const common = [...declared, ...this.#declared, ...OF_THE_ENGINE]
    for (const { element, what, text, kind, locals } of this.#pending) {
      const answer = check(text, { names: [...new Set([...common, ...locals])], kind })
      if ('problem' in answer)
        notes.refuse(
          'bad-expression',
          element,
          (called) =>
            `${called}的${what}“${text.slice(0, 80)}”有错：${answer.problem.replace(/(?<![。？])$/, '。')}请改正。`,
        )
      else for (const name of answer.reads) if (!given.includes(name)) reads.add(name)
    }
    return [...reads].sort()
  }
}

/** `qt:input`, `qt:output`, `qt:payload`, `qt:result`: each gives the value of its expression to a name. */
export function readMappings(
  at: At & { expressions: Expressions; locals: readonly string[] },
  mappings: Element[],
  what: string,
  into: 'variables' | 'elsewhere',
): Mapping[] {
  return mappings.flatMap((mapping) => {
    const to = String(mapping.get('to') ?? '').trim()
    const from = expression(mapping)
    if (!to || !from || to in Object.prototype) {
      at.notes.refuse(
        'bad-mapping',
        at.element,
        (called) => `${called}的${what}要写明名称（to）和取值的表达式。请补上。`,
      )
      return []
    }
    if (into === 'variables') at.expressions.declare(to)
    return [{ from: at.expressions.add(at.element, `${what}“${to}”`, from, 'value', at.locals), to }]
  })
}

export const inputs = (owner: Element): Element[] => many(owner, 'input')
export const outputs = (owner: Element): Element[] => many(owner, 'output')
export const payloads = (element: Element): Element[] => extensions(element, 'qt:Payload')
export const results = (element: Element): Element[] => extensions(element, 'qt:Result')
