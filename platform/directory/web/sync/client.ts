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

/** The tree of one account: kept, shown at once, caught up by deltas, begun anew when nothing else helps. */
export function createSyncClient({ server, store, onChange, tell, now = Date.now }: Options): SyncClient {
  let tree: SyncedTree | undefined
  let groups: ReadonlyMap<number, readonly SyncNode[]> = new Map()
  let numbers = new Map<string, number>()
  let running: Promise<void> | undefined
  let again: Promise<void> | undefined
  let stopped = false

  const become = (next: SyncedTree, parents: ReadonlySet<number> | 'all') => {
    if (stopped) return
    tree = next
    groups = groupByParent(next)
    numbers = new Map([...next.nodes.values()].flatMap(({ id, no }) => (id ? [[id, no] as const] : [])))
    if (parents === 'all' || parents.size > 0) onChange(parents)
  }
  const renew = async () => {
    const [base, own] = await Promise.all([server.part(undefined), server.part(0)])
    const next = joined(base, own, now())
    // A rule changed between the two answers: the next attempt finds both of one view.
    if (!next) throw new Error('the parts of the tree are of two views')
    const ids = new Map([...(tree?.nodes.values() ?? [])].map(({ no, id }) => [no, id]))
    const nodes = new Map([...next.nodes].map(([no, node]) => [no, { ...node, id: ids.get(no) }]))
    const whole = { ...next, nodes }
    await store.replace(whole)
    become(whole, 'all')
    tell?.(whole.ver)
  }
  const advance = async (at: SyncedTree): Promise<boolean> => {
    const delta = await server.delta(at)
    const verdict = judge(at, delta)
    if (verdict === 'renew') {
      await renew()
      return true
    }
    if (verdict === 'again') return false
    const next = applyDelta(at, delta, now())
    if (!(await store.replace(next.tree, at.ver))) {
      const theirs = await store.read()
      if (theirs) become(theirs, 'all')
      return false
    }
    become(next.tree, next.parents)
    if (verdict === 'apply') tell?.(next.tree.ver)
    return true
  }
  const catchUp = async () => {
    for (let tries = 0; tree && tries < TRIES; tries++) if (await advance(tree)) return
    await renew()
  }
  const refresh = (): Promise<void> => {
    if (running) {
      again ??= running
        .catch(() => undefined)
        .then(() => {
          again = undefined
          return refresh()
        })
      return again
    }
    running = catchUp().finally(() => {
      running = undefined
    })
    return running
  }
  const learn = async (wanted: readonly SyncNode[]) => {
    const missing = wanted.filter(({ id }) => id === undefined).map(({ no }) => no)
    if (missing.length === 0 || !tree) return
    const found: { no: number; id: string }[] = []
    for (let at = 0; at < missing.length; at += MOST_IDS)
      found.push(...(await server.ids(missing.slice(at, at + MOST_IDS))))
    if (!tree) return
    const nodes = new Map(tree.nodes)
    for (const { no, id } of found) {
      const node = nodes.get(no)
      if (node) nodes.set(no, { ...node, id })
    }
    const next = { ...tree, nodes }
    become(next, new Set())
    await store.replace(next, next.ver)
  }
  return {
    tree: () => tree,
    async start() {
      const kept = await store.read()
      if (kept) become(kept, 'all')
      await refresh()
    },
    refresh,
    async children(no) {
      const held = tree && childrenOf(tree, groups, no)
      if (!held) return undefined
      await learn(held)
      const whole = held.map((node) => tree?.nodes.get(node.no) ?? node)
      return whole.every(({ id }) => id !== undefined) ? whole : undefined
    },
    async root() {
      const held = groups.get(0)
      if (!held) return undefined
      await learn(held)
      return tree?.nodes.get(held[0]!.no)
    },
    noOf: (id) => numbers.get(id),
    holds: (id) => tree !== undefined && childrenOf(tree, groups, numbers.get(id) ?? -1) !== undefined,
    stop() {
      stopped = true
    },
  }
}
