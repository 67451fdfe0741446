import { useSyncExternalStore } from 'react'
import { remembered } from './remembered.ts'
import { createStore, useStore } from './store.ts'
import { PHONE_BELOW } from './theme.ts'

export type Density = 'regular' | 'compact'

const density = createStore<Density>('regular')
const largePrint = createStore(false)

/** Reads what this browser remembers and keeps `<html>` in step; called once before the first render. */
export function startPreferences(): void {
  const apply = () => {
    document.documentElement.dataset.density = density.get()
    document.documentElement.dataset.print = largePrint.get() ? 'large' : 'regular'
  }
  density.set(remembered.read('density') === 'compact' ? 'compact' : 'regular')
  largePrint.set(remembered.read('large-print') === true)
  apply()
  density.watch(apply)
  largePrint.watch(apply)
}

/** Row heights of lists and trees: `[density, change]`, remembered by this browser. */
export function useDensity(): [Density, (next: Density) => void] {
  const change = (next: Density) => {
    remembered.write('density', next)
    density.set(next)
  }
  return [useStore(density), change]
}

/** Large print 大字版: `[on, change]`, remembered by this browser. */
export function useLargePrint(): [boolean, (on: boolean) => void] {
  const change = (on: boolean) => {
    remembered.write('large-print', on)
    largePrint.set(on)
  }
  return [useStore(largePrint), change]
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}

/** True below 768 px: the phone's layout, not a squeezed desktop. */
export const usePhone = (): boolean => useMedia(`(max-width: ${PHONE_BELOW - 1}px)`)

export const useReducedMotion = (): boolean => useMedia('(prefers-reduced-motion: reduce)')
