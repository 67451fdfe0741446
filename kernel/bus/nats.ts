import { setTimeout as delay } from 'node:timers/promises'
import {
  connect,
  type Msg,
  type MsgCallback,
  type NatsConnection,
  type NodeConnectionOptions,
  type Subscription,
} from '@nats-io/transport-node'
import type { Bus, BusOptions } from './bus.ts'
import { createLocalBus, type Link } from './local.ts'

const CONNECT_MS = 2_000
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

/**
 * The local bus, linked to the other processes over NATS. It starts at once whether NATS answers or not and tries for ever. The client's own
 * reconnection is off: it does not cover the first connection, so one loop here does both.
 */
export function createNatsBus({ url, name, onError }: BusOptions & { url: string }): Bus {
  const options = connectionOptions(url, name)
  const stop = new AbortController()
  const subscriptions = new Map<string, Subscription>()
  let connection: NatsConnection | undefined
  const isOpen = () => connection !== undefined && !connection.isClosed()

  const link: Link = {
    // What cannot be sent now is dropped: a hint that comes late is worth nothing, and a queue of them would only grow.
    send(subject, text) {
      try {
        if (isOpen()) connection?.publish(subject, text)
      } catch (error) {
        onError(error, subject)
      }
    },
    listen(pattern) {
      if (!connection || !isOpen()) return
      const hear: MsgCallback<Msg> = (error, message) =>
        error ? onError(error, pattern) : bus.deliver(pattern, message.subject, message.string())
      subscriptions.set(pattern, connection.subscribe(pattern, { callback: hear }))
    },
    unlisten(pattern) {
      if (isOpen()) subscriptions.get(pattern)?.unsubscribe()
      subscriptions.delete(pattern)
    },
    healthy: isOpen,
    async close() {
      stop.abort()
      // The last hints of a process that stops deserve a moment, a dead server does not.
      if (connection) await Promise.race([connection.flush(), delay(1_000)]).catch(() => {})
      await connection?.close()
      await running
    },
  }
  const bus = createLocalBus(onError, link)

  async function stayConnected(): Promise<void> {
    let failures = 0
    while (!stop.signal.aborted) {
      try {
        connection = await connect(options)
        failures = 0
        if (stop.signal.aborted) await connection.close()
        else for (const pattern of bus.patterns()) link.listen(pattern)
        const reason = await connection.closed()
        throw reason ?? new Error('the connection to NATS was closed')
      } catch (error) {
        if (failures === 0 && !stop.signal.aborted) onError(error)
      }
      connection = undefined
      subscriptions.clear()
      await delay(waitFor(failures), undefined, { signal: stop.signal }).catch(() => {})
      failures += 1
    }
  }
  const running = stayConnected()
  return bus
}

// Jitter, so that the processes of an installation do not all come back in the same instant.
function waitFor(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2)
}

function connectionOptions(url: string, name: string): NodeConnectionOptions {
  const servers = url.split(',').map((each) => new URL(each.trim()))
  const [{ username, password }] = servers as [URL]
  const login = password
    ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
    : username
      ? { token: decodeURIComponent(username) }
      : {}
  return {
    name,
    servers: servers.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
    ...login,
    ...(servers.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    // Handlers of this process have been called already.
    noEcho: true,
    reconnect: false,
    timeout: CONNECT_MS,
    pingInterval: 10_000,
  }
}
