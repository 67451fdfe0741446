import { type RouterHistory, useRouter } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useId, useRef } from 'react'
import { usePhone } from './preferences.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** what covers the page, lowest first */
    layers?: readonly string[]
  }
}

/**
 * On the phone: while `open`, the back key calls `close` instead of leaving the page. For whatever covers the page and is not in
 * its address: pickers, drawers, dialogs. An entry of the history stands for it and goes with it, however it is closed.
 */
export function useBackCloses(open: boolean, close: () => void): void {
  const router = useRouter()
  const id = useId()
  const covers = usePhone() && open
  const latest = useEffectEvent(close)
  const still = useRef(false)
  useEffect(() => {
    if (!covers) return
    still.current = true
    const history: RouterHistory = router.history
    const layers = () => history.location.state.layers ?? []
    if (!layers().includes(id)) {
      const state = { layers: [...layers(), id] }
      void router.navigate({ to: '.', search: true, hash: true, state, resetScroll: false, ignoreBlocker: true })
    }
    const leave = history.subscribe(({ action }) => {
      const popped = action.type === 'BACK' || action.type === 'GO'
      if (popped && !layers().includes(id)) latest()
    })
    return () => {
      leave()
      still.current = false
      // later: whoever closed it may open the next page at once, and then that page has taken the entry's place
      setTimeout(() => {
        if (!still.current && layers().at(-1) === id) history.back({ ignoreBlocker: true })
      })
    }
  }, [covers, router, id])
}
