import type { Operation, UserStep } from '../contract/graph.ts'
import { copyOf } from './copy.ts'
import { finish, leave } from './flow.ts'
import { dropAlarms, happen, type Machine, nodeOf, note, outcomeName, refuse, tokenOf } from './machine.ts'
import { endRound, findSlot, freeWaiting, newSlot, openAgain, openStep, progress, roundOf, userOf } from './people.ts'
import { depthOf, isOpen, isVote, lastBehind, takePlace } from './slots.ts'
import type { Command, Handler, Slot, Token } from './state.ts'

type Of<D extends Command['do']> = Extract<Command, { do: D }>
const CHAIN = 5

/** The open slot this person holds. A late or doubled answer gets a code of its own. */
export const openSlot = (
  m: Machine,
  id: string,
  by: Command extends { by: infer B } ? B : Handler | 'system',
): { token: Token; slot: Slot; step: UserStep } => {
  const found = findSlot(m, id)
  if (!found) return refuse('gone', '这一步已经由他人办理，请刷新后再看。')
  const { token, slot } = found
  if (by !== 'system' && slot.person !== by.person) refuse('not-yours', '这一步不由您办理。')
  if (slot.state === 'done') refuse('already-done', '您已经办理过这一步。')
  if (slot.state === 'cancelled') refuse('gone', '这一步已经由他人办理，请刷新后再看。')
  if (slot.state === 'waiting') refuse('not-your-turn', '还没有轮到您办理。')
  if (slot.state === 'paused' || token.state === 'parked') refuse('paused', '这一步正等待他人先办理，请稍后再看。')
  return { token, slot, step: userOf(nodeOf(m, token.node)) }
}

export const allowed = (step: UserStep, operation: Operation): void => {
  if (!step.operations.includes(operation)) refuse('not-allowed', '这一步不允许这样办理。')
}

export const complete = (m: Machine, { slot: id, by, outcome, values, choices, next }: Of<'complete'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  const node = nodeOf(m, token.node)
  if (!step.outcomes.some(({ key }) => key === outcome)) refuse('bad-outcome', `「${node.name}」没有这个办理结果。`)
  if (next && !step.free) refuse('not-free', `「${node.name}」不能自选下一步。`)
  if (next && next.length > 0) refuseThere([], next)
  Object.assign(m.state.values, values)
  Object.assign(m.state.choices, choices)
  const before = {
    token: copyOf(token),
    timers: Object.values(m.state.timers).filter(({ of }) => of === token.id),
  }
  const visit = roundOf(token).visit
  slot.state = 'done'
  slot.outcome = outcome
  note(m, { what: 'complete', node: node.id, slot: id, person: slot.person, owner: slot.owner, outcome })
  freeWaiting(m, roundOf(token))
  if (next && next.length > 0) {
    goFree(m, token, outcome, next)
    return
  }
  progress(m, token)
  const entry = m.state.trail[visit]
  if (entry?.left !== undefined) entry.undo = { slot: id, ...copyOf(before), made: [], scopes: [] }
}

/** 自由流: this step ends, and another round of it begins with the people named. */
const goFree = (m: Machine, token: Token, outcome: string, next: Handler[]): void => {
  const node = nodeOf(m, token.node)
  endRound(m, node, roundOf(token), outcome)
  token.outcome = outcomeName(node, outcome)
  m.made.final = true
  openStep(m, token, node, next)
}

/** 签收: the others need not look any more. */
export const claim = (m: Machine, { slot: id, by }: Of<'claim'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  if (step.way !== 'claim' || slot.place !== 'main') refuse('not-claimable', '这一步不需要签收。')
  const { slots } = roundOf(token)
  if (slots.some((one) => one.place === 'main' && one.state === 'cancelled')) refuse('already-claimed', '您已经签收。')
  for (const one of slots) if (one !== slot && one.place === 'main' && isOpen(one)) one.state = 'cancelled'
  slot.touched = true
  note(m, { what: 'claim', node: token.node, slot: id, person: slot.person })
}

const refuseThere = (slots: Slot[], people: Handler[]): void => {
  const there = new Set(
    slots.filter(({ state }) => state !== 'done' && state !== 'cancelled').map(({ person }) => person),
  )
  if (people.length === 0) refuse('nobody-named', '请选择人员。')
  if (new Set(people.map(({ person }) => person)).size < people.length) refuse('named-twice', '同一人被选了两次。')
  if (people.some(({ person }) => there.has(person))) refuse('already-there', '所选人员已在这一步的办理人中。')
}

/** 加签 before, after, beside me; 协办 is added like it but decides nothing. */
const add = (m: Machine, token: Token, slot: Slot, place: Exclude<Slot['place'], 'main'>, people: Handler[]): void => {
  const round = roundOf(token)
  refuseThere(round.slots, people)
  if (depthOf(round.slots, slot) >= CHAIN) refuse('too-deep', `加签最多 ${CHAIN} 层。`)
  if (round.slots.length + people.length > 500) refuse('too-many', '一个环节最多 500 人。')
  let to = place === 'after' ? lastBehind(round.slots, slot).id : slot.id
  for (const who of people) {
    const added = newSlot(m, who, { place, to, from: slot.person, state: place === 'after' ? 'waiting' : 'open' })
    round.slots.push(added)
    // Those set behind me follow one another.
    if (place === 'after') to = added.id
  }
  slot.touched = true
  if (place === 'before' || place === 'delegate') slot.state = 'paused'
}

export const addSigner = (m: Machine, { slot: id, by, place, people }: Of<'add-signer'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  allowed(step, 'add-signer')
  if (slot.place === 'assist') refuse('not-allowed', '协办人不能加签。')
  add(m, token, slot, place, people)
  note(m, {
    what: 'add-signer',
    node: token.node,
    slot: id,
    person: by.person,
    to: people.map(({ person }) => person),
    mode: place,
  })
}
export const assist = (m: Machine, { slot: id, by, people }: Of<'assist'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  allowed(step, 'assist')
  add(m, token, slot, 'assist', people)
  note(m, { what: 'assist', node: token.node, slot: id, person: by.person, to: people.map(({ person }) => person) })
}
/** 委派: comes back to me. */
export const delegate = (m: Machine, { slot: id, by, to }: Of<'delegate'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  allowed(step, 'delegate')
  add(m, token, slot, 'delegate', [to])
  note(m, { what: 'delegate', node: token.node, slot: id, person: by.person, to: [to.person] })
}

/** 减签: somebody who has not answered is left out; the step may be decided by that. */
export const removeSigner = (m: Machine, { slot: id, by, remove }: Of<'remove-signer'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  allowed(step, 'remove-signer')
  const round = roundOf(token)
  const gone = round.slots.find((one) => one.id === remove)
  if (!gone || gone.state === 'done' || gone.state === 'cancelled') {
    refuse('gone', '此人已经办理或已不在办理人中。')
    return
  }
  if (gone === slot) refuse('not-yourself', '不能减去自己。请办理、转办或退回。')
  if (gone.state === 'paused') refuse('paused', '此人正等待加签或委派的人办理，请先减去那些人。')
  const left = round.slots.filter((one) => one !== gone && one.state !== 'cancelled' && isVote(round.slots, one))
  if (left.length === 0) refuse('last-one', '至少要留一名能决定的办理人。')
  const opened = takePlace(round.slots, gone)
  gone.state = 'cancelled'
  slot.touched = true
  note(m, { what: 'remove-signer', node: token.node, slot: id, person: by.person, to: [gone.person] })
  for (const one of opened) openAgain(m, round, one)
  freeWaiting(m, round)
  progress(m, token)
}

/** 交接: whatever of whoever leaves is not answered yet, also what waits for its turn; a successor who sits there already answers twice. */
const heldSlot = (m: Machine, id: string): { token: Token; slot: Slot; step: UserStep } => {
  const found = findSlot(m, id)
  if (!found || found.slot.state === 'done' || found.slot.state === 'cancelled')
    return refuse('gone', '这一步已经由他人办理，请刷新后再看。')
  return { ...found, step: userOf(nodeOf(m, found.token.node)) }
}

/** 转办: it is theirs now; whose it was first stays on the record of the task. */
export const transfer = (m: Machine, { slot: id, by, to }: Of<'transfer'>): void => {
  const { token, slot, step } = by === 'system' ? heldSlot(m, id) : openSlot(m, id, by)
  if (to.person === slot.person) refuse('already-there', '已经由此人办理。')
  if (by !== 'system') {
    allowed(step, 'transfer')
    refuseThere(
      roundOf(token).slots.filter((one) => one !== slot),
      [to],
    )
  }
  note(m, { what: 'transfer', node: token.node, slot: id, person: slot.person, to: [to.person] })
  const { owner: _, ...rest } = slot
  const passed: Slot = {
    ...rest,
    person: to.person,
    unit: to.unit,
    from: slot.person,
    touched: true,
    ...(to.owner && { owner: to.owner }),
  }
  const { slots } = roundOf(token)
  slots[slots.indexOf(slot)] = passed
}

/** An administrator names people where nobody was found, or anew. */
export const assign = (m: Machine, { token: id, by, people }: Of<'assign'>): void => {
  const token = tokenOf(m, id)
  const node = nodeOf(m, token.node)
  if (node.kind !== 'user') refuse('not-a-step', '这里不是由人办理的环节。')
  if (token.state === 'parked') refuse('paused', '这一步正等待退回的内容补正。')
  refuseThere([], people)
  delete token.fault
  const round = token.step
  if (round) Object.assign(m.state.trail[round.visit] ?? {}, { left: m.env.now, ended: 'cancelled' })
  note(m, { what: 'assign', node: node.id, person: by.person, to: people.map(({ person }) => person) })
  m.made.final = true
  dropAlarms(m, token.id)
  openStep(m, token, node, people)
}

export const circulate = (m: Machine, { slot: id, by, people }: Of<'circulate'>): void => {
  const { token, step } = openSlot(m, id, by)
  allowed(step, 'circulate')
  if (people.length === 0) refuse('nobody-named', '请选择人员。')
  happen(m, { do: 'copy', node: token.node, people, from: by.person })
  note(m, { what: 'circulate', node: token.node, slot: id, person: by.person, to: people.map(({ person }) => person) })
}

export const urge = (m: Machine, { by, slots }: Of<'urge'>): void => {
  const open = Object.values(m.state.tokens).flatMap(({ step }) =>
    (step?.slots ?? []).filter(isOpen).map(({ id }) => id),
  )
  const meant = open.filter((id) => !slots || slots.includes(id))
  if (meant.length === 0) refuse('nobody-to-urge', '现在没有人正在办理。')
  const person = by === 'system' ? undefined : by.person
  happen(m, { do: 'urge', slots: meant, from: person })
  note(m, { what: 'urge', person })
}

export const terminate = (m: Machine, { by }: Of<'terminate'>): void => {
  note(m, { what: 'terminate', person: by === 'system' ? undefined : by.person })
  finish(m, 'terminated')
}

/** The answer of a service: whatever belongs to an earlier attempt is too late. */
export const answer = (m: Machine, { token: id, attempt, values = {} }: Of<'answer'>): void => {
  const token = tokenOf(m, id)
  if (token.attempt !== attempt) refuse('late', '这次调用已经作废。')
  const node = nodeOf(m, token.node)
  for (const { from, to } of node.service?.output ?? [])
    m.state.values[to] = m.env.evaluate(from, { ...m.state.values, ...values })
  leave(m, token)
}
