import type { EventDef } from '../contract/graph.ts'
import { ask, type Machine, namesFor, nodeOf, note, refuse, tokenOf } from './machine.ts'
import { roundOf } from './people.ts'
import type { Alarm, Command, Round, Token } from './state.ts'

type Of<D extends Command['do']> = Extract<Command, { do: D }>

export const suspend = (m: Machine, { by }: Of<'suspend'>): void => {
  m.state.status = 'suspended'
  m.state.suspendedAt = m.env.now
  note(m, { what: 'suspend', person: by === 'system' ? undefined : by.person })
}

/** 恢复: every clock goes on with the time it had left. */
export const resume = (m: Machine, { by }: Of<'resume'>): void => {
  const since = m.state.suspendedAt ?? m.env.now
  for (const alarm of Object.values(m.state.timers)) if (alarm.stoppedAt === undefined) shift(m, alarm, since)
  for (const token of Object.values(m.state.tokens)) if (token.step) shiftLimit(m, token.step, since)
  m.state.status = 'running'
  delete m.state.suspendedAt
  note(m, { what: 'resume', person: by === 'system' ? undefined : by.person })
}

/** Plain time moves by as much as it stood still; working time is for the calendar to reckon. A fixed date does not move. */
const extended = (m: Machine, due: number, since: number, working: boolean, to = m.env.now): number | undefined => {
  if (!working) return due + (to - since)
  const answer = ask(m, { key: `extend:${due}:${since}:${to}`, ask: 'extend', due, from: since, to })
  return typeof answer === 'number' ? answer : undefined
}
const shift = (m: Machine, alarm: Alarm, since: number): void => {
  alarm.pauses = [...(alarm.pauses ?? []), [since, m.env.now]]
  const { event } = m.graph.nodes[alarm.node] ?? {}
  if (event?.type === 'timer' && event.timer.kind === 'date') return
  const due = extended(m, alarm.due, since, alarm.working ?? false)
  if (due !== undefined) alarm.due = due
}
const shiftLimit = (m: Machine, round: Round, since: number): void => {
  round.pauses = [...(round.pauses ?? []), [since, m.env.now]]
  for (const key of ['due', 'yellow'] as const) {
    const before = round[key]
    const after = before === undefined ? undefined : extended(m, before, since, true)
    if (after !== undefined) round[key] = after
  }
}

/** 特别程序: the time limit of one step stands still while it waits for what is not in its hands. */
export const stopClock = (m: Machine, { token: id, by }: Of<'stop-clock'>): void => {
  const limits = limitsOf(m, id)
  if (limits.length === 0) refuse('no-limit', '这一步没有时限。')
  if (limits.some(({ stoppedAt }) => stoppedAt !== undefined)) refuse('already-stopped', '计时已经暂停。')
  for (const alarm of limits) alarm.stoppedAt = m.env.now
  note(m, { what: 'stop-clock', node: tokenOf(m, id).node, person: by.person })
}
export const startClock = (m: Machine, { token: id, by }: Of<'start-clock'>): void => {
  const limits = limitsOf(m, id)
  const since = limits[0]?.stoppedAt
  if (since === undefined) {
    refuse('not-stopped', '计时没有暂停。')
    return
  }
  for (const alarm of limits) {
    delete alarm.stoppedAt
    shift(m, alarm, since)
  }
  shiftLimit(m, roundOf(tokenOf(m, id)), since)
  note(m, { what: 'start-clock', node: tokenOf(m, id).node, person: by.person })
}
const limitsOf = (m: Machine, token: string): Alarm[] => {
  if (!tokenOf(m, token).step) refuse('not-a-step', '这里不是由人办理的环节。')
  return Object.values(m.state.timers).filter(({ of, kind }) => of === token && kind === 'limit')
}

/** 放假安排有变: what is open is reckoned anew from when it began, and each stand-still is given back again by the new calendar. */
export const reckon = (m: Machine): void => {
  const before = JSON.stringify([m.state.tokens, m.state.timers])
  for (const token of Object.values(m.state.tokens)) reckonLimit(m, token)
  for (const alarm of Object.values(m.state.timers)) reckonTimer(m, alarm)
  if (m.needs.length > 0) return
  if (JSON.stringify([m.state.tokens, m.state.timers]) === before) refuse('unchanged', '时限没有变化。')
  note(m, { what: 'reckon' })
}
const moved = (m: Machine, due: number, pauses: [number, number][] = []): number | undefined => {
  let at: number | undefined = due
  for (const [from, to] of pauses) at = at === undefined ? undefined : extended(m, at, from, true, to)
  return at
}
const reckonLimit = (m: Machine, token: Token): void => {
  const { step, node } = token
  const from = step && (step.since ?? m.state.trail[step.visit]?.entered)
  if (step?.due === undefined || from === undefined) return
  const answer = ask(m, { key: `reckon:${token.id}:${from}`, ask: 'limit', node, from })
  if (answer === undefined) return
  const limit = answer as { due: number; yellow: number; overdue: number[] }
  for (const key of ['due', 'yellow'] as const) {
    const due = moved(m, limit[key], step.pauses)
    if (due !== undefined) step[key] = due
  }
  for (const alarm of Object.values(m.state.timers)) {
    const due = alarm.of === token.id && alarm.kind === 'limit' ? limit.overdue[alarm.index ?? 0] : undefined
    const at = due === undefined ? undefined : moved(m, due, alarm.pauses)
    if (at !== undefined) alarm.due = at
  }
}
const reckonTimer = (m: Machine, alarm: Alarm): void => {
  if (alarm.kind === 'limit' || alarm.since === undefined || !alarm.working) return
  const { timer } = nodeOf(m, alarm.node).event as Extract<EventDef, { type: 'timer' }>
  const value = m.env.evaluate(timer.value, namesFor(m, m.state.tokens[alarm.of]))
  const due = ask(m, { key: `reckon:${alarm.id}`, ask: 'due', node: alarm.node, from: alarm.since, value })
  const at = typeof due === 'number' ? moved(m, due, alarm.pauses) : undefined
  if (at !== undefined) alarm.due = at
}
