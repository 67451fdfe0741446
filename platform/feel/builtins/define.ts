import type { Run } from '../run.ts'
import { FeelFunction, type FeelList, type FeelValue, isList, type Kind, kindOf } from '../values/value.ts'

/** `any` takes everything and null; `list` takes one item as a list of one; `items` the same, but null is not an item. */
type Wanted = Kind | 'any'

export interface Parameter {
  readonly name: string
  readonly wanted: readonly Wanted[]
  readonly optional: boolean
}
/** A missing optional argument is undefined. */
export type Body = (run: Run, ...values: never[]) => FeelValue

export interface Overload {
  readonly parameters: readonly Parameter[]
  /** any number of arguments: all together are the list; with `list`, a single argument that is a list is it already */
  readonly variadic: 'list' | 'each' | null
  readonly body: (run: Run, ...values: readonly (FeelValue | undefined)[]) => FeelValue
}

export interface Builtin {
  readonly name: string
  readonly overloads: readonly Overload[]
}

const KINDS: Record<string, Wanted> = {
  days: 'days and time duration',
  months: 'years and months duration',
  datetime: 'date and time',
}

const parameterOf = (text: string): Parameter => {
  const [, name = '', mark = '', kinds = ''] = /^\s*([^:?]+)(\??)\s*:\s*(.+?)\s*$/.exec(text) ?? []
  return {
    name: name.trim(),
    optional: mark === '?',
    wanted: kinds.split('|').map((kind) => KINDS[kind] ?? (kind as Wanted)),
  }
}

/**
 * `substring(string:string, start position:number, length?:number)`: names as DMN 1.5 §10.3.4 gives them, so that
 * named arguments work; `…` or `*` before the only parameter makes it variadic.
 */
export const define = (signature: string, body: Body): [string, Overload] => {
  const [, name = '', list = ''] = /^([^(]+)\((.*)\)$/.exec(signature) ?? []
  const variadic = list.startsWith('…') ? 'list' : list.startsWith('*') ? 'each' : null
  const parameters = list === '' ? [] : list.replace(/^[…*]/, '').split(',').map(parameterOf)
  return [name, { parameters, variadic, body: body as Overload['body'] }]
}

/** DMN 1.5 §10.3.2.9.4: a list of one stands for its item and an item for a list of one. undefined: it fits no way. */
const adapted = (value: FeelValue, wanted: readonly Wanted[]): FeelValue | undefined => {
  if (wanted[0] === 'any') return value
  const kind = kindOf(value)
  if (wanted.includes(kind)) return value
  if (wanted.includes('list')) return value === null ? undefined : [value]
  if (!isList(value) || value.length !== 1) return undefined
  const [item] = value
  return wanted.includes(kindOf(item!)) ? item! : undefined
}

/** Calls a built-in with its arguments in order; an argument of a wrong kind gives null. */
export const apply = (overload: Overload, run: Run, values: readonly (FeelValue | undefined)[]): FeelValue => {
  const { parameters, variadic, body } = overload
  if (variadic) {
    const [only = null] = values
    const list: FeelList = variadic === 'list' && values.length === 1 && isList(only) ? only : (values as FeelValue[])
    return body(run, list)
  }
  const fitted: (FeelValue | undefined)[] = []
  for (let at = 0; at < parameters.length; at++) {
    const value = values[at]
    if (value === undefined) fitted.push(undefined)
    else {
      const good = adapted(value, parameters[at]!.wanted)
      if (good === undefined) return null
      fitted.push(good)
    }
  }
  return body(run, ...fitted)
}

const takes = ({ parameters, variadic }: Overload, count: number): boolean =>
  variadic !== null
    ? count > 0
    : count <= parameters.length && count >= parameters.filter(({ optional }) => !optional).length

export const overloadFor = (builtin: Builtin, count: number): Overload | undefined =>
  builtin.overloads.find((overload) => takes(overload, count))

/** The overload that has all these names, and where each argument goes; undefined when none has. */
export const overloadNamed = (
  builtin: Builtin,
  names: readonly string[],
): { overload: Overload; slots: number[] } | undefined => {
  for (const overload of builtin.overloads) {
    const slots = names.map((name) => overload.parameters.findIndex((parameter) => parameter.name === name))
    const needed = overload.parameters.every(({ optional }, at) => optional || slots.includes(at))
    if (needed && !slots.includes(-1) && new Set(slots).size === slots.length) return { overload, slots }
  }
  return undefined
}

/** A built-in as a value: `sort(list, before)`. */
export const asFunction = (builtin: Builtin): FeelFunction =>
  new FeelFunction(
    builtin.overloads[0]!.parameters.map(({ name }) => ({ name })),
    (run, values) => {
      const overload = overloadFor(builtin, values.length)
      return overload ? apply(overload, run, values) : null
    },
    1,
    true,
  )

/** Calls a function value with arguments in order; null when their number is wrong. */
export const callFunction = (run: Run, callee: FeelFunction, values: readonly FeelValue[]): FeelValue => {
  if (!callee.open && values.length !== callee.parameters.length) return null
  run.enter(callee.height)
  const result = callee.call(run, values)
  run.leave(callee.height)
  return result
}
