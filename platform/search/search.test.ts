import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tooMany } from '#kernel/errors'
import { type Ctx, defineModule } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { searchApi } from './contract.ts'
import { registerSearch, type SearchProvider, search, toTsQueryText, toTsVectorText } from './index.ts'

interface Paper {
  id: string
  title: string
}
const present = (kind: string) => (row: Paper) => ({ ...row, subtitle: '', path: `/papers/${row.id}`, kind })
const hits = (rows: readonly Paper[], kind: string, limit: number) => ({
  items: rows.slice(0, limit).map(present(kind)),
  more: rows.length > limit,
})
const papersOf = (kind: string, scoped: boolean) => async (ctx: Ctx, q: string, limit: number) => {
  const scope = scoped ? ctx.scopeText('unit_id', 4) : { text: 'true', params: [] }
  const rows = await ctx.sql<Paper>(
    `select id, title from papers.paper where kind = $1 and words @@ to_tsquery('simple', $2) and ${scope.text} order by id limit $3`,
    [kind, toTsQueryText(q), limit + 1, ...scope.params],
  )
  return hits(rows, kind, limit)
}

const migration = `create schema papers;
create table papers.paper (id text primary key, kind text not null, title text not null, unit_id uuid, words tsvector not null);
comment on table papers.paper is '文件 [internal; 测试; 1 天]';
comment on column papers.paper.id is '标识 [internal]';
comment on column papers.paper.kind is '种类 [internal]';
comment on column papers.paper.title is '标题 [internal]';
comment on column papers.paper.unit_id is '单位 [internal]';
comment on column papers.paper.words is '搜索词 [internal]';`

let folder = ''
let server: TestServer
let clerk: ReturnType<typeof as>
let reader: ReturnType<typeof as>
let readerWithoutScope: ReturnType<typeof as>
const as = (token?: string) => server.client(searchApi, token)

const all = { title: '通知', permission: 'signed-in', search: papersOf('notice', false) } as const
const failing: readonly SearchProvider[] = [
  {
    id: 'slow',
    title: '慢',
    order: 3,
    permission: 'signed-in',
    budgetMs: 150,
    search: async (ctx, _q, limit) =>
      hits(await ctx.sql<Paper>("select pg_sleep(60), 'x' as id, 'x' as title"), 'x', limit),
  },
  { ...all, id: 'never', order: 4, budgetMs: 150, search: () => new Promise(() => undefined) },
  {
    ...all,
    id: 'broken',
    order: 5,
    search: async (ctx, _q, limit) => {
      const { rows } = await ctx.db.execute<Record<string, string> & Paper>(sql`select * from papers.missing`)
      return hits(rows, 'x', limit)
    },
  },
  {
    ...all,
    id: 'writer',
    order: 6,
    search: async (ctx, _q, limit) =>
      hits(await ctx.sql<Paper>("update papers.paper set title = 'x' returning id, title"), 'x', limit),
  },
  {
    ...all,
    id: 'elsewhere',
    order: 7,
    search: async () => ({
      items: [{ id: '1', title: '外站', subtitle: '', path: 'https://example.com', kind: 'x' }],
      more: false,
    }),
  },
  {
    ...all,
    id: 'spent',
    order: 8,
    hint: '每天 1 次',
    search: async () => {
      throw tooMany(60, '今天查得太多了，请明天再查。')
    },
  },
]

const papers = () =>
  defineModule({
    name: 'papers',
    title: '文件',
    dependsOn: ['search'],
    folder,
    permissions: [{ name: 'papers:read', title: '看文件', roles: ['unit-admin'] }],
    async start(kernel) {
      registerSearch(kernel, { ...all, id: 'notice', order: 1 })
      const memo = { id: 'memo', title: '签报', order: 2, permission: 'papers:read' } as const
      registerSearch(kernel, { ...memo, search: papersOf('memo', true) })
      for (const provider of failing) registerSearch(kernel, provider)
      return async () => undefined
    },
  })

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qitong-papers-'))
  await mkdir(path.join(folder, 'server/migrations'), { recursive: true })
  await writeFile(path.join(folder, 'server/migrations/0001_init.sql'), migration)
  server = await startTestServer([directory, identity, search, papers()])
  const people = await server.system(async (ctx) => {
    const county = await unit(ctx, { name: '历城区' })
    const water = (await unit(ctx, { name: '历城区水务局', parent: county.id })).id
    const add = (id: string, kind: string, title: string, unitId: string | null = null) =>
      ctx.sql("insert into papers.paper values ($1, $2, $3, $4, to_tsvector('simple', $5))", [
        id,
        kind,
        title,
        unitId,
        toTsVectorText(title),
      ])
    for (let no = 10; no < 31; no++) await add(`n${no}`, 'notice', `关于防汛工作的第 ${no} 号通知`)
    for (let no = 10; no < 30; no++) await add(`t${no}`, 'notice', `抗旱简报第 ${no} 期`)
    await add('m1', 'memo', '关于防汛经费的签报', water)
    await add('m2', 'memo', '关于防汛值班的签报', county.id)
    const ids = []
    for (const name of ['王小青', '孙管理', '李管理']) ids.push((await person(ctx, { name, unit: water })).id)
    return { water, ids }
  })
  clerk = as(await signInAs(server, people.ids[0]!))
  reader = as(await signInAs(server, people.ids[1]!, [{ role: 'unit-admin', scope: 'subtree', unitId: people.water }]))
  readerWithoutScope = as(await signInAs(server, people.ids[2]!, [{ role: 'unit-admin', scope: 'self' }]))
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true })
})

describe('the global box', () => {
  it('groups by provider in their order; whoever is slow, broken or wrong is unavailable, the others are not', async () => {
    const { groups } = await clerk.search({ q: '防汛' })
    expect(groups.map(({ id, unavailable }) => [id, unavailable])).toEqual([
      ['notice', false],
      ['slow', true],
      ['never', true],
      ['broken', true],
      ['writer', true],
      ['elsewhere', true],
      ['spent', true],
      ['people', false],
      ['units', false],
    ])
    expect(groups.map(({ detail }) => detail).filter(Boolean)).toEqual(['今天查得太多了，请明天再查。'])
    expect(groups.find(({ id }) => id === 'spent')?.hint).toBe('每天 1 次')
    expect(groups[0]?.items[0]).toEqual({
      id: 'n10',
      title: '关于防汛工作的第 10 号通知',
      subtitle: '',
      path: '/papers/n10',
      kind: 'notice',
    })
    expect(await server.sql("select 1 from papers.paper where title = 'x'")).toEqual([])
  })

  it('asks PostgreSQL to stop what ran too long', async () => {
    await clerk.search({ q: '防汛', kinds: ['slow'] })
    await expect
      .poll(() =>
        server.sql(
          "select 1 from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%' and state = 'active'",
        ),
      )
      .toEqual([])
  })

  it('shows 20 and says when there are more', async () => {
    const one = async (q: string) => (await clerk.search({ q, kinds: ['notice'] })).groups[0]
    expect(await one('防汛')).toMatchObject({ more: true, items: { length: 20 } })
    expect(await one('抗旱')).toMatchObject({ more: false, items: { length: 20 } })
    expect(await one('防汛 30')).toMatchObject({ more: false, items: [{ id: 'n30' }] })
    expect(await one('！？')).toMatchObject({ more: false, items: [], unavailable: false })
  })

  it('puts what was opened lately first, and only of what was found', async () => {
    const { groups } = await clerk.search({ q: '防汛', kinds: ['notice'], recent: ['m1', 'n14', 'n12', 't10'] })
    expect(groups[0]?.items.slice(0, 4).map(({ id }) => id)).toEqual(['n12', 'n14', 'n10', 'n11'])
  })

  it.each(['', '   ', 'x'.repeat(101)])('refuses %j', async (q) => {
    await expect(clerk.search({ q })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('refuses a second provider of the same name', () => {
    const provider = {
      id: 'notice',
      title: '又一',
      order: 1,
      permission: 'signed-in',
      search: async () => ({ items: [], more: false }),
    } as const
    expect(() => registerSearch(server.kernel, provider)).toThrow('notice')
  })
})

describe('who may', () => {
  it('a stranger may nothing', async () => {
    await expect(as().search({ q: '防汛' })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('a kind without permission is not asked, not even by name', async () => {
    expect((await clerk.search({ q: '防汛', kinds: ['memo'] })).groups).toEqual([])
  })

  it("a provider's scope is that of its own permission", async () => {
    const memos = async (client: typeof reader) =>
      (await client.search({ q: '防汛', kinds: ['memo'] })).groups.map(({ items }) => items.map(({ id }) => id))
    expect(await memos(reader)).toEqual([['m1']])
    expect(await memos(readerWithoutScope)).toEqual([[]])
  })
})
