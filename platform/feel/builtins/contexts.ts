import type { Run } from '../run.ts'
import { identical } from '../values/compare.ts'
import { type FeelContext, type FeelList, type FeelValue, isContext, isList } from '../values/value.ts'
import { define } from './define.ts'

const getValue = (_run: Run, context: FeelContext, key: FeelValue): FeelValue =>
  typeof key === 'string' ? (context.get(key) ?? null) : null

const getEntries = (run: Run, context: FeelContext): FeelValue => {
  run.room(context.size)
  return [...context].map(
    ([key, value]) =>
      new Map<string, FeelValue>([
        ['key', key],
        ['value', value],
      ]),
  )
}

/** From entries of `key` and `value`; null when one is not such an entry or a key comes twice. */
const fromEntries = (run: Run, entries: FeelList): FeelValue => {
  const context = new Map<string, FeelValue>()
  for (const entry of entries) {
    run.step()
    if (!isContext(entry)) return null
    const [key, value] = [entry.get('key'), entry.get('value')]
    if (typeof key !== 'string' || value === undefined || context.has(key)) return null
    context.set(key, value)
  }
  return context
}

const put = (run: Run, context: FeelContext, key: string, value: FeelValue): FeelContext => {
  run.room(context.size + 1)
  return new Map(context).set(key, value)
}

/** With a list of keys, puts along the path and makes the contexts that are missing. */
const putAt = (run: Run, context: FeelContext, keys: readonly FeelValue[], value: FeelValue): FeelValue => {
  const [key, ...rest] = keys
  if (typeof key !== 'string') return null
  if (rest.length === 0) return put(run, context, key, value)
  const inner = context.get(key) ?? new Map<string, FeelValue>()
  if (!isContext(inner)) return null
  run.enter()
  const changed = putAt(run, inner, rest, value)
  run.leave()
  return changed === null ? null : put(run, context, key, changed)
}

const merge = (run: Run, contexts: FeelList): FeelValue => {
  const merged = new Map<string, FeelValue>()
  for (const context of contexts) {
    if (!isContext(context)) return null
    run.room(context.size)
    for (const [key, value] of context) merged.set(key, value)
  }
  return merged
}

/** DMN 1.5 §10.3.4.10, context functions; and `not()` and `is()`. */
export const contexts = [
  define('get value(m:context, key:any)', getValue),
  define('get entries(m:context)', getEntries),
  define('context(entries:list)', fromEntries),
  define(
    'context put(context:context, key:any, value:any)',
    (run: Run, context: FeelContext, key: FeelValue, value: FeelValue) =>
      typeof key === 'string' ? put(run, context, key, value) : isList(key) ? putAt(run, context, key, value) : null,
  ),
  define(
    'context put(context:context, keys:any, value:any)',
    (run: Run, context: FeelContext, keys: FeelValue, value: FeelValue) =>
      isList(keys) ? putAt(run, context, keys, value) : null,
  ),
  define('context merge(contexts:list)', merge),
  define('not(negand:any)', (_run: Run, negand: FeelValue) => (typeof negand === 'boolean' ? !negand : null)),
  define('is(value1:any, value2:any)', identical),
]
