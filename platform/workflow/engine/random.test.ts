import { describe, expect, it } from 'vitest'
import type { Graph, UserStep, Way } from '../contract/graph.ts'
import { Refused } from './machine.ts'
import { graphOf, instance, userStep, who } from './testing.ts'

/** Mulberry32: the same seed gives the same day in the office. */
const randomOf = (seed: number) => {
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
type Random = ReturnType<typeof randomOf>

const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f']
const WAYS: Way[] = ['single', 'all-of', 'in-turn', 'any-of', 'vote', 'claim']

/** A block-structured process: steps, choices, loops, parallel and inclusive branches inside one another. */
const randomGraph = (random: Random): Graph => {
  const parts: Parameters<typeof graphOf>[0] = { start: { kind: 'start' }, end: { kind: 'end' } }
  const flows: string[] = []
  let count = 0
  const id = (letter: string): string => `${letter}${++count}`
  const step = (forks: string[]): [string, string] => {
    const name = id('u')
    const people = [...new Set([random.of(PEOPLE), random.of(PEOPLE), random.of(PEOPLE)])]
    const more: Partial<UserStep> = { way: random.of(WAYS), ratio: 0.5, withdraw: 'until-done' }
    parts[name] = { kind: 'user', forks, user: userStep(people, more) }
    return [name, name]
  }
  const fork = (kind: 'parallel' | 'inclusive', depth: number, forks: string[]): [string, string] => {
    const [open, close] = [id('f'), id('j')]
    parts[open] = { kind, forks }
    parts[close] = { kind, forks }
    const branches = 2 + random.below(2)
    for (let branch = 0; branch < branches; branch++) {
      const [first, last] = sequence(depth - 1, [...forks, open])
      flows.push(
        `${open}>${first}${kind === 'parallel' ? '' : branch === 0 ? '!' : `:${random.of(['x', 'y', 'true'])}`}`,
      )
      flows.push(`${last}>${close}`)
    }
    return [open, close]
  }
  const choice = (depth: number, forks: string[]): [string, string] => {
    const [open, close] = [id('x'), id('m')]
    parts[open] = { kind: 'exclusive', forks }
    parts[close] = { kind: 'exclusive', forks }
    for (const mark of ['!', ':x']) {
      const [first, last] = sequence(depth - 1, forks)
      flows.push(`${open}>${first}${mark}`, `${last}>${close}`)
    }
    return [open, close]
  }
  const block = (depth: number, forks: string[]): [string, string] => {
    const kind = depth > 0 ? random.below(5) : 0
    if (kind === 1) return fork('parallel', depth, forks)
    if (kind === 2) return fork('inclusive', depth, forks)
    if (kind === 3) return choice(depth, forks)
    return step(forks)
  }
  const sequence = (depth: number, forks: string[]): [string, string] => {
    const blocks = Array.from({ length: 1 + random.below(3) }, () => block(depth, forks))
    for (let at = 1; at < blocks.length; at++) flows.push(`${blocks[at - 1]?.[1]}>${blocks[at]?.[0]}`)
    return [blocks[0]?.[0] as string, blocks.at(-1)?.[1] as string]
  }
  const [first, last] = sequence(3, [])
  flows.push(`start>${first}`, `${last}>end`)
  return graphOf(parts, flows)
}

type Run = ReturnType<typeof instance>
const openSlots = (run: Run) =>
  Object.values(run.state.tokens).flatMap(({ id, node, step }) =>
    (step?.slots ?? []).filter(({ state }) => state === 'open').map((slot) => ({ token: id, node, slot })),
  )

/** Something somebody might try; much of it is refused. */
const tryAnything = (run: Run, random: Random, graph: Graph): string => {
  const open = openSlots(run)
  const one = open.length > 0 ? random.of(open) : undefined
  const steps = Object.values(graph.nodes).filter(({ kind }) => kind === 'user')
  const other = who(random.of(PEOPLE))
  if (!one) return run.refusal({ do: 'urge', by: 'system' })
  const base = { slot: one.slot.id, by: who(one.slot.person) }
  const done = run.state.trail.flatMap(({ undo }) => (undo ? [undo] : []))
  switch (random.below(14)) {
    case 0:
      return run.refusal({
        do: 'add-signer',
        ...base,
        place: random.of(['before', 'after', 'parallel'] as const),
        people: [other],
      })
    case 1:
      return run.refusal({ do: 'transfer', ...base, to: other })
    case 2:
      return run.refusal({ do: 'delegate', ...base, to: other })
    case 3:
      return run.refusal({ do: 'assist', ...base, people: [other] })
    case 4:
      return run.refusal({ do: 'remove-signer', ...base, remove: random.of(open).slot.id })
    case 5:
    case 6:
      return run.refusal({
        do: 'send-back',
        ...base,
        to: random.of(steps).id,
        mode: random.of(['redo', 'straight'] as const),
      })
    case 7: {
      const undo = done.length > 0 ? random.of(done) : undefined
      const slot = undo?.token.step?.slots.find(({ id }) => id === undo.slot)
      return undo && slot
        ? run.refusal({ do: 'withdraw', slot: undo.slot, by: who(slot.person), opened: [] })
        : 'nothing'
    }
    case 8:
      return run.refusal({ do: 'jump', token: one.token, by: who('admin'), to: random.of(steps).id })
    case 9:
      return run.refusal({ do: 'assign', token: one.token, by: who('admin'), people: [other] })
    case 10:
      return run.refusal({ do: 'claim', ...base })
    default:
      return run.refusal({ do: 'complete', ...base, outcome: random.of(['agree', 'agree', 'reject', 'abstain']) })
  }
}

/** Everybody simply agrees: whatever was done before, it must come to its end. */
const agreeUntilOver = (run: Run): number => {
  for (let turn = 0; turn < 2_000; turn++) {
    if (run.state.status === 'completed') return turn
    const [one] = openSlots(run)
    if (!one) throw new Error(`nothing is open: ${JSON.stringify(run.state.tokens)}`)
    run.give({ do: 'complete', slot: one.slot.id, by: who(one.slot.person), outcome: 'agree' })
  }
  throw new Error('it never ends')
}

describe('any sequence of operations on any block-structured process', () => {
  it.each(Array.from({ length: 12 }, (_, batch) => batch))(
    'batch %i keeps the invariants, can be replayed and comes to its end',
    (batch) => {
      const refusals = new Map<string, number>()
      for (let round = 0; round < 25; round++) {
        const seed = batch * 1000 + round
        const random = randomOf(seed)
        const graph = randomGraph(random)
        const run = instance(graph)
        try {
          run.start({ x: random.next() < 0.5, y: random.next() < 0.5 })
          for (let turn = 0; turn < 40 && run.state.status === 'running'; turn++) {
            const answer = tryAnything(run, random, graph)
            refusals.set(answer, (refusals.get(answer) ?? 0) + 1)
          }
          agreeUntilOver(run)
          expect(run.replay()).toEqual(run.state)
        } catch (error) {
          throw new Error(`seed ${seed}: ${error instanceof Refused ? error.code : ''} ${(error as Error).message}`, {
            cause: error,
          })
        }
      }
      expect(refusals.get('accepted')).toBeGreaterThan(100)
    },
  )
})
