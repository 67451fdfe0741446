import type { AccessRequest } from '#kernel/module'
import type { AccessInput } from '../contract.ts'
import { type Boundaries, intervalOf } from './policy.ts'

/** Beside the request: what this process knows of session, network and day. */
export interface Surroundings {
  zone: AccessInput['zone']
  platform: AccessInput['platform']
  /** days since the device was last patched, as its client reported */
  patchDays: number | null
  workday: boolean
  risk: number
}

const FRESH_MS = 10 * 60_000
const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
// Shanghai keeps no summer time.
const SHANGHAI_MINUTES = 8 * 60

let [lastDay, lastText] = [Number.NaN, '']
/** The day in Asia/Shanghai as `YYYY-MM-DD`; by arithmetic and once a day, because each call asks and a calendar takes far longer. */
export const shanghaiDay = (at: Date): string => {
  const day = Math.floor((at.getTime() / MINUTE_MS + SHANGHAI_MINUTES) / DAY_MINUTES)
  if (day !== lastDay) [lastDay, lastText] = [day, new Date(day * DAY_MINUTES * MINUTE_MS).toISOString().slice(0, 10)]
  return lastText
}

/** Minute of the day and ISO weekday in Asia/Shanghai. */
export const shanghaiTime = (at: Date): { minute: number; weekday: number } => {
  const minutes = Math.floor(at.getTime() / MINUTE_MS) + SHANGHAI_MINUTES
  // 1 January 1970 was a Thursday
  return { minute: minutes % DAY_MINUTES, weekday: ((Math.floor(minutes / DAY_MINUTES) + 3) % 7) + 1 }
}

/** Reduces a call to what the policies can tell apart. */
export const inputOf = (request: AccessRequest, around: Surroundings, boundaries: Boundaries): AccessInput => {
  const { actor, at } = request
  const { minute, weekday } = shanghaiTime(at)
  return {
    subject: actor.subject,
    roles: [...actor.roles].sort(),
    assurance: actor.assurance,
    operation: request.operation,
    permission: request.permission,
    action: request.method === 'GET' ? 'read' : 'command',
    label: request.label,
    zone: around.zone,
    registered: actor.deviceId !== undefined,
    platform: around.platform,
    patchDays: around.patchDays === null ? null : intervalOf(boundaries.patchDays, Math.max(0, around.patchDays)),
    minute: intervalOf(boundaries.minute, minute),
    weekday,
    workday: around.workday,
    fresh: at.getTime() - actor.verifiedAt.getTime() <= FRESH_MS,
    risk: intervalOf(boundaries.risk, around.risk),
  }
}

/** The same text for the same input: the key of a remembered decision. */
export const keyOf = (input: AccessInput): string => Object.values(input).join('\u0001')
