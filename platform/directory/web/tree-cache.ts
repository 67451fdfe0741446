import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Branch, TreeCache } from './tree-store.ts'

interface Schema extends DBSchema {
  branch: { key: [account: string, parentId: string]; value: Branch & { account: string } }
}
const NAME = 'qitong-directory'
// the shape of what is kept; a new one starts empty
const VERSION = 1
// some browsers never answer while another tab holds an old version open
const PATIENCE_MS = 800

const late = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('IndexedDB does not answer')), PATIENCE_MS)),
  ])

const openNew = () =>
  openDB<Schema>(NAME, VERSION, {
    upgrade(database) {
      for (const name of database.objectStoreNames) database.deleteObjectStore(name)
      database.createObjectStore('branch', { keyPath: ['account', 'parentId'] })
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  })

/** The tree of one account in IndexedDB. What another account left at this desk is removed first. */
export function treeCache(account: string): TreeCache {
  const database = openNew()
  database.catch(() => undefined)
  // a locked-down browser or a full disk costs the cache, not the tree
  const attempt = async <T>(work: (open: IDBPDatabase<Schema>) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await late(database.then(work))
    } catch {
      return otherwise
    }
  }
  return {
    read: () =>
      attempt(async (open) => {
        await Promise.all([
          open.delete('branch', IDBKeyRange.upperBound([account], true)),
          open.delete('branch', IDBKeyRange.lowerBound([account, []])),
        ])
        return open.getAll('branch')
      }, []),
    write: (branch) => attempt(async (open) => void (await open.put('branch', { ...branch, account })), undefined),
    drop: (parentIds) =>
      attempt(async (open) => {
        await Promise.all(parentIds.map((parentId) => open.delete('branch', [account, parentId])))
      }, undefined),
  }
}

/** At sign-out: nothing of the tree stays at this desk. */
export const forgetTree = async (): Promise<void> => {
  try {
    const open = await late(openNew())
    await open.clear('branch')
    open.close()
  } catch {
    // nothing was kept, or it goes with the next account
  }
}
