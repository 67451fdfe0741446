import type { FeelType } from '../values/value.ts'
import type { Binding, Local } from './ast.ts'
import { NameIndex } from './names.ts'

export interface Input {
  readonly name: string
  readonly slot: number
  readonly type?: FeelType
}

export interface Scope {
  readonly names: NameIndex<Local>
  /** set where a filter's condition begins */
  readonly item: Local | null
  readonly up: Scope | null
}

export interface Found {
  readonly name: string
  readonly end: number
  readonly binding: Binding
  readonly filters: readonly Local[]
  readonly type?: FeelType
}

export const scopeOf = (up: Scope | null, locals: readonly Local[] = [], item: Local | null = null): Scope => {
  const names = new NameIndex<Local>()
  for (const local of locals) names.add(local.name, local)
  return { names, item, up }
}

/** Every name a nested type mentions, so that `申请人.所在 单位` can be read. */
const collect = (type: FeelType | undefined, pool: NameIndex<true>, depth = 0): void => {
  if (type === undefined || typeof type === 'string' || depth > 20) return
  if ('list' in type) collect(type.list, pool, depth + 1)
  if ('context' in type)
    for (const [name, member] of Object.entries(type.context)) {
      pool.add(name, true)
      collect(member, pool, depth + 1)
    }
}

/** Property names with a space, of times and ranges. */
const PROPERTIES = ['time offset', 'start included', 'end included']

/** Whether the items of filters may have a key of this name, and what it then is: the innermost item that surely has it. */
export const keyOf = (filters: readonly Local[], name: string): { possible: boolean; type?: FeelType } => {
  for (const { type } of filters) {
    if (type === undefined || type === 'Any') return { possible: true }
    if (typeof type === 'object' && 'context' in type && Object.hasOwn(type.context, name))
      return { possible: true, type: type.context[name]! }
  }
  return { possible: false }
}

/** All names one compilation can see. */
export class Names {
  readonly inputs = new NameIndex<Input>()
  readonly builtins: NameIndex<true>
  /** names known of anywhere, for paths and for the items of filters */
  readonly pool = new NameIndex<true>()

  constructor(inputs: readonly Input[], builtins: NameIndex<true>) {
    this.builtins = builtins
    for (const name of PROPERTIES) this.pool.add(name, true)
    for (const input of inputs) {
      this.inputs.add(input.name, input)
      collect(input.type, this.pool)
    }
  }

  /** The longest known name at a place, the innermost of equally long ones. */
  find(scope: Scope | null, text: string, at: number): Found | null {
    let best: Found | null = null
    const filters: Local[] = []
    for (let here = scope; here; here = here.up) {
      const local = here.names.match(text, at)
      // an item may itself have a key called item
      if (here.item) filters.push(here.item)
      if (local && local.end > (best?.end ?? at))
        best = {
          ...local,
          binding: { from: 'local', local: local.meaning },
          filters: [...filters],
          type: local.meaning.type,
        }
    }
    const input = this.inputs.match(text, at)
    if (input && input.end > (best?.end ?? at))
      best = {
        ...input,
        binding: { from: 'input', slot: input.meaning.slot },
        filters: [...filters],
        type: input.meaning.type,
      }
    const builtin = this.builtins.match(text, at)
    if (builtin && builtin.end > (best?.end ?? at))
      best = { ...builtin, binding: { from: 'builtin' }, filters: [...filters] }
    const key = filters.length === 0 ? null : this.pool.match(text, at)
    if (key && key.end > (best?.end ?? at)) best = { ...key, binding: { from: 'item' }, filters }
    return best
  }

  /** For «did you mean». */
  *visible(scope: Scope | null): Iterable<string> {
    for (let here = scope; here; here = here.up) yield* here.names.names()
    yield* this.inputs.names()
    yield* this.builtins.names()
  }
}
