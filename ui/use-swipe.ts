import { type TouchEvent, useRef } from 'react'
import { ownsSideways, swipeOf } from './gestures.ts'

interface Ways {
  left?: () => void
  right?: () => void
}

// the browser's own way back begins at the edge of the screen
const EDGE_PX = 24

/** Between the panes of a phone page: `<article {...useSwipe({ right: toList, left: next })}>`. Buttons must do the same. */
export function useSwipe(ways: Ways) {
  const start = useRef<{ x: number; y: number; at: number }>(undefined)
  return {
    onTouchStart(event: TouchEvent<HTMLElement>) {
      const touch = event.touches[0]
      const inside = touch && touch.clientX > EDGE_PX && touch.clientX < innerWidth - EDGE_PX
      const free = event.touches.length === 1 && inside && !ownsSideways(event.target, event.currentTarget)
      start.current = free ? { x: touch.clientX, y: touch.clientY, at: event.timeStamp } : undefined
    },
    onTouchEnd(event: TouchEvent<HTMLElement>) {
      const from = start.current
      const touch = event.changedTouches[0]
      start.current = undefined
      if (!from || !touch) return
      const way = swipeOf({ dx: touch.clientX - from.x, dy: touch.clientY - from.y, ms: event.timeStamp - from.at })
      if (way) ways[way]?.()
    },
    onTouchCancel() {
      start.current = undefined
    },
  }
}
