import type { WebSocket } from 'ws'
import type { Actor } from '#kernel/actor'
import type { Bus } from '#kernel/bus'

/** A frame of the server: a hint to look again. What it names is always read through an endpoint. */
export interface Hint {
  type: 'hint'
  channel: string
  data?: Record<string, string | number | boolean | null>
}

export interface SocketOrigin {
  origin: string | undefined
  host: string | undefined
  mayStay(): Promise<boolean>
}

export interface Realtime {
  accept(socket: WebSocket, actor: Actor | null, from: SocketOrigin): void
  /** asks for each socket of this node again whether it may stay, after what decides that has changed */
  recheck(): Promise<void>
  /** to every device of one person, on every node */
  toPerson(personId: string, channel: string, data?: Hint['data']): void
  /** to everybody who is connected */
  toAll(channel: string, data?: Hint['data']): void
  /** cuts the sockets of one session here; other nodes hear of it over the bus */
  endSession(sessionId: string): void
  /** sessions with a socket on this node: whoever judges sessions looks them through */
  sessions(): ReadonlySet<string>
  /** cuts the sockets of one session on this node alone */
  cut(sessionId: string): void
  connections(): number
  close(): void
}

// Past this much unsent data a socket is too slow to follow: it is told to come back and read anew.
const SLOW_BYTES = 1024 * 1024
const CLOSE_SIGNED_OUT = 4401
const CLOSE_RESYNC = 4409

interface Connection {
  socket: WebSocket
  actor: Actor
  mayStay(): Promise<boolean>
  alive: boolean
}

/** A socket that did not answer the last ping is gone. */
const beat = (all: ReadonlySet<Connection>): NodeJS.Timeout => {
  const timer = setInterval(() => {
    for (const connection of all) {
      if (!connection.alive) connection.socket.terminate()
      connection.alive = false
      if (connection.socket.readyState === 1) connection.socket.ping()
    }
  }, 30_000)
  return timer.unref()
}

/** Does a page of another host ask, as far as the browser says? */
const isForeign = (origin: string | undefined, ownHost: string | undefined): boolean =>
  origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== ownHost)

export const createRealtime = (bus: Bus, publicOrigin: string | undefined): Realtime => {
  const byPerson = new Map<string, Set<Connection>>()
  const all = new Set<Connection>()
  const push = (connection: Connection, text: string): void => {
    if (connection.socket.bufferedAmount > SLOW_BYTES) connection.socket.close(CLOSE_RESYNC, 'resync')
    else connection.socket.send(text)
  }
  const stopPerson = bus.subscribe('realtime.person.*', (message) => {
    const { personId, ...hint } = message as unknown as Hint & { personId: string }
    for (const connection of byPerson.get(personId) ?? []) push(connection, JSON.stringify(hint))
  })
  const stopAll = bus.subscribe('realtime.all', (message) => {
    for (const connection of all) push(connection, JSON.stringify(message))
  })
  const cut = (sessionId: string): void => {
    for (const connection of all)
      if (connection.actor.sessionId === sessionId) connection.socket.close(CLOSE_SIGNED_OUT, 'signed out')
  }
  const stopSession = bus.subscribe('realtime.session-ended', (message) =>
    cut((message as { sessionId: string }).sessionId),
  )
  const heartbeat = beat(all)
  const forget = (connection: Connection): void => {
    all.delete(connection)
    const own = byPerson.get(connection.actor.personId)
    own?.delete(connection)
    if (own?.size === 0) byPerson.delete(connection.actor.personId)
  }
  return {
    accept(socket, actor, { origin, host, mayStay }) {
      const ownHost = publicOrigin ? new URL(publicOrigin).host : host
      if (!actor || isForeign(origin, ownHost)) return socket.close(CLOSE_SIGNED_OUT, 'sign in first')
      const connection: Connection = { socket, actor, mayStay, alive: true }
      all.add(connection)
      byPerson.set(actor.personId, (byPerson.get(actor.personId) ?? new Set()).add(connection))
      socket.on('pong', () => {
        connection.alive = true
      })
      socket.on('error', () => socket.terminate())
      socket.on('close', () => forget(connection))
      socket.send(JSON.stringify({ type: 'hint', channel: 'connected' } satisfies Hint))
    },
    async recheck() {
      for (const connection of all)
        if (!(await connection.mayStay())) connection.socket.close(CLOSE_SIGNED_OUT, 'no longer allowed')
    },
    toPerson: (personId, channel, data) =>
      bus.publish(`realtime.person.${personId}`, { type: 'hint', channel, data: data ?? {}, personId }),
    toAll: (channel, data) => bus.publish('realtime.all', { type: 'hint', channel, data: data ?? {} }),
    endSession: (sessionId) => bus.publish('realtime.session-ended', { sessionId }),
    sessions: () => new Set([...all].map((connection) => connection.actor.sessionId)),
    cut,
    connections: () => all.size,
    close() {
      clearInterval(heartbeat)
      for (const stop of [stopPerson, stopAll, stopSession]) stop()
      for (const { socket } of all) socket.close(1012, 'server restarts')
    },
  }
}
