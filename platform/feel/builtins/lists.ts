import type { Run } from '../run.ts'
import { equal, order, type Ternary } from '../values/compare.ts'
import { add, divide, type FeelNumber, isNumber, multiply, squareRoot, subtract } from '../values/number.ts'
import { FeelFunction, type FeelList, type FeelValue, isList } from '../values/value.ts'
import { callFunction, define } from './define.ts'

/** 1-based from the front, negative from the back; as an index, -1 when outside. */
const indexOf = (list: FeelList, position: FeelNumber): number => {
  if (typeof position !== 'number' || position === 0) return -1
  const at = position > 0 ? position - 1 : list.length + position
  return at < list.length ? at : -1
}

const copy = (run: Run, list: FeelList): FeelValue[] => {
  run.room(list.length + 1)
  return [...list]
}

/** The least or greatest by DMN order; null when two cannot be compared. */
const extreme =
  (sign: number) =>
  (run: Run, list: FeelList): FeelValue => {
    let best = list[0] ?? null
    for (const item of list) {
      run.step()
      const position = order(item, best)
      if (position === null) return null
      if (position === sign) best = item
    }
    return best
  }

const numbersOf = (run: Run, list: FeelList): readonly FeelNumber[] | null => {
  run.step(list.length)
  return list.length > 0 && list.every(isNumber) ? (list as readonly FeelNumber[]) : null
}
const fold =
  (operate: (a: FeelNumber, b: FeelNumber) => FeelNumber | null) =>
  (run: Run, list: FeelList): FeelNumber | null => {
    const numbers = numbersOf(run, list)
    return (
      numbers
        ?.slice(1)
        .reduce<FeelNumber | null>((total, one) => (total !== null ? operate(total, one) : null), numbers[0]!) ?? null
    )
  }
const sum = fold(add)

const mean = (run: Run, list: FeelList): FeelNumber | null => {
  const total = sum(run, list)
  return total === null ? null : divide(total, list.length)
}

const sortedNumbers = (run: Run, list: FeelList): FeelNumber[] | null => {
  const numbers = numbersOf(run, list)
  return numbers && [...numbers].sort((a, b) => order(a, b)!)
}

const median = (run: Run, list: FeelList): FeelNumber | null => {
  const sorted = sortedNumbers(run, list)
  if (!sorted) return null
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]!
  const total = add(sorted[middle - 1]!, sorted[middle]!)
  return total === null ? null : divide(total, 2)
}

/** Of the sample: divided by n - 1. */
const deviation = (run: Run, list: FeelList): FeelNumber | null => {
  const average = mean(run, list)
  if (average === null || list.length < 2) return null
  let total: FeelNumber | null = 0
  for (const one of list as readonly FeelNumber[]) {
    const off = subtract(one, average)
    const square: FeelNumber | null = off === null ? null : multiply(off, off)
    total = total === null || square === null ? null : add(total, square)
  }
  const variance = total === null ? null : divide(total, list.length - 1)
  return variance === null ? null : squareRoot(variance)
}

const mode = (run: Run, list: FeelList): FeelValue => {
  if (list.length === 0) return []
  const sorted = sortedNumbers(run, list)
  if (!sorted) return null
  const found: { value: FeelNumber; times: number }[] = []
  for (const value of sorted) {
    const last = found.at(-1)
    if (last && order(last.value, value) === 0) last.times++
    else found.push({ value, times: 1 })
  }
  const most = found.reduce((top, { times }) => Math.max(top, times), 0)
  return found.filter(({ times }) => times === most).map(({ value }) => value)
}

/** `all` and `any` are «and» and «or» over the list. */
const decide =
  (decisive: boolean) =>
  (run: Run, list: FeelList): Ternary => {
    run.step(list.length)
    if (list.includes(decisive)) return decisive
    return list.every((item) => item === !decisive) ? !decisive : null
  }

const sublist = (run: Run, list: FeelList, start: FeelNumber, length?: FeelNumber): FeelValue => {
  const from = indexOf(list, start)
  if (from < 0) return null
  if (length === undefined) return copy(run, list.slice(from))
  if (typeof length !== 'number' || length < 1 || from + length > list.length) return null
  return copy(run, list.slice(from, from + length))
}

const insert = (run: Run, list: FeelList, position: FeelNumber, item: FeelValue): FeelValue => {
  const at = indexOf(list, position)
  return at < 0 ? null : copy(run, list.toSpliced(at, 0, item))
}

const remove = (run: Run, list: FeelList, position: FeelNumber): FeelValue => {
  const at = indexOf(list, position)
  return at < 0 ? null : copy(run, list.toSpliced(at, 1))
}

const replaceAt = (run: Run, list: FeelList, where: FeelNumber | FeelFunction, item: FeelValue): FeelValue => {
  const result = copy(run, list)
  if (!(where instanceof FeelFunction)) {
    const at = indexOf(list, where)
    return at < 0 ? null : result.with(at, item)
  }
  for (const [at, old] of list.entries()) {
    const answer = callFunction(run, where, [old, item])
    if (typeof answer !== 'boolean') return null
    if (answer) result[at] = item
  }
  return result
}

const isIn = (run: Run, list: FeelList, item: FeelValue): boolean => list.some((one) => equal(run, one, item) === true)

const distinct = (run: Run, list: FeelList): FeelValue[] => {
  const kept: FeelValue[] = []
  for (const item of list) if (!isIn(run, kept, item)) kept.push(item)
  return kept
}

const flatten = (run: Run, list: FeelList, into: FeelValue[] = []): FeelValue[] => {
  for (const item of list) {
    run.step()
    if (isList(item)) {
      run.enter()
      flatten(run, item, into)
      run.leave()
    } else into.push(item)
  }
  if (into.length > run.budget.size) run.room(into.length)
  return into
}

const joined = (run: Run, lists: FeelList): FeelValue[] => {
  const all: FeelValue[] = []
  for (const list of lists) {
    run.room(all.length + (isList(list) ? list.length : 1))
    if (isList(list)) for (const item of list) all.push(item)
    else all.push(list)
  }
  return all
}

const NOT_BOOLEAN = Symbol('not boolean')
/** Merge sort, stable: an own one because the caller's function may be no order at all. */
const sorted = (run: Run, list: readonly FeelValue[], precedes: FeelFunction): FeelValue[] => {
  if (list.length < 2) return [...list]
  const middle = list.length >> 1
  const [left, right] = [sorted(run, list.slice(0, middle), precedes), sorted(run, list.slice(middle), precedes)]
  const merged: FeelValue[] = []
  let [a, b] = [0, 0]
  while (a < left.length && b < right.length) {
    const answer = callFunction(run, precedes, [right[b]!, left[a]!])
    if (typeof answer !== 'boolean') throw NOT_BOOLEAN
    merged.push(answer ? right[b++]! : left[a++]!)
  }
  return [...merged, ...left.slice(a), ...right.slice(b)]
}

const sort = (run: Run, list: FeelList, precedes: FeelFunction): FeelValue => {
  run.room(list.length)
  try {
    return sorted(run, list, precedes)
  } catch (error) {
    if (error === NOT_BOOLEAN) return null
    throw error
  }
}

const partition = (run: Run, list: FeelList, size: FeelNumber): FeelValue => {
  if (typeof size !== 'number' || size < 1) return null
  run.room(list.length)
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}

/** DMN 1.5 §10.3.4.4, list functions. */
export const lists = [
  define('list contains(list:list, element:any)', isIn),
  define('count(list:list)', (_run: Run, list: FeelList) => list.length),
  define('count(…list:any)', (_run: Run, list: FeelList) => list.length),
  define('min(…list:any)', extreme(-1)),
  define('max(…list:any)', extreme(1)),
  define('sum(…list:any)', sum),
  define('product(…list:any)', fold(multiply)),
  define('mean(…list:any)', mean),
  define('median(…list:any)', median),
  define('stddev(…list:any)', deviation),
  define('mode(…list:any)', mode),
  define('all(…list:any)', decide(false)),
  define('any(…list:any)', decide(true)),
  define('sublist(list:list, start position:number, length?:number)', sublist),
  define('append(list:list, item:any)', (run: Run, list: FeelList, item: FeelValue) => copy(run, [...list, item])),
  define('append(*list:any)', (run: Run, [list, ...items]: FeelList) =>
    isList(list!) ? copy(run, [...list, ...items]) : list === null ? null : copy(run, [list!, ...items]),
  ),
  define('concatenate(*list:any)', joined),
  define('insert before(list:list, position:number, newItem:any)', insert),
  define('remove(list:list, position:number)', remove),
  define('list replace(list:list, position:number|function, newItem:any)', replaceAt),
  define('list replace(list:list, match:function, newItem:any)', replaceAt),
  define('reverse(list:list)', (run: Run, list: FeelList) => copy(run, list).reverse()),
  define('index of(list:list, match:any)', (run: Run, list: FeelList, match: FeelValue) =>
    list.flatMap((item, at) => (equal(run, item, match) === true ? [at + 1] : [])),
  ),
  define('union(*list:any)', (run: Run, values: FeelList) => distinct(run, joined(run, values))),
  define('distinct values(list:list)', distinct),
  define('flatten(list:list)', (run: Run, list: FeelList) => flatten(run, list)),
  define('sort(list:list, precedes:function)', sort),
  define('partition(list:list, size:number)', partition),
]
