import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { SearchParams } from './search-params.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** the address this entry was opened from, by `{ push: true }` */
    cameFrom?: string
  }
}

/** The values named in `defaults` as the address has them; a list stays a list even with one value in it. */
export function readUrlState<T extends SearchParams>(defaults: T, search: Record<string, unknown>): T {
  const out: SearchParams = {}
  for (const [name, fallback] of Object.entries(defaults)) {
    const said = search[name]
    if (said === undefined) out[name] = fallback
    else if (Array.isArray(fallback)) out[name] = [said].flat().map(String)
    else out[name] = String([said].flat()[0])
  }
  return out as T
}

/** What the address should hold after a change: defaults are left out, other people's keys stay. */
export function writeUrlState<T extends SearchParams>(
  defaults: T,
  search: Record<string, unknown>,
  change: Partial<T>,
): Record<string, unknown> {
  const out = { ...search, ...change }
  for (const name of Object.keys(defaults)) {
    if (JSON.stringify(out[name]) === JSON.stringify(defaults[name])) delete out[name]
  }
  return out
}

/**
 * State that lives in the address, so that a reload, a link and the back button keep it.
 * `const [state, change] = useUrlState({ q: '', level: [] as string[] })`; pass a constant for `defaults`.
 * Changes replace the entry of the history; `{ push: true }` makes the back button undo them, and a change that leads back to where
 * such an entry was opened from goes back itself, so that closing leaves nothing behind.
 */
export function useUrlState<T extends SearchParams>(
  defaults: T,
): [T, (change: Partial<T>, options?: { push?: boolean }) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const router = useRouter()
  const state = useMemo(() => readUrlState(defaults, search), [defaults, search])
  const change = useCallback(
    (next: Partial<T>, options: { push?: boolean } = {}) => {
      const target = {
        to: '.',
        search: (old: Record<string, unknown>) => writeUrlState(defaults, old, next),
        resetScroll: false,
      } as const
      const { href, state } = router.latestLocation
      if (options.push) void navigate({ ...target, state: { cameFrom: href } })
      else if (state.cameFrom !== undefined && router.buildLocation(target).href === state.cameFrom)
        router.history.back()
      else void navigate({ ...target, replace: true, state: { cameFrom: state.cameFrom } })
    },
    [navigate, router, defaults],
  )
  return [state, change]
}
