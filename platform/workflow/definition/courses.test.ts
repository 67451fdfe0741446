import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract/graph.ts'
import { arbitraryBlocks, Random } from './arbitrary-blocks.ts'
import { blocksToXml } from './blocks/write.ts'
import { play } from './game.ts'
import { netOf } from './net.ts'
import { reduce } from './reduce.ts'
import { flows, graphOf, problemsOf, processOf, read, user } from './testing.ts'

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed + 1)
const regions = (graph: Graph) => (place: string) => graph.nodes[place]?.forks ?? []

/** Takes a flow away, lays another, or lets one lead elsewhere. */
function spoil(xml: string, random: Random): string {
  const flows = [...xml.matchAll(/<bpmn:sequenceFlow id="([^"]+)"[^>]*targetRef="([^"]+)"/g)]
  const nodes = [...xml.matchAll(/<bpmn:\w+(?:Task|Gateway|Event|Activity) id="([^"]+)"/g)].map(([, id]) => id ?? '')
  const [whole = '', id = '', target = ''] = random.of(flows)
  const other = random.of(nodes)
  const kind = random.below(3)
  if (kind === 0)
    return xml
      .replace(new RegExp(`<bpmn:sequenceFlow id="${id}"([^>]*/>|[\\s\\S]*?</bpmn:sequenceFlow>)`), '')
      .replaceAll(new RegExp(`<bpmn:(incoming|outgoing)>${id}</bpmn:\\1>| default="${id}"`, 'g'), '')
      .replace(new RegExp(`<bpmndi:BPMNEdge id="${id}_di"[\\s\\S]*?</bpmndi:BPMNEdge>`), '')
  const moved = whole.replace(`targetRef="${target}"`, `targetRef="${other}"`)
  return kind === 1
    ? xml.replace(whole, moved)
    : xml.replace('</bpmn:process>', `${moved.replace(id, 'extra')}/></bpmn:process>`)
}

describe('courses of tokens', () => {
  it('joins that wait for each other are refused', async () => {
    const gateways = ['j1', 'j2', 'k'].map((id) => `<inclusiveGateway id="${id}"/>`).join('')
    const choices = ['x1', 'x2'].map((id) => `<exclusiveGateway id="${id}" default="${id}-k"/>`).join('')
    const ways = flows(
      ...['s > g', 'g > j1', 'g > j2', 'j1 > a', 'j2 > b', 'a > x1', 'b > x2'],
      ...['x1 > j2 ? 通过', 'x2 > j1 ? 通过', 'x1 > k', 'x2 > k', 'k > e'],
    )
    const xml = processOf(
      `<startEvent id="s"/><parallelGateway id="g"/>${gateways}${choices}${user('a')}${user('b')}<endEvent id="e"/>${ways}`,
    )
    expect(await problemsOf(xml)).toEqual(['deadlock j1'])
  })

  it('a branch that always goes back never lets the process end', async () => {
    const xml = processOf(
      `<startEvent id="s"/><exclusiveGateway id="m"/>${user('a')}${user('b')}<endEvent id="e"/>${flows('s > m', 'm > a', 'a > b', 'a > e', 'b > m')}`,
    )
    expect(await problemsOf(xml)).toEqual(['never-ends a'])
  })

  it.each(seeds(30))('block-structured process %i is accepted, whole', async (seed) => {
    const xml = await blocksToXml(arbitraryBlocks(new Random(seed)))
    const reading = await read(xml)
    expect('problems' in reading ? reading.problems : reading.warnings).toEqual([])
  })

  it('a flow more, less or elsewhere: sound by the unreduced game as well, or refused in words', async () => {
    let accepted = 0
    let refused = 0
    for (const seed of seeds(60)) {
      const random = new Random(1000 + seed)
      const xml = spoil(await blocksToXml(arbitraryBlocks(random, 1)), random)
      const reading = await read(xml)
      if ('problems' in reading) {
        refused += 1
        for (const { message } of reading.problems) expect(message).toMatch(/[一-鿿].*。$/s)
        continue
      }
      const net = netOf(reading.graph, reading.graph.root)
      const { faults, complete } = play(net, regions(reading.graph))
      expect({ seed, faults }).toEqual({ seed, faults: [] })
      if (complete) accepted += 1
    }
    expect(accepted).toBeGreaterThan(5)
    expect(refused).toBeGreaterThan(20)
  })

  it('reducing leaves nothing of a block-structured process in which only the whole ends', async () => {
    const all = seeds(60).map((seed) => arbitraryBlocks(new Random(seed)))
    const whole = all.filter((blocks) => JSON.stringify(blocks).split('"stop"').length === 2).slice(0, 20)
    expect(whole.length).toBe(20)
    for (const blocks of whole) {
      const graph = await graphOf(await blocksToXml(blocks))
      const net = netOf(graph, graph.root)
      reduce(net)
      expect([...net.places.values()].filter(({ splits }) => splits !== 'choice')).toEqual([])
    }
  })

  it('the forks a node lies in stand outermost first', async () => {
    for (const seed of seeds(20)) {
      const graph = await graphOf(await blocksToXml(arbitraryBlocks(new Random(seed), 4)))
      for (const { id, forks } of Object.values(graph.nodes))
        expect({ id, forks: forks.slice(0, -1) }).toEqual({ id, forks: graph.nodes[forks.at(-1) ?? '']?.forks ?? [] })
    }
  })
})
