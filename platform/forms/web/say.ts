import type { Column } from '../contract/definition.ts'
import type { FormDefinition, Json } from '../contract.ts'
import { sayValue } from '../core/kinds.ts'

/** A value of a field in words, for lists. */
export const sayField = (field: FormDefinition['groups'][number]['fields'][number], value: Json | undefined): string =>
  field.type === 'table' ? '' : sayValue(field as Column, value)
