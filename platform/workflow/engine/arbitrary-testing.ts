import type { Graph, ScopeDef, UserStep, Way } from '../contract/graph.ts'
import type { Handler } from './state.ts'
import { graphOf, userStep, who } from './testing.ts'

/** Mulberry32: the same seed gives the same day in the office. */
export const randomOf = (seed: number) => {
  let at = seed
  const next = (): number => {
    at = (at + 0x6d2b79f5) | 0
    let t = Math.imul(at ^ (at >>> 15), 1 | at)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return { next, below, of: <T>(list: readonly T[]): T => list[below(list.length)] as T }
}
export type Random = ReturnType<typeof randomOf>

/** A block-structured process as a tree; the graph is drawn from it, the reference walks the tree itself. */
export type Block =
  | { kind: 'step'; id: string; user: UserStep; people: Handler[] }
  | { kind: 'fork'; id: string; all: boolean; ways: Branch[] }
  | { kind: 'choice'; id: string; ways: Branch[] }
  | { kind: 'loop'; id: string; again: string; body: Block[] }
  | { kind: 'sub'; id: string; runs?: number; inTurn: boolean; body: Block[] }
/** without `when`: the way taken when no other is */
export interface Branch {
  when?: string
  body: Block[]
}

export const PEOPLE = ['starter', 'a', 'b', 'c', 'd', 'e', 'f'] as const
const WAYS: Way[] = ['single', 'all-of', 'in-turn', 'any-of', 'vote', 'claim']
const CONDITIONS = ['x', 'y', 'true', '结果 = "同意"'] as const

const randomPeople = (random: Random): Handler[] =>
  [...new Set([random.of(PEOPLE), random.of(PEOPLE), random.of(PEOPLE)])].map((person) => ({
    ...who(person),
    ...(random.below(4) === 0 && { weight: 2 }),
    ...(random.below(8) === 0 && { veto: true }),
  }))
const randomStep = (random: Random): Partial<UserStep> => ({
  way: random.of(WAYS),
  ratio: random.of([0.5, 2 / 3, 1]),
  rejectAtOnce: random.below(3) === 0,
  withdraw: random.of(['until-done', 'until-done', 'until-opened', 'never']),
  again: random.of(['keep', 'keep', 'skip', 'skip-adjacent']),
  starter: random.of(['keep', 'keep', 'skip']),
  nobody: random.of(['hold', 'skip']),
  rejected: random.below(12) === 0 ? 'end' : 'continue',
  free: random.below(4) === 0,
  ...(random.below(5) === 0 && { sendBack: { to: 'any', mode: random.of(['redo', 'straight']) } }),
})

export const randomBlocks = (random: Random): Block[] => {
  let count = 0
  const id = (letter: string): string => `${letter}${++count}`
  const branches = (depth: number, number: number): Branch[] =>
    Array.from({ length: number }, (_, index) => ({
      ...(index > 0 && { when: random.of(CONDITIONS) }),
      body: sequence(depth - 1),
    }))
  const block = (depth: number): Block => {
    switch (depth > 0 ? random.below(9) : 0) {
      case 1:
      case 2:
        return { kind: 'fork', id: id('f'), all: true, ways: branches(depth, 2 + random.below(2)) }
      case 3:
        return { kind: 'fork', id: id('f'), all: false, ways: branches(depth, 2 + random.below(2)) }
      case 4:
        return { kind: 'choice', id: id('x'), ways: branches(depth, 2) }
      case 5:
        return { kind: 'loop', id: id('l'), again: random.of(['again', 'more']), body: sequence(depth - 1) }
      case 6:
        return {
          kind: 'sub',
          id: id('p'),
          inTurn: random.below(2) === 0,
          ...(random.below(2) === 0 && { runs: 1 + random.below(3) }),
          body: sequence(depth - 1),
        }
      default: {
        const people = random.below(12) === 0 ? [] : randomPeople(random)
        return { kind: 'step', id: id('u'), user: userStep([], randomStep(random)), people }
      }
    }
  }
  const sequence = (depth: number): Block[] => Array.from({ length: 1 + random.below(3) }, () => block(depth))
  return sequence(3)
}

export const stepsIn = (blocks: Block[]): Extract<Block, { kind: 'step' }>[] =>
  blocks.flatMap((block) => {
    if (block.kind === 'step') return [block]
    return 'ways' in block ? block.ways.flatMap(({ body }) => stepsIn(body)) : stepsIn(block.body)
  })

type Parts = Parameters<typeof graphOf>[0]
type Ends = [first: string, last: string]
/** The same process as the graph that runs. */
export const drawn = (blocks: Block[]): Graph => {
  const parts: Parts = { start: { kind: 'start' }, end: { kind: 'end' } }
  const flows: string[] = []
  const scopes: ScopeDef[] = []
  const draw = (block: Block, scope: string, forks: string[]): Ends => {
    const { id } = block
    const base = { scope, forks }
    const close = `${id}z`
    switch (block.kind) {
      case 'step':
        parts[id] = { kind: 'user', user: block.user, ...base }
        return [id, id]
      case 'choice':
      case 'fork': {
        const kind = block.kind === 'choice' ? 'exclusive' : block.all ? 'parallel' : 'inclusive'
        parts[id] = { kind, ...base }
        parts[close] = { kind, ...base }
        for (const { when, body } of block.ways) {
          const [first, last] = drawAll(body, scope, kind === 'exclusive' ? forks : [...forks, id])
          flows.push(`${id}>${first}${kind === 'parallel' ? '' : when ? `:${when}` : '!'}`, `${last}>${close}`)
        }
        return [id, close]
      }
      case 'loop': {
        parts[id] = { kind: 'exclusive', ...base }
        parts[close] = { kind: 'exclusive', ...base }
        const [first, last] = drawAll(block.body, scope, forks)
        flows.push(`${id}>${first}`, `${last}>${close}`, `${close}>${id}:${block.again}`)
        return [id, close]
      }
      case 'sub': {
        const multi = block.runs ? { multi: { sequential: block.inTurn, cardinality: String(block.runs) } } : {}
        parts[id] = { kind: 'subprocess', inner: `${id}s`, ...multi, ...base }
        scopes.push({ id: `${id}s`, kind: 'subprocess', parent: scope, starts: [`${id}a`], handlers: [] })
        parts[`${id}a`] = { kind: 'start', scope: `${id}s` }
        parts[close] = { kind: 'end', scope: `${id}s` }
        const [first, last] = drawAll(block.body, `${id}s`, [])
        flows.push(`${id}a>${first}`, `${last}>${close}`)
        return [id, id]
      }
    }
  }
  /** Draws one after another; out of a loop the flow back is the condition and the way on the default. */
  const drawAll = (list: Block[], scope: string, forks: string[]): Ends => {
    const ends = list.map((block) => draw(block, scope, forks))
    for (let at = 1; at < ends.length; at++) flows.push(`${ends[at - 1]?.[1]}>${ends[at]?.[0]}`)
    return [ends[0]?.[0] as string, ends.at(-1)?.[1] as string]
  }
  const [first, last] = drawAll(blocks, 'root', [])
  flows.push(`start>${first}`, `${last}>end`)
  const graph = graphOf(parts, flows, scopes)
  for (const { id, out } of Object.values(graph.nodes))
    if (id.startsWith('l') && id.endsWith('z'))
      graph.nodes[id]!.fallback = out.find((flow) => graph.flows[flow]?.condition === undefined)
  return graph
}
