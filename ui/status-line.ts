import { useEffect } from 'react'
import { createStore, useStore } from './store.ts'

const line = createStore<string | undefined>(undefined)

/** What stands at the right of the status line while the page is open: `数据时间 11月20日 09:42`. */
export function useStatusLine(text: string | undefined): void {
  useEffect(() => {
    line.set(text)
    return () => line.set((now) => (now === text ? undefined : now))
  }, [text])
}

export const useStatusText = (): string | undefined => useStore(line)
