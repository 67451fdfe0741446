import type { Graph, Node } from '../contract/graph.ts'
import { framesOf } from './back.ts'
import { copyOf } from './copy.ts'
import type { Alarm, Scope, State, Token } from './state.ts'

/** What stands in the way of the new version: the step it concerns, and what to do about it. */
export interface Blocker {
  node: string
  message: string
}
export type Migrated = { state: State } | { blockers: Blocker[] }

interface Move {
  from: Graph
  to: Graph
  mapping: Record<string, string>
  state: State
  blockers: Blocker[]
}
const nameIn = (graph: Graph, node: string): string => graph.nodes[node]?.name || node
const block = (move: Move, node: string, message: string): void => {
  if (!move.blockers.some((one) => one.node === node && one.message === message)) move.blockers.push({ node, message })
}
const renamed = ({ mapping }: Move, node: string): string => mapping[node] ?? node
const counterpart = (move: Move, node: string): Node | undefined => move.to.nodes[renamed(move, node)]

/** A running instance on another version of its process, or why it cannot go there. Pure; changes nothing that people said. */
export const migrate = (old: State, from: Graph, to: Graph, mapping: Record<string, string>): Migrated => {
  const move: Move = { from, to, mapping, state: copyOf(old), blockers: [] }
  const { state, blockers } = move
  if (state.status === 'completed' || state.status === 'terminated')
    return { blockers: [{ node: '', message: '已经办结或终止。' }] }
  for (const scope of Object.values(state.scopes)) moveScope(move, scope)
  for (const token of Object.values(state.tokens)) moveToken(move, token)
  for (const alarm of Object.values(state.timers)) moveAlarm(move, alarm)
  if (blockers.length > 0) return { blockers }
  for (const token of Object.values(state.tokens)) checkPlace(move, token)
  if (blockers.length > 0) return { blockers }
  // What was decided on the old version cannot be taken back on the new one.
  for (const visit of state.trail) {
    visit.node = renamed(move, visit.node)
    delete visit.undo
  }
  state.choices = Object.fromEntries(Object.entries(state.choices).map(([node, who]) => [renamed(move, node), who]))
  return { state }
}

const moveScope = (move: Move, scope: Scope): void => {
  const { from, to } = move
  if (scope.kind === 'process') {
    scope.def = to.root
    return
  }
  if (scope.kind === 'event') {
    if (to.scopes[scope.def]?.kind !== 'event-subprocess') block(move, scope.def, '新版没有正在运行的事件子流程。')
    return
  }
  const host =
    scope.kind === 'subprocess' ? Object.values(from.nodes).find(({ inner }) => inner === scope.def)?.id : scope.def
  const target = host === undefined ? undefined : counterpart(move, host)
  const before = from.nodes[host ?? '']
  if (
    !target ||
    target.kind !== before?.kind ||
    (scope.kind === 'multi') !== (scope.kind === 'multi' && Boolean(target.multi))
  ) {
    block(
      move,
      host ?? scope.def,
      `「${nameIn(from, host ?? scope.def)}」正在办理，新版没有与它对应的环节。请写明对应关系，或等它办完。`,
    )
    return
  }
  scope.def = scope.kind === 'subprocess' ? (target.inner ?? '') : target.id
}

const moveToken = (move: Move, token: Token): void => {
  const { from, to } = move
  const before = from.nodes[token.node]
  const target = counterpart(move, token.node)
  const called = nameIn(from, token.node)
  if (!before || !target) {
    block(move, token.node, `「${called}」正在办理，新版没有这个环节。请写明它对应哪个环节。`)
    return
  }
  if (target.kind !== before.kind || Boolean(target.multi) !== Boolean(before.multi)) {
    block(move, token.node, `「${called}」对应的「${nameIn(to, target.id)}」不是同一种环节。`)
    return
  }
  const said = (token.step?.slots ?? []).flatMap(({ outcome }) => outcome ?? [])
  const unknown = said.find((key) => !target.user?.outcomes.some((outcome) => outcome.key === key))
  if (unknown) block(move, token.node, `「${called}」已有人选择的结果（${unknown}）在新版中没有。`)
  token.node = target.id
  if (token.by === undefined) return
  const flow = flowFor(move, token.by, target.id)
  if (flow) token.by = flow
  else if (token.state === 'waiting') block(move, token.node, `到达「${called}」的连线在新版中没有了，请等这一段办完。`)
  else delete token.by
}
/** The line by which it came: the same one, or the one between the corresponding elements. */
const flowFor = (move: Move, id: string, node: string): string | undefined => {
  const source = renamed(move, move.from.flows[id]?.from ?? '')
  const same = move.to.flows[id]
  if (same?.to === node && same.from === source) return id
  return Object.values(move.to.flows).find((flow) => flow.to === node && flow.from === source)?.id
}

const moveAlarm = (move: Move, alarm: Alarm): void => {
  const target = counterpart(move, alarm.node)
  if (alarm.kind === 'limit') alarm.node = target?.id ?? alarm.node
  else if (target?.event?.type === 'timer') alarm.node = target.id
  // A timer that the new version has no more does not ring.
  else delete move.state.timers[alarm.id]
}

/** It stands in the same forks and sub-processes as before, outermost first. */
const checkPlace = (move: Move, token: Token): void => {
  const { to, state } = move
  const open: string[] = []
  for (let scope: Scope | undefined = state.scopes[token.scope]; scope; ) {
    if (scope.kind !== 'multi') open.unshift(scope.def)
    const host: Token | undefined = scope.host ? state.tokens[scope.host] : undefined
    scope = state.scopes[host?.scope ?? scope.parent ?? '']
  }
  const frames = framesOf(to, to.nodes[token.node] as Node).map(({ def }) => def)
  // What corrects something stands beside the way, not in it.
  const meant = token.returnTo ? frames.slice(0, open.length) : frames
  // A join between branches is outside of its fork, and whoever waits there inside.
  const waits = token.state === 'waiting' && open.length === meant.length + 1
  if ((waits ? open.slice(0, -1) : open).join('\n') !== meant.join('\n'))
    block(move, token.node, `「${nameIn(to, token.node)}」在新版中换了分支或子流程，不能在办理中途换过去。`)
}
