import { type Arc, arcsOf, type Net, type Place, START } from './net.ts'

/** A token at a place, or waiting at a join with the arcs it stands for. */
interface Token {
  place: string
  by?: number[]
}
/** An activation: the whole scope, or one of a fork. */
interface Scope {
  fork?: string
  tokens: Token[]
  inner: Scope[]
}

export type Fault =
  | { kind: 'deadlock'; places: string[] }
  | { kind: 'twice'; place: string }
  | { kind: 'starves'; place: string; flows: string[] }

export interface Play {
  faults: Fault[]
  /** false when there were more states than could be looked at */
  complete: boolean
}

const MOST_STATES = 20_000
const MOST_TOKENS = 60
const MOST_WORK = 1_500_000
const MOST_FAULTS = 5

/** Plays every course a net can take; `regionOf` answers the forks a place lies in. */
export function play(net: Net, regionOf: (place: string) => readonly string[]): Play {
  const game = new Game(net, regionOf)
  const [first] = arcsOf(net, 'out', START)
  if (!first) return { faults: [], complete: true }
  const queue: Scope[] = [{ tokens: [{ place: START }], inner: [] }]
  const seen = new Set<string>()
  for (let root = queue.pop(); root; root = queue.pop()) {
    if (game.faults.size >= MOST_FAULTS) break
    if (seen.size > MOST_STATES || game.work > MOST_WORK) return { faults: [...game.faults.values()], complete: false }
    const next = game.next(root)
    if (next === 'too-many') return { faults: [...game.faults.values()], complete: false }
    for (const state of next) {
      const key = JSON.stringify(state)
      if (seen.has(key)) continue
      seen.add(key)
      queue.push(state)
    }
  }
  return { faults: [...game.faults.values()], complete: true }
}

class Game {
  readonly faults = new Map<string, Fault>()
  work = 0
  readonly #net: Net
  readonly #regionOf: (place: string) => readonly string[]
  readonly #reach = new Map<string, Set<string>>()

  constructor(net: Net, regionOf: (place: string) => readonly string[]) {
    this.#net = net
    this.#regionOf = regionOf
  }

  /** States one move later; none when all is over, or when the state is faulty. */
  next(root: Scope): Scope[] | 'too-many' {
    const all = everyToken(root)
    this.work += all.length * all.length
    if (all.length > MOST_TOKENS) return 'too-many'
    if (this.#meets(root)) return []
    const found: Scope[] = []
    for (const path of paths(root)) {
      const scope = at(root, path)
      scope.tokens.forEach((token, index) => {
        if (!token.by) for (const move of this.#moves(token.place)) found.push(this.#advance(root, path, index, move))
      })
      for (const join of new Set(scope.tokens.filter(({ by }) => by).map(({ place }) => place)))
        if (!this.#stillComes(scope, join)) found.push(...this.#fire(root, path, join))
    }
    if (found.length === 0 && all.length > 0 && this.faults.size === 0)
      this.#note({ kind: 'deadlock', places: [...new Set(all.map(({ place }) => place))] })
    return found.filter((state) => everyToken(state).length > 0)
  }

  #note(fault: Fault): void {
    this.faults.set(`${fault.kind} ${'place' in fault ? fault.place : fault.places.join(' ')}`, fault)
  }

  /** Two tokens of one activation at a place that does not join. */
  #meets(root: Scope): boolean {
    for (const path of paths(root)) {
      const here = at(root, path)
        .tokens.filter(({ by }) => !by)
        .map(({ place }) => place)
      const twice = here.find((place, index) => here.indexOf(place) !== index)
      if (twice === undefined) continue
      this.#note({ kind: 'twice', place: twice })
      return true
    }
    return false
  }

  /** Sets of arcs a token may take at once, and whether that opens an activation. */
  #moves(place: string): { arcs: Arc[]; opens: boolean }[] {
    const out = arcsOf(this.#net, 'out', place)
    const { splits } = this.#net.places.get(place) as Place
    if (out.length === 1 || splits === 'choice') return out.map((arc) => ({ arcs: [arc], opens: false }))
    if (splits === 'all') return [{ arcs: out, opens: true }]
    const free = out.filter(({ role }) => (splits === 'some' ? role === undefined : role === 'beside'))
    const fixed = out.filter(({ role }) => (splits === 'some' ? role === 'always' : role === undefined))
    const moves = someOf(free).map((chosen) => ({ arcs: [...fixed, ...chosen], opens: splits === 'some' }))
    const fallback = out
      .filter(({ role }) => role === 'fallback')
      .map((arc) => ({ arcs: [...fixed, arc], opens: true }))
    return [...moves.filter(({ arcs }) => arcs.length > 0), ...fallback]
  }

  #advance(root: Scope, path: number[], index: number, { arcs, opens }: { arcs: Arc[]; opens: boolean }): Scope {
    const state = structuredClone(root)
    const scope = at(state, path)
    const [token] = scope.tokens.splice(index, 1) as [Token]
    const into = opens ? { fork: token.place, tokens: [], inner: [] } : scope
    if (opens) scope.inner.push(into)
    return this.#enter(state, into, arcs)
  }

  #enter(state: Scope, scope: Scope, arcs: Arc[]): Scope {
    for (const arc of arcs) {
      const place = this.#net.places.get(arc.to) as Place
      if (place.ends === 'scope') return { tokens: [], inner: [] }
      if (place.ends === 'token') continue
      const waits = place.joins && (this.#net.in.get(place.id)?.size ?? 0) > 1
      scope.tokens.push(waits ? { place: place.id, by: place.strict ? [arc.id] : [] } : { place: place.id })
    }
    return tidy(state)
  }

  /** Is another token of this activation on its way to the join? */
  #stillComes(scope: Scope, join: string): boolean {
    const others = [
      ...scope.tokens.filter(({ place, by }) => !(by && place === join)),
      ...scope.inner.flatMap(everyToken),
    ]
    return others.some(({ place }) => place === join || this.#reachable(place, scope.fork).has(join))
  }

  /** As the engine reckons: whatever closes the region of the fork may be come to, but not passed. */
  #reachable(from: string, fork: string | undefined): Set<string> {
    const key = `${fork ?? ''}>${from}`
    const known = this.#reach.get(key)
    if (known) return known
    const found = new Set<string>()
    const queue = [from]
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      if (fork && place !== from && !this.#regionOf(place).includes(fork)) continue
      for (const { to } of arcsOf(this.#net, 'out', place))
        if (!found.has(to)) {
          found.add(to)
          queue.push(to)
        }
    }
    this.#reach.set(key, found)
    return found
  }

  #fire(root: Scope, path: number[], join: string): Scope[] {
    const state = structuredClone(root)
    const scope = at(state, path)
    const by = [
      ...new Set(scope.tokens.filter(({ place, by }) => by && place === join).flatMap((token) => token.by ?? [])),
    ]
    scope.tokens = scope.tokens.filter((token) => !(token.by && token.place === join))
    if (scope.fork && !this.#regionOf(join).includes(scope.fork)) {
      at(state, path.slice(0, -1)).tokens.push({ place: join, by: by.sort((a, b) => a - b) })
      return [tidy(state)]
    }
    const place = this.#net.places.get(join) as Place
    const missing = place.strict ? arcsOf(this.#net, 'in', join).filter(({ id }) => !by.includes(id)) : []
    if (missing.length > 0) {
      this.#note({ kind: 'starves', place: join, flows: missing.flatMap(({ flow }) => flow ?? []) })
      return []
    }
    scope.tokens.push({ place: join })
    return [tidy(state)]
  }
}

const everyToken = (scope: Scope): Token[] => [...scope.tokens, ...scope.inner.flatMap(everyToken)]

/** The way to every activation, the whole first. */
function paths(scope: Scope): number[][] {
  return [[], ...scope.inner.flatMap((inner, index) => paths(inner).map((path) => [index, ...path]))]
}
const at = (root: Scope, path: number[]): Scope => path.reduce((scope, index) => scope.inner[index] as Scope, root)

/** Without empty activations and in one order, so that equal states are written alike. */
function tidy(scope: Scope): Scope {
  const inner = scope.inner.map(tidy).filter(({ tokens, inner }) => tokens.length + inner.length > 0)
  return {
    ...(scope.fork ? { fork: scope.fork } : {}),
    tokens: sorted(scope.tokens),
    inner: sorted(inner),
  }
}
const sorted = <T>(values: T[]): T[] =>
  values.length < 2
    ? values
    : values
        .map((value) => ({ value, key: JSON.stringify(value) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ value }) => value)

/** Every selection of a few arcs; of many: none, each alone, all. */
function someOf(arcs: Arc[]): Arc[][] {
  if (arcs.length > 5) return [[], ...arcs.map((arc) => [arc]), arcs]
  const sets: Arc[][] = [[]]
  for (const arc of arcs) sets.push(...sets.map((set) => [...set, arc]))
  return sets
}
