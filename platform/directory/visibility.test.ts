import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#kernel/ids'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi, type RuleInput } from './contract.ts'
import { recomputeGuards } from './server/guards.ts'
import { person, post, type Scene, scene, signInAs } from './testing.ts'

const api = directoryApi
let server: TestServer
let at: Scene
const tokens = new Map<string, string>()
const as = (who: string) => server.client(api, tokens.get(who))
const rule = (more: Partial<RuleInput>): RuleInput => ({
  title: '试验规则',
  targetUnitId: null,
  targetRankOrder: null,
  targetPersonId: null,
  effect: 'hide',
  fields: [],
  viewerUnitIds: [],
  viewerPersonIds: [],
  viewerRankOrder: null,
  ownUnit: true,
  ownerUnitId: at.units.boxing.id,
  ...more,
})
/** Works with a rule in force, and without it afterwards. */
const during = async (input: RuleInput, work: (id: string) => Promise<void>, admin = 'systemAdmin'): Promise<void> => {
  const { id } = await as(admin).createRule(input)
  try {
    await work(id)
  } finally {
    await as(admin).deleteRule({ id })
  }
}
const names = (found: Awaited<ReturnType<ReturnType<typeof as>['search']>>) =>
  found.people.flatMap(({ rows }) => rows.map((row) => row.name))

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  for (const [key, { id }] of Object.entries(at.people)) tokens.set(key, await signInAs(server, id))
  const { admin, system } = await server.system(async (ctx) => ({
    admin: await person(ctx, { name: '毕嘉禾', unit: at.units.documents.id }),
    system: await person(ctx, { name: '苗立言', unit: at.units.department.id }),
  }))
  tokens.set(
    'unitAdmin',
    await signInAs(server, admin.id, [{ role: 'unit-admin', scope: 'subtree', unitId: at.units.boxing.id }]),
  )
  tokens.set('systemAdmin', await signInAs(server, system.id, [{ role: 'system-admin', scope: 'all' }]))
})
afterAll(() => server?.stop())

describe('a hidden person', () => {
  const everyDoor = async (viewer: string, hiddenId: string, name: string, unitId: string) => {
    const client = as(viewer)
    await expect(client.person({ id: hiddenId })).rejects.toMatchObject({ status: 404 })
    await expect(client.vcard({ id: hiddenId })).rejects.toMatchObject({ status: 404 })
    await expect(client.addFavourite({ id: hiddenId })).rejects.toMatchObject({ status: 404 })
    for (const q of [
      name,
      name.slice(1),
      '2716',
      '15400002716',
      '副科长',
      'zwq',
      'zhouw',
      '周w',
      `${name} 政府办`,
      `${name} 博兴县`,
    ])
      expect(names(await client.search({ q, recent: [hiddenId] })), q).not.toContain(name)
    const listed = await client
      .people({ id: unitId })
      .catch((error: { status: number }) => ({ rows: [], status: error.status }))
    expect(listed.rows.map((row) => row.name)).not.toContain(name)
    expect((await client.favourites({})).rows.map((row) => row.name)).not.toContain(name)
  }
  it('is found by no door, and by every door again when the rule is gone', async () => {
    const { clerk } = at.people
    await as('waterClerk').addFavourite({ id: clerk.id })
    await during(rule({ targetPersonId: clerk.id }), async () => {
      await everyDoor('waterClerk', clerk.id, '周文清', at.units.office.id)
      expect((await as('colleague').person({ id: clerk.id })).name).toBe('周文清')
      expect((await as('clerk').person({ id: clerk.id })).mobile).toBe('15400002716')
      expect(names(await as('clerk').search({ q: '2716' }))).toEqual(['周文清'])
    })
    expect((await as('waterClerk').person({ id: clerk.id })).favourite).toBe(true)
    expect((await as('waterClerk').favourites({})).rows).toHaveLength(1)
    await as('waterClerk').removeFavourite({ id: clerk.id })
  })
  it('is answered like somebody who does not exist', async () => {
    await during(rule({ targetPersonId: at.people.clerk.id }), async () => {
      const hidden = await as('waterClerk')
        .person({ id: at.people.clerk.id })
        .catch((error: object) => error)
      const absent = await as('waterClerk')
        .person({ id: newId() })
        .catch((error: object) => error)
      expect(hidden).toMatchObject({ status: 404, detail: (absent as { detail: string }).detail })
    })
  })
  it('sees himself even where the own unit is not excepted', async () => {
    await during(rule({ targetPersonId: at.people.clerk.id, ownUnit: false }), async () => {
      expect((await as('clerk').person({ id: at.people.clerk.id })).name).toBe('周文清')
      await expect(as('colleague').person({ id: at.people.clerk.id })).rejects.toMatchObject({ status: 404 })
    })
  })
  it('stays hidden when moved into a hidden subtree, and appears when moved out', async () => {
    await during(rule({ targetUnitId: at.units.water.id }), async () => {
      const moved = await server.system((ctx) => person(ctx, { name: '郇迁', unit: at.units.supply.id }))
      await expect(as('clerk').person({ id: moved.id })).rejects.toMatchObject({ status: 404 })
      await server.system(async (ctx) => {
        await ctx.sql('update directory.post set unit_id = $1, org_no = $2 where id = $3', [
          at.units.general.id,
          at.units.office.no,
          moved.postId,
        ])
        await recomputeGuards(ctx.sql, { personIds: [moved.id] })
      })
      expect((await as('lixiaClerk').person({ id: moved.id })).name).toBe('郇迁')
    })
  })
})

describe('a hidden unit', () => {
  it('and its people exist for its own people only', async () => {
    await during(rule({ targetUnitId: at.units.water.id }), async () => {
      const stranger = as('lixiaClerk')
      await expect(stranger.unit({ id: at.units.water.id })).rejects.toMatchObject({ status: 404 })
      await expect(stranger.people({ id: at.units.supply.id })).rejects.toMatchObject({ status: 404 })
      await expect(stranger.children({ id: at.units.water.id })).rejects.toMatchObject({ status: 404 })
      const { rows } = await stranger.children({ id: at.units.boxing.id })
      expect(rows.map((row) => row.name)).toEqual(['博兴县人民政府办公室'])
      expect((await stranger.unit({ id: at.units.boxing.id })).children).toBe(1)
      expect((await stranger.search({ q: '博兴县水利局' })).units).toEqual([])
      expect((await as('waterClerk').unit({ id: at.units.water.id })).name).toBe('博兴县水利局')
      expect((await as('waterClerk').people({ id: at.units.water.id })).rows).toHaveLength(2)
    })
  })
  it('does not hide a leader who only helps there: the post there is left out', async () => {
    const leader = await server.system(async (ctx) => {
      const made = await person(ctx, { name: '亓兼任', unit: at.units.office.id, title: '副主任' })
      await post(ctx, { person: made.id, unit: at.units.secret.id, title: '专班组长' })
      return made
    })
    const card = await as('lixiaClerk').person({ id: leader.id })
    expect(card.posts.map(({ title }) => title)).toEqual(['副主任'])
    expect(names(await as('lixiaClerk').search({ q: '专班组长' }))).toEqual([])
    expect((await as('agent').person({ id: leader.id })).posts).toHaveLength(2)
  })
  it('is what a closed unit is to everybody outside it', async () => {
    await expect(as('clerk').unit({ id: at.units.secret.id })).rejects.toMatchObject({ status: 404 })
    await expect(as('clerk').person({ id: at.people.agent.id })).rejects.toMatchObject({ status: 404 })
    expect((await as('clerk').search({ q: '欧阳' })).people).toEqual([])
    expect((await as('clerk').search({ q: '保密专班' })).units).toEqual([])
    expect((await as('agent').search({ q: '欧阳' })).people.flatMap(({ rows }) => rows)).toHaveLength(1)
    expect((await as('agent').unit({ id: at.units.secret.id })).closed).toBe(true)
  })
})

describe('a masked field', () => {
  it('never leaves the server, and is not found by what it holds', async () => {
    const input = rule({
      targetRankOrder: 20,
      targetUnitId: at.units.boxing.id,
      effect: 'mask',
      fields: ['mobile', 'phone', 'email', 'room', 'rank'],
    })
    await during(input, async () => {
      const { leader } = at.people
      const card = await as('waterClerk').person({ id: leader.id })
      expect(card.masked.sort()).toEqual(['email', 'mobile', 'phone', 'rank', 'room'])
      expect(card).toMatchObject({ mobile: null, email: null, rank: null, posts: [{ phone: null, room: null }] })
      expect(JSON.stringify(card)).not.toMatch(/15400000001|0543|"101"/)
      const [row] = (await as('waterClerk').people({ id: at.units.office.id })).rows
      expect(row).toMatchObject({ name: '孙立岩', mobile: null, phone: null, masked: ['mobile', 'phone'] })
      const text = await (await as('waterClerk').vcard({ id: leader.id })).text()
      expect(text).toContain('FN:孙立岩')
      expect(text).not.toMatch(/TEL|EMAIL/)
      for (const q of ['0001', '15400000001', '00000001'])
        expect(names(await as('waterClerk').search({ q })), q).not.toContain('孙立岩')
      expect(names(await as('waterClerk').search({ q: '孙立岩' }))).toEqual(['孙立岩'])
      expect((await as('clerk').person({ id: leader.id })).mobile).toBe('15400000001')
      expect(names(await as('clerk').search({ q: '15400000001' }))).toEqual(['孙立岩'])
    })
  })
  it('may be so in the whole province without touching a row', async () => {
    const before = await server.sql<{ n: number }>('select count(*)::int as n from directory.person where guard <> 0')
    const input = rule({
      targetUnitId: at.units.root.id,
      effect: 'mask',
      fields: ['mobile'],
      ownerUnitId: at.units.root.id,
      viewerUnitIds: [at.units.binzhou.id],
    })
    await during(input, async () => {
      expect((await as('departmentClerk').person({ id: at.people.clerk.id })).mobile).toBeNull()
      expect(names(await as('lixiaClerk').search({ q: '2716' }))).toEqual([])
      expect((await as('zoupingClerk').person({ id: at.people.clerk.id })).mobile).toBe('15400002716')
      expect(await server.sql('select count(*)::int as n from directory.person where guard <> 0')).toEqual(before)
    })
  })
})

describe('administration of rules', () => {
  it('is for those who hold the permission, within their scope', async () => {
    const mine = rule({ targetPersonId: at.people.clerk.id })
    await expect(server.client(api).rules({})).rejects.toMatchObject({ status: 401 })
    await expect(as('clerk').rules({})).rejects.toMatchObject({ status: 403 })
    await expect(as('clerk').createRule(mine)).rejects.toMatchObject({ status: 403 })
    const refused = { status: 400, code: 'invalid' }
    await expect(as('unitAdmin').createRule(rule({ targetPersonId: at.people.lixiaClerk.id }))).rejects.toMatchObject(
      refused,
    )
    await expect(as('unitAdmin').createRule(rule({ targetUnitId: at.units.binzhou.id }))).rejects.toMatchObject(refused)
    await expect(as('unitAdmin').createRule(rule({ targetRankOrder: 5 }))).rejects.toMatchObject(refused)
    await expect(as('unitAdmin').createRule({ ...mine, ownerUnitId: at.units.root.id })).rejects.toMatchObject(refused)
    await expect(as('unitAdmin').previewRule({ targetUnitId: at.units.jinan.id })).rejects.toMatchObject(refused)
    await during(rule({ targetPersonId: at.people.lixiaClerk.id, ownerUnitId: at.units.jinan.id }), async (id) => {
      expect((await as('unitAdmin').rules({})).rows).toEqual([])
      await expect(as('unitAdmin').deleteRule({ id })).rejects.toMatchObject({ status: 404 })
      await expect(as('unitAdmin').enableRule({ id, enabled: false, revision: 1 })).rejects.toMatchObject({
        status: 404,
      })
      await expect(as('unitAdmin').updateRule({ ...mine, id, revision: 1 })).rejects.toMatchObject({ status: 404 })
      expect((await as('systemAdmin').rules({})).rows.map((row) => row.id)).toEqual([id])
    })
    await during(mine, async () => expect((await as('unitAdmin').rules({})).rows).toHaveLength(1), 'unitAdmin')
  })
  it('refuses what would hide everything, masks nothing or has no object', async () => {
    const all = rule({ targetUnitId: at.units.root.id, ownerUnitId: at.units.root.id })
    await expect(as('systemAdmin').createRule(all)).rejects.toMatchObject({ status: 400 })
    await expect(as('systemAdmin').createRule(rule({}))).rejects.toMatchObject({ status: 400 })
    await expect(
      as('systemAdmin').createRule(rule({ targetPersonId: at.people.clerk.id, effect: 'mask' })),
    ).rejects.toMatchObject({ status: 400 })
  })
  it('switches, changes its object, and refuses a change of what was changed meanwhile', async () => {
    const admin = as('unitAdmin')
    const made = await admin.createRule(rule({ targetPersonId: at.people.clerk.id }))
    await admin.enableRule({ id: made.id, enabled: false, revision: made.revision })
    expect((await as('waterClerk').person({ id: at.people.clerk.id })).name).toBe('周文清')
    await expect(admin.enableRule({ id: made.id, enabled: true, revision: made.revision })).rejects.toMatchObject({
      status: 409,
      code: 'stale',
    })
    await admin.enableRule({ id: made.id, enabled: true, revision: made.revision + 1 })
    await expect(as('waterClerk').person({ id: at.people.clerk.id })).rejects.toMatchObject({ status: 404 })
    const changed = await admin.updateRule({
      ...rule({ targetPersonId: at.people.colleague.id }),
      id: made.id,
      revision: made.revision + 2,
    })
    expect(changed).toMatchObject({ targetPerson: { name: '单明远' }, revision: made.revision + 3 })
    expect((await as('waterClerk').person({ id: at.people.clerk.id })).name).toBe('周文清')
    await expect(as('waterClerk').person({ id: at.people.colleague.id })).rejects.toMatchObject({ status: 404 })
    await admin.deleteRule({ id: made.id })
    expect((await as('waterClerk').person({ id: at.people.colleague.id })).name).toBe('单明远')
  })
  it('previews whom a rule touches', async () => {
    const preview = await as('unitAdmin').previewRule({ targetUnitId: at.units.water.id })
    expect(preview).toMatchObject({ people: 2, units: 2, more: false })
    expect(preview.sample.map((row) => row.name).sort()).toEqual(['张伟', '张梦瑶'])
    expect(await as('unitAdmin').previewRule({ targetUnitId: at.units.boxing.id, targetRankOrder: 15 })).toMatchObject({
      people: 1,
      units: 0,
    })
  })
})

describe('explain', () => {
  it('is for holders of the permission whose scope holds the person', async () => {
    const input = { id: at.people.clerk.id, viewerId: at.people.lixiaClerk.id }
    await expect(as('clerk').explain(input)).rejects.toMatchObject({ status: 403 })
    await expect(as('unitAdmin').explain({ ...input, id: at.people.lixiaClerk.id })).rejects.toMatchObject({
      status: 404,
    })
    expect(await as('unitAdmin').explain(input)).toEqual({ visible: true, masked: [], rules: [] })
  })
  it('names the rule and the reason', async () => {
    await during(
      rule({ title: '县府办不公开', targetUnitId: at.units.office.id, viewerUnitIds: [at.units.zouping.id] }),
      async () => {
        const why = (viewer: keyof Scene['people']) =>
          as('unitAdmin').explain({ id: at.people.clerk.id, viewerId: at.people[viewer].id })
        expect(await why('lixiaClerk')).toMatchObject({
          visible: false,
          rules: [{ title: '县府办不公开', applies: true, reason: expect.stringContaining('隐藏') }],
        })
        expect(await why('zoupingClerk')).toMatchObject({
          visible: true,
          rules: [{ applies: false, reason: expect.stringContaining('例外的单位') }],
        })
        expect(await why('colleague')).toMatchObject({
          visible: true,
          rules: [{ applies: false, reason: expect.stringContaining('同单位') }],
        })
        expect(await why('clerk')).toMatchObject({
          visible: true,
          rules: [{ applies: false, reason: expect.stringContaining('本人') }],
        })
      },
    )
  })
  it('agrees with what the viewer gets, whatever the rules', async () => {
    const random = seeded(20261120)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
    const maybe = <T>(value: () => T): T | null => (random() < 0.4 ? value() : null)
    const units = Object.values(at.units).slice(1)
    const people = Object.values(at.people)
    const keys = Object.keys(at.people) as (keyof Scene['people'])[]
    const made: string[] = []
    for (let n = 0; n < 20; n++) {
      const targetUnitId = maybe(() => pick(units).id)
      const targetRankOrder = maybe(() => Math.floor(random() * 40))
      const input = rule({
        title: `随机规则 ${n}`,
        targetUnitId,
        targetRankOrder,
        targetPersonId: targetUnitId || targetRankOrder !== null ? maybe(() => pick(people).id) : pick(people).id,
        effect: random() < 0.5 ? 'hide' : 'mask',
        fields: ['mobile', 'room'],
        viewerUnitIds: random() < 0.4 ? [pick(units).id] : [],
        viewerPersonIds: random() < 0.4 ? [pick(people).id] : [],
        viewerRankOrder: maybe(() => Math.floor(random() * 40)),
        ownUnit: random() < 0.5,
        ownerUnitId: at.units.root.id,
      })
      made.push((await as('systemAdmin').createRule(input)).id)
      for (let m = 0; m < 6; m++) {
        const [viewer, looked] = [pick(keys), pick(keys)]
        const explained = await as('systemAdmin').explain({ id: at.people[looked].id, viewerId: at.people[viewer].id })
        const card = await as(viewer)
          .person({ id: at.people[looked].id })
          .catch((error: { status: number }) => error.status)
        expect(typeof card === 'object', `${viewer} looks at ${looked}`).toBe(explained.visible)
        const hiding = explained.rules.some((one) => one.effect === 'hide' && one.applies)
        expect(explained.visible, `${viewer} looks at ${looked}`).toBe(!hiding)
        if (typeof card !== 'object') expect(card).toBe(404)
        else {
          const fields = new Set(
            explained.rules.flatMap((one) => (one.effect === 'mask' && one.applies ? one.fields : [])),
          )
          expect(card.masked.sort()).toEqual([...fields].sort())
          expect(card.mobile === null).toBe(fields.has('mobile'))
        }
      }
    }
    for (const id of made) await as('systemAdmin').deleteRule({ id })
    expect(await server.sql('select distinct guard from directory.person where guard <> 0')).toHaveLength(1)
  }, 60_000)
})

/** mulberry32: the same numbers in every run. */
const seeded = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
