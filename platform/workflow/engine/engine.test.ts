import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract/graph.ts'
import { graphOf, instance, userStep, who } from './testing.ts'

const approval = (more = {}): Graph =>
  graphOf(
    {
      start: { kind: 'start' },
      apply: { kind: 'user', user: userStep(['starter']) },
      chief: { kind: 'user', user: userStep(['wang'], more) },
      head: { kind: 'user', user: userStep(['li']) },
      end: { kind: 'end' },
    },
    ['start>apply', 'apply>chief', 'chief>head', 'head>end'],
  )
const stepOf = (people: string[], more = {}): Graph =>
  graphOf(
    {
      start: { kind: 'start' },
      sign: { kind: 'user', user: userStep(people, more) },
      next: { kind: 'user', user: userStep(['next']) },
      end: { kind: 'end' },
    },
    ['start>sign', 'sign>next', 'next>end'],
  )
const started = (graph: Graph, values = {}) => {
  const run = instance(graph)
  run.start(values)
  return run
}

describe('a process from start to end', () => {
  it('passes three steps, and its history rebuilds it', () => {
    const run = started(approval())
    for (const person of ['starter', 'wang', 'li']) run.complete(person)
    expect(run.state.status).toBe('completed')
    expect(run.state.trail.map(({ node, outcome }) => `${node} ${outcome}`)).toEqual([
      'apply agree',
      'chief agree',
      'head agree',
    ])
    expect(run.replay()).toEqual(run.state)
    expect(run.refusal({ do: 'urge', by: who('starter') })).toBe('ended')
  })
  it('takes a step once: again, by a stranger, with an unknown outcome it is refused', () => {
    const run = started(approval())
    const slot = run.slot('starter')
    expect(run.refusal({ do: 'complete', slot, by: who('wang'), outcome: 'agree' })).toBe('not-yours')
    expect(run.refusal({ do: 'complete', slot, by: who('starter'), outcome: 'maybe' })).toBe('bad-outcome')
    run.complete('starter')
    expect(run.refusal({ do: 'complete', slot, by: who('starter'), outcome: 'agree' })).toBe('gone')
  })
  it('takes the way whose condition holds, else the default, else it stops for an administrator', () => {
    const graph = (flows: string[]) =>
      graphOf(
        {
          start: { kind: 'start' },
          x: { kind: 'exclusive' },
          a: { kind: 'user', user: userStep(['a']) },
          b: { kind: 'user', user: userStep(['b']) },
          end: { kind: 'end' },
        },
        ['start>x', ...flows, 'a>end', 'b>end'],
      )
    expect(started(graph(['x>a:amount = 1', 'x>b!']), { amount: 1 }).open()).toEqual(['a:a'])
    expect(started(graph(['x>a:amount = 1', 'x>b!'])).open()).toEqual(['b:b'])
    const stuck = started(graph(['x>a:amount = 1', 'x>b:amount = 2']))
    expect(Object.values(stuck.state.tokens)[0]?.fault?.code).toBe('no-way')
    stuck.give({ do: 'jump', token: stuck.token('x'), by: who('admin'), to: 'b' })
    expect(stuck.open()).toEqual(['b:b'])
  })
  it('ends at once when a rejection ends it', () => {
    const run = started(approval({ rejected: 'end' }))
    run.complete('starter')
    run.complete('wang', 'reject')
    expect(run.state).toMatchObject({ status: 'completed', outcome: 'reject', tokens: {} })
  })
  it('refuses to turn in a circle for ever', () => {
    const run = instance(
      graphOf({ start: { kind: 'start' }, x: { kind: 'exclusive' }, y: { kind: 'exclusive' } }, [
        'start>x',
        'x>y!',
        'y>x!',
      ]),
    )
    expect(run.refusal({ do: 'start', by: who('starter') })).toBe('endless')
  })
})

describe('several people in one step', () => {
  it('会签: goes on when all have agreed; one rejection is the result', () => {
    const run = started(stepOf(['a', 'b', 'c'], { way: 'all-of' }))
    run.complete('a')
    run.complete('c', 'reject')
    expect(run.open()).toEqual(['sign:b'])
    run.complete('b')
    expect(run.state.trail[0]).toMatchObject({ outcome: 'reject', by: ['a', 'b', 'c'] })
    expect(run.open()).toEqual(['next:next'])
  })
  it('会签 that ends at the first rejection', () => {
    const run = started(stepOf(['a', 'b', 'c'], { way: 'all-of', rejectAtOnce: true }))
    run.complete('b', 'reject')
    expect(run.open()).toEqual(['next:next'])
  })
  it('顺签: one after another', () => {
    const run = started(stepOf(['a', 'b', 'c'], { way: 'in-turn' }))
    expect(run.open()).toEqual(['sign:a'])
    run.complete('a')
    expect(run.open()).toEqual(['sign:b'])
    run.complete('b')
    run.complete('c')
    expect(run.open()).toEqual(['next:next'])
  })
  it('或签: the first decides', () => {
    const run = started(stepOf(['a', 'b'], { way: 'any-of' }))
    run.complete('b')
    expect(run.open()).toEqual(['next:next'])
  })
  it('签收: whoever takes it handles it alone', () => {
    const run = started(stepOf(['a', 'b'], { way: 'claim' }))
    run.give({ do: 'claim', slot: run.slot('b'), by: who('b') })
    expect(run.open()).toEqual(['sign:b'])
    expect(run.refusal({ do: 'claim', slot: run.slot('b'), by: who('b') })).toBe('already-claimed')
  })
  it.each([
    ['two thirds agree', ['a', 'b'], [], 'agree'],
    ['it can no longer be reached', [], ['a', 'b'], 'reject'],
  ])('票签 by two thirds: %s', (_, agree, reject, result) => {
    const run = started(stepOf(['a', 'b', 'c'], { way: 'vote', ratio: 2 / 3 }))
    for (const person of agree) run.complete(person)
    for (const person of reject) run.complete(person, 'reject')
    expect(run.state.trail[0]?.outcome).toBe(result)
  })
  it('票签 with weights and a veto', () => {
    const people = [{ ...who('a'), weight: 3 }, { ...who('b'), veto: true }, who('c')]
    const heavy = instance(stepOf([], { way: 'vote', ratio: 0.6 }), {
      find: (node) => (node === 'sign' ? people : [who('next')]),
    })
    heavy.start()
    heavy.complete('a')
    expect(heavy.state.trail[0]?.outcome).toBe('agree')
    const vetoed = instance(stepOf([], { way: 'vote', ratio: 0.6 }), {
      find: (node) => (node === 'sign' ? people : [who('next')]),
    })
    vetoed.start()
    vetoed.complete('b', 'reject')
    expect(vetoed.state.trail[0]?.outcome).toBe('reject')
  })
  it('leaves out the starter, or whoever agreed already, where the definition says so', () => {
    const own = started(stepOf(['starter'], { starter: 'skip' }))
    expect(own.state.trail[0]?.ended).toBe('skipped')
    expect(own.open()).toEqual(['next:next'])
    const graph = approval()
    Object.assign(graph.nodes.head?.user ?? {}, {
      handlers: [{ by: 'person', persons: ['wang'] }],
      again: 'skip-adjacent',
    })
    const again = started(graph)
    again.complete('starter')
    again.complete('wang')
    expect(again.state.status).toBe('completed')
  })
  it('nobody found is a policy, never a stuck case', () => {
    const held = started(stepOf([]))
    expect(Object.values(held.state.tokens)[0]?.fault?.code).toBe('nobody')
    held.give({ do: 'assign', token: held.token('sign'), by: who('admin'), people: [who('d')] })
    expect(held.open()).toEqual(['sign:d'])
    expect(started(stepOf([], { nobody: 'skip' })).open()).toEqual(['next:next'])
  })
  it('自由流: the handler names who is next until one ends it', () => {
    const run = started(stepOf(['a'], { free: true }))
    run.complete('a', 'agree', { next: [who('x'), who('y')] })
    expect(run.open()).toEqual(['sign:x', 'sign:y'])
    run.complete('y')
    expect(run.open()).toEqual(['next:next'])
    expect(run.state.trail.map(({ node, round }) => `${node}${round}`)).toEqual(['sign1', 'sign2', 'next1'])
  })
})

describe('adding, removing, passing on', () => {
  it('前加签: my step waits for theirs', () => {
    const run = started(stepOf(['a']))
    const mine = run.slot('a')
    run.give({ do: 'add-signer', slot: mine, by: who('a'), place: 'before', people: [who('x'), who('y')] })
    expect(run.open()).toEqual(['sign:x', 'sign:y'])
    expect(run.refusal({ do: 'complete', slot: mine, by: who('a'), outcome: 'agree' })).toBe('paused')
    run.complete('x', 'reject')
    run.complete('y')
    expect(run.open()).toEqual(['sign:a'])
    run.complete('a')
    expect(run.state.trail[0]?.outcome).toBe('agree')
  })
  it('后加签: one after another behind me, and the last word counts', () => {
    const run = started(stepOf(['a']))
    run.give({ do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'after', people: [who('x'), who('y')] })
    run.complete('a')
    expect(run.open()).toEqual(['sign:x'])
    run.complete('x')
    expect(run.open()).toEqual(['sign:y'])
    run.complete('y', 'reject')
    expect(run.state.trail[0]?.outcome).toBe('reject')
  })
  it('并加签 joins the decision; 减签 decides when nobody else is left to wait for', () => {
    const run = started(stepOf(['a', 'b'], { way: 'all-of' }))
    run.give({ do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'parallel', people: [who('x')] })
    run.complete('a')
    run.complete('b')
    expect(run.open()).toEqual(['sign:x'])
    const other = started(stepOf(['a', 'b', 'c'], { way: 'all-of' }))
    other.complete('a')
    other.give({ do: 'remove-signer', slot: other.slot('b'), by: who('b'), remove: other.slot('c') })
    other.complete('b')
    expect(other.open()).toEqual(['next:next'])
    const last = started(stepOf(['a'], {}))
    expect(last.refusal({ do: 'remove-signer', slot: last.slot('a'), by: who('a'), remove: last.slot('a') })).toBe(
      'not-yourself',
    )
  })
  it('并加签 in a step of one: both answer, and who rejects rejects for both', () => {
    const together = () => {
      const run = started(stepOf(['a']))
      run.give({ do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'parallel', people: [who('x')] })
      return run
    }
    const run = together()
    run.complete('x')
    expect(run.open()).toEqual(['sign:a'])
    run.complete('a')
    expect(run.state.trail[0]?.outcome).toBe('agree')
    const torn = together()
    torn.complete('a')
    torn.complete('x', 'reject')
    expect(torn.state.trail[0]?.outcome).toBe('reject')
    const two = started(stepOf(['a', 'b']))
    two.give({ do: 'add-signer', slot: two.slot('a'), by: who('a'), place: 'parallel', people: [who('x')] })
    two.complete('b')
    expect(two.open()).toEqual(['next:next'])
  })
  it('提前结束: as many as the definition asks for have agreed, and nobody else is asked', () => {
    const until = '同意数 = 2'
    const run = started(stepOf(['a', 'b', 'c', 'd'], { way: 'all-of', until }))
    run.complete('a')
    run.complete('b', 'abstain')
    expect(run.open()).toEqual(['sign:c', 'sign:d'])
    run.complete('c')
    expect(run.open()).toEqual(['next:next'])
    const inTurn = started(stepOf(['a', 'b', 'c'], { way: 'in-turn', until }))
    inTurn.complete('a')
    inTurn.complete('b')
    expect(inTurn.open()).toEqual(['next:next'])
  })
  it('转办 passes it on, 委派 comes back', () => {
    const run = started(stepOf(['a']))
    const slot = run.slot('a')
    run.give({ do: 'transfer', slot, by: who('a'), to: who('b') })
    expect(run.open()).toEqual(['sign:b'])
    expect(run.refusal({ do: 'complete', slot, by: who('a'), outcome: 'agree' })).toBe('not-yours')
    run.give({ do: 'delegate', slot: run.slot('b'), by: who('b'), to: who('c') })
    expect(run.open()).toEqual(['sign:c'])
    run.complete('c')
    expect(run.open()).toEqual(['sign:b'])
  })
  it('协办 helps and decides nothing', () => {
    const run = started(stepOf(['a']))
    run.give({ do: 'assist', slot: run.slot('a'), by: who('a'), people: [who('h')] })
    run.complete('h', 'reject')
    expect(run.open()).toEqual(['sign:a'])
    run.complete('a')
    expect(run.state.trail[0]?.outcome).toBe('agree')
  })
  it('refuses the same person twice, and what the step does not allow', () => {
    const run = started(stepOf(['a', 'b'], { way: 'all-of' }))
    const base = { do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'parallel' } as const
    expect(run.refusal({ ...base, people: [who('b')] })).toBe('already-there')
    expect(run.refusal({ ...base, people: [who('x'), who('x')] })).toBe('named-twice')
    const strict = started(stepOf(['a'], { operations: [] }))
    expect(strict.refusal({ do: 'transfer', slot: strict.slot('a'), by: who('a'), to: who('b') })).toBe('not-allowed')
  })
})
