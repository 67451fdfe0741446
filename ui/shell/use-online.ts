import { useSyncExternalStore } from 'react'

const watch = (listener: () => void) => {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

/** What the browser says about its network; false is certain, true is not. */
export const useOnline = (): boolean => useSyncExternalStore(watch, () => navigator.onLine)
