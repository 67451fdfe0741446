import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#kernel/ids'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi } from './contract.ts'
import { writeVcard } from './server/vcard.ts'
import { person, type Scene, scene, signInAs } from './testing.ts'

let server: TestServer
let at: Scene
let clerk = ''
const api = () => server.client(directoryApi, clerk)

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  clerk = await signInAs(server, at.people.clerk.id)
})
afterAll(() => server?.stop())

describe('who may browse', () => {
  const reads: [string, (client: ReturnType<typeof api>) => Promise<unknown>][] = [
    ['root', (client) => client.root({})],
    ['children', (client) => client.children({ id: at.units.root.id })],
    ['unit', (client) => client.unit({ id: at.units.office.id })],
    ['people', (client) => client.people({ id: at.units.office.id })],
    ['person', (client) => client.person({ id: at.people.clerk.id })],
    ['vcard', (client) => client.vcard({ id: at.people.clerk.id })],
    ['search', (client) => client.search({ q: '张' })],
    ['favourites', (client) => client.favourites({})],
    ['addFavourite', (client) => client.addFavourite({ id: at.people.leader.id })],
    ['removeFavourite', (client) => client.removeFavourite({ id: at.people.leader.id })],
  ]
  it.each(reads)('%s is refused to a stranger', async (_, read) => {
    await expect(read(server.client(directoryApi))).rejects.toMatchObject({ status: 401 })
  })
  it.each(reads)('%s is refused to an account without the permission', async (_, read) => {
    const token = await server.system(async (ctx) => {
      const apart = await person(ctx, { name: `无权${newId().slice(-4)}`, unit: at.units.zoupingWater.id })
      await ctx.sql('delete from directory.post where person_id = $1', [apart.id])
      return apart.id
    })
    await expect(read(server.client(directoryApi, await signInAs(server, token)))).rejects.toMatchObject({
      status: 403,
    })
  })
})

describe('the tree', () => {
  it('opens from the root, divisions on demand', async () => {
    const root = await api().root({})
    expect(root).toMatchObject({ name: '山东省', parentId: null, level: 1 })
    const names = async (id: string, kinds?: 'institutions') =>
      (await api().children({ id, kinds })).rows.map((row) => row.name)
    expect(await names(root.id)).toEqual(['山东省水利厅', '滨州市', '济南市'])
    expect(await names(at.units.office.id)).toEqual(['文电科', '综合科'])
    expect(await names(at.units.office.id, 'institutions')).toEqual([])
    await expect(api().children({ id: newId() })).rejects.toMatchObject({ status: 404 })
  })
  it('does not show what was abolished', async () => {
    await server.sql("update directory.unit set valid_to = '2026-11-01' where id = $1", [at.units.supply.id])
    expect((await api().children({ id: at.units.water.id })).rows).toEqual([])
    await server.sql('update directory.unit set valid_to = null where id = $1', [at.units.supply.id])
  })
  it('tells of a unit: where it is, what it is for, its names and divisions', async () => {
    const { id } = at.units.office
    await server.sql(
      `insert into directory.statutory_function (id, unit_id, sort, content, basis, valid_from, valid_to) values
         ($2, $1, 2, '后一项', '三定规定第三条', '2024-01-01', null), ($3, $1, 1, '前一项', '三定规定第二条', '2024-01-01', null),
         ($4, $1, 0, '已失效', '旧规定', '2010-01-01', '2024-01-01')`,
      [id, newId(), newId(), newId()],
    )
    await server.sql('update directory.unit set superior_id = $2 where id = $1', [id, at.units.department.id])
    const unit = await api().unit({ id })
    expect(unit.crumb.map((up) => up.name)).toEqual(['山东省', '滨州市', '博兴县'])
    expect(unit).toMatchObject({ org: { id }, superior: { name: '山东省水利厅' }, can: { manage: false } })
    expect(unit.functions.map((one) => one.content)).toEqual(['前一项', '后一项'])
    expect(unit.divisions.map((one) => one.name)).toEqual(['文电科', '综合科'])
    expect((await api().unit({ id: at.units.documents.id })).org.id).toBe(id)
    await expect(api().unit({ id: newId() })).rejects.toMatchObject({ status: 404, code: 'not-found' })
  })
})

describe('people of a unit', () => {
  const page = async (id: string, limit: number, more: { direct?: boolean; q?: string } = {}) => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const answer = await api().people({ id, limit, cursor, ...more })
      expect(answer.rows.length).toBeLessThanOrEqual(limit)
      seen.push(...answer.rows.map((row) => row.name))
      cursor = answer.next ?? undefined
    } while (cursor)
    return seen
  }
  beforeAll(() =>
    server.system(async (ctx) => {
      for (let n = 0; n < 7; n++) await person(ctx, { name: `科员${n}`, unit: at.units.general.id, sort: n % 3 })
      for (let n = 0; n < 5; n++) await person(ctx, { name: `局员${n}`, unit: at.units.water.id, sort: 50 })
    }),
  )
  it('come in the order of the tree, leaders first, whatever the size of the page', async () => {
    const whole = await page(at.units.office.id, 200)
    expect(whole).toEqual([
      '孙立岩',
      '周文清',
      ...'036 14 25'
        .replaceAll(' ', '')
        .split('')
        .map((n) => `科员${n}`),
      '单明远',
    ])
    for (const limit of [1, 2, 3, 5, 9]) expect(await page(at.units.office.id, limit)).toEqual(whole)
  })
  it('are those of a division, of the unit itself, or nobody in a region', async () => {
    expect(await page(at.units.documents.id, 50)).toEqual(['周文清'])
    expect(await page(at.units.water.id, 2, { direct: true })).not.toContain('张梦瑶')
    expect(await page(at.units.water.id, 50)).toContain('张梦瑶')
    expect(await page(at.units.boxing.id, 50)).toEqual([])
    await expect(api().people({ id: newId() })).rejects.toMatchObject({ status: 404 })
  })
  it('are kept by what their name or spelling begins with', async () => {
    expect(await page(at.units.office.id, 50, { q: '周' })).toEqual(['周文清'])
    expect(await page(at.units.office.id, 50, { q: 'ZWQ' })).toEqual(['周文清'])
    expect(await page(at.units.office.id, 50, { q: 'shan ming' })).toEqual(['单明远'])
    expect(await page(at.units.office.id, 2, { q: '科员' })).toHaveLength(7)
  })
  it('stay complete when somebody joins between two pages', async () => {
    const first = await api().people({ id: at.units.water.id, limit: 3 })
    await server.system((ctx) => person(ctx, { name: '插入者', unit: at.units.water.id, sort: 0, leader: true }))
    const rest = await api().people({ id: at.units.water.id, limit: 50, cursor: first.next! })
    expect(new Set([...first.rows, ...rest.rows].map((row) => row.personId)).size).toBe(7)
  })
  it.each(['x', '1~2~3~4', `${newId()}~2~0~${newId()}`, `${newId()}~1~1;drop~${newId()}`])(
    'refuse the cursor %s',
    async (cursor) => {
      await expect(api().people({ id: at.units.office.id, cursor })).rejects.toMatchObject({ status: 400 })
    },
  )
  it('do not show who left', async () => {
    const left = await server.system((ctx) => person(ctx, { name: '已调走', unit: at.units.documents.id }))
    await server.sql("update directory.person set status = 'left' where id = $1", [left.id])
    expect(await page(at.units.documents.id, 50)).toEqual(['周文清'])
    await expect(api().person({ id: left.id })).rejects.toMatchObject({ status: 404 })
    expect((await api().search({ q: '已调走' })).people).toEqual([])
  })
})

describe('a card', () => {
  it('may be managed by whoever administers the unit', async () => {
    await server.sql(
      "insert into identity.role_permission values ('unit-admin', 'directory:manage') on conflict do nothing",
    )
    const token = await signInAs(server, at.people.colleague.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: at.units.boxing.id },
    ])
    const admin = server.client(directoryApi, token)
    expect((await admin.person({ id: at.people.waterClerk.id })).can).toEqual({ manage: true })
    expect((await admin.unit({ id: at.units.water.id })).can).toEqual({ manage: true })
    expect((await admin.person({ id: at.people.lixiaClerk.id })).can).toEqual({ manage: false })
    expect((await admin.unit({ id: at.units.binzhou.id })).can).toEqual({ manage: false })
  })
  it('names the duties', async () => {
    await server.sql(
      "insert into directory.duty (unit_id, duty, person_id, valid_from, valid_to) values ($1, '文秘', $2, '2025-01-01', null), ($1, '机要员', $2, '2020-01-01', '2025-01-01')",
      [at.units.office.id, at.people.clerk.id],
    )
    expect((await api().person({ id: at.people.clerk.id })).duties).toMatchObject([
      { duty: '文秘', unit: { name: '博兴县人民政府办公室' } },
    ])
  })
  it('downloads as vCard 4.0', async () => {
    const response = await api().vcard({ id: at.people.clerk.id })
    expect(response.headers.get('content-disposition')).toMatch(/^attachment;.*\.vcf/)
    const lines = (await response.text()).split('\r\n')
    expect(lines.slice(0, 2)).toEqual(['BEGIN:VCARD', 'VERSION:4.0'])
    expect(lines).toContain('FN:周文清')
    expect(lines).toContain('ORG:博兴县人民政府办公室;文电科')
    expect(lines).toContain('TEL;TYPE="cell,work";VALUE=uri:tel:15400002716')
  })
  it('escapes and folds what people write', () => {
    const unit = { id: 'u', name: '一,二;三\\四\n五', shortName: '' }
    const post = {
      id: 'p',
      kind: 'main' as const,
      title: '长'.repeat(60),
      charge: null,
      unit,
      org: unit,
      phone: null,
      room: null,
      validFrom: '',
      validTo: null,
    }
    const text = writeVcard({ id: 'x', name: '甲\r\nTEL:110', gender: null, mobile: null, email: null, posts: [post] })
    expect(text).toContain('ORG:一\\,二\\;三\\\\四\\n五')
    expect(text).toContain('FN:甲\\nTEL:110')
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(text.replaceAll('\r\n ', '')).toContain(`TITLE:${'长'.repeat(60)}`)
  })
})

describe('favourites', () => {
  it('are the caller’s own, newest first, each once', async () => {
    await api().addFavourite({ id: at.people.leader.id })
    server.clock.advance(1000)
    await api().addFavourite({ id: at.people.lixiaClerk.id })
    await api().addFavourite({ id: at.people.leader.id })
    expect((await api().favourites({})).rows.map((row) => row.name)).toEqual(['张伟', '孙立岩'])
    expect((await api().person({ id: at.people.leader.id })).favourite).toBe(true)
    const other = server.client(directoryApi, await signInAs(server, at.people.waterClerk.id))
    expect((await other.favourites({})).rows).toEqual([])
    await api().removeFavourite({ id: at.people.leader.id })
    expect((await api().favourites({})).rows.map((row) => row.name)).toEqual(['张伟'])
    await expect(api().addFavourite({ id: newId() })).rejects.toMatchObject({ status: 404 })
  })
  it('are 200 at most', async () => {
    await server.sql(
      `insert into directory.person (id, name, pinyin, initials) select gen_random_uuid(), '路人' || n, 'lu ren', 'lr' from generate_series(1, 199) n`,
    )
    await server.sql(
      `insert into directory.favourite (owner_id, person_id, at) select $1, id, now() from directory.person where name like '路人%'`,
      [at.people.clerk.id],
    )
    await expect(api().addFavourite({ id: at.people.leader.id })).rejects.toMatchObject({ status: 409 })
    await expect(api().addFavourite({ id: at.people.lixiaClerk.id })).resolves.toEqual({})
  })
})
