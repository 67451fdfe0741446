import type { Graph, Node } from '../contract/graph.ts'
import type { Alarm, Effect, Entry, Env, Json, Need, Scope, State, Token, Values } from './state.ts'

/** A command that the rules do not allow: `code` is stable, `message` says what to do. Nothing changed. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'Refused'
    this.code = code
  }
}
export const refuse = (code: string, message: string): never => {
  throw new Refused(code, message)
}

/** An expression that could not be evaluated to its end. */
export class Unevaluable extends Error {}

/** One command at work on a copy of the state. */
export interface Machine {
  graph: Graph
  state: State
  env: Env
  answers: Record<string, Json>
  needs: Need[]
  effects: Effect[]
  log: Entry[]
  /** tokens that have just come to their node */
  queue: string[]
  /** what this command made, as long as all of it can be taken back */
  made: { tokens: string[]; scopes: string[]; final: boolean }
  /** elements entered by this command, and steps it left out */
  entered: number
  skipped: number
}

/** A graph that passes by more elements than this in one command turns in a circle. */
const MOST_ELEMENTS = 10_000

export const nextId = (m: Machine, letter: string): string => {
  m.state.seq += 1
  return `${letter}${m.state.seq}`
}
export const nodeOf = (m: Machine, id: string): Node =>
  m.graph.nodes[id] ?? refuse('unknown-element', `流程中没有编号为「${id}」的元素。`)
export const tokenOf = (m: Machine, id: string): Token =>
  m.state.tokens[id] ?? refuse('gone', '这一步已经由他人办理，请刷新后再看。')
export const scopeOf = (m: Machine, id: string): Scope => m.state.scopes[id] as Scope

export const tokensIn = (m: Machine, scope: string): Token[] =>
  Object.values(m.state.tokens).filter((token) => token.scope === scope)
/** Open activations directly inside, without those a token stands for (sub-processes, repeated activities). */
export const scopesIn = (m: Machine, scope: string): Scope[] =>
  Object.values(m.state.scopes).filter(({ parent }) => parent === scope)
export const hostedBy = (m: Machine, token: string): Scope[] =>
  Object.values(m.state.scopes).filter(({ host }) => host === token)

/** Asks the service, once: without an answer the command ends with its needs and is given again. */
export const ask = (m: Machine, need: Need): Json | undefined => {
  if (Object.hasOwn(m.answers, need.key)) return m.answers[need.key]
  m.needs.push(need)
  return undefined
}

export const happen = (m: Machine, effect: Effect): void => {
  m.effects.push(effect)
  if (effect.do !== 'copy' && effect.do !== 'copy-leader' && effect.do !== 'urge') m.made.final = true
}
export const note = (m: Machine, entry: Entry): void => {
  m.log.push(entry)
}

export const openScope = (m: Machine, scope: Omit<Scope, 'id'>): Scope => {
  const opened = { ...scope, id: nextId(m, 's') }
  m.state.scopes[opened.id] = opened
  m.made.scopes.push(opened.id)
  return opened
}

/** A token on its way into a node; it acts when its turn comes. */
export const place = (m: Machine, token: Omit<Token, 'id' | 'state'>): Token => {
  const placed: Token = { ...token, id: nextId(m, 't'), state: 'at' }
  m.state.tokens[placed.id] = placed
  m.queue.push(placed.id)
  return placed
}
export const move = (m: Machine, token: Token, node: string, by?: string): void => {
  token.node = node
  token.state = 'at'
  if (by) token.by = by
  m.queue.push(token.id)
}
export const follow = (m: Machine, token: Token, flow: string): void =>
  move(m, token, (m.graph.flows[flow] as { to: string }).to, flow)

export const alarmsOf = (m: Machine, of: string): Alarm[] =>
  Object.values(m.state.timers).filter((alarm) => alarm.of === of)
export const dropAlarms = (m: Machine, of: string): void => {
  for (const { id } of alarmsOf(m, of)) delete m.state.timers[id]
}

/** Takes a token away with everything that stands or falls with it; its user step ends undecided. */
export const dropToken = (
  m: Machine,
  id: string,
  ended: 'cancelled' | 'sent-back' | 'withdrawn' | 'jumped' = 'cancelled',
): void => {
  const token = m.state.tokens[id]
  if (!token) return
  endVisit(m, token, ended)
  delete m.state.tokens[id]
  for (const scope of hostedBy(m, id)) dropScope(m, scope.id, ended)
  for (const side of Object.values(m.state.tokens)) if (side.returnTo === id) dropToken(m, side.id, ended)
  dropAlarms(m, id)
}
export const dropScope = (m: Machine, id: string, ended?: 'cancelled' | 'sent-back' | 'withdrawn' | 'jumped'): void => {
  for (const token of tokensIn(m, id)) dropToken(m, token.id, ended)
  for (const scope of scopesIn(m, id)) dropScope(m, scope.id, ended)
  dropAlarms(m, id)
  delete m.state.scopes[id]
}
export const endVisit = (m: Machine, token: Token, ended: 'cancelled' | 'sent-back' | 'withdrawn' | 'jumped'): void => {
  const visit = token.step && m.state.trail[token.step.visit]
  if (visit && visit.left === undefined) Object.assign(visit, { left: m.env.now, ended })
}

/** What an expression sees: variables, the element of a repeated activity, the last result and those of each step. */
export const namesFor = (m: Machine, token?: Token): Values => {
  const names: Values = { ...m.state.values }
  const results: Values = {}
  for (const { node, outcome } of m.state.trail)
    if (outcome !== undefined) {
      // A step that a newer version left out is still known by its number.
      const step = m.graph.nodes[node]
      results[step?.name ?? node] = step ? outcomeName(step, outcome) : outcome
    }
  names.环节结果 = results
  names.结果 = token?.outcome ?? null
  return Object.assign(names, elementsFor(m, token))
}
const elementsFor = (m: Machine, token?: Token): Values => {
  const found: Values = {}
  for (let at = token; at; ) {
    const scope: Scope = scopeOf(m, at.scope)
    const element = scope.kind === 'multi' ? nodeOf(m, scope.def).multi?.element : undefined
    if (element && at.item !== undefined && !Object.hasOwn(found, element)) found[element] = at.item
    // One run that is done once more stands beside the others' way.
    const alone = at.returnTo && at.run !== undefined ? m.graph.nodes[at.node]?.multi?.element : undefined
    if (alone && at.item !== undefined) found[alone] = at.item
    const host = hostOf(m, scope)
    at = host ? m.state.tokens[host] : undefined
  }
  return found
}
const hostOf = (m: Machine, scope: Scope): string | undefined =>
  scope.host ?? (scope.parent ? hostOf(m, scopeOf(m, scope.parent)) : undefined)

export const outcomeName = (node: Node, key: string): string =>
  node.user?.outcomes.find((outcome) => outcome.key === key)?.name ?? key

export const valuesBy = (m: Machine, mappings: { from: string; to: string }[] = [], names: Values): Values => {
  const values: Values = {}
  for (const { from, to } of mappings) values[to] = m.env.evaluate(from, names)
  return values
}

/** Each step that is left out is asked for first, so a circle of them is noticed early. */
const MOST_SKIPPED = 40
export const countSkipped = (m: Machine): void => {
  m.skipped += 1
  if (m.skipped > MOST_SKIPPED)
    refuse('endless', '流程连续略过了太多环节，没有停下来。请联系流程管理员检查办理人的设置。')
}
export const countElement = (m: Machine): void => {
  m.entered += 1
  if (m.entered > MOST_ELEMENTS)
    refuse('endless', '流程在自动环节之间循环，没有停下来的地方。请联系流程管理员检查条件。')
}
