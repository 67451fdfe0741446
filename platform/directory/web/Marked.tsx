import type { ReactNode } from 'react'
import type { Range } from './highlight.ts'

/** A text with the found parts marked. */
export function Marked({ text, ranges }: { text: string; ranges: readonly Range[] }) {
  const out: ReactNode[] = []
  let at = 0
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (end <= at) continue
    const from = Math.max(at, start)
    out.push(text.slice(at, from), <mark key={from}>{text.slice(from, end)}</mark>)
    at = end
  }
  return [...out, text.slice(at)]
}
