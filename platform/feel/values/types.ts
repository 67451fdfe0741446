import { dateTimeOf, FeelDate, timeOf } from './temporal.ts'
import {
  FeelFunction,
  FeelRange,
  type FeelType,
  type FeelValue,
  isContext,
  isList,
  kindOf,
  type SimpleType,
} from './value.ts'

export const SIMPLE_TYPES: readonly SimpleType[] = [
  'Any',
  'Null',
  'number',
  'string',
  'boolean',
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
]

/** Asked before each value that is looked at: a list may hold itself many times over. */
type Look = () => void
const freely: Look = () => {}

/** `instance of` (DMN 1.5 §10.3.2.9.1): null is of Null alone. */
export const isInstance = (value: FeelValue, type: FeelType, look: Look = freely): boolean => {
  look()
  if (type === 'Any') return value !== null
  if (type === 'Null') return value === null
  if (value === null) return false
  if (typeof type === 'string') return kindOf(value) === type
  if ('list' in type)
    return isList(value) && (type.list === 'Any' || value.every((item) => isInstance(item, type.list, look)))
  if ('context' in type)
    return (
      isContext(value) &&
      Object.entries(type.context).every(([key, member]) => conforms(value.get(key) ?? null, member, look))
    )
  if ('range' in type) {
    if (!(value instanceof FeelRange)) return false
    return [value.low, value.high].every((end) => end === null || isInstance(end, type.range, look))
  }
  return value instanceof FeelFunction && value.parameters.length === type.parameters.length
}

/** Conformance (DMN 1.5 §10.3.2.9.2): null is a value of every type. */
const conforms = (value: FeelValue, type: FeelType, look: Look): boolean =>
  value === null || type === 'Any' || isInstance(value, type, look)

/** The value as the type asks, null when it cannot be: a list of one is its item, an item is a list of one, a date is its midnight. */
export const coerce = (value: FeelValue, type: FeelType, look: Look = freely): FeelValue => {
  if (conforms(value, type, look)) return value
  if (typeof type === 'object' && 'list' in type && !isList(value))
    return conforms(value, type.list, look) ? [value] : null
  if (isList(value) && value.length === 1 && conforms(value[0]!, type, look)) return value[0]!
  if (type === 'date and time' && value instanceof FeelDate) return dateTimeOf(value, timeOf(0, 0))
  return null
}

const CLOCK: Record<string, FeelType> = {
  hour: 'number',
  minute: 'number',
  second: 'number',
  'time offset': 'days and time duration',
  timezone: 'string',
}
const DAY: Record<string, FeelType> = { year: 'number', month: 'number', day: 'number', weekday: 'number' }
const NUMBERS = (...names: string[]): Record<string, FeelType> =>
  Object.fromEntries(names.map((name) => [name, 'number']))

/** DMN 1.5 table 65: properties of values that are not contexts */
export const PROPERTIES: Record<string, Record<string, FeelType>> = {
  date: DAY,
  time: CLOCK,
  'date and time': { ...DAY, ...CLOCK },
  'days and time duration': NUMBERS('days', 'hours', 'minutes', 'seconds'),
  'years and months duration': NUMBERS('years', 'months'),
  range: { start: 'Any', end: 'Any', 'start included': 'boolean', 'end included': 'boolean' },
}

const own = (of: Readonly<Record<string, FeelType>>, name: string): FeelType | null =>
  Object.hasOwn(of, name) ? of[name]! : null

/** The type of `value.name`; undefined when nothing is known, null when there surely is no such property. */
export const propertyType = (type: FeelType | undefined, name: string): FeelType | null | undefined => {
  if (type === undefined || type === 'Any' || type === 'Null') return undefined
  if (typeof type === 'string') return own(PROPERTIES[type] ?? {}, name)
  if ('context' in type) return own(type.context, name)
  if ('range' in type) return own(PROPERTIES.range!, name)
  if (!('list' in type)) return null
  const item = propertyType(type.list, name)
  return item === undefined || item === null ? item : { list: item }
}

/** Names that `.` may be followed by, for «did you mean». */
export const propertyNames = (type: FeelType | undefined): string[] => {
  if (type === undefined) return []
  if (typeof type === 'string') return Object.keys(PROPERTIES[type] ?? {})
  if ('list' in type) return propertyNames(type.list)
  if ('context' in type) return Object.keys(type.context)
  return 'range' in type ? Object.keys(PROPERTIES.range!) : []
}
