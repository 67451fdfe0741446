import type { Graph } from '../contract/graph.ts'
import { type Fault, play } from './game.ts'
import { arcsOf, type Net, netOf, START } from './net.ts'
import { called, type Notes } from './problems.ts'
import { originOf } from './reading.ts'
import { reduce } from './reduce.ts'
import { spread } from './wiring.ts'

/** Plays the tokens of every scope and refuses courses in which they wait for each other, meet without a join, or starve one. */
export function checkSoundness(graph: Graph, notes: Notes): void {
  for (const scope of Object.keys(graph.scopes)) {
    const net = netOf(graph, scope)
    reduce(net)
    const endless = neverEnding(net)
    if (endless.length > 0)
      notes.refuse(
        'never-ends',
        endless.flatMap((place) => nodeOf(graph, place) ?? [])[0] ?? scopeName(graph, scope),
        (named) => `到了${named}，流程就再也不会结束：总有一个分支回到前面。请让回到前面的连线带上条件。`,
      )
    const { faults, complete } = play(net, (place) => graph.nodes[place]?.forks ?? [])
    for (const fault of faults) report(graph, fault, notes)
    if (!complete)
      notes.warn(
        'not-fully-checked',
        scopeName(graph, scope),
        (named) => `${named}的并行走法太多，没有全部检查。请留意网关是否都能汇合。`,
      )
  }
}

/** Places from which no course comes to an end; arcs that only end a branch beside others were taken out before. */
function neverEnding(net: Net): string[] {
  const ends = [...net.places.values()].filter(({ ends }) => ends).map(({ id }) => id)
  const ending = spread(ends, (id) => arcsOf(net, 'in', id).map(({ from }) => from))
  const reached = spread([START], (id) => arcsOf(net, 'out', id).map(({ to }) => to))
  return [...reached].filter((id) => !ending.has(id))
}

const scopeName = (graph: Graph, scope: string) =>
  graph.nodes[scope] ?? { $type: 'bpmn:Process', id: scope, name: graph.name }
const nodeOf = (graph: Graph, place: string) => graph.nodes[originOf(place.replace(/ on$/, ''))]

function report(graph: Graph, fault: Fault, notes: Notes): void {
  const words = (places: string[]) =>
    [...new Set(places)]
      .flatMap((place) => nodeOf(graph, place) ?? [])
      .map(called)
      .join('、')
  if (fault.kind === 'deadlock')
    notes.refuse(
      'deadlock',
      nodeOf(graph, fault.places[0] ?? ''),
      () => `${words(fault.places)}会互相等待，流程停在那里。请让分支只向前汇合，或改用排他网关。`,
    )
  else if (fault.kind === 'twice')
    notes.refuse(
      'not-joined',
      nodeOf(graph, fault.place),
      (named) => `几个并行的分支会没有汇合就到达${named}，它会被办理几次。请在它之前加一个并行或包容网关来汇合。`,
    )
  else
    notes.refuse(
      'join-starves',
      nodeOf(graph, fault.place),
      (named) =>
        `${named}要等所有入线，但有时等不到来自${words(fault.flows.map((id) => graph.flows[id]?.from ?? ''))}的那一路。请改用包容网关，或排他网关。`,
    )
}
