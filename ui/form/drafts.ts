import { remembered } from '../remembered.ts'

/** A form that was not finished, as this browser keeps it. Files are never part of it. */
export interface Draft {
  /** ISO moment of the last saving */
  at: string
  values: Record<string, unknown>
}

const KEPT_DAYS = 30

/** Drafts belong to a person: two people at one desk do not see each other's. */
const keyOf = (personId: string, formId: string) => `draft.${personId}.${formId}`

export function readDraft(personId: string, formId: string, now: Date): Draft | undefined {
  const found = remembered.read(keyOf(personId, formId)) as Draft | undefined
  if (typeof found?.at !== 'string' || typeof found.values !== 'object') return undefined
  const tooOld = now.getTime() - Date.parse(found.at) > KEPT_DAYS * 86_400_000
  return tooOld ? undefined : found
}

/** False when this browser could not keep it: the form then says so. */
export function writeDraft(personId: string, formId: string, values: Record<string, unknown>, now: Date): boolean {
  const kept = Object.fromEntries(Object.entries(values).filter(([, value]) => !holdsFile(value)))
  return remembered.write(keyOf(personId, formId), { at: now.toISOString(), values: kept } satisfies Draft)
}

export const dropDraft = (personId: string, formId: string): void => remembered.forget(keyOf(personId, formId))

/** At sign-out. */
export const clearDrafts = (): void => remembered.forgetAll('draft.')

const holdsFile = (value: unknown): boolean => (Array.isArray(value) ? value.some(holdsFile) : value instanceof Blob)
