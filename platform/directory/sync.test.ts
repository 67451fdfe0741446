import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi, type SyncNode, type TreeDelta, type TreePart } from './contract.ts'
import { encodePart } from './server/sync-codec.ts'
import { abolishUnit, type Change, changeDirectory, createUnit, moveUnit, updateUnit } from './server/write.ts'
import { type Scene, scene, signInAs } from './testing.ts'
import { decodePart } from './web/sync/codec.ts'
import { applyDelta, childrenOf, groupByParent, isSound, joined, judge, type SyncedTree } from './web/sync/tree.ts'

let server: TestServer
let at: Scene
let clerk = ''
let lixia = ''
beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  clerk = await signInAs(server, at.people.clerk.id)
  lixia = await signInAs(server, at.people.lixiaClerk.id)
})
afterAll(() => server?.stop())

const get = (path: string, token: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { cookie: `qt_session=${token}`, ...headers } })
const read = async (path: string, token: string): Promise<TreePart> => {
  const answer = await get(path, token)
  expect(answer.status).toBe(200)
  return answer.json()
}
const whole = async (token: string): Promise<SyncedTree> => {
  const [base, own] = await Promise.all([
    read('/api/directory/snapshot?encoding=br', token),
    read('/api/directory/snapshot/counties/0?encoding=gzip', token),
  ])
  return joined({ ...base, nodes: decodePart(base) }, { ...own, nodes: decodePart(own) }, 0)!
}
const delta = (tree: SyncedTree, token: string): Promise<TreeDelta> =>
  server.client(directoryApi, token).delta({ since: tree.ver, view: tree.view, held: tree.nodes.size })
const namesIn = (tree: SyncedTree) => [...tree.nodes.values()].map(({ name }) => name)
const change = <T>(work: (change: Change) => Promise<T>) =>
  server.system((ctx) => changeDirectory(ctx, { id: null, name: '测试' }, work))
/** What a client with this tree shows after its next delta. */
const caughtUp = async (tree: SyncedTree, token: string): Promise<SyncedTree> => {
  const next = await delta(tree, token)
  expect(judge(tree, next)).toBe('apply')
  return applyDelta(tree, next, 1).tree
}

describe('the parts', () => {
  it('are the tree that is read branch by branch', async () => {
    const tree = await whole(clerk)
    expect(isSound(tree)).toBe(true)
    const groups = groupByParent(tree)
    const api = server.client(directoryApi, clerk)
    const root = await api.root({})
    const compare = async (id: string, no: number): Promise<number> => {
      const { rows } = await api.children({ id })
      const held = childrenOf(tree, groups, no)
      if (!held) return 0
      expect(held).toEqual(
        rows.map((row) => ({
          no: row.no,
          parent: no,
          sort: held.find((node) => node.no === row.no)?.sort,
          kind: row.kind,
          level: row.level,
          name: row.name,
          shortName: row.shortName,
          children: row.children,
          people: row.peopleTotal,
        })),
      )
      let seen = 1
      for (const row of rows) if (row.children > 0) seen += await compare(row.id, row.no)
      return seen
    }
    expect(await compare(root.id, root.no)).toBeGreaterThan(5)
  })
  it('hold the divisions of the own county and of no other', async () => {
    const names = namesIn(await whole(clerk))
    expect(names).toContain('农村供水科')
    expect(names).toContain(at.units.lixiaWater.name)
    const other = await read(`/api/directory/snapshot/counties/${at.units.lixia.no}`, clerk)
    expect(decodePart(other).every(({ kind }) => kind === 'division' || kind === 'village')).toBe(true)
    expect((await get('/api/directory/snapshot/counties/999999', clerk)).status).toBe(404)
    expect((await get(`/api/directory/snapshot/counties/${at.units.water.no}`, clerk)).status).toBe(404)
  })
  it('leave out what is closed to the viewer, and only to the viewer', async () => {
    const agent = await signInAs(server, at.people.agent.id)
    expect(namesIn(await whole(clerk))).not.toContain('博兴县保密专班')
    expect(namesIn(await whole(clerk))).not.toContain('一室')
    const inside = await whole(agent)
    expect(namesIn(inside)).toEqual(expect.arrayContaining(['博兴县保密专班', '一室']))
    expect(inside.view).not.toBe((await whole(clerk)).view)
    expect((await whole(lixia)).view).toBe((await whole(clerk)).view)
  })
  it('answer 304 to their validator and travel compressed as asked', async () => {
    for (const encoding of ['br', 'gzip']) {
      const first = await get(`/api/directory/snapshot?encoding=${encoding}`, clerk)
      expect(first.headers.get('content-encoding')).toBe(encoding)
      const etag = first.headers.get('etag')!
      await first.arrayBuffer()
      const second = await get(`/api/directory/snapshot?encoding=${encoding}`, clerk, { 'if-none-match': etag })
      expect([second.status, await second.text()]).toEqual([304, ''])
    }
    const plain = await get('/api/directory/snapshot', clerk, { 'accept-encoding': 'identity' })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(((await plain.json()) as TreePart).format).toBe(1)
  })
  it('are for those who may read the directory', async () => {
    for (const path of ['snapshot', 'snapshot/counties/0', 'delta?since=0&view=x&held=1', 'units-by-no?nos=1'])
      expect((await fetch(`${server.url}/api/directory/${path}`)).status, path).toBe(401)
  })
})

describe('a delta', () => {
  it('is empty when nothing happened', async () => {
    const tree = await whole(clerk)
    expect(judge(tree, await delta(tree, clerk))).toBe('same')
  })
  it('brings what was created, renamed, moved and abolished, and the tree is then a new one’s', async () => {
    const before = await whole(clerk)
    const id = await change((c) =>
      createUnit(c, { parentId: at.units.water.id, kind: 'division', level: 3, name: '防汛科' }),
    )
    let tree = await caughtUp(before, clerk)
    expect(namesIn(tree)).toContain('防汛科')
    await change((c) => updateUnit(c, { id, name: '防汛抗旱科' }))
    tree = await caughtUp(tree, clerk)
    expect(namesIn(tree)).toContain('防汛抗旱科')
    await change((c) => moveUnit(c, { id, parentId: at.units.lixiaWater.id }))
    tree = await caughtUp(tree, clerk)
    expect(namesIn(tree)).not.toContain('防汛抗旱科')
    await change((c) => moveUnit(c, { id, parentId: at.units.office.id }))
    await change((c) => abolishUnit(c, { id }))
    tree = await caughtUp(tree, clerk)
    expect(namesIn(tree)).not.toContain('防汛抗旱科')
    const fresh = await whole(clerk)
    const plain = (one: SyncedTree) =>
      [...one.nodes.values()].map(({ id: _, ...node }) => node).sort((a, b) => a.no - b.no)
    expect(plain(tree)).toEqual(plain(fresh))
    expect(isSound(tree)).toBe(true)
  })
  it('takes away a unit that is closed, with what is below it', async () => {
    const tree = await whole(lixia)
    expect(namesIn(tree)).toContain('博兴县水利局')
    await change((c) => updateUnit(c, { id: at.units.water.id, closed: true }))
    const after = await delta(tree, lixia)
    const next = judge(tree, after) === 'renew' ? await whole(lixia) : applyDelta(tree, after, 1).tree
    expect(namesIn(next)).not.toContain('博兴县水利局')
    expect(isSound(next)).toBe(true)
    expect(next.nodes.get(at.units.boxing.no)?.children).toBe(tree.nodes.get(at.units.boxing.no)!.children - 1)
    await change((c) => updateUnit(c, { id: at.units.water.id, closed: false }))
    expect(namesIn(await whole(lixia))).toContain('博兴县水利局')
  })
  it('notes a changed guard, whoever changed it', async () => {
    const tree = await whole(clerk)
    await server.sql('update directory.unit set guard = guard + 1 where id = $1', [at.units.lixiaWater.id])
    const rows = await server.sql('select no from directory.change where kind = $1 and ver > $2', ['unit', tree.ver])
    expect(rows).toContainEqual({ no: at.units.lixiaWater.no })
    await server.sql('update directory.unit set guard = guard - 1 where id = $1', [at.units.lixiaWater.id])
  })
  it('is refused as too old: another view, a version that was never, pruned, or too much at once', async () => {
    const tree = await whole(clerk)
    const api = server.client(directoryApi, clerk)
    const ask = (more: object) => api.delta({ since: tree.ver, view: tree.view, held: tree.nodes.size, ...more })
    expect((await ask({ view: 'another' })).tooOld).toBe(true)
    expect((await ask({ since: tree.ver + 1 })).tooOld).toBe(true)
    await server.sql('update directory.version set floor = 5')
    expect((await ask({ since: 4 })).tooOld).toBe(true)
    await server.sql('update directory.version set floor = 0')
    await server.sql(
      `insert into directory.change (ver, kind, no, county_no) select ver, 'unit', n, 1 from directory.version, generate_series(500000, 500300) n`,
    )
    expect((await ask({ since: tree.ver - 1 })).tooOld).toBe(true)
    await server.sql('delete from directory.change where no >= 500000')
  })
  it('gives identifiers of what may be seen only', async () => {
    const nos = [at.units.water.no, at.units.secret.no, 999_999]
    const { rows } = await server.client(directoryApi, clerk).unitIds({ nos })
    expect(rows).toEqual([{ no: at.units.water.no, id: at.units.water.id }])
  })
})

describe('the tree a browser holds', () => {
  const node = (no: number, parent: number, more: Partial<SyncNode> = {}): SyncNode => ({
    no,
    parent,
    sort: no,
    kind: 'government',
    level: 3,
    name: `第${no}局`,
    shortName: `第${no}局`,
    children: 0,
    people: 0,
    ...more,
  })
  const tree: SyncedTree = {
    ver: 7,
    view: 'v',
    county: 3,
    at: 0,
    nodes: new Map(
      [node(1, 0), node(2, 1, { id: '0198c0de-0000-7000-8000-000000000002' }), node(5, 2)].map((n) => [n.no, n]),
    ),
  }
  const news: TreeDelta = { since: 7, ver: 9, view: 'v', county: 3, tooOld: false, units: [], gone: [] }

  it.each([
    ['same', news],
    ['apply', { ...news, gone: [5] }],
    ['again', { ...news, since: 6, gone: [5] }],
    ['renew', { ...news, tooOld: true }],
    ['renew', { ...news, view: 'w' }],
    ['renew', { ...news, county: 4 }],
  ] as const)('%s', (verdict, what) => {
    expect(judge(tree, what as TreeDelta)).toBe(verdict)
  })
  it('keeps identifiers, names the parents that changed, and drops what hangs below a gone unit', () => {
    const renamed = applyDelta(tree, { ...news, units: [node(2, 1, { name: '新名' })] }, 1)
    expect(renamed.tree.nodes.get(2)).toMatchObject({ name: '新名', id: '0198c0de-0000-7000-8000-000000000002' })
    expect([...renamed.parents]).toEqual([1])
    const without = applyDelta(tree, { ...news, gone: [2] }, 1).tree
    expect([...without.nodes.keys()]).toEqual([1])
    expect(tree.nodes.size).toBe(3)
  })
  it('is unsound with two roots, a circle or a loose end', () => {
    const having = (...nodes: SyncNode[]) => isSound({ ...tree, nodes: new Map(nodes.map((n) => [n.no, n])) })
    expect(having(node(1, 0), node(2, 1))).toBe(true)
    expect(having(node(1, 0), node(2, 0))).toBe(false)
    expect(having(node(1, 0), node(2, 3), node(3, 2))).toBe(false)
    expect(having(node(1, 0), node(2, 9))).toBe(false)
    expect(having()).toBe(false)
  })
  it('says nothing of children when it does not hold all of them', () => {
    const held = { ...tree, nodes: new Map(tree.nodes).set(2, node(2, 1, { children: 2 })) }
    expect(childrenOf(held, groupByParent(held), 2)).toBeUndefined()
    expect(childrenOf(tree, groupByParent(tree), 5)).toEqual([])
  })
  it('decodes what was encoded, names of every form', () => {
    const rows = [
      node(10, 0, { name: '山东省', shortName: '山东省' }),
      node(7, 10, { name: '山东省水利厅', shortName: '省水利厅', sort: 3 }),
      node(12, 10, { name: '山东省水利厅', shortName: '水利厅', sort: -4, people: 1_400_000 }),
      node(3, 7, { name: `${'长'.repeat(50)}局`, shortName: '~a', kind: 'division' }),
      node(4, 7, { name: `${'长'.repeat(60)}局`, shortName: '', kind: 'village' }),
    ]
    const part = JSON.parse(JSON.stringify(encodePart({ ver: 1, view: 'v', county: 0 }, rows))) as TreePart
    expect(decodePart(part)).toEqual(rows.map((row) => ({ ...row, shortName: row.shortName || row.name })))
    expect(decodePart(encodePart({ ver: 1, view: 'v', county: 0 }, []))).toEqual([])
    expect(() => decodePart({ ...part, level: [1] })).toThrow('unequal')
    expect(() => decodePart({ ...part, format: 2 as 1 })).toThrow('format')
  })
})
