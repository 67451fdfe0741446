import type { Node } from '../contract/graph.ts'
import { armBoundary, endEvent, openInner, setAlarm, startInner, throwEvent } from './events.ts'
import { choose, fire, leave, openMulti, pass, split, stick } from './flow.ts'
import {
  ask,
  countElement,
  happen,
  type Machine,
  namesFor,
  nodeOf,
  note,
  scopeOf,
  Unevaluable,
  valuesBy,
} from './machine.ts'
import { openAgain, openStep, reopen, roundOf } from './people.ts'
import { readyJoin } from './reach.ts'
import type { Handler, Token, Values } from './state.ts'

/** Lets every token that moved act, then the joins that have become ready, until all is still. */
export const run = (m: Machine): void => {
  for (;;) {
    for (let id = m.queue.shift(); id !== undefined; id = m.queue.shift()) {
      const token = m.state.tokens[id]
      if (token) tryEnter(m, token)
    }
    const join = readyJoin(m)
    if (!join) return
    fire(m, join)
  }
}

/** An expression that used up its budget stops its own step and nothing else; an administrator is told which. */
const tryEnter = (m: Machine, token: Token): void => {
  try {
    enter(m, token)
  } catch (error) {
    if (!(error instanceof Unevaluable) || !m.state.tokens[token.id]) throw error
    stick(
      m,
      token,
      'bad-expression',
      `「${nodeOf(m, token.node).name || token.node}」的表达式没有算完：${error.message}`,
    )
  }
}

const enter = (m: Machine, token: Token): void => {
  countElement(m)
  const node = nodeOf(m, token.node)
  if (token.step && token.paused) {
    comeBack(m, token)
    return
  }
  const scope = scopeOf(m, token.scope)
  const oneRun = scope.kind === 'multi' && scope.def === node.id
  const onceMore = token.returnTo !== undefined && token.run !== undefined
  if (node.multi && !oneRun && !onceMore) {
    armBoundary(m, token, node)
    openMulti(m, token, node)
    return
  }
  if (node.kind !== 'user' && !oneRun) armBoundary(m, token, node)
  act(m, token, node)
}

const gateway = (m: Machine, token: Token, node: Node): void => {
  if (node.in.length > 1) {
    token.state = 'waiting'
    m.made.tokens.push(`${token.id}@:${token.scope}:${token.node}`)
  } else if (node.out.length > 1) split(m, token, node)
  else pass(m, token, node)
}

/** 抄送: whoever the definition names gets it to read, and the process goes on. */
const copyOn = (m: Machine, token: Token, node: Node): void => {
  const found = ask(m, { key: `copy:${token.id}:${m.state.trail.length}`, ask: 'handlers', node: node.id })
  if (found === undefined) return
  const { people } = found as unknown as { people: Handler[] }
  if (people.length > 0) happen(m, { do: 'copy', node: node.id, people, from: '' })
  note(m, { what: 'automatic', node: node.id, to: people.map(({ person }) => person) })
  leave(m, token)
}

const throwOn = (m: Machine, token: Token, node: Node): void => {
  if (node.copy) {
    copyOn(m, token, node)
    return
  }
  throwEvent(m, token, node)
  if (m.state.tokens[token.id]) leave(m, token)
}

const waitFirst = (m: Machine, token: Token, node: Node): void => {
  m.made.final = true
  for (const flow of node.out) {
    const next = nodeOf(m, (m.graph.flows[flow] as { to: string }).to)
    if (next.event?.type === 'timer') setAlarm(m, 'catch', token.id, next, token)
  }
}

/** What the table answers goes where the step says, with the reason in the log; a table that contradicts itself stops the step. */
const decideRule = (m: Machine, token: Token, rule: NonNullable<Node['rule']>, names: Values): void => {
  const decided = m.env.decide(rule.decision, valuesBy(m, rule.input, names))
  if ('fault' in decided) {
    note(m, { what: 'automatic', node: token.node, why: decided.fault })
    stick(m, token, 'undecided-table', decided.fault)
    return
  }
  note(m, { what: 'automatic', node: token.node, why: decided.why })
  Object.assign(m.state.values, valuesBy(m, rule.output, { ...names, ...decided.values }))
  leave(m, token)
}

const automatic = (m: Machine, token: Token, node: Node): void => {
  const names = namesFor(m, token)
  if (node.kind === 'rule' && node.rule) {
    decideRule(m, token, node.rule, names)
    return
  }
  note(m, { what: 'automatic', node: node.id })
  if (node.kind === 'service' && node.service) {
    invoke(m, token, node)
    return
  }
  if (node.kind === 'call' && node.call)
    happen(m, {
      do: 'start-child',
      token: token.id,
      process: node.call.process,
      input: valuesBy(m, node.call.input, names),
    })
}

export const invoke = (m: Machine, token: Token, node: Node): void => {
  const { handler, input } = node.service as NonNullable<Node['service']>
  token.attempt = (token.attempt ?? 0) + 1
  happen(m, {
    do: 'invoke',
    token: token.id,
    attempt: token.attempt,
    handler,
    input: valuesBy(m, input, namesFor(m, token)),
  })
}

/** What was sent straight back has been corrected: the returner looks again, the others go on where they were. */
const comeBack = (m: Machine, token: Token): void => {
  const before = token.paused ?? {}
  delete token.paused
  const returner = roundOf(token).slots.find(({ id }) => before[id] === 'returner')
  for (const slot of roundOf(token).slots) {
    const was = before[slot.id]
    if (was === 'open') openAgain(m, roundOf(token), slot)
    else if (was && was !== 'returner') slot.state = was
  }
  reopen(m, token, (slot) => slot === returner)
}

const acts: { [K in Node['kind']]: (m: Machine, token: Token, node: Node) => void } = {
  start: leave,
  boundary: leave,
  manual: leave,
  end: endEvent,
  user: openStep,
  exclusive: choose,
  parallel: gateway,
  inclusive: gateway,
  'event-based': waitFirst,
  subprocess: (m, token, node) => startInner(m, openInner(m, node.inner as string, 'subprocess', token), token.outcome),
  catch(m, token, node) {
    if (node.event?.type === 'timer') setAlarm(m, 'catch', token.id, node, token)
    m.made.final = true
  },
  receive(m) {
    m.made.final = true
  },
  send: throwOn,
  throw: throwOn,
  service: automatic,
  rule: automatic,
  call: automatic,
}
const act = (m: Machine, token: Token, node: Node): void => acts[node.kind](m, token, node)
