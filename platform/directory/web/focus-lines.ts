import type { KeyboardEvent } from 'react'

/** ↑ and ↓ move between the lines of a list (elements with `data-line`). Above the first one `up` is called. */
export function moveLines(event: KeyboardEvent<HTMLElement>, up?: () => void): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-line]')]
  const next = lines.indexOf(document.activeElement as HTMLElement) + step
  event.preventDefault()
  if (next < 0 && up) up()
  else lines[Math.max(0, next)]?.focus()
}
