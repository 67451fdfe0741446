import { NameIndex } from '../parse/names.ts'
import { contexts } from './contexts.ts'
import type { Builtin, Overload } from './define.ts'
import { lists } from './lists.ts'
import { numbers } from './numbers.ts'
import { ranges } from './ranges.ts'
import { strings } from './strings.ts'
import { temporal } from './temporal.ts'

const collect = (): ReadonlyMap<string, Builtin> => {
  const overloads = new Map<string, Overload[]>()
  for (const [name, overload] of [...numbers, ...strings, ...lists, ...contexts, ...temporal, ...ranges])
    overloads.set(name, [...(overloads.get(name) ?? []), overload])
  return new Map([...overloads].map(([name, list]) => [name, { name, overloads: list }]))
}

/** Every built-in function by its name (DMN 1.5 §10.3.4). */
export const builtins = collect()

export const builtinNames = new NameIndex<true>()
for (const name of builtins.keys()) builtinNames.add(name, true)
