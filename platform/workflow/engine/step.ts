import type { Graph, Limit, Node } from '../contract/graph.ts'
import { childSentBack, jump, returnBranch, sendBack, stillUntouched, withdraw } from './back.ts'
import { reckon, resume, startClock, stopClock, suspend } from './clock.ts'
import { copyOf } from './copy.ts'
import { invoke, run } from './enter.ts'
import { openInner, raise, raiseAt, setAlarm, startInner, trigger, waiting } from './events.ts'
import { leave, stick } from './flow.ts'
import {
  ask,
  endVisit,
  happen,
  type Machine,
  move,
  namesFor,
  nodeOf,
  note,
  refuse,
  tokenOf,
  Unevaluable,
} from './machine.ts'
import {
  addSigner,
  answer,
  assign,
  assist,
  circulate,
  claim,
  complete,
  delegate,
  removeSigner,
  terminate,
  transfer,
  urge,
} from './operations.ts'
import { newSlot, progress, roundOf, userOf } from './people.ts'
import type { Alarm, Command, Env, Handler, Result, State, Token } from './state.ts'

type Of<D extends Command['do']> = Extract<Command, { do: D }>

const empty = ({ by, subject = '' }: Of<'start'>): State => ({
  status: 'running',
  starter: by,
  subject,
  seq: 0,
  values: {},
  choices: {},
  scopes: {},
  tokens: {},
  timers: {},
  trail: [],
})

/**
 * One command on one instance: pure, deterministic, all or nothing. `state` is null for `start` alone and is never changed.
 * Answers the next state with what must happen outside, or what it must be told first (give the same command again with `answers`).
 * Throws `Refused` when the rules do not allow it.
 */
export const step = (graph: Graph, state: State | null, command: Command, env: Env): Result => {
  const starting = command.do === 'start'
  if (starting === (state !== null))
    refuse(starting ? 'already-started' : 'not-started', '流程实例的状态不对，请刷新后再看。')
  const m: Machine = {
    graph,
    state: state ? copyOf(state) : empty(command as Of<'start'>),
    env,
    answers: command.answers ?? {},
    needs: [],
    effects: [],
    log: [],
    queue: [],
    made: { tokens: [], scopes: [], final: false },
    entered: 0,
    skipped: 0,
  }
  admit(m, command)
  try {
    perform(m, command)
    if (m.state.status === 'running') run(m)
  } catch (error) {
    if (error instanceof Unevaluable) refuse('bad-expression', error.message)
    throw error
  }
  if (m.needs.length > 0) return { needs: m.needs }
  keepUndo(m)
  return { state: tidy(m.state), effects: m.effects, log: m.log }
}

const WHILE_SUSPENDED: Command['do'][] = ['resume', 'terminate', 'transfer', 'urge', 'reckon']

const admit = (m: Machine, command: Command): void => {
  const { status } = m.state
  if (status === 'completed' || status === 'terminated') refuse('ended', '这件事已经办结或终止。')
  if (status === 'suspended' && !WHILE_SUSPENDED.includes(command.do))
    refuse('suspended', '这件事已挂起，恢复后才能办理。')
  if (status === 'running' && command.do === 'resume') refuse('not-suspended', '这件事没有挂起。')
}

const start = (m: Machine, { by, values, choices }: Of<'start'>): void => {
  Object.assign(m.state.values, values)
  Object.assign(m.state.choices, choices)
  note(m, { what: 'start', person: by.person, owner: by.owner })
  startInner(m, openInner(m, m.graph.root, 'process'))
}

/** An alarm goes off once: what was cancelled or has gone off already is refused, so that a late claim does nothing. */
const alarm = (m: Machine, { timer: id }: Of<'alarm'>): void => {
  const due = m.state.timers[id] ?? refuse('gone', '这个定时已经作废。')
  if (due.stoppedAt !== undefined || due.due > m.env.now) refuse('not-due', '还没有到时间。')
  const node = nodeOf(m, due.node)
  m.made.final = true
  note(m, { what: 'alarm', node: node.id })
  if (due.kind === 'limit') {
    delete m.state.timers[id]
    overdue(m, due, node)
    return
  }
  const left = due.index === undefined ? 0 : due.index - 1
  delete m.state.timers[id]
  if (left > 0 && !node.interrupting && due.kind !== 'catch')
    setAlarm(m, due.kind, due.of, node, m.state.tokens[due.of], left)
  trigger(m, due.of, node)
}

const overdue = (m: Machine, due: Alarm, node: Node): void => {
  const token = tokenOf(m, due.of)
  const action = (userOf(node).limit as Limit).overdue[due.index ?? 0]?.do
  // Whoever waits for a correction by others is not late.
  if (token.state === 'parked') return
  const open = roundOf(token).slots.filter(({ state }) => state === 'open')
  note(m, { what: 'overdue', node: node.id, mode: action })
  if (action === 'urge') happen(m, { do: 'urge', slots: open.map(({ id }) => id) })
  if (action === 'copy-leader') happen(m, { do: 'copy-leader', slots: open.map(({ id }) => id) })
  if (action === 'to-leader') toLeader(m, token, node, due)
  if (action === 'agree') agreeForAll(m, token, node)
}
const toLeader = (m: Machine, token: Token, node: Node, { id }: Alarm): void => {
  const found = ask(m, { key: `leader:${token.id}:${id}`, ask: 'handlers', node: node.id })
  if (found === undefined) return
  const { slots } = roundOf(token)
  const there = new Set(slots.filter(({ state }) => state === 'open').map(({ person }) => person))
  for (const who of (found as unknown as { people: Handler[] }).people)
    if (!there.has(who.person)) slots.push(newSlot(m, who, { place: 'parallel', state: 'open' }))
}
/** 视为同意: whoever has not answered is taken to agree, where the definition says so. */
const agreeForAll = (m: Machine, token: Token, node: Node): void => {
  const key = userOf(node).outcomes.find(({ counts }) => counts === 'agree')?.key
  if (!key) return
  for (const slot of roundOf(token).slots)
    if (slot.state !== 'done' && slot.state !== 'cancelled') {
      slot.state = 'done'
      slot.outcome = key
    }
  progress(m, token)
}

const message = (m: Machine, { at, node: id, values }: Of<'message'>): void => {
  const waits = waiting(m).find(
    ({ of, node, event }) => of === at && node === id && ['message', 'none'].includes(event.type),
  )
  if (!waits) {
    refuse('not-waiting', '流程没有在等待这条消息。')
    return
  }
  note(m, { what: 'message', node: id })
  m.made.final = true
  trigger(m, at, nodeOf(m, id), values)
}

const signal = (m: Machine, { name, values }: Of<'signal'>): void => {
  const meant = waiting(m).filter(({ event }) => event.type === 'signal' && event.name === name)
  if (meant.length === 0) refuse('not-waiting', '流程没有在等待这个信号。')
  m.made.final = true
  for (const { of, node } of meant) {
    // One that was ended by another of the same signal waits no more.
    if (!waiting(m).some((still) => still.of === of && still.node === node)) continue
    note(m, { what: 'signal', node })
    trigger(m, of, nodeOf(m, node), values)
  }
}

const fault = (m: Machine, { token: id, attempt, code, message: text, final }: Of<'fault'>): void => {
  const token = tokenOf(m, id)
  if (token.attempt !== attempt) refuse('late', '这次调用已经作废。')
  note(m, { what: 'fault', node: token.node, outcome: code })
  if (!final) {
    invoke(m, token, nodeOf(m, token.node))
    return
  }
  if (raiseAt(m, token, 'error', code) || raise(m, token, 'error', code)) return
  stick(m, token, code, text)
}

/** An administrator lets whatever stopped try once more. */
const retry = (m: Machine, { token: id, by }: Of<'retry'>): void => {
  const token = tokenOf(m, id)
  if (!token.fault) refuse('no-fault', '这一步没有出错。')
  delete token.fault
  note(m, { what: 'retry', node: token.node, person: by.person })
  m.made.final = true
  endVisit(m, token, 'cancelled')
  delete token.step
  move(m, token, token.node)
}

const childDone = (m: Machine, { token: id, values = {} }: Of<'child-done'>): void => {
  const token = tokenOf(m, id)
  const node = nodeOf(m, token.node)
  if (node.kind !== 'call') refuse('late', '流程没有在等待这个子流程。')
  const names = { ...m.state.values, ...values }
  for (const { from, to } of node.call?.output ?? []) m.state.values[to] = m.env.evaluate(from, names)
  const { collect } = node.multi ?? {}
  const before = collect ? m.state.values[collect.to] : undefined
  if (collect && token.returnTo && token.run !== undefined && Array.isArray(before)) {
    const value = m.env.evaluate(collect.from, namesFor(m, token))
    m.state.values[collect.to] = before.map((one, at) => (at === token.run ? value : one))
  }
  note(m, { what: 'child-done', node: node.id })
  leave(m, token)
}

const performers: { [D in Command['do']]: (m: Machine, command: Of<D>) => void } = {
  start,
  complete,
  claim,
  'add-signer': addSigner,
  'remove-signer': removeSigner,
  transfer,
  delegate,
  assist,
  'send-back': sendBack,
  'return-branch': returnBranch,
  withdraw,
  jump,
  assign,
  urge,
  circulate,
  suspend,
  resume,
  'stop-clock': stopClock,
  'start-clock': startClock,
  terminate,
  alarm,
  message,
  signal,
  answer,
  fault,
  retry,
  'child-done': childDone,
  'child-sent-back': childSentBack,
  reckon,
  migrate: () => refuse('not-here', '换版由流程管理员另行办理。'),
}
const perform = (m: Machine, command: Command): void =>
  (performers[command.do] as (m: Machine, command: Command) => void)(m, command)

/** What a decision made can be taken back while all of it is untouched; what cannot any more is forgotten. */
const keepUndo = (m: Machine): void => {
  for (const visit of m.state.trail) {
    if (!visit.undo) continue
    const fresh = visit.undo.made.length === 0
    if (fresh) Object.assign(visit.undo, { made: m.made.tokens, scopes: m.made.scopes })
    if ((fresh && m.made.final) || m.state.status === 'completed' || !stillUntouched(m, visit.undo)) delete visit.undo
  }
}

const byNumber = <T extends { id: string }>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(
    Object.values(record)
      .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
      .map((one) => [one.id, one]),
  )
/** The same state has the same text, in whatever order its parts came. */
const tidy = (state: State): State => ({
  ...state,
  scopes: byNumber(state.scopes),
  tokens: byNumber(state.tokens),
  timers: byNumber(state.timers),
})
