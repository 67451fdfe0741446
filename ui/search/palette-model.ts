import { highlightText } from './highlight.ts'
import type { Command, Range, SearchAction, SearchGroup, SearchItem } from './types.ts'

/** Cuts a text at its highlighted ranges; ranges outside the text or overlapping ones are ignored. */
export function pieces(text: string, ranges: readonly Range[] = []): { text: string; hit: boolean; at: number }[] {
  const out: { text: string; hit: boolean; at: number }[] = []
  let at = 0
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start < at || end <= start || start >= text.length) continue
    if (start > at) out.push({ text: text.slice(at, start), hit: false, at })
    out.push({ text: text.slice(start, end), hit: true, at: start })
    at = Math.min(end, text.length)
  }
  if (at < text.length) out.push({ text: text.slice(at), hit: false, at })
  return out
}

/** Commands whose title or keywords contain the words typed, in the order given. */
export function matchCommands(commands: readonly Command[], q: string): SearchItem[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  return commands
    .filter(({ title, keywords = [] }) => {
      const said = [title, ...keywords].map((word) => word.toLowerCase())
      return words.every((word) => said.some((text) => text.includes(word)))
    })
    .map(({ id, title, action }) => ({ id, title, titleRanges: highlightText(q, title), enter: action }))
}

export const itemsOf = (groups: readonly SearchGroup[]): SearchItem[] => groups.flatMap((group) => group.items)

/** What stands beside a tab: the sum of what is listed, `20+` as soon as one group does not count further. */
export function countOf(groups: readonly SearchGroup[]): string {
  const open = groups.find((group) => group.count?.endsWith('+'))
  if (open?.count) return open.count
  return String(groups.reduce((sum, group) => sum + (Number(group.count) || group.items.length), 0))
}

export interface Recent {
  id: string
  title: string
  meta?: string
  avatar?: string
  to: string
}

const KEEP = 8

/** Newest first, each once, only what has an address. */
export function withRecent(old: readonly Recent[], item: SearchItem, action: SearchAction): Recent[] {
  if (!('to' in action)) return [...old]
  const { id, title, meta, avatar } = item
  return [{ id, title, meta, avatar, to: action.to }, ...old.filter((one) => one.to !== action.to)].slice(0, KEEP)
}
