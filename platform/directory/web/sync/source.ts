import { sharedRealtime } from '#kernel/web'
import type { SyncNode, TreePart } from '../../contract/sync.ts'
import type { UnitNode } from '../../contract.ts'
import { directory } from '../client.ts'
import { TOP, type TreeSource } from '../tree-store.ts'
import { createSyncClient, type SyncServer } from './client.ts'
import { decodePart } from './codec.ts'
import { syncStore } from './store.ts'
import type { SyncedTree } from './tree.ts'

const PATIENCE_MS = 15_000
const POLL_MS = 5 * 60_000
/** A hint reaches everybody at once; they do not ask at once. */
const SPREAD_MS = 3000

const patience = () => ({ signal: AbortSignal.timeout(PATIENCE_MS) })

const readPart = async (county: number | undefined) => {
  // Browsers understand brotli on secure lines only.
  const encoding = location.protocol === 'https:' ? 'br' : 'gzip'
  const path = county === undefined ? 'snapshot' : `snapshot/counties/${county}`
  const answer = await fetch(`/api/directory/${path}?encoding=${encoding}`, patience())
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  const part = (await answer.json()) as TreePart
  return { ver: part.ver, view: part.view, county: part.county, nodes: decodePart(part) }
}

const server: SyncServer = {
  part: readPart,
  delta: (tree: SyncedTree) => directory.delta({ since: tree.ver, view: tree.view, held: tree.nodes.size }, patience()),
  ids: async (nos) => (await directory.unitIds({ nos: [...nos] }, patience())).rows,
}

const asUnit = (node: SyncNode, parentId: string | null): UnitNode => ({
  id: node.id!,
  no: node.no,
  parentId,
  kind: node.kind,
  level: node.level,
  name: node.name,
  shortName: node.shortName,
  children: node.children,
  peopleTotal: node.people,
})

export interface SyncedSource extends TreeSource {
  /** true for a branch that is read from here, without the server */
  holds(unitId: string): boolean
  stop(): void
}

/**
 * The synchronised tree as a source of branches. What is not wholly held here (villages and divisions of other counties, a tree
 * not yet read) comes from `otherwise`, branch by branch; a failed synchronisation costs speed, never the list.
 */
export function syncedSource(
  account: string,
  otherwise: TreeSource,
  onChange: (unitIds: readonly string[] | 'all') => void,
): SyncedSource {
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(`qt-directory-${account}`)
  const client = createSyncClient({
    server,
    store: syncStore(account),
    onChange: (parents) =>
      onChange(
        parents === 'all'
          ? 'all'
          : [...parents].flatMap((no) => (no === 0 ? TOP : (client.tree()?.nodes.get(no)?.id ?? []))),
      ),
    tell: (ver) => channel?.postMessage(ver),
  })
  const refresh = () => void client.refresh().catch(() => undefined)
  let timer: ReturnType<typeof setTimeout> | undefined
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      refresh()
    }, Math.random() * SPREAD_MS)
  }
  channel?.addEventListener('message', ({ data }) => {
    if (data !== client.tree()?.ver) soon()
  })
  const leave = sharedRealtime().subscribe('directory', soon)
  const poll = setInterval(refresh, POLL_MS)
  addEventListener('online', refresh)
  void client.start().catch(() => undefined)

  return {
    async root() {
      const node = await client.root().catch(() => undefined)
      return node?.id ? asUnit(node, null) : otherwise.root()
    },
    async children(unitId) {
      const no = client.noOf(unitId)
      const held = no === undefined ? undefined : await client.children(no).catch(() => undefined)
      return held ? held.map((node) => asUnit(node, unitId)) : otherwise.children(unitId)
    },
    knownAt: (parentId) => (parentId === TOP || client.holds(parentId) ? client.tree()?.at : undefined),
    holds: client.holds,
    stop() {
      leave()
      clearInterval(poll)
      clearTimeout(timer)
      removeEventListener('online', refresh)
      channel?.close()
      client.stop()
    },
  }
}
