import { useEffect, useEffectEvent } from 'react'

/** Where letters belong to the text, not to the page. */
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select, [role="combobox"], [role="textbox"]')
}

/**
 * Calls `run` when the key is pressed anywhere in the page: `/`, `j`, `mod+k` (Ctrl, on a Mac Cmd).
 * Plain keys rest while the person types, while an input method composes, and under an open dialog.
 */
export function useHotkey(key: string, run: () => void, enabled = true): void {
  const latest = useEffectEvent(run)
  useEffect(() => {
    if (!enabled) return
    const withMod = key.startsWith('mod+')
    const letter = withMod ? key.slice(4) : key
    const listen = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented || event.altKey || event.key.toLowerCase() !== letter) return
      if ((event.ctrlKey || event.metaKey) !== withMod) return
      if (!withMod && (typing(event.target) || document.querySelector('[aria-modal="true"]'))) return
      event.preventDefault()
      latest()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [key, enabled])
}
