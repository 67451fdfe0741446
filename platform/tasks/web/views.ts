import { type Filters, noFilters } from './filters.ts'

/** Filters under a name of one's own; they stay in this browser, sharing one is sharing the address. */
export interface SavedView {
  name: string
  filters: Filters
}
const keyOf = (personId: string) => `qt.views.${personId}.tasks`

export function readViews(personId: string): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(personId)) ?? '[]')
    return Array.isArray(kept) ? kept.flatMap(asView) : []
  } catch {
    return []
  }
}

/** False when this browser could not keep them. */
export function writeViews(personId: string, views: readonly SavedView[]): boolean {
  try {
    localStorage.setItem(keyOf(personId), JSON.stringify(views))
    return true
  } catch {
    return false
  }
}

/** What another version of the page has kept may lack a filter or know one that is gone. */
const asView = (kept: unknown): SavedView[] => {
  const { name, filters } = (kept ?? {}) as { name?: unknown; filters?: Record<string, unknown> }
  if (typeof name !== 'string' || typeof filters !== 'object') return []
  const known = Object.entries(noFilters).map(([key, none]) => {
    const said = filters[key]
    return [key, typeof said === 'string' ? said : none]
  })
  return [{ name, filters: Object.fromEntries(known) as Filters }]
}

const byName = new Intl.Collator('zh-CN')
/** With this view instead of one of the same name, by name. */
export const withView = (views: readonly SavedView[], view: SavedView): SavedView[] =>
  [...views.filter(({ name }) => name !== view.name), view].sort((a, b) => byName.compare(a.name, b.name))

export const sameFilters = (a: Filters, b: Filters): boolean =>
  Object.keys(noFilters).every((key) => a[key as keyof Filters] === b[key as keyof Filters])
