import { createHmac } from 'node:crypto'

export interface CloudEvent {
  eventId: string
  type: string
  subject: string
  happenedAt: Date
  data: unknown
}

/** The body: CloudEvents 1.0.2 §3.1, structured JSON (JSON Event Format §2); the source is the home node. */
export const bodyOf = (homeNode: string, { eventId, type, subject, happenedAt, data }: CloudEvent): string =>
  JSON.stringify({
    specversion: '1.0',
    id: eventId,
    source: `urn:qitong:node:${homeNode}`,
    type,
    subject,
    time: happenedAt.toISOString(),
    datacontenttype: 'application/json',
    data,
  })

/** HMAC-SHA256 (RFC 2104) over `timestamp.body`, in hex; `timestamp` in seconds since 1970. */
export const signature = (secret: string, timestamp: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')

/**
 * A receiver refuses a timestamp more than five minutes away, computes the signature over what it read, and takes the body when one of the
 * signatures is equal; while a secret is being changed there are two.
 */
export const headersOf = (secrets: readonly string[], now: Date, body: string): Record<string, string> => {
  const timestamp = Math.floor(now.getTime() / 1000)
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'x-qitong-timestamp': String(timestamp),
    'x-qitong-signature': secrets.map((secret) => `v1=${signature(secret, timestamp, body)}`).join(', '),
  }
}
