import { remembered } from '../remembered.ts'
import { type Recent, withRecent } from './palette-model.ts'
import type { SearchAction, SearchItem } from './types.ts'

/** What a person opened from the box lately, as this browser keeps it: two people at one desk do not see each other's. */
const keyOf = (personId: string) => `recent.${personId}`

export function readRecent(personId: string): Recent[] {
  const kept = remembered.read(keyOf(personId))
  return Array.isArray(kept) ? kept : []
}

export const keepRecent = (personId: string, item: SearchItem, action: SearchAction): void =>
  void remembered.write(keyOf(personId), withRecent(readRecent(personId), item, action))

/** At sign-out, for all who sat here. */
export const clearRecent = (): void => remembered.forgetAll('recent')
