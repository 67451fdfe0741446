import type { EventDef, Node, ScopeDef } from '../contract/graph.ts'
import { divert, finish, leave, settle, stick, tellHost } from './flow.ts'
import { dateAfter } from './iso.ts'
import {
  ask,
  dropAlarms,
  dropScope,
  dropToken,
  happen,
  type Machine,
  namesFor,
  nextId,
  nodeOf,
  openScope,
  place,
  scopeOf,
  scopesIn,
  tokensIn,
  valuesBy,
} from './machine.ts'
import type { Alarm, Json, Scope, Token, Values } from './state.ts'

type Named<T extends EventDef['type']> = Extract<EventDef, { type: T }>

export const scopeDefOf = (m: Machine, scope: Scope): ScopeDef => m.graph.scopes[scope.def] as ScopeDef

/** Sets the alarm of a timer event. A duration of working time is for the calendar to reckon. */
export const setAlarm = (
  m: Machine,
  kind: Alarm['kind'],
  of: string,
  node: Node,
  token?: Token,
  left?: number,
): void => {
  const { timer } = node.event as Named<'timer'>
  const value = m.env.evaluate(timer.value, namesFor(m, token))
  const key = `due:${of}:${node.id}:${m.state.seq}`
  const reckoned = timer.working
    ? ask(m, { key, ask: 'due', node: node.id, from: m.env.now, value })
    : dateAfter(value, m.env.now)
  if (timer.working && reckoned === undefined) return
  if (typeof reckoned !== 'number' || !Number.isFinite(reckoned)) {
    if (token) stick(m, token, 'bad-time', `「${node.name || node.id}」的时间不是有效的日期或时长。`)
    return
  }
  const id = nextId(m, 'a')
  const index = timer.kind === 'cycle' ? (left ?? timer.times ?? Number.MAX_SAFE_INTEGER) : undefined
  m.state.timers[id] = {
    id,
    kind,
    of,
    node: node.id,
    due: reckoned,
    ...(index !== undefined && { index }),
    ...(timer.working && { working: true, since: m.env.now }),
  }
}

/** Boundary timers run from when the activity begins; messages and signals are found by where tokens stand. */
export const armBoundary = (m: Machine, token: Token, node: Node): void => {
  for (const id of node.boundary ?? []) {
    const boundary = nodeOf(m, id)
    if (boundary.event?.type === 'timer') setAlarm(m, 'boundary', token.id, boundary, token)
  }
}

/** Opens a process or sub-process and starts it. */
export const openInner = (m: Machine, def: string, kind: 'process' | 'subprocess', host?: Token): Scope => {
  const scope = openScope(m, { kind, def, ...(host && { host: host.id }) })
  for (const handler of scopeDefOf(m, scope).handlers) {
    const start = startOf(m, handler)
    if (start.event?.type === 'timer') setAlarm(m, 'start', scope.id, start, host)
  }
  return scope
}
const startOf = (m: Machine, scopeDef: string): Node =>
  nodeOf(m, (m.graph.scopes[scopeDef] as ScopeDef).starts[0] as string)

export const startInner = (m: Machine, scope: Scope, outcome?: string): void => {
  for (const start of scopeDefOf(m, scope).starts) place(m, { scope: scope.id, node: start, outcome })
}

/** An event sub-process begins; an interrupting one ends what else runs in its scope. */
const startHandler = (m: Machine, scope: Scope, start: Node): void => {
  if (start.interrupting) {
    for (const token of tokensIn(m, scope.id)) dropToken(m, token.id)
    for (const inner of scopesIn(m, scope.id)) dropScope(m, inner.id)
    dropAlarms(m, scope.id)
  }
  const opened = openScope(m, { kind: 'event', def: start.scope, parent: scope.id })
  m.made.final = true
  place(m, { scope: opened.id, node: start.id })
}

const keepResult = (m: Machine, node: Node, values: Values = {}): void => {
  Object.assign(m.state.values, valuesBy(m, node.result, { ...m.state.values, ...values }))
}

/** The event that `of` (a token, or a scope for an event sub-process) waits for at `node` has come. */
export const trigger = (m: Machine, of: string, node: Node, values?: Values): void => {
  keepResult(m, node, values)
  if (node.kind === 'start') {
    startHandler(m, scopeOf(m, of), node)
    return
  }
  const token = m.state.tokens[of] as Token
  if (node.kind !== 'boundary') {
    token.node = node.id
    leave(m, token)
    return
  }
  if (node.interrupting) {
    divert(m, token, node.id)
    return
  }
  const beside = place(m, { scope: token.scope, node: node.id, outcome: token.outcome })
  m.queue.pop()
  leave(m, beside)
}

/** What waits for an event, as pairs of who waits and where it would go on. */
export interface Waiting {
  of: string
  node: string
  event: EventDef
}
export const waiting = (m: Machine): Waiting[] => [
  ...Object.values(m.state.tokens).flatMap((token) => waitsOf(m, token)),
  ...Object.values(m.state.scopes).flatMap((scope) =>
    (m.graph.scopes[scope.def]?.handlers ?? [])
      .filter(() => scope.kind !== 'fork' && scope.kind !== 'multi')
      .map((handler) => startOf(m, handler))
      .map(({ id, event }) => ({ of: scope.id, node: id, event: event as EventDef })),
  ),
]
const waitsOf = (m: Machine, token: Token): Waiting[] => {
  if (token.state !== 'at') return []
  const node = nodeOf(m, token.node)
  const scope = scopeOf(m, token.scope)
  const run = scope.kind === 'multi' && scope.def === node.id
  const places = [
    ...(node.kind === 'catch' || node.kind === 'receive' ? [node.id] : []),
    ...(node.kind === 'event-based' ? node.out.map((flow) => (m.graph.flows[flow] as { to: string }).to) : []),
    ...(run ? [] : (node.boundary ?? [])),
  ]
  return places.map((id) => ({ of: token.id, node: id, event: nodeOf(m, id).event ?? { type: 'none' } }))
}

/** The value a message must carry to be the one this waiter means; null when any will do. */
export const correlationOf = (m: Machine, { of, event }: Waiting): Json =>
  event.type === 'message' && event.correlation
    ? m.env.evaluate(event.correlation, namesFor(m, m.state.tokens[of]))
    : null

const catches = (event: EventDef | undefined, type: 'error' | 'escalation', code: string): boolean =>
  event?.type === type && (event.code === undefined || event.code === code)

/** Looks outwards for whoever handles an error or escalation: event sub-process, then boundary, scope by scope. */
export const raise = (m: Machine, from: Token, type: 'error' | 'escalation', code: string): boolean => {
  for (let scope: Scope | undefined = scopeOf(m, from.scope); scope; ) {
    const handler = (m.graph.scopes[scope.def]?.handlers ?? [])
      .map((id) => startOf(m, id))
      .find(({ event }) => scope?.kind !== 'fork' && catches(event, type, code))
    if (handler) {
      startHandler(m, scope, handler)
      return true
    }
    const host: Token | undefined = scope.host ? m.state.tokens[scope.host] : undefined
    if (host && raiseAt(m, host, type, code)) return true
    scope = m.state.scopes[host?.scope ?? scope.parent ?? '']
  }
  return false
}
/** The boundary events of the activity at which this token stands. */
export const raiseAt = (m: Machine, host: Token, type: 'error' | 'escalation', code: string): boolean => {
  const boundary = (nodeOf(m, host.node).boundary ?? [])
    .map((id) => nodeOf(m, id))
    .find(({ event }) => catches(event, type, code))
  if (boundary) trigger(m, host.id, boundary)
  return boundary !== undefined
}

export const throwEvent = (m: Machine, token: Token, node: Node): void => {
  const { event } = node
  const payload = valuesBy(m, node.payload, namesFor(m, token))
  if (event?.type === 'message') {
    const key = event.correlation ? m.env.evaluate(event.correlation, namesFor(m, token)) : null
    happen(m, { do: 'send', name: event.name, key, payload })
  }
  if (event?.type === 'signal') happen(m, { do: 'signal', name: event.name, payload })
  if (event?.type === 'escalation') raise(m, token, 'escalation', event.code ?? '')
}

export const endEvent = (m: Machine, token: Token, node: Node): void => {
  const { event } = node
  if (event?.type === 'error') {
    const { scope, id } = token
    if (!raise(m, token, 'error', event.code ?? '')) {
      stick(
        m,
        token,
        'unhandled-error',
        `流程出错（${event.code || '未说明'}），没有环节处理它。请由管理员跳转或终止。`,
      )
      return
    }
    if (m.state.tokens[id]) delete m.state.tokens[id]
    settle(m, scope)
    return
  }
  if (event?.type === 'terminate') {
    terminateScope(m, token)
    return
  }
  throwEvent(m, token, node)
  if (!m.state.tokens[token.id]) return
  tellHost(m, token)
  delete m.state.tokens[token.id]
  settle(m, token.scope)
}

/** Ends everything in the process or sub-process in which it stands, branches included. */
const terminateScope = (m: Machine, token: Token): void => {
  let scope = scopeOf(m, token.scope)
  while (scope.kind === 'fork') scope = scopeOf(m, scope.parent as string)
  if (scope.kind === 'process') {
    finish(m, 'completed')
    return
  }
  for (const other of tokensIn(m, scope.id)) dropToken(m, other.id)
  for (const inner of scopesIn(m, scope.id)) dropScope(m, inner.id)
  settle(m, scope.id)
}
