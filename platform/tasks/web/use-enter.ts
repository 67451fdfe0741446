import { useEffect, useEffectEvent } from 'react'

/** Calls `run` on Enter when nothing is focused that takes the key itself: a button or a link keeps its own. */
export function useEnter(run: () => void): void {
  const latest = useEffectEvent(run)
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const free = document.activeElement === document.body || document.activeElement?.id === 'qt-main'
      if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented || !free) return
      if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector('[aria-modal="true"]')) return
      latest()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
}
