import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { createRealtime, type Realtime, type RealtimeHandler, type RealtimeStatus } from './realtime.ts'

let shared: Realtime | undefined

/** The one connection of this tab, to `/api/realtime` of the page's own origin. */
export function sharedRealtime(): Realtime {
  shared ??= createRealtime({
    connect: () => new WebSocket(new URL('/api/realtime', location.href.replace(/^http/, 'ws'))),
  })
  return shared
}

/** Calls `handler` with each frame the server pushes to `channel` (all channels when undefined). */
export function useRealtime(channel: string | undefined, handler: RealtimeHandler): void {
  const latest = useEffectEvent(handler)
  useEffect(() => sharedRealtime().subscribe(channel, (frame) => latest(frame)), [channel])
}

export function useRealtimeStatus(): RealtimeStatus {
  return useSyncExternalStore(
    (listener) => sharedRealtime().onStatus(listener),
    () => sharedRealtime().status(),
  )
}
