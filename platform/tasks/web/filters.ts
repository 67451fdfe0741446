import type { ListQuery } from '#kernel/web'
import type { Reading, Task } from '../contract.ts'

/** The four kinds of the inbox, as the address names them. */
export const kinds = { open: '待办', unread: '待阅', closed: '已办', read: '已阅' } as const
export type Kind = keyof typeof kinds

/** What narrows the inbox, as the address keeps it; empty means no limit. */
export const noFilters = { kind: 'open', matter: '', urgency: '', pressing: '', q: '' }
export type Filters = typeof noFilters

export const kindOf = ({ kind }: Pick<Filters, 'kind'>): Kind => (kind in kinds ? (kind as Kind) : 'open')
export const isOfReadings = (kind: Kind): boolean => kind === 'unread' || kind === 'read'

/** A row of either list. */
export type Item = Task | Reading
export const isTask = (item: Item): item is Task => 'urgency' in item

export const urgencies = { normal: '普通', urgent: '紧急', 'most-urgent': '特急' } as const

/** What the server is asked for; a word it does not know is left out, so that an old link still opens. */
export const askedOf = (filters: Filters): ListQuery => {
  const kind = kindOf(filters)
  const more = isOfReadings(kind)
    ? {}
    : {
        urgency: filters.urgency in urgencies ? filters.urgency : undefined,
        pressing: filters.pressing === '' ? undefined : true,
      }
  return { state: kind, matter: filters.matter || undefined, q: filters.q || undefined, ...more }
}

export const isNarrowed = ({ kind: _, ...rest }: Filters): boolean => Object.values(rest).some((value) => value !== '')

/** The neighbour that opens when `id` is done with: the next one, at the end the one before. */
export const neighbourOf = (ids: readonly string[], id: string): string => {
  const at = ids.indexOf(id)
  return at < 0 ? (ids[0] ?? '') : (ids[at + 1] ?? ids[at - 1] ?? '')
}

/** Whether the left pane stands on this choice; what is searched for within it changes nothing. */
export const sameChoice = (a: Filters, b: Filters): boolean =>
  kindOf(a) === kindOf(b) && a.matter === b.matter && (a.pressing === '') === (b.pressing === '')
