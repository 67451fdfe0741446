import { type DBSchema, openDB } from 'idb'
import type { SyncNode } from '../../contract/sync.ts'
import { isSound, type SyncedTree } from './tree.ts'

/** What is kept: one record an account, written whole, so that it is never half of two versions. */
interface Kept extends Omit<SyncedTree, 'nodes'> {
  account: string
  nodes: SyncNode[]
}
interface Schema extends DBSchema {
  tree: { key: string; value: Kept }
}
const NAME = 'qitong-directory-sync'
// the shape of what is kept; a new one starts empty
const VERSION = 1
// some browsers never answer while another tab holds an old version open
const PATIENCE_MS = 2000

export interface SyncStore {
  /** undefined: nothing kept, kept by another account, damaged, or this browser keeps nothing */
  read(): Promise<SyncedTree | undefined>
  /** Puts `next` in the place of version `from` (undefined: of whatever is there). False when another tab was faster. */
  replace(next: SyncedTree, from?: number): Promise<boolean>
  drop(): Promise<void>
}

const late = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('IndexedDB does not answer')), PATIENCE_MS)),
  ])

const open = () =>
  openDB<Schema>(NAME, VERSION, {
    upgrade(database) {
      for (const name of database.objectStoreNames) database.deleteObjectStore(name)
      database.createObjectStore('tree', { keyPath: 'account' })
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  })

const readTree = async (database: ReturnType<typeof open>, account: string): Promise<SyncedTree | undefined> => {
  const tx = (await database).transaction('tree', 'readwrite')
  // What another account left at this desk goes first.
  for (const other of await tx.store.getAllKeys()) if (other !== account) await tx.store.delete(other)
  const kept = await tx.store.get(account)
  await tx.done
  if (!kept) return undefined
  const { account: _, nodes, ...rest } = kept
  const tree = { ...rest, nodes: new Map(nodes.map((node) => [node.no, node])) }
  return isSound(tree) ? tree : undefined
}

/** The tree of one account in IndexedDB. A locked-down browser or a full disk costs the store, not the tree. */
export function syncStore(account: string): SyncStore {
  const database = open()
  database.catch(() => undefined)
  return {
    read: () => late(readTree(database, account)).catch(() => undefined),
    replace: (next, from) =>
      late(
        (async () => {
          const tx = (await database).transaction('tree', 'readwrite')
          const held = await tx.store.get(account)
          const free = from === undefined || !held || held.ver === from
          if (free) await tx.store.put({ ...next, nodes: [...next.nodes.values()], account })
          await tx.done
          return free
        })(),
      ).catch(() => true),
    drop: () => late(database.then((db) => db.delete('tree', account))).catch(() => undefined),
  }
}

/** At sign-out: nothing of the tree stays at this desk. */
export const forgetSync = async (): Promise<void> => {
  try {
    const database = await late(open())
    await database.clear('tree')
    database.close()
  } catch {
    // nothing was kept, or it goes with the next account
  }
}
