import { type Arc, arcsOf, type Net, type Place, START } from './net.ts'
import { activations, change, everyToken, type Path, type State, stateOf, type Token } from './states.ts'

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
const DEEPEST = 16
const MOST_WORK = 1_000_000
const MOST_FAULTS = 5

/** Plays every course a net can take; `regionOf` answers the forks a place lies in. */
export function play(net: Net, regionOf: (place: string) => readonly string[]): Play {
  const game = new Game(net, regionOf)
  if (arcsOf(net, 'out', START).length === 0) return { faults: [], complete: true }
  const queue: State[] = [stateOf(undefined, [{ place: START }], [])]
  const seen = new Set<string>()
  const end = (complete: boolean): Play => ({ faults: [...game.faults.values()], complete })
  for (let root = queue.pop(); root && game.faults.size < MOST_FAULTS; root = queue.pop()) {
    if (seen.size > MOST_STATES || game.work > MOST_WORK || root.count > MOST_TOKENS || root.depth > DEEPEST)
      return end(false)
    for (const state of game.next(root)) {
      if (seen.has(state.key)) continue
      seen.add(state.key)
      queue.push(state)
    }
  }
  return end(true)
}

interface Move {
  arcs: Arc[]
  opens: boolean
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
  next(root: State): State[] {
    this.work += root.count * root.count
    if (this.#meets(root)) return []
    const found: State[] = []
    for (const { state, path } of activations(root)) {
      for (const join of new Set(state.tokens.filter(({ by }) => by).map(({ place }) => place)))
        if (!this.#stillComes(state, join)) return this.#fire(root, path, join)
      for (const token of state.tokens) {
        if (token.by) continue
        const after = this.#moves(token.place).map((move) => this.#advance(root, path, token, move))
        // nobody else can come to where it stands, so it does not matter who goes first
        if (!this.#merges(token.place)) return after.filter(({ count }) => count > 0)
        found.push(...after)
      }
    }
    if (found.length === 0 && root.count > 0)
      this.#note({ kind: 'deadlock', places: [...new Set(everyToken(root).map(({ place }) => place))] })
    return found.filter(({ count }) => count > 0)
  }

  #merges(place: string): boolean {
    return !this.#net.places.get(place)?.joins && (this.#net.in.get(place)?.size ?? 0) > 1
  }

  #note(fault: Fault): void {
    this.faults.set(`${fault.kind} ${'place' in fault ? fault.place : fault.places.join(' ')}`, fault)
  }

  /** Two tokens of one activation at a place that does not join. */
  #meets(root: State): boolean {
    for (const { state } of activations(root)) {
      const here = state.tokens.filter(({ by }) => !by).map(({ place }) => place)
      const twice = here.find((place, index) => here.indexOf(place) !== index)
      if (twice === undefined) continue
      this.#note({ kind: 'twice', place: twice })
      return true
    }
    return false
  }

  /** Sets of arcs a token may take at once, and whether that opens an activation. */
  #moves(place: string): Move[] {
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

  #advance(root: State, path: Path, token: Token, { arcs, opens }: Move): State {
    const entered: Token[] = []
    for (const arc of arcs) {
      const place = this.#net.places.get(arc.to) as Place
      if (place.ends === 'scope') return stateOf(undefined, [], [])
      if (place.ends === 'token') continue
      const waits = place.joins && (this.#net.in.get(place.id)?.size ?? 0) > 1
      entered.push(waits ? { place: place.id, by: place.strict ? [arc.id] : [] } : { place: place.id })
    }
    return change(root, path, ({ fork, tokens, inner }) => {
      const rest = tokens.filter((other) => other !== token)
      return opens
        ? stateOf(fork, rest, [...inner, stateOf(token.place, entered, [])])
        : stateOf(fork, [...rest, ...entered], inner)
    })
  }

  /** Is another token of this activation on its way to the join? */
  #stillComes(state: State, join: string): boolean {
    const others = [
      ...state.tokens.filter(({ place, by }) => !(by && place === join)),
      ...state.inner.flatMap(everyToken),
    ]
    return others.some(({ place }) => place === join || this.#reachable(place, state.fork).has(join))
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

  /** The tokens at a join become one. Whoever leaves the region of the fork waits once more, in the activation around it. */
  #fire(root: State, path: Path, join: string): State[] {
    const place = this.#net.places.get(join) as Place
    let missing: Arc[] = []
    const index = path.at(-1)
    const next = change(root, path.slice(0, -1), (around) => {
      const state = index === undefined ? around : (around.inner[index] as State)
      const joined = state.tokens.filter((token) => token.by && token.place === join)
      const by = [...new Set(joined.flatMap((token) => token.by ?? []))].sort((one, other) => one - other)
      const rest = state.tokens.filter((token) => !joined.includes(token))
      const leaves = state.fork !== undefined && !this.#regionOf(join).includes(state.fork)
      if (!leaves && place.strict) missing = arcsOf(this.#net, 'in', join).filter(({ id }) => !by.includes(id))
      const left = stateOf(state.fork, leaves ? rest : [...rest, { place: join }], state.inner)
      if (index === undefined) return left
      const inner = around.inner.map((one, at) => (at === index ? left : one))
      return stateOf(around.fork, leaves ? [...around.tokens, { place: join, by }] : around.tokens, inner)
    })
    if (missing.length === 0) return [next]
    this.#note({ kind: 'starves', place: join, flows: missing.flatMap(({ flow }) => flow ?? []) })
    return []
  }
}

/** Every selection of a few arcs; of many: none, each alone, all. */
function someOf(arcs: Arc[]): Arc[][] {
  if (arcs.length > 5) return [[], ...arcs.map((arc) => [arc]), arcs]
  const sets: Arc[][] = [[]]
  for (const arc of arcs) sets.push(...sets.map((set) => [...set, arc]))
  return sets
}
