import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search as globalSearch } from '#platform/search'
import { searchApi } from '#platform/search/contract'
import { directoryApi } from './contract.ts'
import { flushBudget } from './server/budget.ts'
import { type QueryName, queries } from './server/sql.ts'
import { person, post, provinceTemplate, type Scene, scene, signInAs, unit } from './testing.ts'

describe('search', () => {
  let server: TestServer
  let at: Scene
  let clerk = ''
  beforeAll(async () => {
    server = await startTestServer([directory, identity, globalSearch])
    at = await server.system(scene)
    clerk = await signInAs(server, at.people.clerk.id)
  })
  afterAll(() => server?.stop())

  const search = (q: string, more: { recent?: string[]; kind?: 'people' | 'units' } = {}) =>
    server.client(directoryApi, clerk).search({ q, ...more })
  const people = async (q: string, recent?: string[]) =>
    (await search(q, { recent })).people.flatMap(({ stage, rows }) =>
      rows.map((row) => `${stage} ${row.name} ${row.orgName}`),
    )
  const names = async (q: string) => (await search(q)).people.flatMap(({ rows }) => rows.map((row) => row.name))

  it.each([
    ['the whole name', '周文清'],
    ['full pinyin', 'zhouwenqing'],
    ['pinyin with spaces, tones and capitals', 'ZHŌU wén qīng'],
    ['the beginning of it', 'zhouw'],
    ['initials', 'zwq'],
    ['the given name', '文清'],
    ['its pinyin', 'wenqing'],
    ['characters, then letters', '周w'],
    ['letters, then characters', 'zhou文'],
    ['characters in the middle', '文q'],
    ['the tail of the mobile number', '2716'],
    ['the whole number', '154 0000 2716'],
    ['the number with country code', '+86 15400002716'],
    ['name and title', '周 副科长'],
    ['title and name', '副科长 周'],
    ['name and unit', 'zhouw 政府办'],
    ['unit and name', '县政府办 周文清'],
    ['name and division', '周 文电科'],
    ['name and county', 'zwq 博兴县'],
    ['name, unit and title', '周 政府办 副科长'],
    ['title and unit', '副科长 政府办'],
    ['full-width letters', 'ｚｗｑ'],
  ])('finds by %s', async (_, q) => {
    expect(await names(q)).toContain('周文清')
  })
  it('fills the global box: one line a person under the stage, those opened lately first, and units', async () => {
    const box = async (q: string, recent?: string[]) =>
      (await server.client(searchApi, clerk).search({ q, recent, kinds: ['people', 'units'] })).groups
    const [found, units] = await box('周文清')
    expect(found).toMatchObject({ id: 'people', hint: expect.stringContaining('首字母'), unavailable: false })
    expect(found?.items[0]).toMatchObject({
      id: at.people.clerk.id,
      title: '周文清',
      path: `/contacts/people/${at.people.clerk.id}`,
      reading: 'zhou wen qing',
      group: '本单位',
      person: true,
    })
    expect(new Set(found?.items.map(({ id }) => id)).size).toBe(found?.items.length)
    expect(units?.items).toEqual([])
    const all = (await box('zw'))[0]?.items ?? []
    const last = all.at(-1)!
    expect(all.length).toBeGreaterThan(1)
    expect((await box('zw', ['/not-an-id', last.id]))[0]?.items[0]).toMatchObject({ id: last.id, group: '最近联系' })
    expect((await box('政府办'))[1]?.items[0]).toMatchObject({
      kind: '单位',
      path: expect.stringMatching('^/contacts/units/'),
    })
  })
  it.each([
    ['单明远', ['单', 'shan', 'dan', 'smy', 'dmy', 'danmingyuan', '单my', '明远']],
    ['吕明月', ['lv', 'lü', 'lmy', 'lvming']],
  ])('finds %s by every reading', async (name, forms) => {
    for (const q of forms) expect(await names(q), q).toContain(name)
  })
  it.each(['周x', '副局长 周', 'zwx', '2717', '15400002717', '周 水利局', '——', '%', '_', "'"])(
    'does not find the clerk by %s',
    async (q) => {
      expect(await names(q)).not.toContain('周文清')
    },
  )
  it('goes from near to far', async () => {
    expect(await people('张伟')).toEqual([
      'county 张伟 博兴县水利局',
      'city 张伟 滨州市水利局',
      'city 张伟东 邹平市水利局',
      'province 张伟 历下区水利局',
    ])
  })
  it('puts people of late first, if they match and only once', async () => {
    const { lixiaClerk, waterClerk } = at.people
    expect((await people('张伟', [waterClerk.id, lixiaClerk.id]))[0]).toBe('recent 张伟 历下区水利局')
    expect((await people('张伟', [lixiaClerk.id])).filter((row) => row.includes('历下区'))).toHaveLength(1)
  })
  it('shows strangers of one character only when it is the whole name', async () => {
    await server.system(async (ctx) => {
      await person(ctx, { name: '鹤', unit: at.units.lixiaWater.id })
      await person(ctx, { name: '鹤鸣', unit: at.units.lixiaWater.id })
      await person(ctx, { name: '鹤立', unit: at.units.water.id })
    })
    expect(await people('鹤')).toEqual(['county 鹤立 博兴县水利局', 'province 鹤 历下区水利局'])
    expect(await people('鹤鸣')).toEqual(['province 鹤鸣 历下区水利局'])
  })
  it('names a person once, however many posts and keys', async () => {
    await server.system(async (ctx) => {
      const made = await person(ctx, { name: '冼冼', unit: at.units.office.id, title: '主任' })
      await post(ctx, { person: made.id, unit: at.units.water.id, title: '主任' })
      await post(ctx, { person: made.id, unit: at.units.lixiaWater.id, title: '主任' })
    })
    expect(await names('xian')).toEqual(['冼冼'])
    expect(await people('冼 水利局')).toHaveLength(1)
  })
  it('stops at twenty and says so', async () => {
    await server.system(async (ctx) => {
      for (let n = 0; n < 24; n++) await person(ctx, { name: `郜众${'甲乙丙丁'[n % 4]}`, unit: at.units.supply.id })
    })
    const answer = await search('郜')
    expect(answer.people.flatMap(({ rows }) => rows)).toHaveLength(20)
    expect(answer).toMatchObject({ more: true, people: [{ stage: 'county', more: true }] })
  })
  it.each([
    ['政府办', '博兴县人民政府办公室'],
    ['县政府办公室', '博兴县人民政府办公室'],
    ['水利厅', '山东省水利厅'],
    ['slj', '博兴县水利局'],
    ['shuiliju', '博兴县水利局'],
    ['文电科', '文电科'],
    ['博兴', '博兴县'],
  ])('finds the unit %s: %s first', async (q, name) => {
    expect((await search(q)).units[0]?.name).toBe(name)
  })
  it('names units from near to far with their place, divisions last', async () => {
    await server.system((ctx) => unit(ctx, { name: '水利科', parent: at.units.water.id, kind: 'division' }))
    const { units } = await search('水利', { kind: 'units' })
    expect(units.map((one) => `${one.crumb} / ${one.name}`)).toEqual([
      '山东省 / 滨州市 / 博兴县 / 博兴县水利局',
      '山东省 / 滨州市 / 滨州市水利局',
      '山东省 / 滨州市 / 邹平市 / 邹平市水利局',
      '山东省 / 山东省水利厅',
      '山东省 / 济南市 / 历下区 / 历下区水利局',
      '山东省 / 滨州市 / 博兴县 / 县水利局 / 水利科',
    ])
  })
  it('keeps to the kind asked for', async () => {
    expect((await search('水利局', { kind: 'people' })).units).toEqual([])
    expect((await search('张伟', { kind: 'units' })).people).toEqual([])
  })

  describe('the budget of a day', () => {
    const limit = (searches: number, people: number) =>
      server.sql('update directory.reading_limit set searches = $1, people = $2', [searches, people])
    it('ends searches with a clear sentence, survives a restart, and begins anew the next day', async () => {
      await limit(3, 10_000)
      const token = await signInAs(server, at.people.zoupingClerk.id)
      const client = server.client(directoryApi, token)
      for (let n = 0; n < 3; n++) await client.search({ q: '张' })
      await expect(client.search({ q: '张' })).rejects.toMatchObject({ status: 429, code: 'too-many' })
      await flushBudget(server.kernel)
      expect(
        await server.sql(
          'select searches from directory.reading_budget b join identity.account a on a.id = b.account_id where a.person_id = $1',
          [at.people.zoupingClerk.id],
        ),
      ).toEqual([{ searches: 3 }])
      await expect(client.search({ q: '张' })).rejects.toMatchObject({ detail: expect.stringContaining('明天') })
      server.clock.advance(15 * 3_600_000)
      const tomorrow = server.client(directoryApi, await signInAs(server, at.people.zoupingClerk.id))
      await expect(tomorrow.search({ q: '张' })).resolves.toBeDefined()
      await limit(5000, 10_000)
    })
    it('counts different people, in lists and on cards too', async () => {
      await limit(5000, 2)
      const client = server.client(directoryApi, await signInAs(server, at.people.lixiaClerk.id))
      for (let n = 0; n < 5; n++) await client.person({ id: at.people.waterHead.id })
      await client.person({ id: at.people.leader.id })
      await expect(client.person({ id: at.people.clerk.id })).rejects.toMatchObject({ status: 429 })
      await expect(client.people({ id: at.units.water.id })).rejects.toMatchObject({ status: 429 })
      await limit(5000, 10_000)
    })
  })
})

describe('in the generated province', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer([directory, identity, globalSearch], { template: provinceTemplate() })
  }, 120_000)
  afterAll(() => server?.stop())

  it('a clerk finds the people of the demo', async () => {
    const client = server.client(directoryApi, await signInAs(server, 'clerk'))
    for (const [q, name] of [
      ['刘梦瑶', '刘梦瑶'],
      ['lmy 水利局', '刘梦瑶'],
      ['lvmingyue', '吕明月'],
      ['丁海涛', '丁海涛'],
      ['孙l', '孙立岩'],
    ] as const)
      expect(
        (await client.search({ q })).people.flatMap(({ rows }) => rows.map((row) => row.name)),
        q,
      ).toContain(name)
  })

  interface Plan {
    'Node Type': string
    'Relation Name'?: string
    Plans?: Plan[]
  }
  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
  /** The generic plan: the one a prepared statement keeps. */
  const planOf = async (name: QueryName): Promise<Plan[]> => {
    const most = Math.max(0, ...[...queries[name].matchAll(/\$(\d+)/g)].map((match) => Number(match[1])))
    const args = most > 0 ? `(${Array.from({ length: most }, () => 'null').join()})` : ''
    const client = new pg.Client({ connectionString: server.adminUrl })
    await client.connect()
    try {
      await client.query('set plan_cache_mode = force_generic_plan')
      await client.query(`prepare q as ${queries[name]}`)
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) execute q${args}`)
      return nodes(rows[0]!['QUERY PLAN'][0].Plan)
    } finally {
      await client.end()
    }
  }
  it.each(Object.keys(queries) as QueryName[])('%s scans no table of people or units', async (name) => {
    const scanned = (await planOf(name))
      .filter((node) => node['Node Type'].includes('Seq Scan'))
      .map((node) => node['Relation Name'])
    for (const table of ['person', 'person_token', 'unit', 'unit_token', 'post']) expect(scanned).not.toContain(table)
  })
})
