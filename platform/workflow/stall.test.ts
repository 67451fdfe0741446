import { describe, expect, it } from 'vitest'
import type { Graph } from './contract/graph.ts'
import type { Command, State } from './engine/state.ts'
import { step } from './engine/step.ts'
import { graphOf, who } from './engine/testing.ts'
import { envOf } from './server/env.ts'
import { compile } from './server/expressions.ts'

/** Just within the budget of one expression. */
const HEAVY = 'count(for a in 1..300, b in 1..100 return a) > 0'
const NOW = Date.parse('2026-11-20T09:42:00+08:00')
const command: Command = { do: 'start', by: who('starter'), values: {} }

const begin = (graph: Graph) => {
  const began = performance.now()
  const result = step(graph, null, command, envOf(graph, NOW, compile))
  if (!('state' in result)) throw new Error('nobody is to be found here')
  return { state: result.state, took: performance.now() - began }
}
const faults = (state: State): string[] => Object.values(state.tokens).map(({ fault }) => fault?.message ?? '')

/** Gateways one after another, each with the same condition; the last leads on to `last`. */
const chain = (length: number, condition: string, last: string): Graph => {
  const nth = Array.from({ length }, (_, at) => `g${at}`)
  return graphOf(
    {
      start: { kind: 'start' },
      ...Object.fromEntries(nth.map((id) => [id, { kind: 'exclusive' as const }])),
      end: { kind: 'end' },
    },
    ['start>g0', ...nth.map((id, at) => `${id}>${nth[at + 1] ?? last}:${condition}`), 'g0>end!'],
  )
}

describe('what nobody should have published', () => {
  it('a circle of expressions that each use their budget stops within a second, and says so', () => {
    const graph = chain(2, HEAVY, 'g0')
    const { state, took } = begin(graph)
    expect(faults(state)).toEqual([expect.stringContaining('没有算完')])
    expect(took).toBeLessThan(2_000)
    expect(begin(graph).state).toEqual(state)
  })
  it('so does a file of a thousand such conditions', () => {
    const { state, took } = begin(chain(1_000, HEAVY, 'end'))
    expect(faults(state)).toEqual([expect.stringContaining('没有算完')])
    expect(took).toBeLessThan(2_000)
  })
  it('a thousand conditions of the usual kind come to their end', () => {
    expect(begin(chain(1_000, 'count([1, 2, 3]) = 3', 'end')).state.status).toBe('completed')
  })
  it('a circle of decision tables stops as well', () => {
    const table = {
      hitPolicy: 'collect' as const,
      inputs: [{ label: '数', expression: '1' }],
      outputs: [{ name: '级别' }],
      rules: [{ inputs: ['-'], outputs: [HEAVY] }],
    }
    const graph = graphOf(
      {
        start: { kind: 'start' },
        ask: { kind: 'rule', rule: { decision: '定级', input: [], output: [] } },
        again: { kind: 'exclusive' },
      },
      ['start>ask', 'ask>again', 'again>ask!'],
    )
    const { state, took } = begin({ ...graph, decisions: { 定级: table } })
    expect(faults(state)).toEqual([expect.stringContaining('没有得出结果')])
    expect(took).toBeLessThan(2_000)
  })
})
