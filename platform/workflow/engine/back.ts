import type { Graph, Node, ScopeDef } from '../contract/graph.ts'
import { copyOf } from './copy.ts'
import { openInner } from './events.ts'
import {
  dropScope,
  dropToken,
  type Machine,
  namesFor,
  nodeOf,
  note,
  openScope,
  place,
  refuse,
  scopeOf,
  scopesIn,
  tokenOf,
  tokensIn,
} from './machine.ts'
import { allowed, openSlot } from './operations.ts'
import { findSlot, openAgain, reopen, roundOf } from './people.ts'
import { cameAfter, reachable } from './reach.ts'
import { isLeft, rootOf, waitsFor } from './slots.ts'
import type { Alarm, Command, Scope, Slot, Token, Undo, Visit } from './state.ts'

type Of<D extends Command['do']> = Extract<Command, { do: D }>

/** What a node stands in, outermost first: the process, forks, sub-processes. */
interface Frame {
  kind: 'process' | 'subprocess' | 'event' | 'fork'
  def: string
  /** subprocess: the activity */
  at?: string
}
export const framesOf = (graph: Graph, node: Node): Frame[] => [
  ...framesOfScope(graph, graph.scopes[node.scope] as ScopeDef),
  ...node.forks.map((def): Frame => ({ kind: 'fork', def })),
]
const framesOfScope = (graph: Graph, def: ScopeDef): Frame[] => {
  if (def.kind === 'process') return [{ kind: 'process', def: def.id }]
  if (def.kind === 'event-subprocess')
    return [...framesOfScope(graph, graph.scopes[def.parent as string] as ScopeDef), { kind: 'event', def: def.id }]
  const host = Object.values(graph.nodes).find(({ inner }) => inner === def.id) as Node
  return [...framesOf(graph, host), { kind: 'subprocess', def: def.id, at: host.id }]
}

/** Open activations around a token, outermost first. */
const around = (m: Machine, token: Token): Scope[] => {
  const found: Scope[] = []
  for (let scope: Scope | undefined = scopeOf(m, token.scope); scope; ) {
    found.unshift(scope)
    const host: Token | undefined = scope.host ? m.state.tokens[scope.host] : undefined
    scope = m.state.scopes[host?.scope ?? scope.parent ?? '']
  }
  return found
}

/** The innermost open activation around the token in which the target stands too, and what must be opened from there to it. */
const meet = (m: Machine, token: Token, target: Node): { base: Scope; path: Frame[] } => {
  const frames = framesOf(m.graph, target)
  const open = around(m, token)
  let base = open[0] as Scope
  let matched = 0
  for (const scope of open) {
    if (scope.kind === 'multi') {
      // A run of a repeated activity is met only by what lies in the same run.
      if (frames[matched]?.at === scope.def) continue
      break
    }
    if (frames[matched]?.def !== scope.def) break
    base = scope
    matched += 1
  }
  const path = frames.slice(matched)
  if (path.some(({ kind, at }) => kind === 'event' || (at && nodeOf(m, at).multi)))
    refuse('out-of-reach', `「${target.name}」在另一部分流程中，不能直接到那里。`)
  return { base, path }
}

/** The token, or the fork, directly in `base` through which this token stands in it. */
const topIn = (m: Machine, token: Token, base: Scope): Token | Scope => {
  let top: Token | Scope = token
  for (;;) {
    const within: string | undefined = 'node' in top ? top.scope : (top.parent ?? undefined)
    if (within === base.id) return top
    const scope: Scope = 'node' in top ? scopeOf(m, top.scope) : scopeOf(m, top.parent as string)
    top = scope.host ? (m.state.tokens[scope.host] as Token) : scope
  }
}
/** A step that corrects something stands in for whoever waits for it: who leaves the way leaves it from there. */
const awaited = (m: Machine, token: Token): Token => {
  const parked = token.returnTo ? m.state.tokens[token.returnTo] : undefined
  return parked ? awaited(m, parked) : token
}
const nodeAt = (thing: Token | Scope): string => ('node' in thing ? thing.node : thing.def)

const dropThing = (m: Machine, thing: Token | Scope, ended: 'sent-back' | 'jumped'): void => {
  if ('node' in thing) dropToken(m, thing.id, ended)
  else dropScope(m, thing.id, ended)
}

/** Opens sub-processes and forks on the way to a node in the middle of them. */
const openPath = (m: Machine, base: Scope, path: Frame[]): Scope => {
  let scope = base
  for (const { kind, def, at } of path) {
    if (kind === 'fork') scope = openScope(m, { kind: 'fork', def, parent: scope.id })
    else {
      const host = place(m, { scope: scope.id, node: at as string })
      // It stands at the activity already: what runs inside is opened here, not from its start.
      m.queue.pop()
      scope = openInner(m, def, 'subprocess', host)
    }
  }
  return scope
}

/** On which branches of this fork a node stands: the flows out of it that lead there. */
const branchesOf = (m: Machine, fork: Scope, node: string): string[] =>
  nodeOf(m, fork.def).out.filter((flow) => {
    const to = m.graph.flows[flow]?.to ?? ''
    return to === node || reachable(m.graph, to, fork.def).has(node)
  })
/** The same for what stands there; whoever waits at the join came by one of them. */
const branchesIn = (m: Machine, fork: Scope, thing: Token | Scope): string[] => {
  const by = 'node' in thing && thing.state === 'waiting' ? thing.by : undefined
  if (by === undefined) return branchesOf(m, fork, nodeAt(thing))
  const from = m.graph.flows[by]?.from ?? ''
  return from === fork.def ? [by] : branchesOf(m, fork, from)
}
const sameBranch = (m: Machine, base: Scope, target: Node, thing: Token | Scope): boolean => {
  if (base.kind !== 'fork') return true
  const meant = branchesOf(m, base, firstIn(m, base, target))
  return branchesIn(m, base, thing).some((flow) => meant.includes(flow))
}
/** Where the target, possibly deep inside, stands in this fork. */
const firstIn = (m: Machine, base: Scope, target: Node): string => {
  const frames = framesOf(m.graph, target)
  const index = frames.findIndex(({ def }) => def === base.def)
  const inner = frames[index + 1]
  return inner ? (inner.at ?? inner.def) : target.id
}

/** Its people decided it, and nobody took that back. */
const isExecuted = (visit: Visit, node: string): boolean =>
  visit.node === node && visit.left !== undefined && visit.by !== undefined && visit.ended === undefined
export const executed = (m: Machine, node: string): boolean => m.state.trail.some((visit) => isExecuted(visit, node))

/** Whoever agreed from there on agreed to what will be done again: 同人去重 does not count it. */
const forget = (m: Machine, node: string): void => {
  const last = m.state.trail.filter((visit) => isExecuted(visit, node)).map(({ left = 0 }) => left)
  const since = last.length > 0 ? Math.max(...last) : Number.POSITIVE_INFINITY
  for (const visit of m.state.trail) if (visit.by && (visit.left ?? 0) >= since) visit.void = true
}

/** 退回 to a step that was executed: redo every step from there, or 直送 straight back to the returner afterwards. */
export const sendBack = (m: Machine, { slot: id, by, to, mode }: Of<'send-back'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  allowed(step, 'send-back')
  const rule = step.sendBack ?? { to: 'any', mode: 'choose' }
  const target = nodeOf(m, to)
  if (rule.to !== 'any' && !rule.to.includes(to)) refuse('not-allowed', `不能退回到「${target.name}」。`)
  if (rule.mode !== 'choose' && rule.mode !== mode) refuse('not-allowed', '这一步不允许这种退回方式。')
  note(m, { what: 'send-back', node: token.node, slot: id, person: slot.person, owner: slot.owner, to: [to], mode })
  backTo(m, token, target, mode, slot)
}

/** The same from a called process, for the step of the caller that waits for it. */
export const childSentBack = (m: Machine, { token: id, to }: Of<'child-sent-back'>): void => {
  const token = tokenOf(m, id)
  note(m, { what: 'child-sent-back', node: token.node, to: [to] })
  backTo(m, token, nodeOf(m, to), 'redo')
}

const backTo = (m: Machine, token: Token, target: Node, mode: 'redo' | 'straight', slot?: Slot): void => {
  if (target.kind !== 'user' || !executed(m, target.id))
    refuse('not-executed', `「${target.name || target.id}」还没有办理过，不能退回到那里。`)
  if (target.id === token.node) refuse('same-step', '已经在这一步。')
  const origin = mode === 'straight' ? token : awaited(m, token)
  const { base, path } = meet(m, origin, target)
  const top = topIn(m, origin, base)
  if (!sameBranch(m, base, target, top))
    refuse('other-branch', `「${target.name}」在另一条并行的分支上，不能退回到那里。`)
  m.made.final = true
  forget(m, target.id)
  if (mode === 'straight' && slot) {
    park(m, token, slot, base, { node: target.id })
    return
  }
  const first = firstIn(m, base, target)
  for (const thing of [...tokensIn(m, base.id), ...scopesIn(m, base.id)])
    if (thing === top || cameAfter(m.graph, base, first, thing)) dropThing(m, thing, 'sent-back')
  place(m, { scope: openPath(m, base, path).id, node: target.id })
}

/** The returner's step waits as it is, side branches go on, and only the target is done again. */
const park = (m: Machine, token: Token, slot: Slot, base: Scope, side: Pick<Token, 'node' | 'item' | 'run'>): void => {
  const { slots, visit } = roundOf(token)
  token.paused = {}
  for (const one of slots)
    if (one.state === 'open' || one.state === 'paused' || one.state === 'waiting') {
      token.paused[one.id] = one === slot ? 'returner' : one.state
      one.state = one === slot ? 'cancelled' : 'paused'
    }
  token.state = 'parked'
  Object.assign(m.state.trail[visit] as Visit, { left: m.env.now, ended: 'sent-back' })
  place(m, { scope: base.id, ...side, returnTo: token.id })
}

/** 退回一支: that unit handles it anew while whoever sent it back waits; what the other units answered stays. */
export const returnBranch = (m: Machine, { slot: id, by, call, run: index }: Of<'return-branch'>): void => {
  const { token, slot, step } = openSlot(m, id, by)
  allowed(step, 'send-back')
  const target = nodeOf(m, call)
  const { multi } = target
  const answered = multi?.collect ? m.state.values[multi.collect.to] : undefined
  const isOver = target.kind === 'call' && Array.isArray(answered) && index >= 0 && index < answered.length
  if (!isOver) refuse('not-executed', '这一支还没有办结，不能退回。')
  const { base } = meet(m, token, target)
  if (!sameBranch(m, base, target, topIn(m, token, base)))
    refuse('other-branch', '这一支在另一条并行的分支上，不能退回。')
  const items = multi?.collection ? m.env.evaluate(multi.collection, namesFor(m, token)) : undefined
  const item = Array.isArray(items) ? items[index] : index + 1
  if (item === undefined) refuse('not-executed', '这一支已不在办理的单位中。')
  note(m, {
    what: 'return-branch',
    node: token.node,
    slot: id,
    person: slot.person,
    owner: slot.owner,
    to: [call],
    mode: String(index + 1),
  })
  m.made.final = true
  park(m, token, slot, base, { node: call, item, run: index })
}

/** 跳转 by an administrator: this way ends here and goes on there, forwards or back. */
export const jump = (m: Machine, { token: id, by, to }: Of<'jump'>): void => {
  const given = tokenOf(m, id)
  const target = nodeOf(m, to)
  if (['start', 'boundary', 'end'].includes(target.kind)) refuse('bad-target', '只能跳转到环节或网关之后的环节。')
  if (given.state === 'parked') refuse('paused', '这一步正等待退回的内容补正，请先处理那一步。')
  const token = awaited(m, given)
  const { base, path } = meet(m, token, target)
  const top = topIn(m, token, base)
  const rest = [...tokensIn(m, base.id).filter(({ returnTo }) => !returnTo), ...scopesIn(m, base.id)]
  if (!sameBranch(m, base, target, top) && rest.some((thing) => thing !== top && sameBranch(m, base, target, thing)))
    refuse('branch-busy', `「${target.name}」所在的分支还在办理，不能跳转到那里。`)
  note(m, { what: 'jump', node: token.node, person: by.person, to: [to] })
  m.made.final = true
  forget(m, target.id)
  dropThing(m, top, 'jumped')
  place(m, { scope: openPath(m, base, path).id, node: target.id })
}
/** 撤回: what I gave is mine again, as long as nobody did anything with it. */
export const withdraw = (m: Machine, { slot: id, by, opened }: Of<'withdraw'>): void => {
  const here = findSlot(m, id)
  if (here && here.slot.state === 'done' && here.slot.person === by.person) {
    takeBackVote(m, here.token, here.slot, opened)
    return
  }
  const visit = m.state.trail.findLast(({ undo }) => undo?.slot === id)
  if (!visit?.undo) {
    refuse('too-late', '后面的环节已经办理，或已产生不能收回的结果，不能撤回。')
    return
  }
  const { undo } = visit
  const mine = undo.token.step?.slots.find((slot) => slot.id === id)
  if (mine?.person !== by.person) refuse('not-yours', '这一步不是由您办理的。')
  const rule = nodeOf(m, visit.node).user?.withdraw
  if (rule === 'never') refuse('not-allowed', '这一步办理后不能撤回。')
  if (!stillUntouched(m, undo)) refuse('too-late', '后面的环节已经办理，不能撤回。')
  const receivers = madeTokens(undo).flatMap((token) => m.state.tokens[token]?.step?.slots ?? [])
  if (rule === 'until-opened' && receivers.some((slot) => opened.includes(slot.id)))
    refuse('already-opened', '下一步的人员已经打开，不能撤回。请联系他退回。')
  restore(m, visit, undo, id)
  note(m, { what: 'withdraw', node: visit.node, slot: id, person: by.person })
}

const madeTokens = ({ made }: Undo): string[] => made.map((mark) => mark.split('@')[0] as string)

/** Every step that came of it is still as it began, and whoever came to a join still waits there. */
export const stillUntouched = (m: Machine, { made }: Undo): boolean =>
  made.length > 0 &&
  made.every((mark) => {
    const [id, visit] = mark.split('@') as [string, string]
    const token = m.state.tokens[id]
    if (visit.startsWith(':')) return token?.state === 'waiting' && visit === `:${token.scope}:${token.node}`
    const left = m.state.trail[Number(visit)]?.left !== undefined
    // A step that was left out on the way is no trace of anybody.
    if (left) return m.state.trail[Number(visit)]?.ended === 'skipped'
    return token?.state === 'at' && token.step?.visit === Number(visit) && token.step.slots.every(isFresh)
  })
const isFresh = ({ place: where, state, touched }: Slot): boolean =>
  where === 'main' && !touched && (state === 'open' || state === 'waiting')

const restore = (m: Machine, visit: Visit, undo: Undo, slot: string): void => {
  for (const id of madeTokens(undo)) dropToken(m, id, 'withdrawn')
  // A step that was left out on the way was no round either.
  for (const mark of undo.made) Object.assign(m.state.trail[Number(mark.split('@')[1])] ?? {}, { ended: 'withdrawn' })
  for (const id of undo.scopes) if (m.state.scopes[id]) dropScope(m, id, 'withdrawn')
  const token = copyOf(undo.token)
  m.state.tokens[token.id] = token
  for (const alarm of undo.timers) m.state.timers[alarm.id] = { ...alarm } satisfies Alarm
  visit.ended = 'withdrawn'
  delete visit.undo
  m.made.final = true
  reopen(m, token, ({ id }) => id === slot, visit.round)
}

const takeBackVote = (m: Machine, token: Token, slot: Slot, opened: string[]): void => {
  const node = nodeOf(m, token.node)
  if (node.user?.withdraw === 'never') refuse('not-allowed', '这一步办理后不能撤回。')
  if (token.state === 'parked') refuse('paused', '这一步正等待退回的内容补正，请稍后再试。')
  const round = roundOf(token)
  const { slots } = round
  const parent = slots.find(({ id }) => id === slot.to)
  if (slot.place === 'assist' && parent?.state === 'done') refuse('too-late', '您协助的人员已经办理，不能撤回。')
  const came = slots.filter((other) => cameBy(slots, node.user?.way === 'in-turn', slot, other))
  const passed = (other: Slot): boolean => {
    const helped = waitsFor(slots, other, slot)
    const looked = node.user?.withdraw === 'until-opened' && opened.includes(other.id)
    if (other.state === 'open') return looked || other.touched === true
    if (other.state !== 'paused') return other.state === 'done'
    return !helped || !slots.some((one) => isLeft(one) && waitsFor(slots, other, one))
  }
  if (came.some(passed)) refuse('too-late', '后面的人员已经办理，不能撤回。')
  for (const other of came)
    if (other.state === 'open') other.state = waitsFor(slots, other, slot) ? 'paused' : 'waiting'
  note(m, { what: 'withdraw', node: token.node, slot: slot.id, person: slot.person })
  m.made.final = true
  openAgain(m, round, slot)
  delete slot.outcome
}
/** Does `other` have its turn only when `slot` has answered: behind it, having asked it, or later in turn? */
const cameBy = (slots: Slot[], inTurn: boolean, slot: Slot, other: Slot): boolean =>
  (other.place === 'after' && other.to === slot.id) ||
  waitsFor(slots, other, slot) ||
  (inTurn &&
    slot.place !== 'assist' &&
    other.place === 'main' &&
    slots.indexOf(other) > slots.indexOf(rootOf(slots, slot)))
