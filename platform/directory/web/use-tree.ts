import { useEffect, useSyncExternalStore } from 'react'
import { directory } from './client.ts'
import { type SyncedSource, syncedSource } from './sync/source.ts'
import { treeCache } from './tree-cache.ts'
import { createTreeStore, type TreeSource, type TreeState, type TreeStore } from './tree-store.ts'

const PATIENCE_MS = 15_000

/** One request a branch; a line that hangs counts as failed after 15 s. */
const branchByBranch: TreeSource = {
  root: () => directory.root({}, { signal: AbortSignal.timeout(PATIENCE_MS) }),
  children: async (id) => (await directory.children({ id }, { signal: AbortSignal.timeout(PATIENCE_MS) })).rows,
}

let current: { account: string; store: TreeStore; source: SyncedSource } | undefined

/** The tree of this tab; another account starts with an empty one. */
function storeOf(account: string): TreeStore {
  if (current?.account === account) return current.store
  current?.store.stop()
  current?.source.stop()
  const source = syncedSource(account, branchByBranch, (changed) => {
    const { branches } = store.state()
    for (const id of changed === 'all' ? [...branches.keys()].filter(source.holds) : changed)
      if (branches.has(id)) store.retry(id)
  })
  const store = createTreeStore({ source, cache: treeCache(account) })
  current = { account, store, source }
  return store
}

addEventListener('online', () => current?.store.wake())

export interface Tree {
  store: TreeStore
  state: TreeState
}

export function useTree(account: string): Tree {
  const store = storeOf(account)
  return { store, state: useSyncExternalStore(store.watch, store.state) }
}

/** Branches in sight are read, and read again when they have grown old; those out of sight rest. */
export function useNeeded({ store, state }: Tree, parentIds: readonly string[]): void {
  const key = parentIds.join(' ')
  const any = parentIds.length > 0
  const { ready } = state
  useEffect(() => {
    if (ready && any) for (const parentId of key.split(' ')) store.need(parentId)
  }, [key, any, ready, store])
}
