import { lastAttention } from '#kernel/web'
import type { Session } from './session.ts'

export type Limits = NonNullable<Session['limits']>

/** ms: so much of being there is told to the server at once, and so much it forgets in writing it down */
export const stepMs = ({ idle }: Limits): number => Math.min(60_000, idle * 50)

/** ms before the end at which the page says so: time to come back from the next room, a fifth of a short idle time. */
export const warnMs = ({ idle }: Limits): number => Math.min(300_000, idle * 200)

/** When the session ends on this browser's clock, in ms; `readAt` is when the limits were read. `idle` is the earliest possible. */
export const endsOf = (limits: Limits, readAt: number): { idle: number; last: number } => ({
  idle: lastAttention() + limits.idle * 1000 - 2 * stepMs(limits),
  last: readAt + limits.left * 1000,
})

export type Why = 'idle' | 'last'
const SLACK_MS = 5000
/** Why a session that is gone has ended: idleness or its last hour; undefined when somebody ended it (signed out, taken away). */
const timedOut = (limits: Limits, readAt: number, now: number): Why | undefined => {
  const { idle, last } = endsOf(limits, readAt)
  if (now >= last - SLACK_MS) return 'last'
  return now >= idle - SLACK_MS ? 'idle' : undefined
}

/** The session a page stands on; `why` once time has ended it and the page only waits for the same person to sign in again. */
export interface Kept {
  session: Session
  readAt: number
  why?: Why
}
/** The next one after the session was read again. Decided once: a key pressed in the sign-in must not change what happened. */
export const follow = (kept: Kept, session: Session, readAt: number, now: number): Kept => {
  if (kept.session === session) return kept
  if (session.actor) return { session, readAt }
  if (kept.why) return kept
  const { actor, limits } = kept.session
  const why = actor && limits && timedOut(limits, kept.readAt, now)
  return why ? { ...kept, why } : { session, readAt }
}
