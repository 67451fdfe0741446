import type { Node, Outcome, UserStep } from '../contract/graph.ts'
import { armBoundary } from './events.ts'
import { finish, leave, stick } from './flow.ts'
import {
  ask,
  countSkipped,
  dropAlarms,
  type Machine,
  namesFor,
  nextId,
  nodeOf,
  note,
  outcomeName,
  Unevaluable,
} from './machine.ts'
import { isLeft, isOpen, isVote, rootOf, waitsFor } from './slots.ts'
import type { Handler, Round, Slot, Token, Visit } from './state.ts'

export const userOf = (node: Node): UserStep => node.user as UserStep
export const roundOf = (token: Token): Round => token.step as Round

/** `again`: taken back before anybody saw it, it is no round of its own. */
export const newVisit = (m: Machine, token: Token, again?: number): number => {
  const before = m.state.trail.filter(({ node, ended }) => node === token.node && ended !== 'withdrawn')
  const round = again ?? Math.max(0, ...before.map((visit) => visit.round)) + 1
  const visit: Visit = { node: token.node, round, token: token.id, entered: m.env.now }
  return m.state.trail.push(visit) - 1
}
export const newSlot = (m: Machine, who: Handler, more: Pick<Slot, 'place' | 'state'> & Partial<Slot>): Slot => {
  const { person, unit, owner, weight, veto } = who
  return {
    id: nextId(m, 'k'),
    person,
    unit,
    ...(owner && { owner }),
    ...(weight !== undefined && { weight }),
    ...(veto && { veto }),
    ...more,
  }
}

/** 同人去重: whoever agreed at an earlier step, unless it was sent back behind that; what is done again is asked again. */
const agreedBefore = (m: Machine, node: string, again: UserStep['again']): Set<string> => {
  const decided = m.state.trail.filter(({ left, ended }) => left !== undefined && !ended)
  const last = decided.toSorted((a, b) => Number(a.left) - Number(b.left)).at(-1)
  const meant = again === 'skip' ? decided : again === 'skip-adjacent' && last ? [last] : []
  const counting = meant.filter((visit) => visit.node !== node && !visit.void)
  return new Set(counting.flatMap(({ by = [], against = [] }) => by.filter((person) => !against.includes(person))))
}
/** Whoever is meant to handle the step, without those the definition leaves out. */
const wanted = (m: Machine, node: Node, people: Handler[]): Handler[] => {
  const { again, starter } = userOf(node)
  const done = agreedBefore(m, node.id, again)
  // Whoever stands in for two principals answers once for each.
  const unique = new Map(people.map((who) => [`${who.person} ${who.owner ?? ''}`, who]))
  return [...unique.values()].filter(
    ({ person }) => !(starter === 'skip' && person === m.state.starter.person) && !done.has(person),
  )
}

const readPeople = (answer: unknown): Handler[] => (answer as { people?: Handler[] }).people ?? []
/** Where everybody is away and waited for, the limit begins when the first is back. */
const beginningOf = (answer: unknown): number | undefined => (answer as { since?: number } | undefined)?.since

/** A user step begins: its people are found, its limit starts. `named` are people the handler before chose (自由流). */
export const openStep = (m: Machine, token: Token, node: Node, named?: Handler[]): void => {
  const step = userOf(node)
  const turn = m.state.trail.length
  const found = named
    ? { people: named }
    : ask(m, { key: `handlers:${token.id}:${turn}`, ask: 'handlers', node: node.id })
  const since = beginningOf(found)
  const limit = step.limit
    ? ask(m, {
        key: `limit:${token.id}:${turn}${since === undefined ? '' : `:${since}`}`,
        ask: 'limit',
        node: node.id,
        from: since ?? m.env.now,
      })
    : null
  if (found === undefined || limit === undefined) return
  const people = readPeople(found)
  const kept = named ?? wanted(m, node, people)
  if (kept.length > MOST_PEOPLE) {
    stick(
      m,
      token,
      'too-many',
      `「${node.name}」找到 ${kept.length} 人，超过 ${MOST_PEOPLE} 人。请由管理员指定办理人。`,
    )
    return
  }
  token.step = { visit: newVisit(m, token), slots: [] }
  m.made.tokens.push(`${token.id}@${token.step.visit}`)
  if (kept.length === 0 && people.length === 0 && step.nobody !== 'skip') {
    stick(m, token, 'nobody', `「${node.name}」没有找到办理人。请由管理员指定。`)
    return
  }
  if (kept.length === 0) {
    skip(m, token, node)
    return
  }
  token.step.slots = kept.map((who, index) =>
    newSlot(m, who, { place: 'main', state: step.way === 'in-turn' && index > 0 ? 'waiting' : 'open' }),
  )
  note(m, { what: 'enter', node: node.id, to: kept.map(({ person }) => person) })
  if (limit) startLimit(m, token, limit as Lights, since ?? m.env.now)
  armBoundary(m, token, node)
}
const MOST_PEOPLE = 500

type Lights = { due: number; yellow: number; overdue: number[] }
const startLimit = (m: Machine, token: Token, limit: Lights, since: number): void => {
  Object.assign(roundOf(token), { due: limit.due, yellow: limit.yellow, since })
  limit.overdue.forEach((due, index) => {
    const id = nextId(m, 'a')
    m.state.timers[id] = { id, kind: 'limit', of: token.id, node: token.node, due, index, working: true }
  })
}

const skip = (m: Machine, token: Token, node: Node): void => {
  countSkipped(m)
  const agreed = userOf(node).outcomes.find(({ counts }) => counts === 'agree')
  Object.assign(m.state.trail[roundOf(token).visit] as Visit, {
    left: m.env.now,
    ended: 'skipped',
    outcome: agreed?.key,
  })
  if (agreed) token.outcome = agreed.name
  note(m, { what: 'skip', node: node.id })
  leave(m, token)
}

/** Another round with the people there are: after something was corrected, or taken back. `again` are the slots that begin anew. */
export const reopen = (m: Machine, token: Token, again: (slot: Slot) => boolean, number?: number): void => {
  const round = roundOf(token)
  round.visit = newVisit(m, token, number)
  m.made.tokens.push(`${token.id}@${round.visit}`)
  for (const slot of round.slots)
    if (again(slot)) {
      openAgain(m, round, slot)
      delete slot.outcome
    }
  note(m, { what: 'enter', node: token.node, to: round.slots.filter(isOpen).map(({ person }) => person) })
}
/** A slot that is opened, or opened again, is a new task; whoever was added to it follows. */
export const openAgain = (m: Machine, round: Round, slot: Slot): void => {
  renumber(m, round, slot)
  slot.state = 'open'
  delete slot.touched
}
/** Whoever waited goes on: a signer who asked others first, and who stands behind one who has answered. */
export const freeWaiting = (m: Machine, round: Round): void => {
  const { slots } = round
  for (const slot of slots) {
    const helped = (other: Slot): boolean => isLeft(other) && waitsFor(slots, slot, other)
    const before = slots.find(({ id }) => id === slot.to)
    const behind = slot.state === 'waiting' && slot.place === 'after' && before?.state === 'done'
    if (behind || (slot.state === 'paused' && !slots.some(helped))) openAgain(m, round, slot)
  }
}
const renumber = (m: Machine, round: Round, slot: Slot): void => {
  const id = nextId(m, 'k')
  for (const other of round.slots) if (other.to === slot.id) other.to = id
  slot.id = id
}

export const findSlot = (m: Machine, id: string): { token: Token; slot: Slot } | undefined => {
  for (const token of Object.values(m.state.tokens)) {
    const slot = token.step?.slots.find((one) => one.id === id)
    if (slot) return { token, slot }
  }
  return undefined
}

// ── when a step of several people is decided ──

const counts = (node: Node, { outcome }: Slot): Outcome['counts'] =>
  userOf(node).outcomes.find(({ key }) => key === outcome)?.counts ?? 'neutral'
const votes = ({ slots }: Round): Slot[] => slots.filter((slot) => slot.state !== 'cancelled' && isVote(slots, slot))
const weigh = (slots: Slot[]): number => slots.reduce((sum, { weight = 1 }) => sum + weight, 0)

/** The slot whose outcome is the step's, undefined while it is open. */
const decided = (m: Machine, token: Token, node: Node): Slot | undefined => {
  const step = userOf(node)
  const round = roundOf(token)
  const all = votes(round)
  const done = all.filter(({ state }) => state === 'done')
  const of = (way: Outcome['counts']): Slot[] => done.filter((slot) => counts(node, slot) === way)
  // Whoever was set behind a signer speaks last for both.
  const spokenFor = (slot: Slot): boolean => all.some(({ to, place }) => to === slot.id && place === 'after')
  if (step.way === 'any-of') return done.find((slot) => !spokenFor(slot))
  if (step.way === 'single' || step.way === 'claim') return bySigners(node, round.slots, all, spokenFor)
  const rejected = of('reject')
  if (step.way === 'vote') return voted(step, all, of)
  if (step.rejectAtOnce && rejected.length > 0) return rejected[0]
  if (done.length < all.length && !isEnough(m, token, step, all, of)) return undefined
  return rejected[0] ?? of('agree')[0] ?? done.at(-1)
}

/** 提前结束: what the definition asks of the answers given so far; what cannot be reckoned asks everybody. */
const isEnough = (
  m: Machine,
  token: Token,
  { until }: UserStep,
  all: Slot[],
  of: (way: Outcome['counts']) => Slot[],
): boolean => {
  const left = all.filter(isLeft).length
  if (until === undefined || left === all.length) return false
  const counted = {
    总数: all.length,
    已完成: all.length - left,
    未完成: left,
    同意数: of('agree').length,
    不同意数: of('reject').length,
  }
  try {
    return m.env.evaluate(until, { ...namesFor(m, token), ...counted }) === true
  } catch (error) {
    if (error instanceof Unevaluable) return false
    throw error
  }
}

/**
 * Whoever decides alone decides together with those he asked to sign beside him 并加签: all of them answer, and one who rejects rejects for all.
 * The first such group that has answered decides.
 */
const bySigners = (node: Node, slots: Slot[], all: Slot[], spokenFor: (slot: Slot) => boolean): Slot | undefined => {
  for (const root of all.filter((slot) => rootOf(slots, slot) === slot)) {
    const group = all.filter((slot) => rootOf(slots, slot) === root)
    if (group.some(isLeft)) continue
    const voices = group.filter((slot) => !spokenFor(slot))
    const said = (way: Outcome['counts']) => voices.find((slot) => counts(node, slot) === way)
    return said('reject') ?? said('agree') ?? voices.at(-1)
  }
  return undefined
}

/** 票签: agreed by share of weight; rejected when a veto falls or the share can no longer be reached. Both are monotone. */
const voted = (step: UserStep, all: Slot[], of: (way: Outcome['counts']) => Slot[]): Slot | undefined => {
  const need = (step.ratio ?? 1) * weigh(all)
  const veto = of('reject').find((slot) => slot.veto)
  if (veto) return veto
  if (weigh(of('agree')) >= need - 1e-9) return of('agree')[0]
  const open = weigh(all.filter(isLeft))
  if (weigh(of('agree')) + open < need - 1e-9) return of('reject')[0] ?? of('neutral')[0]
  return undefined
}

/** Opens whoever's turn it is, then ends the step if it is decided. */
export const progress = (m: Machine, token: Token): void => {
  const node = nodeOf(m, token.node)
  const round = roundOf(token)
  const winner = decided(m, token, node)
  if (winner) {
    endStep(m, token, node, winner)
    return
  }
  if (!round.slots.some(isLeft)) {
    stick(m, token, 'undecided', `「${node.name}」的办理人都已办理，但结果未定。请由管理员指定办理人。`)
    return
  }
  const next = round.slots.find(({ state, place }) => state === 'waiting' && place !== 'after')
  const busy = round.slots.some((slot) => slot.place !== 'assist' && (slot.state === 'open' || slot.state === 'paused'))
  if (next && !busy) openAgain(m, round, next)
}

/** Nobody is asked any more; who answered, and who of them did not agree, stays on the record. */
export const endRound = (m: Machine, node: Node, { slots, visit }: Round, outcome: string): void => {
  for (const slot of slots) if (isLeft(slot)) slot.state = 'cancelled'
  const done = slots.filter(({ state }) => state === 'done')
  const by = done.map(({ person }) => person)
  const agreed = new Set(done.filter((slot) => counts(node, slot) === 'agree').map(({ person }) => person))
  const against = by.filter((person) => !agreed.has(person))
  Object.assign(m.state.trail[visit] as Visit, { left: m.env.now, by, outcome, ...(against.length > 0 && { against }) })
}

const endStep = (m: Machine, token: Token, node: Node, winner: Slot): void => {
  const outcome = winner.outcome as string
  endRound(m, node, roundOf(token), outcome)
  token.outcome = outcomeName(node, outcome)
  note(m, { what: 'decide', node: node.id, outcome })
  dropAlarms(m, token.id)
  if (userOf(node).rejected === 'end' && counts(node, winner) === 'reject') finish(m, 'completed', outcome)
  else leave(m, token)
}
