import { ask, type Machine, note, refuse, tokenOf } from './machine.ts'
import { roundOf } from './people.ts'
import type { Alarm, Command, Round } from './state.ts'

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
const extended = (m: Machine, due: number, since: number, working: boolean): number | undefined => {
  if (!working) return due + (m.env.now - since)
  const answer = ask(m, { key: `extend:${due}:${since}`, ask: 'extend', due, from: since, to: m.env.now })
  return typeof answer === 'number' ? answer : undefined
}
const shift = (m: Machine, alarm: Alarm, since: number): void => {
  const { event } = m.graph.nodes[alarm.node] ?? {}
  if (event?.type === 'timer' && event.timer.kind === 'date') return
  const due = extended(m, alarm.due, since, alarm.working ?? false)
  if (due !== undefined) alarm.due = due
}
const shiftLimit = (m: Machine, round: Round, since: number): void => {
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
