import type { FormDefinition } from '#platform/forms/contract'
import type { AppDefinition, Entity } from '../contract/definition.ts'

type Field = FormDefinition['groups'][number]['fields'][number]

export const fieldsOf = ({ groups }: Pick<Entity, 'groups'>): Field[] => groups.flatMap(({ fields }) => fields)
export const entityOf = (app: AppDefinition, key: string): Entity | undefined =>
  app.entities.find((entity) => entity.key === key)

/** The form of an entity, as platform/forms publishes it. */
export const formOf = (app: AppDefinition, entity: Entity): Record<string, unknown> => ({
  format: 1,
  key: formKeyOf(app, entity),
  name: entity.name,
  ...(entity.sentence && { sentence: entity.sentence }),
  reach: app.reach,
  groups: entity.groups,
})
/** The key of the form of an entity: `built-leave--request`. Neither key holds two hyphens in a row, so no two entities share one. */
const formKeyOf = (app: AppDefinition, { key }: Entity): string => `b-${app.key}--${key}`

/** A relation or a person that is one, a number, a word: what can be compared and put in order. */
const ORDERED = new Set<Field['type']>([
  'text',
  'number',
  'money',
  'date',
  'time',
  'dateTime',
  'boolean',
  'phone',
  'email',
  'creditCode',
  'serial',
  'enum',
])
export const isOrdered = (field: Field): boolean => ORDERED.has(field.type) && !('multiple' in field && field.multiple)
const SAME = new Set<Field['type']>([...ORDERED, 'person', 'unit', 'region', 'relation'])
export const isComparable = (field: Field): boolean => SAME.has(field.type) && !('multiple' in field && field.multiple)
const UNFILTERED = new Set<Field['type']>(['file', 'picture', 'table', 'identityNumber'])
export const isFiltered = ({ type }: Field): boolean => !UNFILTERED.has(type)
