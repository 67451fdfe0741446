import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useEffectEvent, useState } from 'react'
import { time } from '../format.ts'
import { atTop, PULL_PX, pullOf } from '../gestures.ts'
import { Icon } from '../Icon.tsx'

type State = { px: number } | 'reading' | { readAt: number } | undefined
const SAID_MS = 1500

/** Pulling a page down from its top reads again what it shows; the phone has no other handle for it. */
export function PullToRefresh({ sheet }: { sheet: RefObject<HTMLElement | null> }) {
  const queries = useQueryClient()
  const [state, setState] = useState<State>()
  const read = useEffectEvent(async () => {
    setState('reading')
    await queries.refetchQueries({ type: 'active' })
    setState({ readAt: Date.now() })
  })
  useEffect(() => {
    const element = sheet.current
    return element ? listen(element, setState, () => void read()) : undefined
  }, [sheet])
  useEffect(() => {
    if (typeof state !== 'object' || !('readAt' in state)) return
    const timer = setTimeout(() => setState(undefined), SAID_MS)
    return () => clearTimeout(timer)
  }, [state])
  const pulled = typeof state === 'object' && 'px' in state
  return (
    <div
      className="qt-pull"
      role="status"
      style={pulled ? { height: state.px } : undefined}
      data-open={state !== undefined}
    >
      {state && (
        <>
          <Icon name="refresh" size={16} />
          {words(state)}
        </>
      )}
    </div>
  )
}

function words(state: NonNullable<State>): string {
  if (state === 'reading') return '正在读取'
  if ('readAt' in state) return `已更新 ${time(state.readAt)}`
  return state.px >= PULL_PX ? '松开读取最新内容' : '下拉读取最新内容'
}

/** Follows one finger. Listens actively, so that the browser does not scroll while the page gives way. */
function listen(element: HTMLElement, show: (state: State) => void, read: () => void): () => void {
  let from: { x: number; y: number } | undefined
  let px = 0
  const start = (event: TouchEvent) => {
    const [touch] = event.touches
    const free = touch && event.touches.length === 1 && atTop(event.target, element)
    from = free ? { x: touch.clientX, y: touch.clientY } : undefined
    px = 0
  }
  const move = (event: TouchEvent) => {
    const [touch] = event.touches
    if (!from || !touch) return
    const next = pullOf({ dx: touch.clientX - from.x, dy: touch.clientY - from.y })
    // the first move decides: what began as scrolling stays scrolling
    if (next === 0 && px === 0) from = undefined
    else if (event.cancelable) event.preventDefault()
    if (next !== px) show(next > 0 ? { px: next } : undefined)
    px = next
  }
  const end = () => {
    if (!from) return
    from = undefined
    if (px >= PULL_PX) read()
    else if (px > 0) show(undefined)
  }
  const cancel = () => {
    if (from && px > 0) show(undefined)
    from = undefined
  }
  element.addEventListener('touchstart', start, { passive: true })
  element.addEventListener('touchmove', move, { passive: false })
  element.addEventListener('touchend', end)
  element.addEventListener('touchcancel', cancel)
  return () => {
    element.removeEventListener('touchstart', start)
    element.removeEventListener('touchmove', move)
    element.removeEventListener('touchend', end)
    element.removeEventListener('touchcancel', cancel)
  }
}
