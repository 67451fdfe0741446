import { describe, expect, it } from 'vitest'
import type { EventDef, Graph } from '../contract/graph.ts'
import { graphOf, instance, userStep, who } from './testing.ts'

const user = (person: string, more = {}) => ({ kind: 'user' as const, user: userStep([person], more) })
const timer = (value: string): EventDef => ({
  type: 'timer',
  timer: { kind: 'duration', value: JSON.stringify(value) },
})
const begin = (graph: Graph, values = {}) => {
  const run = instance(graph)
  run.start(values)
  return run
}
const firstAlarm = (run: ReturnType<typeof begin>): string => Object.keys(run.state.timers)[0] as string
const guarded = (event: EventDef, interrupting: boolean): Graph =>
  graphOf(
    {
      start: { kind: 'start' },
      a: user('a'),
      late: { kind: 'boundary', host: 'a', interrupting, event },
      chief: user('chief'),
      b: user('b'),
      end: { kind: 'end' },
      end2: { kind: 'end' },
    },
    ['start>a', 'a>b', 'b>end', 'late>chief', 'chief>end2'],
  )

describe('events', () => {
  it('an interrupting boundary timer ends the step; one that does not runs beside it', () => {
    const cut = begin(guarded(timer('PT1H'), true))
    expect(cut.refusal({ do: 'alarm', timer: firstAlarm(cut) })).toBe('not-due')
    cut.wait(3_600_000)
    cut.give({ do: 'alarm', timer: firstAlarm(cut) })
    expect(cut.open()).toEqual(['chief:chief'])
    const beside = begin(guarded(timer('PT1H'), false))
    const alarm = firstAlarm(beside)
    beside.wait(3_600_000)
    beside.give({ do: 'alarm', timer: alarm })
    expect(beside.open()).toEqual(['a:a', 'chief:chief'])
    expect(beside.refusal({ do: 'alarm', timer: alarm })).toBe('gone')
    for (const person of ['chief', 'a', 'b']) beside.complete(person)
    expect(beside.state.status).toBe('completed')
  })
  it('a step that is done takes its alarm with it', () => {
    const run = begin(guarded(timer('PT1H'), true))
    run.complete('a')
    expect(run.state.timers).toEqual({})
  })
  it('the first of several events wins', () => {
    const graph = graphOf(
      {
        start: { kind: 'start' },
        g: { kind: 'event-based' },
        paid: { kind: 'catch', event: { type: 'message', name: 'paid' }, result: [{ from: 'sum', to: 'paid' }] },
        late: { kind: 'catch', event: timer('P1D') },
        a: user('a'),
        b: user('b'),
        end: { kind: 'end' },
      },
      ['start>g', 'g>paid', 'g>late', 'paid>a', 'late>b', 'a>end', 'b>end'],
    )
    const run = begin(graph)
    const token = run.token('g')
    run.give({ do: 'message', at: token, node: 'paid', values: { sum: 7 } })
    expect(run.open()).toEqual(['a:a'])
    expect(run.state).toMatchObject({ timers: {}, values: { paid: 7 } })
    expect(run.refusal({ do: 'message', at: token, node: 'paid' })).toBe('not-waiting')
    const other = begin(graph)
    other.wait(86_400_000)
    other.give({ do: 'alarm', timer: firstAlarm(other) })
    expect(other.open()).toEqual(['b:b'])
  })
  it('an inclusive gateway waits for the branches it opened and no others', () => {
    const inside = { forks: ['f'] }
    const graph = graphOf(
      {
        start: { kind: 'start' },
        f: { kind: 'inclusive' },
        a: { ...user('a'), ...inside },
        b: { ...user('b'), ...inside },
        c: { ...user('c'), ...inside },
        j: { kind: 'inclusive' },
        d: user('d'),
        end: { kind: 'end' },
      },
      ['start>f', 'f>a:x', 'f>b:y', 'f>c!', 'a>j', 'b>j', 'c>j', 'j>d', 'd>end'],
    )
    const both = begin(graph, { x: true, y: true })
    expect(both.open()).toEqual(['a:a', 'b:b'])
    both.complete('a')
    expect(both.open()).toEqual(['b:b'])
    both.complete('b')
    expect(both.open()).toEqual(['d:d'])
    expect(begin(graph).open()).toEqual(['c:c'])
  })
  it('one join closes two forks, one inside the other', () => {
    const graph = graphOf(
      {
        start: { kind: 'start' },
        f: { kind: 'parallel' },
        g: { kind: 'parallel', forks: ['f'] },
        a: { ...user('a'), forks: ['f', 'g'] },
        b: { ...user('b'), forks: ['f', 'g'] },
        c: { ...user('c'), forks: ['f'] },
        j: { kind: 'parallel' },
        d: user('d'),
        end: { kind: 'end' },
      },
      ['start>f', 'f>g', 'f>c', 'g>a', 'g>b', 'a>j', 'b>j', 'c>j', 'j>d', 'd>end'],
    )
    for (const order of [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'c', 'a'],
    ]) {
      const run = begin(graph)
      for (const person of order) run.complete(person)
      expect(run.open()).toEqual(['d:d'])
      expect(Object.values(run.state.scopes).map(({ kind }) => kind)).toEqual(['process'])
    }
  })
  it('a branch that ends by itself is not waited for; a loop inside a branch opens no second fork', () => {
    const inside = { forks: ['f'] }
    const graph = graphOf(
      {
        start: { kind: 'start' },
        f: { kind: 'parallel' },
        a: { ...user('a'), ...inside },
        x: { kind: 'exclusive', ...inside },
        stop: { kind: 'end', ...inside },
        b: { ...user('b'), ...inside },
        j: { kind: 'parallel' },
        d: user('d'),
        end: { kind: 'end' },
      },
      ['start>f', 'f>a', 'f>b', 'a>x', 'x>stop:结果 = "不同意"', 'x>a:结果 = "弃权"', 'x>j!', 'b>j', 'j>d', 'd>end'],
    )
    const run = begin(graph)
    run.complete('b')
    run.complete('a', 'abstain')
    expect(run.open()).toEqual(['a:a'])
    run.complete('a', 'reject')
    expect(run.open()).toEqual(['d:d'])
  })
  it('runs a sub-process for each element, all at once or in turn, until enough are done', () => {
    const graph = (sequential: boolean, until?: string) =>
      graphOf(
        {
          start: { kind: 'start' },
          s: {
            kind: 'subprocess',
            inner: 'sub',
            multi: {
              sequential,
              collection: 'units',
              element: 'unit',
              until,
              collect: { from: 'unit', to: 'answers' },
            },
          },
          s1: { kind: 'start', scope: 'sub' },
          x: { ...user('x'), scope: 'sub' },
          s9: { kind: 'end', scope: 'sub' },
          d: user('d'),
          end: { kind: 'end' },
        },
        ['start>s', 's1>x', 'x>s9', 's>d', 'd>end'],
        [{ id: 'sub', kind: 'subprocess', parent: 'root', starts: ['s1'], handlers: [] }],
      )
    const all = begin(graph(false), { units: ['one', 'two', 'three'] })
    expect(all.open()).toHaveLength(3)
    for (let run = 0; run < 3; run++) all.complete('x')
    expect(all.open()).toEqual(['d:d'])
    expect(all.state.values.answers).toHaveLength(3)
    const turns = begin(graph(true), { units: ['one', 'two'] })
    expect(turns.open()).toHaveLength(1)
    turns.complete('x')
    expect(turns.open()).toEqual(['x:x'])
    turns.complete('x')
    expect(turns.open()).toEqual(['d:d'])
    const enough = begin(graph(false, '已完成 = 2'), { units: ['one', 'two', 'three'] })
    enough.complete('x')
    enough.complete('x')
    expect(enough.open()).toEqual(['d:d'])
    expect(begin(graph(false), { units: [] }).open()).toEqual(['d:d'])
    expect(Object.values(begin(graph(false), { units: 3 }).state.tokens)[0]?.fault?.code).toBe('bad-number')
  })
  it('an error is caught by the nearest that knows it, else an administrator must look', () => {
    const inner = (code: string) =>
      graphOf(
        {
          start: { kind: 'start' },
          s: { kind: 'subprocess', inner: 'sub' },
          s1: { kind: 'start', scope: 'sub' },
          boom: { kind: 'end', scope: 'sub', event: { type: 'error', code } },
          caught: { kind: 'boundary', host: 's', interrupting: true, event: { type: 'error', code: 'E1' } },
          a: user('a'),
          d: user('d'),
          end: { kind: 'end' },
        },
        ['start>s', 's1>boom', 's>d', 'caught>a', 'd>end', 'a>end'],
        [{ id: 'sub', kind: 'subprocess', parent: 'root', starts: ['s1'], handlers: [] }],
      )
    expect(begin(inner('E1')).open()).toEqual(['a:a'])
    const stuck = begin(inner('E2'))
    expect(stuck.effects).toMatchObject([{ do: 'incident', code: 'unhandled-error' }])
  })
  it('a service answers once, late answers are refused, its failure is an error or an incident', () => {
    const graph = graphOf(
      {
        start: { kind: 'start' },
        call: {
          kind: 'service',
          service: { handler: 'check', input: [{ from: 'x', to: 'x' }], output: [{ from: 'y', to: 'z' }], retries: 1 },
        },
        a: user('a'),
        end: { kind: 'end' },
      },
      ['start>call', 'call>a', 'a>end'],
    )
    const run = begin(graph, { x: 5 })
    expect(run.effects).toEqual([
      { do: 'invoke', token: run.token('call'), attempt: 1, handler: 'check', input: { x: 5 } },
    ])
    const token = run.token('call')
    run.give({ do: 'fault', token, attempt: 1, code: 'down', message: '无法连接', final: false })
    expect(run.refusal({ do: 'answer', token, attempt: 1, values: { y: 1 } })).toBe('late')
    run.give({ do: 'fault', token, attempt: 2, code: 'down', message: '无法连接', final: true })
    expect(run.state.tokens[token]?.fault).toEqual({ code: 'down', message: '无法连接' })
    run.give({ do: 'retry', token, by: who('admin') })
    run.give({ do: 'answer', token, attempt: 3, values: { y: 9 } })
    expect(run.state.values.z).toBe(9)
    expect(run.replay()).toEqual(run.state)
  })
  it('抄送 gives it to read and goes on', () => {
    const copy = { handlers: [{ by: 'person' as const, persons: ['r'] }] }
    const graph = graphOf({ start: { kind: 'start' }, c: { kind: 'send', copy }, a: user('a'), end: { kind: 'end' } }, [
      'start>c',
      'c>a',
      'a>end',
    ])
    const run = instance(graph, { find: (node) => (node === 'c' ? [who('r')] : [who('a')]) })
    run.start()
    expect(run.effects).toEqual([{ do: 'copy', node: 'c', people: [who('r')], from: '' }])
    expect(run.open()).toEqual(['a:a'])
  })
  it('a signal reaches all who wait; an interrupting event sub-process takes over', () => {
    const graph = graphOf(
      {
        start: { kind: 'start' },
        a: user('a'),
        end: { kind: 'end' },
        stop: { kind: 'start', scope: 'on', interrupting: true, event: { type: 'signal', name: 'stop' } },
        c: { ...user('c'), scope: 'on' },
        over: { kind: 'end', scope: 'on' },
      },
      ['start>a', 'a>end', 'stop>c', 'c>over'],
      [{ id: 'on', kind: 'event-subprocess', parent: 'root', starts: ['stop'], handlers: [] }],
    )
    const run = begin(graph)
    run.give({ do: 'signal', name: 'stop' })
    expect(run.open()).toEqual(['c:c'])
    run.complete('c')
    expect(run.state.status).toBe('completed')
  })
})

describe('time limits', () => {
  const limited = (overdue: { after: number; do: 'urge' | 'copy-leader' | 'to-leader' | 'agree' }[]) =>
    graphOf(
      {
        start: { kind: 'start' },
        a: user('a', { limit: { amount: 1, unit: 'working-days', kind: 'promised', yellow: 0.5, overdue } }),
        b: user('b'),
        end: { kind: 'end' },
      },
      ['start>a', 'a>b', 'b>end'],
    )
  it('urges, then agrees, where the definition says so', () => {
    const run = begin(
      limited([
        { after: 0, do: 'urge' },
        { after: 1_000, do: 'agree' },
      ]),
    )
    run.wait(5_000)
    const [first, second] = Object.keys(run.state.timers) as [string, string]
    run.give({ do: 'alarm', timer: first })
    expect(run.effects).toMatchObject([{ do: 'urge' }])
    run.give({ do: 'alarm', timer: second })
    expect(run.open()).toEqual(['b:b'])
  })
  it('stands still while the instance is suspended, or its clock is stopped', () => {
    const run = begin(limited([{ after: 0, do: 'urge' }]))
    const due = () => Object.values(run.state.timers)[0]?.due as number
    const before = due()
    run.give({ do: 'suspend', by: 'system' })
    expect(run.refusal({ do: 'complete', slot: run.slot('a'), by: who('a'), outcome: 'agree' })).toBe('suspended')
    run.wait(10_000)
    run.give({ do: 'resume', by: 'system' })
    expect(due() - before).toBeGreaterThanOrEqual(10_000)
    const again = due()
    run.give({ do: 'stop-clock', token: run.token('a'), by: who('a') })
    run.wait(10_000)
    expect(run.refusal({ do: 'alarm', timer: firstAlarm(run) })).toBe('not-due')
    run.give({ do: 'start-clock', token: run.token('a'), by: who('a') })
    expect(due() - again).toBeGreaterThanOrEqual(10_000)
    expect(run.replay()).toEqual(run.state)
  })
})
