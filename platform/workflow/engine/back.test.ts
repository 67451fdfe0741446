import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract/graph.ts'
import { graphOf, instance, userStep, who } from './testing.ts'

const user = (person: string, more = {}) => ({ kind: 'user' as const, user: userStep([person], more) })
const begin = (graph: Graph, values = {}) => {
  const run = instance(graph)
  run.start(values)
  return run
}
const line = (more = {}): Graph =>
  graphOf({ start: { kind: 'start' }, a: user('a'), b: user('b', more), c: user('c', more), end: { kind: 'end' } }, [
    'start>a',
    'a>b',
    'b>c',
    'c>end',
  ])
/** a, then b1 → b2 beside c1, joined, then d */
const forked = (more = {}): Graph => {
  const inside = { forks: ['f'] }
  return graphOf(
    {
      start: { kind: 'start' },
      a: user('a', more),
      f: { kind: 'parallel' },
      b1: { ...user('b1', more), ...inside },
      b2: { ...user('b2', more), ...inside },
      c1: { ...user('c1', more), ...inside },
      j: { kind: 'parallel' },
      d: user('d', more),
      end: { kind: 'end' },
    },
    ['start>a', 'a>f', 'f>b1', 'b1>b2', 'b2>j', 'f>c1', 'c1>j', 'j>d', 'd>end'],
  )
}

describe('退回', () => {
  it('redo: every step from there again, with its round number, as often as needed', () => {
    const run = begin(line())
    run.complete('a')
    run.complete('b')
    run.sendBack('c', 'a')
    expect(run.open()).toEqual(['a:a'])
    run.complete('a')
    run.complete('b')
    run.sendBack('c', 'b')
    run.complete('b')
    run.complete('c')
    expect(run.state.status).toBe('completed')
    expect(run.state.trail.map(({ node, round, ended }) => `${node}${round}${ended ? '!' : ''}`)).toEqual([
      'a1',
      'b1',
      'c1!',
      'a2',
      'b2',
      'c2!',
      'b3',
      'c3',
    ])
    expect(run.replay()).toEqual(run.state)
  })
  it('straight: the corrected step goes back to the returner, and to nobody between', () => {
    const run = begin(line())
    run.complete('a')
    run.complete('b')
    run.sendBack('c', 'a', 'straight')
    expect(run.open()).toEqual(['a:a'])
    run.complete('a')
    expect(run.open()).toEqual(['c:c'])
    run.complete('c')
    expect(run.state.status).toBe('completed')
  })
  it('straight, and from there straight again', () => {
    const run = begin(line())
    run.complete('a')
    run.complete('b')
    run.sendBack('c', 'b', 'straight')
    run.sendBack('b', 'a', 'straight')
    run.complete('a')
    expect(run.open()).toEqual(['b:b'])
    run.complete('b')
    expect(run.open()).toEqual(['c:c'])
  })
  it('straight among several signers: who answered stays answered', () => {
    const graph = line()
    Object.assign(graph.nodes.c?.user ?? {}, userStep(['c', 'x', 'y'], { way: 'all-of' }))
    const run = begin(graph)
    run.complete('a')
    run.complete('b')
    run.complete('x')
    run.sendBack('c', 'a', 'straight')
    expect(run.open()).toEqual(['a:a'])
    run.complete('a')
    expect(run.open()).toEqual(['c:c', 'c:y'])
  })
  it('out of a parallel branch to before the fork: every branch is cancelled', () => {
    const run = begin(forked())
    run.complete('a')
    run.complete('b1')
    run.sendBack('b2', 'a')
    expect(run.open()).toEqual(['a:a'])
    run.complete('a')
    expect(run.open()).toEqual(['b1:b1', 'c1:c1'])
  })
  it('inside a branch: the other branch is untouched, also when it waits at the join', () => {
    const run = begin(forked())
    run.complete('a')
    run.complete('c1')
    run.complete('b1')
    run.sendBack('b2', 'b1')
    expect(run.open()).toEqual(['b1:b1'])
    run.complete('b1')
    run.complete('b2')
    expect(run.open()).toEqual(['d:d'])
    run.complete('d')
    expect(run.state.status).toBe('completed')
  })
  it('never into the branch beside', () => {
    const run = begin(forked())
    run.complete('a')
    run.complete('b1')
    expect(run.refusal({ do: 'send-back', slot: run.slot('c1'), by: who('c1'), to: 'b1', mode: 'redo' })).toBe(
      'other-branch',
    )
    expect(run.refusal({ do: 'send-back', slot: run.slot('c1'), by: who('c1'), to: 'd', mode: 'redo' })).toBe(
      'not-executed',
    )
  })
  it('from behind the join into one branch: only that branch is done again', () => {
    const run = begin(forked())
    for (const person of ['a', 'b1', 'c1', 'b2']) run.complete(person)
    run.sendBack('d', 'b1')
    expect(run.open()).toEqual(['b1:b1'])
    run.complete('b1')
    run.complete('b2')
    expect(run.open()).toEqual(['d:d'])
  })
  it('straight out of a branch leaves the other branch at work', () => {
    const run = begin(forked())
    run.complete('a')
    run.sendBack('b1', 'a', 'straight')
    expect(run.open()).toEqual(['a:a', 'c1:c1'])
    run.complete('c1')
    run.complete('a')
    expect(run.open()).toEqual(['b1:b1'])
    run.complete('b1')
    run.complete('b2')
    expect(run.open()).toEqual(['d:d'])
  })
  it('into and out of a sub-process', () => {
    const graph = graphOf(
      {
        start: { kind: 'start' },
        a: user('a'),
        s: { kind: 'subprocess', inner: 'sub' },
        s1: { kind: 'start', scope: 'sub' },
        x: { ...user('x'), scope: 'sub' },
        y: { ...user('y'), scope: 'sub' },
        s9: { kind: 'end', scope: 'sub' },
        d: user('d'),
        end: { kind: 'end' },
      },
      ['start>a', 'a>s', 's1>x', 'x>y', 'y>s9', 's>d', 'd>end'],
      [{ id: 'sub', kind: 'subprocess', parent: 'root', starts: ['s1'], handlers: [] }],
    )
    const run = begin(graph)
    run.complete('a')
    run.complete('x')
    run.sendBack('y', 'a')
    expect(run.open()).toEqual(['a:a'])
    for (const person of ['a', 'x', 'y']) run.complete(person)
    run.sendBack('d', 'y')
    expect(run.open()).toEqual(['y:y'])
    run.complete('y')
    run.complete('d')
    expect(run.state.status).toBe('completed')
    expect(run.replay()).toEqual(run.state)
  })
  it('only where and how the definition allows', () => {
    const run = begin(line({ sendBack: { to: ['a'], mode: 'straight' } }))
    run.complete('a')
    run.complete('b')
    const back = { do: 'send-back', slot: run.slot('c'), by: who('c') } as const
    expect(run.refusal({ ...back, to: 'b', mode: 'straight' })).toBe('not-allowed')
    expect(run.refusal({ ...back, to: 'a', mode: 'redo' })).toBe('not-allowed')
    expect(run.refusal({ ...back, to: 'c', mode: 'straight' })).toBe('not-allowed')
  })
})

describe('撤回', () => {
  it('takes it back while the next has not looked at it', () => {
    const run = begin(line())
    const mine = run.slot('a')
    run.complete('a')
    expect(run.refusal({ do: 'withdraw', slot: mine, by: who('a'), opened: [run.slot('b')] })).toBe('already-opened')
    run.give({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })
    expect(run.open()).toEqual(['a:a'])
    run.complete('a')
    run.complete('b')
    expect(run.refusal({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })).toBe('too-late')
    expect(run.replay()).toEqual(run.state)
  })
  it('takes back a whole fork', () => {
    const run = begin(forked())
    const mine = run.slot('a')
    run.complete('a')
    run.give({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })
    expect(run.open()).toEqual(['a:a'])
    expect(Object.values(run.state.scopes).map(({ kind }) => kind)).toEqual(['process'])
  })
  it('takes back one vote while the step is open, in turn only while the next has not answered', () => {
    const graph = line()
    Object.assign(graph.nodes.a?.user ?? {}, userStep(['a', 'x', 'y'], { way: 'in-turn' }))
    const run = begin(graph)
    const mine = run.slot('a')
    run.complete('a')
    run.give({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })
    expect(run.open()).toEqual(['a:a'])
    const again = run.slot('a')
    run.complete('a')
    run.complete('x')
    expect(run.refusal({ do: 'withdraw', slot: again, by: who('a'), opened: [] })).toBe('too-late')
  })
  it('not by somebody else, not after a join, not after a message went out', () => {
    const run = begin(forked())
    run.complete('a')
    run.complete('c1')
    const early = run.slot('b1')
    run.complete('b1')
    expect(run.refusal({ do: 'withdraw', slot: early, by: who('c1'), opened: [] })).toBe('not-yours')
    const last = run.slot('b2')
    run.complete('b2')
    expect(run.refusal({ do: 'withdraw', slot: last, by: who('b2'), opened: [] })).toBe('too-late')
    const sends = begin(
      graphOf(
        {
          start: { kind: 'start' },
          a: user('a'),
          m: { kind: 'throw', event: { type: 'message', name: 'told' } },
          b: user('b'),
          end: { kind: 'end' },
        },
        ['start>a', 'a>m', 'm>b', 'b>end'],
      ),
    )
    const mine = sends.slot('a')
    sends.complete('a')
    expect(sends.refusal({ do: 'withdraw', slot: mine, by: who('a'), opened: [] })).toBe('too-late')
  })
})

describe('跳转', () => {
  it('forwards into a branch opens the fork with that branch alone', () => {
    const run = begin(forked())
    run.give({ do: 'jump', token: run.token('a'), by: who('admin'), to: 'b2' })
    expect(run.open()).toEqual(['b2:b2'])
    run.complete('b2')
    expect(run.open()).toEqual(['d:d'])
  })
  it('out of the branches ends all of them; into a branch that is busy it is refused', () => {
    const run = begin(forked())
    run.complete('a')
    expect(run.refusal({ do: 'jump', token: run.token('c1'), by: who('admin'), to: 'b2' })).toBe('branch-busy')
    run.give({ do: 'jump', token: run.token('c1'), by: who('admin'), to: 'd' })
    expect(run.open()).toEqual(['d:d'])
  })
})
