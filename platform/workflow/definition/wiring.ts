import type { Graph, Node, ScopeDef } from '../contract/graph.ts'
import { called, type Notes } from './problems.ts'
import { nextOf, nodesOf } from './reading.ts'
import { ACTIVITIES } from './scopes.ts'

/** How the elements hang together: starts, ends, conditions, gateways, events. All of it can be said element by element. */
export function checkWiring(graph: Graph, notes: Notes): void {
  for (const scope of Object.values(graph.scopes)) {
    checkScope(graph, scope, notes)
    checkReach(graph, scope, notes)
  }
  for (const node of Object.values(graph.nodes)) {
    checkEnds(node, notes)
    if (node.kind === 'event-based') checkEventBased(graph, node, notes)
    else checkSplit(graph, node, notes)
    checkReferences(graph, node, notes)
  }
}

function checkScope(graph: Graph, scope: ScopeDef, notes: Notes): void {
  const nodes = nodesOf(graph, scope.id)
  const whole = { $type: scope.kind === 'process' ? 'bpmn:Process' : 'bpmn:SubProcess', ...graphName(graph, scope) }
  const refuse = (code: string, what: string) => notes.refuse(code, whole, (named) => `${named}${what}`)
  if (scope.starts.length === 0) refuse('no-start', '没有开始事件。请画一个开始事件。')
  if (!nodes.some(({ kind }) => kind === 'end')) refuse('no-end', '没有结束事件。请画一个结束事件。')
  const none = scope.starts.filter((id) => graph.nodes[id]?.event?.type === 'none')
  if (none.length > 1) refuse('two-starts', '有不止一个无事件的开始。请只留一个。')
  if (scope.kind !== 'process' && scope.starts.length > 1)
    refuse('two-starts', '是子流程，只能有一个开始事件。请只留一个。')
}

function graphName(graph: Graph, scope: ScopeDef): { id: string; name: string } {
  const name = scope.kind === 'process' ? graph.name : (graph.nodes[scope.id]?.name ?? '')
  return { id: scope.id, name }
}

function checkReach(graph: Graph, scope: ScopeDef, notes: Notes): void {
  if (scope.starts.length === 0) return
  const nodes = nodesOf(graph, scope.id)
  const before = new Map<string, string[]>()
  for (const node of nodes)
    for (const next of nextOf(graph, node)) before.set(next.id, [...(before.get(next.id) ?? []), node.id])
  const started = spread(scope.starts, (id) => nextOf(graph, graph.nodes[id] as Node).map((next) => next.id))
  const ends = nodes.filter(({ kind }) => kind === 'end').map(({ id }) => id)
  const ending = spread(ends, (id) => before.get(id) ?? [])
  for (const node of nodes) {
    if (!started.has(node.id))
      notes.refuse('unreachable', node, (named) => `从开始走不到${named}。请用连线把它接上，或删去它。`)
    else if (!ending.has(node.id) && ends.length > 0)
      notes.refuse('no-way-out', node, (named) => `从${named}走不到任何结束。请用连线把它接到结束事件。`)
  }
}

/** All that can be come to, the nearest first. */
export function spread(from: readonly string[], next: (id: string) => readonly string[]): Set<string> {
  const found = new Set(from)
  // a set is walked through in the order of adding, what is added on the way included
  for (const id of found) for (const to of next(id)) found.add(to)
  return found
}

function checkEnds(node: Node, notes: Notes): void {
  const refuse = (code: string, what: string) => notes.refuse(code, node, (named) => `${named}${what}`)
  if (node.kind === 'end' && node.out.length > 0) refuse('after-end', '是结束，后面不能再有连线。请删去它的出线。')
  if (node.kind !== 'end' && node.out.length === 0) refuse('dead-end', '后面没有连线。请接到下一个环节或结束事件。')
  if (node.kind === 'start' && node.in.length > 0) refuse('before-start', '是开始，前面不能有连线。请删去它的入线。')
  if (node.kind === 'boundary' && node.in.length > 0)
    refuse('before-boundary', '是边界事件，前面不能有连线。请删去它的入线。')
}

const flowName = (graph: Graph, id: string) =>
  called({ $type: 'bpmn:SequenceFlow', id, name: graph.flows[id]?.name ?? '' })

function checkSplit(graph: Graph, node: Node, notes: Notes): void {
  const conditional = node.out.filter((id) => graph.flows[id]?.condition !== undefined)
  const refuse = (code: string, what: string) => notes.refuse(code, node, (named) => `${named}${what}`)
  const chooses = node.kind === 'exclusive' || node.kind === 'inclusive'
  if (conditional.length > 0 && !chooses && !ACTIVITIES.includes(node.kind)) {
    refuse('no-conditions-here', '后面的连线不能带条件。请删去条件，或改用排他、包容网关。')
    return
  }
  if (node.out.length < 2) {
    if (conditional.length > 0)
      refuse('lone-condition', '后面只有一条连线，不能带条件：条件不成立时流程会停住。请删去条件，或再画一条默认连线。')
    return
  }
  if (node.fallback && conditional.includes(node.fallback))
    refuse(
      'default-with-condition',
      `的默认${flowName(graph, node.fallback)}不能再带条件。请删去条件，或换一条默认连线。`,
    )
  const always = node.out.filter((id) => !conditional.includes(id) && id !== node.fallback)
  if (chooses)
    for (const id of always)
      refuse('no-condition', `后面的${flowName(graph, id)}没有写条件。请写条件，或把它设为默认连线。`)
  if (!node.fallback && (chooses || (conditional.length > 0 && always.length === 0)))
    refuse('no-default', '没有默认连线：条件都不成立（包括字段还没有填）时流程会停住。请把一条连线设为默认。')
}

function checkEventBased(graph: Graph, node: Node, notes: Notes): void {
  const refuse = (code: string, what: string) => notes.refuse(code, node, (named) => `${named}${what}`)
  if (node.out.length < 2) refuse('event-gateway', '后面要有至少两个等待的事件。请补上，或去掉网关。')
  for (const id of node.out) {
    const flow = graph.flows[id]
    const next = graph.nodes[flow?.to ?? '']
    if (flow?.condition !== undefined) refuse('no-conditions-here', '后面的连线不能带条件。请删去条件。')
    if (next && next.kind !== 'catch' && next.kind !== 'receive')
      refuse('event-gateway', `后面只能接中间捕获事件或接收任务，不能接${called(next)}。请改正。`)
    if (next && next.in.length > 1)
      refuse('event-gateway', `后面的${called(next)}还有别的入线。请让它只从这个网关进入。`)
    if (next?.boundary) refuse('event-gateway', `后面的${called(next)}不能带边界事件。请去掉。`)
  }
}

/** Steps that other steps name: to send back to, and whose handler handles again. */
function checkReferences(graph: Graph, node: Node, notes: Notes): void {
  const named = [
    ...(node.user?.sendBack && node.user.sendBack.to !== 'any' ? node.user.sendBack.to : []),
    ...[...(node.user?.handlers ?? []), ...(node.copy?.handlers ?? [])].flatMap((rule) =>
      rule.by === 'handler' ? [rule.step] : [],
    ),
  ]
  for (const id of named)
    if (!Object.hasOwn(graph.nodes, id) || graph.nodes[id]?.kind !== 'user' || id === node.id)
      notes.refuse(
        'no-such-step',
        node,
        (words) => `${words}提到的环节“${id}”不是本流程中另一个用户任务的 id。请改正。`,
      )
}
