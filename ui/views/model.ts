import { remembered } from '../remembered.ts'
import type { SearchParams } from '../search-params.ts'

/** A list as somebody likes it: the filters and the sorting of the address, and the columns of a table. */
export interface SavedView {
  name: string
  asked: SearchParams
  /** absent: the columns the table shows by itself */
  columns?: string[]
}

/** Views belong to an account and a list, and stay in this browser; sharing one is sharing the address. */
const keyOf = (personId: string, listId: string) => `views.${personId}.${listId}`

export function readViews(personId: string, listId: string): SavedView[] {
  const kept = remembered.read(keyOf(personId, listId))
  return Array.isArray(kept) ? kept.filter(isView) : []
}

// what another version of the page has kept may be anything
const isView = (kept: Partial<SavedView> | null): kept is SavedView =>
  typeof kept?.name === 'string' && typeof kept.asked === 'object' && kept.asked !== null

/** False when this browser could not keep them. */
export const writeViews = (personId: string, listId: string, views: readonly SavedView[]): boolean =>
  remembered.write(keyOf(personId, listId), views)

const byName = new Intl.Collator('zh-CN')

/** With this view instead of one of the same name, by name. */
export const withView = (views: readonly SavedView[], view: SavedView): SavedView[] =>
  [...views.filter(({ name }) => name !== view.name), view].sort((a, b) => byName.compare(a.name, b.name))

/** What a view keeps of the address: everything that was chosen, not the open row. */
export const askedOf = (state: SearchParams): SearchParams =>
  Object.fromEntries(Object.entries(state).filter(([name, value]) => name !== 'row' && value.length > 0))

/** The address of a view: what it says and, for the rest, nothing; names that the list no longer knows are left out. */
export const stateOf = <S extends SearchParams>(defaults: S, view: SavedView): S =>
  Object.fromEntries(Object.entries(defaults).map(([name, none]) => [name, fitting(view.asked[name], none)])) as S

const fitting = (said: string | string[] | undefined, none: string | string[]): string | string[] => {
  if (said === undefined) return none
  return Array.isArray(none) ? [said].flat() : String([said].flat()[0] ?? '')
}

/** The view that is shown now, if one is. */
export const viewOf = (
  views: readonly SavedView[],
  state: SearchParams,
  columns: readonly string[] | undefined,
): SavedView | undefined => {
  const now = print(askedOf(state), columns)
  return views.find((view) => print(view.asked, view.columns) === now)
}

const print = (asked: SearchParams, columns: readonly string[] | undefined): string =>
  JSON.stringify([Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)), columns && [...columns].sort()])
