import type { Run } from '../run.ts'
import { type FeelNumber, isNumber } from './number.ts'
import { FeelObject } from './object.ts'
import type { DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration } from './temporal.ts'

export type FeelList = readonly FeelValue[]
/** Keys in the order written; a Map, so that no key can reach a prototype. */
export type FeelContext = ReadonlyMap<string, FeelValue>

/** `low` or `high` is null where the range has no end on that side. */
export class FeelRange extends FeelObject<'range'> {
  readonly kind = 'range'
  readonly low: FeelValue
  readonly high: FeelValue
  readonly lowIncluded: boolean
  readonly highIncluded: boolean
  constructor(low: FeelValue, high: FeelValue, lowIncluded: boolean, highIncluded: boolean) {
    super()
    this.low = low
    this.high = high
    this.lowIncluded = lowIncluded
    this.highIncluded = highIncluded
  }
}

export interface FeelParameter {
  readonly name: string
  readonly type?: FeelType
}
type Call = (run: Run, values: readonly FeelValue[]) => FeelValue

export class FeelFunction extends FeelObject<'function'> {
  readonly kind = 'function'
  readonly parameters: readonly FeelParameter[]
  /** Arguments in the order of `parameters`. */
  readonly call: Call
  /** how many expressions of its body lie within each other */
  readonly height: number
  /** a built-in: sees to the number of its arguments itself */
  readonly open: boolean
  constructor(parameters: readonly FeelParameter[], call: Call, height: number, open = false) {
    super()
    this.parameters = parameters
    this.call = call
    this.height = height
    this.open = open
  }
}

export type Temporal = FeelDate | FeelTime | FeelDateTime | DaysDuration | MonthsDuration
export type FeelValue =
  | null
  | boolean
  | string
  | FeelNumber
  | Temporal
  | FeelRange
  | FeelFunction
  | FeelList
  | FeelContext

export type SimpleType =
  | 'Any'
  | 'Null'
  | 'number'
  | 'string'
  | 'boolean'
  | 'date'
  | 'time'
  | 'date and time'
  | 'days and time duration'
  | 'years and months duration'

/** What a value is declared to be; DMN 1.5 §10.3.2.9 */
export type FeelType =
  | SimpleType
  | { readonly list: FeelType }
  | { readonly range: FeelType }
  | { readonly context: Readonly<Record<string, FeelType>> }
  | { readonly parameters: readonly FeelType[]; readonly result: FeelType }

export type Kind = Exclude<SimpleType, 'Any' | 'Null'> | 'null' | 'list' | 'context' | 'range' | 'function'

export const isList = (value: FeelValue): value is FeelList => Array.isArray(value)
export const isContext = (value: FeelValue): value is FeelContext => value instanceof Map
export { isNumber }

export const kindOf = (value: FeelValue): Kind => {
  if (value === null) return 'null'
  const type = typeof value
  if (type === 'number' || type === 'string' || type === 'boolean') return type as Kind
  if (isList(value)) return 'list'
  if (isContext(value)) return 'context'
  return value instanceof FeelObject ? (value as Temporal | FeelRange | FeelFunction).kind : 'number'
}
