import { describe, expect, it } from 'vitest'
import type { SyncNode, TreeDelta } from '../../contract/sync.ts'
import { createSyncClient, type SyncServer } from './client.ts'
import type { SyncStore } from './store.ts'
import type { SyncedTree } from './tree.ts'

const node = (no: number, parent: number, children = 0): SyncNode => ({
  no,
  parent,
  sort: no,
  kind: 'government',
  level: 3,
  name: `第${no}局`,
  shortName: `第${no}局`,
  children,
  people: 0,
})
const quiet: TreeDelta = { since: 1, ver: 1, view: 'v', county: 3, tooOld: false, units: [], gone: [] }
const idOf = (no: number) => `0198c0de-0000-7000-8000-${String(no).padStart(12, '0')}`

/** One browser's store, shared by its tabs. */
const shelf = (): SyncStore & { held?: SyncedTree } => ({
  async read() {
    return this.held
  },
  async replace(next, from) {
    if (from !== undefined && this.held && this.held.ver !== from) return false
    this.held = next
    return true
  },
  async drop() {
    this.held = undefined
  },
})
const scene = (overrides: Partial<SyncServer> = {}, store = shelf()) => {
  const asked: string[] = []
  const changes: (number[] | 'all')[] = []
  const world = { ver: 1, base: [node(1, 0, 1), node(2, 1, 1)], own: [node(5, 2)], delta: quiet }
  const server: SyncServer = {
    async part(county) {
      asked.push(`part ${county ?? 'base'}`)
      return { ver: world.ver, view: 'v', county: 3, nodes: county === undefined ? world.base : world.own }
    },
    async delta(tree) {
      asked.push(`delta ${tree.ver}`)
      return { ...world.delta, since: tree.ver }
    },
    async ids(nos) {
      asked.push(`ids ${nos.join()}`)
      return nos.map((no) => ({ no, id: idOf(no) }))
    },
    ...overrides,
  }
  const onChange = (parents: ReadonlySet<number> | 'all') => void changes.push(parents === 'all' ? 'all' : [...parents])
  const client = createSyncClient({ server, store, onChange, now: () => 0 })
  return { client, store, world, asked, changes }
}

describe('a client of the tree', () => {
  it('reads the parts at first, then only what changed', async () => {
    const { client, asked, world, changes } = scene()
    await client.start()
    expect(asked).toEqual(['part base', 'part 0'])
    expect((await client.children(2))?.map(({ no, id }) => [no, id])).toEqual([[5, idOf(5)]])
    expect(client.noOf(idOf(5))).toBe(5)
    world.delta = { ...quiet, ver: 2, units: [node(2, 1, 2), node(6, 2)] }
    await client.refresh()
    expect(changes).toEqual(['all', [1, 2]])
    expect((await client.children(2))?.map(({ no }) => no)).toEqual([5, 6])
    // identifiers learnt before are not asked for again
    expect(asked).toEqual(['part base', 'part 0', 'ids 5', 'delta 1', 'ids 6'])
  })
  it('shows what is kept when the server cannot be reached, and catches up later', async () => {
    const { store } = await (async () => {
      const first = scene()
      await first.client.start()
      return first
    })()
    let down = true
    const late = scene(
      {
        delta: async () => {
          if (down) throw new Error('offline')
          return { ...quiet, ver: 2, gone: [5], units: [node(2, 1)] }
        },
      },
      store,
    )
    await expect(late.client.start()).rejects.toThrow('offline')
    expect(late.client.tree()?.nodes.size).toBe(3)
    down = false
    await late.client.refresh()
    expect(late.client.tree()?.nodes.size).toBe(2)
    expect(store.held?.ver).toBe(2)
  })
  it('begins anew when it is too old, and keeps what it had while that fails', async () => {
    const { client, world, asked } = scene()
    await client.start()
    world.delta = { ...quiet, tooOld: true }
    world.ver = 9
    world.base = [node(1, 0, 1), node(4, 1)]
    world.own = []
    await client.refresh()
    expect(asked.slice(-2)).toEqual(['part base', 'part 0'])
    expect([client.tree()?.ver, ...client.tree()!.nodes.keys()]).toEqual([9, 1, 4])
  })
  it('takes over what a faster tab has stored', async () => {
    const store = shelf()
    const [one, two] = [scene({}, store), scene({}, store)]
    await one.client.start()
    await two.client.start()
    one.world.delta = { ...quiet, ver: 2, units: [{ ...node(5, 2), name: '新名' }] }
    await one.client.refresh()
    two.world.delta = { ...quiet, ver: 3, units: [{ ...node(5, 2), name: '更新的名' }] }
    await two.client.refresh()
    expect(two.asked.slice(-2)).toEqual(['delta 1', 'delta 2'])
    expect(store.held?.nodes.get(5)?.name).toBe('更新的名')
    expect(store.held?.ver).toBe(3)
  })
  it('answers nothing rather than half of the children', async () => {
    const { client, world } = scene()
    world.base = [node(1, 0, 1), node(2, 1, 2)]
    await client.start()
    expect(await client.children(2)).toBeUndefined()
    expect(await client.children(77)).toBeUndefined()
  })
  it('asks once for many hints', async () => {
    const { client, asked } = scene()
    await client.start()
    await Promise.all([client.refresh(), client.refresh(), client.refresh(), client.refresh()])
    expect(asked.filter((one) => one.startsWith('delta'))).toEqual(['delta 1', 'delta 1'])
  })
  it('refuses parts of two views', async () => {
    const { client } = scene({
      part: async (county) => ({ ver: 1, view: county === undefined ? 'v' : 'w', county: 3, nodes: [] }),
    })
    await expect(client.start()).rejects.toThrow('two views')
    expect(client.tree()).toBeUndefined()
  })
})
