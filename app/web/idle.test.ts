import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { payAttention } from '#kernel/web'
import { endsOf, follow, type Kept, warnMs } from './idle.ts'
import type { Session } from './session.ts'

const HOUR = 3_600_000
const limits = { idle: 8 * 3600, left: 12 * 3600 }
const actor = { personId: 'p' } as Session['actor']
const general = { demo: false, version: '1' }
const inside: Session = { ...general, signedIn: true, actor, limits }
const outside: Session = { ...general, signedIn: false }
const start = Date.parse('2026-11-20T01:00:00Z')
const kept = (session: Session = inside): Kept => ({ session, readAt: start })

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(start)
  payAttention()
})
afterEach(() => void vi.useRealTimers())

it('reckons the end from the last thing a person did, never later than the last hour', () => {
  expect(endsOf(limits, start)).toEqual({ idle: start + 8 * HOUR - 120_000, last: start + 12 * HOUR })
  vi.setSystemTime(start + 5 * HOUR)
  payAttention()
  expect(endsOf(limits, start)).toEqual({ idle: start + 13 * HOUR - 120_000, last: start + 12 * HOUR })
  expect([warnMs(limits), warnMs({ ...limits, idle: 600 })]).toEqual([300_000, 120_000])
})

it('keeps the page of a session that time ended, and nothing of one that somebody ended', () => {
  expect(follow(kept(), outside, start, start + 8 * HOUR)).toEqual({ ...kept(), why: 'idle' })
  expect(follow(kept(), outside, start, start + 12 * HOUR)).toEqual({ ...kept(), why: 'last' })
  expect(follow(kept(), outside, start, start + HOUR)).toEqual({ session: outside, readAt: start })
  expect(follow(kept(outside), { ...outside }, start, start + 8 * HOUR).why).toBeUndefined()
})

it('decides once why, until somebody is signed in again', () => {
  const waiting = follow(kept(), outside, start, start + 8 * HOUR)
  vi.setSystemTime(start + 8 * HOUR)
  payAttention()
  expect(follow(waiting, { ...outside }, start, start + 8 * HOUR + 1000)).toBe(waiting)
  const again = { ...inside }
  expect(follow(waiting, again, start + 9 * HOUR, start + 9 * HOUR)).toEqual({
    session: again,
    readAt: start + 9 * HOUR,
  })
})
