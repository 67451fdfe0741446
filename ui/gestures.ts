/** How far a finger has gone since it was put down, px, and for how long, ms. */
export interface Stroke {
  dx: number
  dy: number
  ms: number
}

const SWIPE_PX = 64
const SWIPE_MS = 600

/** A quick stroke that is plainly sideways; anything else is scrolling, selecting or hesitation. */
export function swipeOf({ dx, dy, ms }: Stroke): 'left' | 'right' | undefined {
  if (ms > SWIPE_MS || Math.abs(dx) < SWIPE_PX || Math.abs(dx) < 2 * Math.abs(dy)) return undefined
  return dx < 0 ? 'left' : 'right'
}

/** How far the finger must pull before letting go reads anew. */
export const PULL_PX = 72
const MOST_PX = 112

/** How far the page gives way to a pull of `dy` px: half of it, up to a limit; nothing while the stroke is not plainly downwards. */
export function pullOf({ dx, dy }: Pick<Stroke, 'dx' | 'dy'>): number {
  if (dy <= 0 || dy < 2 * Math.abs(dx)) return 0
  return Math.min(MOST_PX, dy / 2)
}

/** From what was touched up to and with `end`. */
function* upTo(touched: EventTarget | null, end: Element): Generator<Element> {
  for (let at = touched instanceof Element ? touched : null; at; at = at === end ? null : at.parentElement) yield at
}

/** Whether everything that scrolls under the finger stands at its top: only then is a pull not scrolling. */
export function atTop(touched: EventTarget | null, end: Element): boolean {
  for (const element of upTo(touched, end)) if (element.scrollTop > 0) return false
  return true
}

/** Where a stroke sideways already means something: what scrolls sideways, and text that is being written or chosen. */
export function ownsSideways(touched: EventTarget | null, end: Element): boolean {
  for (const element of upTo(touched, end)) {
    if (element.matches('input, textarea, select, [contenteditable="true"], [role="slider"]')) return true
    if (element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX))
      return true
  }
  return String(getSelection()) !== ''
}
