import { parseJson } from './api-error.ts'

/** `idle` before the first subscriber, `open` while connected, `lost` while it tries again. */
export type RealtimeStatus = 'idle' | 'connecting' | 'open' | 'lost'

export interface RealtimeFrame {
  type: string
  channel?: string
  data?: unknown
}
export type RealtimeHandler = (frame: RealtimeFrame) => void

export interface Realtime {
  /** Frames of one channel, or all frames without one. Returns the way out. */
  subscribe(channel: string | undefined, handler: RealtimeHandler): () => void
  status(): RealtimeStatus
  onStatus(listener: () => void): () => void
  /** connects again after the session had ended and the person signed in anew */
  reopen(): void
  close(): void
}

type Socket = Pick<WebSocket, 'onopen' | 'onclose' | 'onmessage' | 'close'>

export interface RealtimeOptions {
  connect: () => Socket
  /** the server ended the session (close code 4401); no further attempt is made */
  onUnauthenticated?: () => void
  random?: () => number
}

const SESSION_ENDED = 4401

/** Wait before attempt `n` (from 0), in ms: 1 s doubling to 30 s, each halved at random so that a restart is not a stampede. */
export const reconnectDelay = (attempt: number, random: number) =>
  Math.round(Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + random / 2))

interface Subscriber {
  channel: string | undefined
  handler: RealtimeHandler
}

function deliver(subscribers: ReadonlySet<Subscriber>, text: unknown): void {
  const frame = parseJson(String(text)) as RealtimeFrame | null | undefined
  if (typeof frame?.type !== 'string') return
  // a copy: a handler may leave, or bring others, while it runs
  for (const { channel, handler } of [...subscribers]) {
    if (channel === undefined || channel === frame.channel) handler(frame)
  }
}

/** One socket for all subscribers: opened by the first, kept while any is left. */
export function createRealtime({ connect, onUnauthenticated, random = Math.random }: RealtimeOptions): Realtime {
  const handlers = new Set<Subscriber>()
  const listeners = new Set<() => void>()
  let socket: Socket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let now: RealtimeStatus = 'idle'

  const become = (next: RealtimeStatus) => {
    if (now === next) return
    now = next
    for (const listener of [...listeners]) listener()
  }
  const open = () => {
    timer = undefined
    const mine = connect()
    socket = mine
    if (now === 'idle') become('connecting')
    mine.onopen = () => {
      attempt = 0
      become('open')
    }
    mine.onmessage = (event) => deliver(handlers, event.data)
    mine.onclose = ({ code }) => {
      if (socket !== mine) return
      socket = undefined
      become('lost')
      if (code === SESSION_ENDED) onUnauthenticated?.()
      else timer = setTimeout(open, reconnectDelay(attempt++, random()))
    }
  }
  const close = () => {
    clearTimeout(timer)
    const old = socket
    timer = socket = undefined
    attempt = 0
    old?.close()
    become('idle')
  }
  return {
    subscribe(channel, handler) {
      const entry = { channel, handler }
      handlers.add(entry)
      if (!socket && timer === undefined) open()
      return () => {
        handlers.delete(entry)
        if (handlers.size === 0) close()
      }
    },
    status: () => now,
    reopen() {
      if (handlers.size > 0 && !socket && timer === undefined) open()
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close,
  }
}
