import type { ReactNode } from 'react'
import type { z } from 'zod'
import type { PersonRef, SearchPeople, UnitRef } from '../pickers/types.ts'
import type { LoadUnits, UnitNode } from '../tree/types.ts'
import type { ControlProps } from './Field.tsx'

interface UnitSource {
  load: LoadUnits
  search?: (q: string, signal: AbortSignal) => Promise<UnitNode[]>
  reveal?: readonly string[]
}

/** What a field is, and what its value is while the form is open. */
export type FieldKind =
  /** text; the keyboard of the phone follows `inputMode` */
  | { kind: 'text'; inputMode?: 'text' | 'tel' | 'email' | 'numeric' | 'url'; maxLength?: number }
  | { kind: 'longText'; rows?: number; maxLength?: number }
  /** a number; `unit` stands behind it */
  | { kind: 'number'; unit?: string; min?: number; max?: number; decimals?: number }
  | { kind: 'select'; options: readonly { value: string; label: string }[]; multiple?: boolean }
  /** `YYYY-MM-DD` */
  | { kind: 'date'; min?: string; max?: string }
  | { kind: 'switch'; on: string; off: string }
  /** `File[]`; never part of the draft */
  | { kind: 'files'; accept?: string; most?: number; maxBytes?: number; camera?: boolean }
  /** `PersonRef[]` and `UnitRef[]` while open; the schema gets the id, or the ids of the plural kinds */
  | { kind: 'person' | 'people'; search: SearchPeople }
  | ({ kind: 'unit' | 'units' } & UnitSource)
  | {
      kind: 'custom'
      render: (value: unknown, change: (value: unknown) => void, control: ControlProps) => ReactNode
      /** how the check page and screen readers say it */
      say: (value: unknown) => string
    }

export type FormField<N extends string = string> = FieldKind & {
  /** key of the schema */
  name: N
  label: string
  help?: string
  /** never kept in the draft: what is typed here is on the server or nowhere */
  secret?: boolean
  /** hidden fields are neither checked nor sent */
  visible?: (values: FormValues) => boolean
}

export interface FormGroup<N extends string = string> {
  title: string
  sentence?: string
  fields: readonly FormField<N>[]
}

export type FormValues = Record<string, unknown>
export type Faults = Readonly<Record<string, string>>
export type { PersonRef, UnitRef }

export interface RecordFormProps<S extends z.ZodObject, A> {
  /** names the draft: `notice.new`, `notice.<id>` */
  id: string
  /** the `input` of the endpoint */
  schema: S
  groups: readonly FormGroup<keyof z.input<S> & string>[]
  initial?: FormValues
  /** sent along without a field: id, revision */
  extra?: FormValues
  /** what the button says: 提交审核 */
  submitLabel: string
  /** sends it; throws the `ApiError`, whose field faults then stand beside the fields */
  onSubmit: (input: z.output<S>) => Promise<A>
  /** after it was accepted and the draft is gone: go to the record, say so */
  onDone?: (answer: A) => void
  /** one group a page, then a page to check the answers */
  stepped?: boolean
  /** beside the main button */
  secondary?: ReactNode
}
