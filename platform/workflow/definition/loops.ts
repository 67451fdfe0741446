import type { Graph, Node } from '../contract/graph.ts'
import { called, type Notes } from './problems.ts'
import { nextOf, nodesOf } from './reading.ts'
import { spread } from './wiring.ts'

/** A circle in which nothing waits for a person, a message or a time would turn for ever at once. */
export function checkLoops(graph: Graph, notes: Notes): void {
  const automatic = new Set(
    Object.values(graph.nodes)
      .filter((node) => !waits(graph, node))
      .map(({ id }) => id),
  )
  for (const circle of circles(graph, automatic)) {
    const [first] = circle
    const words = circle.slice(0, 6).map((node) => called(node))
    notes.refuse(
      'endless-loop',
      first,
      () =>
        `${words.join('、')}${circle.length > 6 ? ' 等' : ''}连成了没有人办理、也不等待的循环。请在循环里放一个用户任务、接收任务或定时。`,
    )
  }
}

/** A call waits for another process, of which nothing is known here. */
const WAITING: readonly Node['kind'][] = ['user', 'receive', 'catch', 'event-based', 'call']

function waits(graph: Graph, node: Node): boolean {
  if (node.kind !== 'subprocess') return WAITING.includes(node.kind)
  const starts = graph.scopes[node.inner ?? '']?.starts ?? []
  const through = spread(starts, (id) => {
    const inner = graph.nodes[id]
    return inner && !waits(graph, inner) ? nextOf(graph, inner).map((next) => next.id) : []
  })
  return !nodesOf(graph, node.inner ?? '').some(({ id, kind }) => kind === 'end' && through.has(id))
}

/** Strongly connected components of more than one node, or with a flow to itself (Tarjan, without recursion). */
function circles(graph: Graph, within: Set<string>): Node[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const found: Node[][] = []
  const next = (id: string) =>
    nextOf(graph, graph.nodes[id] as Node)
      .map((node) => node.id)
      .filter((to) => within.has(to))
  for (const root of within) {
    if (index.has(root)) continue
    const path = [{ id: root, left: next(root) }]
    enter(root)
    for (let at = path.at(-1); at; at = path.at(-1)) {
      const to = at.left.pop()
      if (to === undefined) leave(path.pop() as { id: string }, path.at(-1)?.id)
      else if (!index.has(to)) {
        enter(to)
        path.push({ id: to, left: next(to) })
      } else if (open.includes(to)) lower(at.id, index.get(to) as number)
    }
  }
  return found

  function enter(id: string) {
    index.set(id, index.size)
    low.set(id, index.size - 1)
    open.push(id)
  }
  function lower(id: string, value: number) {
    low.set(id, Math.min(low.get(id) as number, value))
  }
  function leave({ id }: { id: string }, before: string | undefined) {
    if (before !== undefined) lower(before, low.get(id) as number)
    if (low.get(id) !== index.get(id)) return
    const members = open.splice(open.indexOf(id))
    if (members.length > 1 || next(id).includes(id)) found.push(members.map((member) => graph.nodes[member] as Node))
  }
}
