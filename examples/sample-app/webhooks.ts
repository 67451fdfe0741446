import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What Qitong tells this system: CloudEvents, signed. */

// Two while one replaces the other, separated by a comma.
const secrets = (process.env.WEBHOOK_SECRET ?? '').split(',').filter(Boolean)
const FIVE_MINUTES = 300

const isEqual = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** Whether these bytes come from the platform and were signed just now. The body is what was read, before it is parsed. */
export const isGenuine = (headers: IncomingHttpHeaders, body: Buffer): boolean => {
  const timestamp = String(headers['x-qitong-timestamp'])
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > FIVE_MINUTES) return false
  const signatures = String(headers['x-qitong-signature']).split(', ')
  return secrets.some((secret) => {
    const expected = `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`
    return signatures.some((signature) => isEqual(signature, expected))
  })
}

export interface Event {
  id: string
  type: string
  subject: string
  time: string
  data: Record<string, unknown>
  /** how often it came: at least once is what is promised */
  times: number
}
// A real system keeps them in its database, in the transaction that acts on them.
const events = new Map<string, Event>()

export const received = (): Event[] => [...events.values()].reverse()

/** Notes an event; true when it is new and has to be acted on. */
export const note = (event: Omit<Event, 'times'>): boolean => {
  const known = events.get(event.id)
  if (known) known.times += 1
  else events.set(event.id, { ...event, times: 1 })
  return known === undefined
}
