import type { SyncNode, TreeDelta, TreePart } from '../../contract/sync.ts'
import type { SyncStore } from './store.ts'
import { applyDelta, childrenOf, groupByParent, joined, judge, type SyncedTree } from './tree.ts'

/** What the client asks of the server; parts come decoded. */
export interface SyncServer {
  part(county: number | undefined): Promise<Pick<TreePart, 'ver' | 'view' | 'county'> & { nodes: SyncNode[] }>
  delta(tree: SyncedTree): Promise<TreeDelta>
  ids(nos: readonly number[]): Promise<{ no: number; id: string }[]>
}

export interface SyncClient {
  /** the tree as it is known now */
  tree(): SyncedTree | undefined
  /** Reads what is kept, then brings it up to date. Rejects when the server cannot be reached; what is known stays. */
  start(): Promise<void>
  /** asks for what changed; calls that come while one runs share the next one */
  refresh(): Promise<void>
  /** children with their identifiers, or undefined when they are not all held here */
  children(no: number): Promise<SyncNode[] | undefined>
  root(): Promise<SyncNode | undefined>
  noOf(id: string): number | undefined
  /** all children are held here: they can be shown without asking */
  holds(id: string): boolean
  stop(): void
}

interface Options {
  server: SyncServer
  store: SyncStore
  /** parents whose children look different now; 'all' after a new snapshot */
  onChange: (parents: ReadonlySet<number> | 'all') => void
  /** tells the other tabs that the store is ahead of them */
  tell?: (ver: number) => void
  now?: () => number
}

const MOST_IDS = 500
// Another tab that is always faster would be a fault: three times, then a new snapshot.
const TRIES = 3

/** The tree in memory with the ways through it. */
function holdTree(onChange: Options['onChange']) {
  let tree: SyncedTree | undefined
  let groups: ReadonlyMap<number, readonly SyncNode[]> = new Map()
  let numbers: ReadonlyMap<string, number> = new Map()
  let stopped = false
  return {
    tree: () => tree,
    become(next: SyncedTree, parents: ReadonlySet<number> | 'all') {
      if (stopped) return
      tree = next
      groups = groupByParent(next)
      numbers = new Map([...next.nodes.values()].flatMap(({ id, no }) => (id ? [[id, no] as const] : [])))
      if (parents === 'all' || parents.size > 0) onChange(parents)
    },
    childrenOf: (no: number) => tree && childrenOf(tree, groups, no),
    root: () => groups.get(0)?.[0],
    noOf: (id: string) => numbers.get(id),
    stop() {
      stopped = true
    },
  }
}
type Held = ReturnType<typeof holdTree>

/** Brings what is held up to date: by a delta, by what another tab has stored, or by a new snapshot. */
function catchingUp({ server, store, tell, now = Date.now }: Options, held: Held): () => Promise<void> {
  const renew = async () => {
    const [base, own] = await Promise.all([server.part(undefined), server.part(0)])
    const next = joined(base, own, now())
    // A rule changed between the two answers: the next attempt finds both of one view.
    if (!next) throw new Error('the parts of the tree are of two views')
    const before = held.tree()?.nodes
    const nodes = new Map([...next.nodes].map(([no, node]) => [no, { ...node, id: before?.get(no)?.id }]))
    const whole = { ...next, nodes }
    await store.replace(whole)
    held.become(whole, 'all')
    tell?.(whole.ver)
  }
  const advance = async (at: SyncedTree): Promise<boolean> => {
    const delta = await server.delta(at)
    const verdict = judge(at, delta)
    if (verdict === 'again') return false
    if (verdict === 'renew') {
      await renew()
      return true
    }
    // Identifiers may have been learnt while the answer was on its way.
    const next = applyDelta(held.tree() ?? at, delta, now())
    if (!(await store.replace(next.tree, at.ver))) {
      const theirs = await store.read()
      if (theirs) held.become(theirs, 'all')
      return false
    }
    held.become(next.tree, next.parents)
    if (verdict === 'apply') tell?.(next.tree.ver)
    return true
  }
  return async () => {
    for (let tries = 0; tries < TRIES; tries++) {
      const tree = held.tree()
      if (!tree) break
      if (await advance(tree)) return
    }
    await renew()
  }
}

/** Calls that come while one runs share the next one. */
function shared(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const call = (): Promise<void> => {
    if (!running) {
      running = work().finally(() => {
        running = undefined
      })
      return running
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return call()
      })
    return next
  }
  return call
}

/** The tree of one account: kept, shown at once, caught up by deltas, begun anew when nothing else helps. */
export function createSyncClient(options: Options): SyncClient {
  const { server, store, onChange } = options
  const held = holdTree(onChange)
  const refresh = shared(catchingUp(options, held))
  const learn = async (wanted: readonly SyncNode[]) => {
    const missing = wanted.filter(({ id }) => id === undefined).map(({ no }) => no)
    if (missing.length === 0) return
    const found: { no: number; id: string }[] = []
    for (let at = 0; at < missing.length; at += MOST_IDS)
      found.push(...(await server.ids(missing.slice(at, at + MOST_IDS))))
    const tree = held.tree()
    if (!tree) return
    const nodes = new Map(tree.nodes)
    for (const { no, id } of found) {
      const node = nodes.get(no)
      if (node) nodes.set(no, { ...node, id })
    }
    const next = { ...tree, nodes }
    held.become(next, new Set())
    await store.replace(next, next.ver)
  }
  const withIds = async (nodes: readonly SyncNode[]): Promise<SyncNode[] | undefined> => {
    await learn(nodes)
    const whole = nodes.map((node) => held.tree()?.nodes.get(node.no) ?? node)
    return whole.every(({ id }) => id !== undefined) ? whole : undefined
  }
  return {
    tree: held.tree,
    async start() {
      const kept = await store.read()
      if (kept) held.become(kept, 'all')
      await refresh()
    },
    refresh,
    async children(no) {
      const children = held.childrenOf(no)
      return children && withIds(children)
    },
    async root() {
      const root = held.root()
      return root && (await withIds([root]))?.[0]
    },
    noOf: held.noOf,
    holds: (id) => held.childrenOf(held.noOf(id) ?? -1) !== undefined,
    stop: held.stop,
  }
}
