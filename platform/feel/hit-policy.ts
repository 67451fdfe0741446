import { apply } from './builtins/define.ts'
import { lists } from './builtins/lists.ts'
import { FeelTableError } from './errors.ts'
import type { Run } from './run.ts'
import { equal } from './values/compare.ts'
import type { FeelValue } from './values/value.ts'

/** DMN 1.5 §8.2.8: U, A, P, F (one result) and C, R, O (several). */
export type HitPolicy = 'unique' | 'any' | 'priority' | 'first' | 'collect' | 'rule order' | 'output order'

/** A rule that matched; `ranks` are its outputs' places among the allowed values, the highest priority 0. */
export interface Hit {
  readonly rule: number
  readonly value: FeelValue
  readonly ranks: readonly number[]
}

interface Table {
  readonly hitPolicy: HitPolicy
  readonly aggregation?: 'sum' | 'min' | 'max' | 'count'
}

const byRank = (a: Hit, b: Hit): number => {
  for (const [at, rank] of a.ranks.entries()) if (rank !== b.ranks[at]) return rank - b.ranks[at]!
  return a.rule - b.rule
}

const aggregate = (run: Run, how: NonNullable<Table['aggregation']>, values: FeelValue[]): FeelValue => {
  const overload = lists.find(([name, { variadic }]) => name === how && variadic)![1]
  return values.length === 0 && how !== 'count' ? null : apply(overload, run, [values])
}

const numbersOf = (hits: readonly Hit[]): number[] => hits.map(({ rule }) => rule)
const named = (hits: readonly Hit[]): string => numbersOf(hits).join('、')

const single = (run: Run, hits: readonly Hit[], policy: HitPolicy): Hit => {
  const [first, ...others] = hits
  if (policy === 'unique' && others.length > 0)
    throw new FeelTableError(
      'overlap',
      `同时命中了第 ${named(hits)} 条规则，而这张表只允许命中一条。请修改规则使其互不重叠。`,
      numbersOf(hits),
    )
  if (policy === 'any' && others.some(({ value }) => equal(run, value, first!.value) !== true))
    throw new FeelTableError(
      'conflict',
      `第 ${named(hits)} 条规则同时命中而输出不同。请使这些规则的输出一致。`,
      numbersOf(hits),
    )
  return policy === 'priority' ? hits.toSorted(byRank)[0]! : first!
}

/** The result of the rules that matched, and which of them made it. @throws FeelTableError */
export const combine = (
  run: Run,
  { hitPolicy, aggregation }: Table,
  hits: readonly Hit[],
  otherwise: () => FeelValue | undefined,
): { value: FeelValue; chosen: readonly number[] } => {
  const many = hitPolicy === 'collect' || hitPolicy === 'rule order' || hitPolicy === 'output order'
  if (hits.length === 0) {
    const value = otherwise()
    if (value !== undefined) return { value, chosen: [] }
    if (aggregation) return { value: aggregate(run, aggregation, []), chosen: [] }
    return { value: many ? [] : null, chosen: [] }
  }
  if (!many) {
    const hit = single(run, hits, hitPolicy)
    return { value: hit.value, chosen: [hit.rule] }
  }
  const ordered = hitPolicy === 'output order' ? hits.toSorted(byRank) : hits
  const values = ordered.map(({ value }) => value)
  return { value: aggregation ? aggregate(run, aggregation, values) : values, chosen: numbersOf(ordered) }
}
