import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract/graph.ts'
import { graphOf, instance, userStep, who } from './testing.ts'

/** What the comparison with the reference brought to light, each named. */
const user = (people: string[], more = {}) => ({ kind: 'user' as const, user: userStep(people, more) })
const begin = (graph: Graph, values = {}) => {
  const run = instance(graph)
  run.start(values)
  return run
}
const signing = (people: string[], more = {}): Graph =>
  graphOf({ start: { kind: 'start' }, sign: user(people, more), next: user(['next']), end: { kind: 'end' } }, [
    'start>sign',
    'sign>next',
    'next>end',
  ])

describe('who was brought in by somebody set before a signer', () => {
  it.each(['parallel', 'after'] as const)(
    'helps that signer, added %s too: decides nothing, and is waited for',
    (place) => {
      const run = begin(signing(['a']))
      run.give({ do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'before', people: [who('x')] })
      run.give({ do: 'add-signer', slot: run.slot('x'), by: who('x'), place, people: [who('y')] })
      run.complete('x')
      expect(run.open()).toEqual(['sign:y'])
      run.complete('y', 'reject')
      expect(run.open()).toEqual(['sign:a'])
      run.complete('a')
      expect(run.state.trail[0]).toMatchObject({ outcome: 'agree', against: ['y'] })
    },
  )
  it('taken out, leaves the place to whoever stood behind', () => {
    const run = begin(signing(['a']))
    run.give({ do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'before', people: [who('w'), who('x')] })
    run.give({ do: 'add-signer', slot: run.slot('x'), by: who('x'), place: 'after', people: [who('y')] })
    run.give({ do: 'remove-signer', slot: run.slot('w'), by: who('w'), remove: run.slot('x') })
    expect(run.open()).toEqual(['sign:w', 'sign:y'])
    run.complete('w')
    run.complete('y')
    expect(run.open()).toEqual(['sign:a'])
  })
})

it('减签: a helper cannot take out the last who decides', () => {
  const run = begin(signing(['a'], { way: 'vote', ratio: 1 }))
  run.give({ do: 'assist', slot: run.slot('a'), by: who('a'), people: [who('h')] })
  expect(run.refusal({ do: 'remove-signer', slot: run.slot('h'), by: who('h'), remove: run.slot('a') })).toBe(
    'last-one',
  )
})

describe('taking back one answer of several', () => {
  it('is not stopped by who answered before it', () => {
    const run = begin(signing(['a', 'b'], { way: 'all-of' }))
    run.give({ do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'before', people: [who('x')] })
    run.complete('x')
    const mine = run.slot('a')
    run.complete('a')
    run.give({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })
    expect(run.open()).toEqual(['sign:a', 'sign:b'])
  })
  it('in turn, sends everybody behind back to waiting, also when somebody beside me takes it back', () => {
    const run = begin(signing(['a', 'b'], { way: 'in-turn' }))
    run.give({ do: 'add-signer', slot: run.slot('a'), by: who('a'), place: 'parallel', people: [who('x')] })
    run.complete('a')
    const mine = run.slot('x')
    run.complete('x')
    expect(run.open()).toEqual(['sign:b'])
    run.give({ do: 'withdraw', slot: mine, by: who('x'), opened: [] })
    expect(run.open()).toEqual(['sign:x'])
  })
  it('of a helper leaves the one who was helped at work', () => {
    const run = begin(signing(['a']))
    run.give({ do: 'assist', slot: run.slot('a'), by: who('a'), people: [who('h')] })
    const help = run.slot('h')
    run.complete('h')
    run.give({ do: 'withdraw', slot: help, by: who('h'), opened: [] })
    expect(run.open()).toEqual(['sign:a', 'sign:h'])
  })
  it('is too late when whoever comes next has asked others', () => {
    const run = begin(signing(['a', 'b'], { way: 'in-turn' }))
    const mine = run.slot('a')
    run.complete('a')
    run.give({ do: 'add-signer', slot: run.slot('b'), by: who('b'), place: 'before', people: [who('x')] })
    expect(run.refusal({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })).toBe('too-late')
  })
})

describe('taking back a decision', () => {
  const line = graphOf(
    { start: { kind: 'start' }, a: user(['a']), b: user(['b']), c: user(['c']), end: { kind: 'end' } },
    ['start>a', 'a>b', 'b>c', 'c>end'],
  )
  it('is too late when it was passed on', () => {
    const run = begin(line)
    const mine = run.slot('a')
    run.complete('a')
    run.give({ do: 'transfer', slot: run.slot('b'), by: who('b'), to: who('x') })
    expect(run.refusal({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })).toBe('too-late')
  })
  it('makes the step one that was not executed: nothing is sent back to it', () => {
    const run = begin(line)
    const mine = run.slot('a')
    run.complete('a')
    run.give({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })
    run.give({ do: 'jump', token: run.token('a'), by: who('admin'), to: 'b' })
    expect(run.refusal({ do: 'send-back', slot: run.slot('b'), by: who('b'), to: 'a', mode: 'redo' })).toBe(
      'not-executed',
    )
  })
  it('works while it waits at a join for the others', () => {
    const inside = { forks: ['f'] }
    const run = begin(
      graphOf(
        {
          start: { kind: 'start' },
          f: { kind: 'parallel' },
          b: { ...user(['b']), ...inside },
          c: { ...user(['c']), ...inside },
          j: { kind: 'parallel' },
          end: { kind: 'end' },
        },
        ['start>f', 'f>b', 'f>c', 'b>j', 'c>j', 'j>end'],
      ),
    )
    const mine = run.slot('b')
    run.complete('b')
    run.give({ do: 'withdraw', slot: mine, by: who('b'), opened: [] })
    expect(run.open()).toEqual(['b:b', 'c:c'])
    run.complete('b')
    run.complete('c')
    expect(run.state.status).toBe('completed')
  })
  it('keeps its number of the round, so that no two rounds have one', () => {
    const run = begin(line)
    const mine = run.slot('a')
    run.complete('a')
    run.give({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })
    run.complete('a')
    run.sendBack('b', 'a')
    expect(run.state.trail.filter(({ node }) => node === 'a').map(({ round }) => round)).toEqual([1, 1, 2])
  })
})

describe('同人去重', () => {
  const twice = (more = {}): Graph =>
    graphOf(
      {
        start: { kind: 'start' },
        a: user(['a', 'b'], { way: 'all-of', ...more }),
        c: user(['c']),
        d: user(['a', 'b'], { again: 'skip', way: 'all-of', ...more }),
        end: { kind: 'end' },
      },
      ['start>a', 'a>c', 'c>d', 'd>end'],
    )
  it('leaves out who agreed, not who answered otherwise', () => {
    const run = begin(twice())
    run.complete('a')
    run.complete('b', 'reject')
    run.complete('c')
    expect(run.open()).toEqual(['d:b'])
  })
  it('asks again where it was sent back: what was agreed to is done anew', () => {
    const run = begin(twice({ again: 'skip' }))
    run.complete('a')
    run.complete('b', 'reject')
    run.complete('c')
    run.sendBack('b', 'a')
    expect(run.open()).toEqual(['a:a', 'a:b'])
  })
  it('does not turn in a circle of steps that are all left out', () => {
    const graph = graphOf(
      { start: { kind: 'start' }, x: { kind: 'exclusive' }, a: user([], { nobody: 'skip' }), y: { kind: 'exclusive' } },
      ['start>x', 'x>a!', 'a>y', 'y>x!'],
    )
    expect(instance(graph).refusal({ do: 'start', by: who('starter') })).toBe('endless')
  })
})

describe('ways through the process', () => {
  it('跳转 into a branch in which somebody is at work on another way is refused', () => {
    const inside = { forks: ['f'] }
    const run = begin(
      graphOf(
        {
          start: { kind: 'start' },
          f: { kind: 'parallel' },
          x: { kind: 'exclusive', ...inside },
          b: { ...user(['b']), ...inside },
          b2: { ...user(['b2']), ...inside },
          m: { kind: 'exclusive', ...inside },
          c: { ...user(['c']), ...inside },
          j: { kind: 'parallel' },
          end: { kind: 'end' },
        },
        ['start>f', 'f>x', 'f>c', 'x>b!', 'x>b2:other', 'b>m', 'b2>m', 'm>j', 'c>j', 'j>end'],
      ),
    )
    expect(run.refusal({ do: 'jump', token: run.token('c'), by: who('admin'), to: 'b2' })).toBe('branch-busy')
  })
  it('结果 after a sub-process is that of the last step in it', () => {
    const run = begin(
      graphOf(
        {
          start: { kind: 'start' },
          p: { kind: 'subprocess', inner: 'in' },
          s: { kind: 'start', scope: 'in' },
          a: { ...user(['a']), scope: 'in' },
          e: { kind: 'end', scope: 'in' },
          x: { kind: 'exclusive' },
          yes: user(['yes']),
          no: user(['no']),
          end: { kind: 'end' },
        },
        ['start>p', 's>a', 'a>e', 'p>x', 'x>yes:结果 = "同意"', 'x>no!', 'yes>end', 'no>end'],
        [{ id: 'in', kind: 'subprocess', parent: 'root', starts: ['s'], handlers: [] }],
      ),
    )
    run.complete('a')
    expect(run.open()).toEqual(['yes:yes'])
  })
  it('自由流 names nobody twice', () => {
    const run = begin(signing(['a'], { free: true }))
    const next = [who('x'), who('x')]
    expect(run.refusal({ do: 'complete', slot: run.slot('a'), by: who('a'), outcome: 'agree', next })).toBe(
      'named-twice',
    )
  })
})
