import type { ListQuery } from '#kernel/web'
import { format } from '#ui'
import { limits, type Reading, type Task } from '../contract.ts'

/** The kinds of the inbox that are its own, as the address names them; services add views of theirs. */
export const kinds = { open: '待办', unread: '待阅', closed: '已办', read: '已阅' } as const
export type Kind = keyof typeof kinds

/** What narrows the inbox, as the address keeps it; empty means no limit. */
export const noFilters = {
  kind: 'open',
  matter: '',
  source: '',
  urgency: '',
  due: '',
  arrived: '',
  pressing: '',
  delegated: '',
  sort: '',
  q: '',
}
export type Filters = typeof noFilters

export const kindOf = ({ kind }: Pick<Filters, 'kind'>): Kind => (kind in kinds ? (kind as Kind) : 'open')
export const isOfReadings = (kind: Kind): boolean => kind === 'unread' || kind === 'read'

/** A row of either list. */
export type Item = Task | Reading
export const isTask = (item: Item): item is Task => 'urgency' in item

export const urgencies = { normal: '普通', urgent: '紧急', 'most-urgent': '特急' } as const
/** Days back from today, today included; the week begins on Monday. */
export const arrivals = { '1': '今天', '3': '近 3 天', week: '本周', '7': '近 7 天', '30': '近 30 天' } as const
export const dueWords = limits
/** What comes first is what presses; the other order is asked for. */
export const sorts = { '': '按时限', arrived: '按到达' } as const

const DAY_MS = 86_400_000
const weekday = (now: number): number => (new Date(now + 8 * 3_600_000).getUTCDay() + 6) % 7
const sinceOf = (arrived: keyof typeof arrivals, now: number): string =>
  format.today(now - (arrived === 'week' ? weekday(now) : Number(arrived) - 1) * DAY_MS)
const known = <T extends string>(value: string, words: Record<T, string>): T | undefined =>
  value in words ? (value as T) : undefined

/** What the server is asked for; a word it does not know is left out, so that an old link still opens. */
export const askedOf = (filters: Filters, now = Date.now()): ListQuery => {
  const kind = kindOf(filters)
  const arrived = known(filters.arrived, arrivals)
  const common = {
    state: kind,
    matter: filters.matter || undefined,
    since: arrived && sinceOf(arrived, now),
    q: filters.q || undefined,
  }
  if (isOfReadings(kind)) return common
  const open = kind === 'open'
  return {
    ...common,
    urgency: known(filters.urgency, urgencies),
    source: filters.source || undefined,
    delegated: filters.delegated === '' ? undefined : true,
    due: open ? known(filters.due, limits) : undefined,
    pressing: open && filters.pressing !== '' ? true : undefined,
    order: open && filters.sort !== 'arrived' ? 'due' : undefined,
  }
}

export const isNarrowed = ({ kind: _, sort: __, ...rest }: Filters): boolean =>
  Object.values(rest).some((value) => value !== '')

/** The neighbour that opens when `id` is done with: the next one, at the end the one before. */
export const neighbourOf = (ids: readonly string[], id: string): string => {
  const at = ids.indexOf(id)
  return at < 0 ? (ids[0] ?? '') : (ids[at + 1] ?? ids[at - 1] ?? '')
}

/** Whether the left pane stands on this choice; what is searched for within it changes nothing. */
export const sameChoice = (a: Filters, b: Filters): boolean =>
  a.kind === b.kind &&
  a.matter === b.matter &&
  (a.pressing === '') === (b.pressing === '') &&
  (a.delegated === '') === (b.delegated === '')

/** What is chosen in the left pane, as the head of the list says it. */
export const choiceName = (filters: Filters): string => {
  if (filters.matter !== '') return filters.matter
  if (filters.delegated !== '') return '委托给我'
  if (filters.pressing !== '') return '先办'
  const kind = kindOf(filters)
  return kind === 'open' ? '全部待办' : kinds[kind]
}
