import { createContext, use, useSyncExternalStore } from 'react'
import type { Json } from '../contract.ts'
import type { FieldState } from '../core/evaluate.ts'
import type { FormStore } from './store.ts'

/** What every field of an open form shares; it never changes while the form is open, so nothing is drawn again for it. */
export interface FormContext {
  store: FormStore
  /** the published version that is open: what relations are asked of */
  formId: string
  /** stands before the ids of controls */
  prefix: string
  /** uploads one file; the draft that keeps it is made first */
  upload: (file: File, signal: AbortSignal) => Promise<{ id: string; name: string; mediaType: string; size: number }>
  fileUrl: (fileId: string) => string | undefined
}
export const FormScope = createContext<FormContext | null>(null)
export const useForm = (): FormContext => {
  const form = use(FormScope)
  if (!form) throw new Error('a field stands outside its form')
  return form
}

/** A part of the form, by a function that answers the same object where nothing changed. */
const usePart = <T>(part: () => T): T => useSyncExternalStore(useForm().store.watch, part)

/** Rows are looked up for each cell of each key that is pressed, so nothing is copied here. */
const rowAt = (rows: Json | undefined, row: number): Record<string, Json> | undefined =>
  Array.isArray(rows) ? (rows[row] as Record<string, Json> | undefined) : undefined

const UNKNOWN: FieldState = { visible: false, required: false, readonly: true }

export const useField = (key: string) => {
  const { store } = useForm()
  const state = usePart(() => store.get().evaluation.fields[key] ?? UNKNOWN)
  const typed = usePart((): Json | undefined => store.get().data[key])
  const worked = usePart((): Json => store.get().evaluation.values[key] ?? null)
  const told = usePart(() => store.get().told[key])
  // Untouched, it shows its default; computed, what it came to.
  return { state, value: state.readonly || typed === undefined ? worked : typed, told }
}

export const useCell = (table: string, row: number, key: string) => {
  const { store } = useForm()
  const state = usePart(() => store.get().evaluation.rows[table]?.[row]?.[key] ?? UNKNOWN)
  const typed = usePart((): Json | undefined => rowAt(store.get().data[table], row)?.[key])
  const worked = usePart((): Json => rowAt(store.get().evaluation.values[table], row)?.[key] ?? null)
  const told = usePart(() => store.get().told[`${table}.${row}.${key}`])
  return { state, value: state.readonly || typed === undefined ? worked : typed, told }
}

export const useRows = (table: string): number => {
  const { store } = useForm()
  return usePart(() => {
    const rows = store.get().data[table]
    return Array.isArray(rows) ? rows.length : 0
  })
}
export const useGroups = () => {
  const { store } = useForm()
  return usePart(() => store.get().evaluation.groups)
}
export const useTold = () => {
  const { store } = useForm()
  return usePart(() => store.get().told)
}
