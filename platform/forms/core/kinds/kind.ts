import type { FeelType } from '#platform/feel'
import type { Json } from '../../contract/data.ts'
import type { Field, FieldType } from '../../contract/definition.ts'

export type FieldOf<T extends FieldType> = Extract<Field, { type: T }>

/** What was given for a field, in the one form that is kept; or what is wrong with it, as a sentence that says what to do. */
export type Reading = { value: Json } | { fault: string }

/** What a type of field means. A further type is a further one of these, and an entry in `kinds`. */
export interface Kind<T extends FieldType> {
  /** what expressions see of it */
  feel(field: FieldOf<T>): FeelType
  /** `given` is never empty; `today` is `YYYY-MM-DD` */
  read(field: FieldOf<T>, given: Json, today: string): Reading
  /** the kept value as expressions see it, where that is something else */
  toFeel?(value: Json, field: FieldOf<T>): unknown
  /** what an expression answered, as JSON, in the form that `read` takes */
  fromFeel?(answer: Json, field: FieldOf<T>): Json
  /** the value in words */
  say(value: Json, field: FieldOf<T>): string
  /** what a process is told of it, where that is something else than what expressions see */
  plain?(value: Json): Json
}

export const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
export const fault = (message: string): Reading => ({ fault: message })
export const kept = (value: Json): Reading => ({ value })

/** Nothing was filled in. */
export const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0)
