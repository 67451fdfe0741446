import { ApiError } from '#kernel/web'
import type { UnitNode } from '../contract.ts'

/** Where the tree comes from. */
export interface TreeSource {
  root(): Promise<UnitNode>
  children(unitId: string): Promise<readonly UnitNode[]>
  /** when the server last said so, ms, for a branch that is answered without asking it now */
  knownAt?(parentId: string): number | undefined
}

/** The children of one unit as they were known at `at` (ms); the root alone stands under `TOP`. */
export interface Branch {
  parentId: string
  nodes: readonly UnitNode[]
  at: number
}
export const TOP = ''

/** What this browser keeps of the tree. Nothing here may throw: without a cache the tree is slower, not broken. */
export interface TreeCache {
  read(): Promise<Branch[]>
  write(branch: Branch): Promise<void>
  drop(parentIds: readonly string[]): Promise<void>
}

export interface BranchState {
  /** absent until they were known once; kept while they are read again and when that fails */
  nodes?: readonly UnitNode[]
  at?: number
  loading: boolean
  /** the last attempt failed; `tries` in a row */
  failed?: { error: unknown; tries: number }
}

export interface TreeState {
  branches: ReadonlyMap<string, BranchState>
  /** the cache has answered: what is missing now has to be asked for */
  ready: boolean
}

export interface TreeStore {
  state(): TreeState
  watch(listener: () => void): () => void
  /** the branch is on the screen: reads it when it is unknown or old */
  need(parentId: string): void
  /** at once, whatever the waiting time */
  retry(parentId: string): void
  /** the network is back: all that failed is tried again */
  wake(): void
  stop(): void
}

interface Options {
  source: TreeSource
  cache: TreeCache
  now?: () => number
  random?: () => number
}

const FRESH_MS = 5 * 60_000

/** Wait before the attempt after `tries` failures, in ms: 2 s doubling to 60 s, spread so that a restart is no stampede. */
export const retryDelay = (tries: number, random: number) =>
  Math.round(Math.min(60_000, 1000 * 2 ** tries) * (0.5 + random / 2))

// what the server refused with a reason stays refused; a lost connection, a restart or a rush does not
const mayPass = (error: unknown) =>
  !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 500

function holdState() {
  let state: TreeState = { branches: new Map(), ready: false }
  const listeners = new Set<() => void>()
  const become = (next: TreeState) => {
    state = next
    for (const listener of [...listeners]) listener()
  }
  return {
    get: () => state,
    become,
    watch(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    put(parentId: string, change: Partial<BranchState>) {
      const before = state.branches.get(parentId) ?? { loading: false }
      become({ ...state, branches: new Map(state.branches).set(parentId, { ...before, ...change }) })
    },
  }
}

/** Reads single branches into the state; what failed for a passing reason is read again by itself. */
function branchReader(
  { source, cache, now = Date.now, random = Math.random }: Options,
  held: ReturnType<typeof holdState>,
) {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let stopped = false

  const load = async (parentId: string) => {
    clearTimeout(timers.get(parentId))
    timers.delete(parentId)
    held.put(parentId, { loading: true })
    try {
      const nodes = parentId === TOP ? [await source.root()] : await source.children(parentId)
      if (!stopped) arrived({ parentId, nodes, at: source.knownAt?.(parentId) ?? now() })
    } catch (error) {
      if (!stopped) fail(parentId, error)
    }
  }
  const arrived = (branch: Branch) => {
    const { parentId, nodes, at } = branch
    const before = held.get()
    const gone = below(before.branches, parentId, new Set(nodes.map(({ id }) => id)))
    const branches = new Map(before.branches).set(parentId, { nodes, at, loading: false })
    for (const id of gone) branches.delete(id)
    held.become({ ...before, branches })
    void cache.write(branch)
    if (gone.length > 0) void cache.drop(gone)
  }
  const fail = (parentId: string, error: unknown) => {
    const tries = (held.get().branches.get(parentId)?.failed?.tries ?? 0) + 1
    held.put(parentId, { loading: false, failed: { error, tries } })
    if (mayPass(error))
      timers.set(
        parentId,
        setTimeout(() => void load(parentId), retryDelay(tries, random())),
      )
    // the unit itself is gone: what hangs above it says so
    else if (error instanceof ApiError && error.status === 404) {
      const above = parentOf(held.get().branches, parentId)
      if (above !== undefined) read(above)
    }
  }
  const read = (parentId: string) => {
    if (!held.get().branches.get(parentId)?.loading) void load(parentId)
  }
  return {
    read,
    stop() {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
    },
    stopped: () => stopped,
  }
}

/** The tree as it is known here: shown from the cache at once, each branch read, failing and repaired on its own. */
export function createTreeStore(options: Options): TreeStore {
  const { cache, now = Date.now } = options
  const held = holdState()
  const { read, stop, stopped } = branchReader(options, held)
  const begin = async () => {
    const kept = await cache.read()
    if (stopped()) return
    const branches = new Map(
      kept.map(({ parentId, nodes, at }): [string, BranchState] => [parentId, { nodes, at, loading: false }]),
    )
    held.become({ branches, ready: true })
  }
  void begin()
  return {
    state: held.get,
    watch: held.watch,
    need(parentId) {
      const { branches, ready } = held.get()
      const branch = branches.get(parentId)
      const fresh = branch?.at !== undefined && now() - branch.at < FRESH_MS
      if (ready && !fresh && !branch?.failed) read(parentId)
    },
    retry: read,
    wake() {
      for (const [parentId, branch] of held.get().branches)
        if (branch.failed && mayPass(branch.failed.error)) read(parentId)
    },
    stop,
  }
}

type Branches = ReadonlyMap<string, BranchState>

/** Branches that hang under children of `parentId` which are not in `still` any more. */
function below(branches: Branches, parentId: string, still: ReadonlySet<string>): string[] {
  const lost = (branches.get(parentId)?.nodes ?? []).filter(({ id }) => !still.has(id) && branches.has(id))
  return lost.flatMap(({ id }) => [id, ...below(branches, id, new Set())])
}

export function parentOf(branches: Branches, unitId: string): string | undefined {
  for (const [parentId, { nodes }] of branches) if (nodes?.some(({ id }) => id === unitId)) return parentId
  return undefined
}

/** From the root to the parent of the unit, when all of it is known here. */
export function pathOf(branches: Branches, unitId: string): string[] | undefined {
  const path: string[] = []
  for (let at = parentOf(branches, unitId); at !== TOP; at = parentOf(branches, at)) {
    if (at === undefined) return undefined
    path.unshift(at)
  }
  return path
}
