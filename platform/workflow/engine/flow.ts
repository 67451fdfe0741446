import type { Node } from '../contract/graph.ts'
import {
  dropAlarms,
  dropScope,
  dropToken,
  follow,
  happen,
  hostedBy,
  type Machine,
  move,
  namesFor,
  nodeOf,
  note,
  openScope,
  place,
  scopeOf,
  scopesIn,
  tokensIn,
} from './machine.ts'
import type { Json, Scope, State, Token } from './state.ts'

/** Something only an administrator can mend: the token stays where it is and says why. */
export const stick = (m: Machine, token: Token, code: string, message: string): void => {
  token.fault = { code, message }
  happen(m, { do: 'incident', token: token.id, code, message })
}

/** The activity or event is done: the token goes on. */
export const leave = (m: Machine, token: Token): void => {
  dropAlarms(m, token.id)
  for (const key of ['step', 'attempt', 'fault', 'paused'] as const) delete token[key]
  if (token.returnTo) {
    goBack(m, token, token.returnTo)
    return
  }
  const scope = scopeOf(m, token.scope)
  if (scope.kind === 'multi' && scope.def === token.node) {
    runDone(m, token, scope)
    return
  }
  const [flow] = nodeOf(m, token.node).out
  if (flow === undefined) endToken(m, token)
  else follow(m, token, flow)
}

/** 直送退回人: what was corrected goes straight back to whoever sent it back, whose step begins another round. */
const goBack = (m: Machine, token: Token, to: string): void => {
  m.made.final = true
  delete m.state.tokens[token.id]
  const parked = m.state.tokens[to]
  if (parked) move(m, parked, parked.node)
}

export const endToken = (m: Machine, token: Token): void => {
  tellHost(m, token)
  delete m.state.tokens[token.id]
  settle(m, token.scope)
}
/** `结果` of the last step inside a sub-process is the one behind it. */
export const tellHost = (m: Machine, token: Token): void => {
  let scope: Scope | undefined = scopeOf(m, token.scope)
  while (scope?.kind === 'fork') scope = m.state.scopes[scope.parent ?? '']
  const host = scope?.kind === 'subprocess' ? m.state.tokens[scope.host ?? ''] : undefined
  if (host) host.outcome = token.outcome
}

/** An activation in which nothing is left is over; what waits for it goes on. */
export const settle = (m: Machine, id: string): void => {
  const scope = m.state.scopes[id]
  if (!scope || tokensIn(m, id).length > 0 || scopesIn(m, id).length > 0) return
  if (scope.kind === 'process') {
    finish(m, 'completed')
    return
  }
  m.made.final = true
  dropScope(m, id)
  const host = scope.host ? m.state.tokens[scope.host] : undefined
  if (host) leave(m, host)
  else if (scope.parent) settle(m, scope.parent)
}

export const finish = (m: Machine, status: State['status'], outcome?: string): void => {
  m.made.final = true
  for (const scope of Object.values(m.state.scopes)) if (scope.kind === 'process') dropScope(m, scope.id)
  m.queue.length = 0
  m.state.status = status
  if (outcome) m.state.outcome = outcome
  note(m, { what: 'end', ...(outcome && { outcome }) })
}

const holds = (m: Machine, flow: string, token: Token): boolean => {
  const condition = m.graph.flows[flow]?.condition
  return condition === undefined || m.env.evaluate(condition, namesFor(m, token)) === true
}
const stuckAt = (m: Machine, token: Token, node: Node): void =>
  stick(
    m,
    token,
    'no-way',
    `「${node.name || node.id}」的条件都不成立，也没有默认去向。请核对表单内容，或由管理员跳转。`,
  )

export const choose = (m: Machine, token: Token, node: Node): void => {
  const flow = node.out.find((id) => id !== node.fallback && holds(m, id, token)) ?? node.fallback
  if (flow) follow(m, token, flow)
  else stuckAt(m, token, node)
}

/** Opens an activation and sends a token down each branch taken. */
export const split = (m: Machine, token: Token, node: Node): void => {
  const held =
    node.kind === 'parallel' ? node.out : node.out.filter((id) => id !== node.fallback && holds(m, id, token))
  const taken = held.length > 0 ? held : [node.fallback].filter((id) => id !== undefined)
  if (taken.length === 0) {
    stuckAt(m, token, node)
    return
  }
  const scope = openScope(m, { kind: 'fork', def: node.id, parent: token.scope })
  delete m.state.tokens[token.id]
  for (const flow of taken)
    place(m, { scope: scope.id, node: (m.graph.flows[flow] as { to: string }).to, by: flow, outcome: token.outcome })
}

/** The tokens at a join become one. Whoever leaves the region of the fork waits once more, for what its parent still has on the way. */
export const fire = (
  m: Machine,
  { scope, node: id, tokens }: { scope: Scope; node: string; tokens: Token[] },
): void => {
  const [token, ...rest] = tokens as [Token, ...Token[]]
  const node = nodeOf(m, id)
  if (rest.length > 0) m.made.final = true
  if (rest.some(({ outcome }) => outcome !== token.outcome)) delete token.outcome
  for (const other of rest) delete m.state.tokens[other.id]
  if (scope.kind === 'fork' && scope.parent && !node.forks.includes(scope.def)) {
    token.scope = scope.parent
    if (tokensIn(m, scope.id).length === 0 && scopesIn(m, scope.id).length === 0) {
      m.made.final = true
      dropScope(m, scope.id)
    }
    return
  }
  token.state = 'at'
  pass(m, token, node)
}

/** Through a gateway that joins, or that does not: on, or apart. */
export const pass = (m: Machine, token: Token, node: Node): void => {
  if (node.out.length > 1) split(m, token, node)
  else if (node.out[0] === undefined) endToken(m, token)
  else follow(m, token, node.out[0])
}

// ── activities that run several times ──

export const openMulti = (m: Machine, token: Token, node: Node): void => {
  const names = namesFor(m, token)
  const listed = node.multi?.collection ? m.env.evaluate(node.multi.collection, names) : undefined
  const items = Array.isArray(listed) ? listed : undefined
  const number = node.multi?.cardinality ? m.env.evaluate(node.multi.cardinality, names) : items?.length
  const total = typeof number === 'number' ? number : Number.NaN
  if (!Number.isInteger(total) || total < 0 || total > MOST_RUNS) {
    stick(m, token, 'bad-number', `「${node.name}」要办理几次说不清：应当是 0 至 ${MOST_RUNS} 的整数。`)
    return
  }
  if (total === 0) {
    leave(m, token)
    return
  }
  const multi = { total, started: 0, done: 0, results: [], ...(items && { items }) }
  const scope = openScope(m, { kind: 'multi', def: node.id, host: token.id, multi })
  for (let run = node.multi?.sequential ? 1 : total; run > 0; run--) startRun(m, scope, node, token.outcome)
}
const MOST_RUNS = 500

const startRun = (m: Machine, scope: Scope, node: Node, outcome?: string): void => {
  const multi = scope.multi as NonNullable<Scope['multi']>
  const run = multi.started
  const item = multi.items?.[run] ?? run + 1
  multi.started += 1
  place(m, { scope: scope.id, node: node.id, item, run, outcome })
}

/** What was collected, in the order of the elements, whoever was first. */
const inOrder = ({ results, order = [] }: NonNullable<Scope['multi']>): Json[] =>
  results
    .map((value, at) => ({ value, run: order[at] ?? at }))
    .sort((a, b) => a.run - b.run)
    .map(({ value }) => value)

const runDone = (m: Machine, token: Token, scope: Scope): void => {
  const node = nodeOf(m, token.node)
  const multi = scope.multi as NonNullable<Scope['multi']>
  m.made.final = true
  multi.done += 1
  if (node.multi?.collect) {
    multi.results.push(m.env.evaluate(node.multi.collect.from, namesFor(m, token)))
    multi.order = [...(multi.order ?? []), token.run ?? multi.results.length - 1]
  }
  const counts = { 总数: multi.total, 已完成: multi.done, 未完成: multi.total - multi.done }
  const enough = node.multi?.until
    ? m.env.evaluate(node.multi.until, { ...namesFor(m, token), ...counts }) === true
    : false
  delete m.state.tokens[token.id]
  if (!enough && multi.done < multi.total) {
    if (multi.started < multi.total && node.multi?.sequential) startRun(m, scope, node, token.outcome)
    return
  }
  if (node.multi?.collect) m.state.values[node.multi.collect.to] = inOrder(multi) as Json
  const host = m.state.tokens[scope.host as string] as Token
  host.outcome = token.outcome
  dropScope(m, scope.id)
  leave(m, host)
}

/** Everything that runs inside an activity ends, and it is left by this boundary event instead. */
export const divert = (m: Machine, host: Token, boundary: string): void => {
  for (const scope of hostedBy(m, host.id)) dropScope(m, scope.id)
  for (const side of Object.values(m.state.tokens)) if (side.returnTo === host.id) dropToken(m, side.id)
  const visit = host.step && m.state.trail[host.step.visit]
  if (visit) Object.assign(visit, { left: m.env.now, ended: 'cancelled' })
  m.made.final = true
  host.node = boundary
  leave(m, host)
}
