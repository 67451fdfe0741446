import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Diagram } from '../contract/designing.ts'
import { graphOf, userStep } from '../engine/testing.ts'
import { arbitraryBlocks, Random } from './arbitrary-blocks.ts'
import { blocksToXml, diagramOf, passedBetween } from './index.ts'

const folder = path.join(import.meta.dirname, 'examples')
const examples = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')] as const)
const withoutDrawing = (xml: string): string => xml.replace(/<bpmndi:BPMNDiagram[\s\S]*<\/bpmndi:BPMNDiagram>/, '')

type Part = Diagram['nodes'][number]
const within = (a: Part, b: Part): boolean =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height
const overlap = (a: Part, b: Part): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
/** Pairs that stand on one another; a boundary event sits on its host, and a sub-process holds what is in it. */
const crowded = ({ nodes }: Diagram): string[] =>
  nodes.flatMap((a, index) =>
    nodes
      .slice(index + 1)
      .filter((b) => a.kind !== 'boundary' && b.kind !== 'boundary' && overlap(a, b) && !within(a, b) && !within(b, a))
      .map((b) => `${a.id} on ${b.id}`),
  )

describe('the drawing of a process', () => {
  it.each(examples)('%s stands where its file puts it', async (_name, xml) => {
    const { nodes, edges } = await diagramOf(xml)
    const bounds = /<bpmndi:BPMNShape[^>]*bpmnElement="start"[^>]*>\s*<dc:Bounds x="(\d+)" y="(\d+)"/.exec(xml)
    expect(nodes.find(({ id }) => id === 'start')).toMatchObject({ x: Number(bounds?.[1]), y: Number(bounds?.[2]) })
    expect(edges.every(({ points }) => points.length > 1)).toBe(true)
  })
  it.each(examples)('%s is laid out by layers when its drawing was lost', async (_name, xml) => {
    const [drawn, laid] = [await diagramOf(xml), await diagramOf(withoutDrawing(xml))]
    expect(laid.nodes.map(({ id }) => id).sort()).toEqual(drawn.nodes.map(({ id }) => id).sort())
    expect(laid.edges.map(({ id }) => id).sort()).toEqual(drawn.edges.map(({ id }) => id).sort())
    expect(crowded(laid)).toEqual([])
  })
  it('of random blocks has room for everything, drawn or laid out', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const xml = await blocksToXml(arbitraryBlocks(new Random(seed)))
      expect(crowded(await diagramOf(xml)), `seed ${seed}`).toEqual([])
      expect(crowded(await diagramOf(withoutDrawing(xml))), `seed ${seed}`).toEqual([])
    }
  })
  it('of a graph without a file leads back round the side', async () => {
    const graph = graphOf(
      {
        start: { kind: 'start' },
        fill: { kind: 'user', user: userStep([]) },
        ask: { kind: 'exclusive' },
        end: { kind: 'end' },
      },
      ['start>fill', 'fill>ask', 'ask>fill:退回', 'ask>end!'],
    )
    const { nodes, edges } = await diagramOf('<xml/>', graph)
    expect(
      nodes
        .map(({ id, y }) => [id, y])
        .sort((a, b) => Number(a[1]) - Number(b[1]))
        .map(([id]) => id),
    ).toEqual(['start', 'fill', 'ask', 'end'])
    const right = Math.max(...nodes.map(({ x, width }) => x + width))
    expect(Math.max(...(edges.find(({ id }) => id === 'ask-fill')?.points ?? []).map(({ x }) => x))).toBeGreaterThan(
      right,
    )
  })
  it('is nothing where there is nothing', async () => {
    expect(await diagramOf('no xml')).toEqual({ nodes: [], edges: [] })
  })
})

describe('the way between two steps', () => {
  const graph = graphOf(
    {
      start: { kind: 'start' },
      a: { kind: 'user', user: userStep([]) },
      split: { kind: 'parallel' },
      b: { kind: 'user', user: userStep([]) },
      c: { kind: 'user', user: userStep([]) },
      join: { kind: 'parallel' },
      end: { kind: 'end' },
    },
    ['start>a', 'a>split', 'split>b', 'split>c', 'b>join', 'c>join', 'join>end'],
  )
  it('passes by gateways alone', () => {
    expect(passedBetween(graph, ['a'], ['b', 'c'], false).sort()).toEqual([
      'a',
      'a-split',
      'b',
      'c',
      'split',
      'split-b',
      'split-c',
    ])
  })
  it('waits at a join, and goes on to the end with the last', () => {
    expect(passedBetween(graph, ['b'], [], false).sort()).toEqual(['b', 'b-join', 'join'])
    expect(passedBetween(graph, ['c'], [], true).sort()).toEqual(['c', 'c-join', 'end', 'join', 'join-end'])
  })
})
