/**
 * When a person last did something in any tab of this browser. Requests that a page makes by itself after that say so (X-Unattended): they
 * keep no session alive.
 */
const KEY = 'qt.attention'
const QUIET_MS = 60_000
/** other tabs need it to the second at most */
const TELL_MS = 5000

let watched = false
let own = 0
let told = 0
let asked = 0

const toldBefore = (): number => {
  try {
    return Number(localStorage.getItem(KEY)) || 0
  } catch {
    return 0
  }
}

/** ms since the epoch */
export const lastAttention = (): number => Math.max(own, toldBefore())

/** The person is here: what a press of a key or a finger means, or a button that says so. */
export const payAttention = (): void => {
  own = Date.now()
  if (own - told < TELL_MS) return
  told = own
  try {
    localStorage.setItem(KEY, String(own))
  } catch {
    // a browser that keeps nothing: each tab then counts for itself
  }
}

/** Begins to look, once for the application; before that every request counts as a person's. */
export const watchAttention = (): void => {
  watched = true
  payAttention()
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchmove'])
    addEventListener(kind, payAttention, { capture: true, passive: true })
}

/** For a request that is about to leave: whether a page asks by itself. */
export const isUnattended = (): boolean => {
  const now = Date.now()
  if (watched && now - lastAttention() > QUIET_MS) return true
  asked = now
  return false
}

/** ms for which the person was here after the last request that said so: the server does not know of them yet */
export const untold = (): number => Math.max(0, lastAttention() - asked)
