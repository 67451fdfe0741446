import type { Bus, BusHandler, BusOptions, JsonValue } from './bus.ts'
import { checkPattern, checkSubject, isMatch } from './subjects.ts'

const MAX_BYTES = 65_536

/** What a connection to other processes adds to the local bus. */
export type Link = {
  send(subject: string, text: string): void
  /** A pattern has got its first handler, or lost its last. */
  listen(pattern: string): void
  unlisten(pattern: string): void
  healthy(): boolean
  close(): Promise<void>
}

const NO_LINK: Link = { send() {}, listen() {}, unlisten() {}, healthy: () => true, async close() {} }

export type LocalBus = Bus & {
  /** Hands a message from another process to the handlers of one pattern. */
  deliver(pattern: string, subject: string, text: string): void
  patterns(): Iterable<string>
}

/** The bus inside one process. Local handlers never wait for the link and never need it. */
export function createLocalBus(onError: BusOptions['onError'], link: Link = NO_LINK): LocalBus {
  const subscribers = new Map<string, Set<{ handler: BusHandler }>>()
  let isClosed = false

  function deliver(pattern: string, subject: string, text: string): void {
    for (const entry of subscribers.get(pattern) ?? []) {
      queueMicrotask(async () => {
        if (!subscribers.get(pattern)?.has(entry)) return
        try {
          await entry.handler(JSON.parse(text), subject)
        } catch (error) {
          onError(error, subject)
        }
      })
    }
  }

  return {
    publish(subject, data) {
      checkSubject(subject)
      const text = toText(data)
      if (isClosed) return
      for (const pattern of subscribers.keys()) if (isMatch(pattern, subject)) deliver(pattern, subject, text)
      link.send(subject, text)
    },
    subscribe(pattern, handler) {
      checkPattern(pattern)
      if (isClosed) return () => {}
      const entry = { handler }
      const entries = subscribers.get(pattern) ?? new Set()
      entries.add(entry)
      if (!subscribers.has(pattern)) {
        subscribers.set(pattern, entries)
        link.listen(pattern)
      }
      return () => {
        if (!entries.delete(entry) || entries.size > 0) return
        subscribers.delete(pattern)
        link.unlisten(pattern)
      }
    },
    healthy: () => !isClosed && link.healthy(),
    async close() {
      isClosed = true
      subscribers.clear()
      await link.close()
    },
    deliver,
    patterns: () => subscribers.keys(),
  }
}

function toText(data: JsonValue): string {
  const text: string | undefined = JSON.stringify(data)
  if (text === undefined) throw new TypeError('a message is JSON')
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new RangeError('a hint is at most 64 KiB; store the data and publish its id')
  return text
}
