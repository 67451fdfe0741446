import { useState } from 'react'
import { useHotkey } from '#ui'
import { neighbourOf } from './filters.ts'

interface Address {
  row: string
  change: (next: { row: string }, options?: { push?: boolean }) => void
}

/** Walking a list whose open row is in the address: J and K, opening, leaving, and going on after one is done with. */
export function useInbox(ids: readonly string[], { row, change }: Address) {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set())
  const open = (id: string) => change({ row: id }, { push: row === '' })
  const step = (by: 1 | -1) => {
    const next = ids[ids.indexOf(row) + by]
    if (next) open(next)
  }
  useHotkey('j', () => step(1))
  useHotkey('k', () => step(-1))
  return {
    open,
    close: () => change({ row: '' }),
    next: () => step(1),
    // what was done with a moment ago is skipped, though the list may still show it
    goOn: () => {
      const left = ids.filter((id) => id === row || !done.has(id))
      setDone((old) => new Set(old).add(row))
      change({ row: neighbourOf(left, row) })
    },
  }
}
