import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi, type HistoryEntry } from './contract.ts'
import * as write from './server/write.ts'
import { type Scene, scene, signInAs } from './testing.ts'

let server: TestServer
let at: Scene
const tokens = new Map<string, string>()
const as = (who: string) => server.client(directoryApi, tokens.get(who))
const change = <T>(reason: string, work: (change: write.Change) => Promise<T>): Promise<T> =>
  server.system((ctx) => write.changeDirectory(ctx, { id: null, name: '苗立言', reason }, work))
const on = (day: string): void => server.clock.set(`${day}T09:00:00+08:00`)
const told = (rows: readonly HistoryEntry[]) =>
  rows
    .filter((row) => row.at !== null)
    .map((row) =>
      [
        row.day,
        row.about,
        ...row.fields.map((field) => `${field.title}：${field.before ?? ''}→${field.after ?? ''}`),
      ].join(' '),
    )

beforeAll(async () => {
  server = await startTestServer([directory, identity, search], { now: '2026-03-01T09:00:00+08:00' })
  at = await server.system(scene)
  const { water, supply, boxing, office, general } = at.units
  on('2026-04-01')
  await change('机构改革', (c) =>
    write.updateUnit(c, {
      id: water.id,
      name: '博兴县水务局',
      plates: ['博兴县河长制办公室'],
      functions: [{ content: '管水', basis: '方案' }],
    }),
  )
  await change('换号', (c) => write.updatePerson(c, { id: at.people.clerk.id, mobile: '15400008888' }))
  on('2026-05-01')
  await change('划转', (c) => write.moveUnit(c, { id: supply.id, parentId: office.id }))
  await change('任免', (c) => write.updatePost(c, { id: at.people.clerk.postId, unitId: general.id, title: '科长' }))
  on('2026-06-01')
  await change('撤并', (c) => write.abolishUnit(c, { id: water.id, peopleTo: office.id, childrenTo: boxing.id }))
  await change('退休', (c) => write.personLeft(c, { id: at.people.colleague.id, status: 'retired' }))
  on('2026-07-01')
  for (const who of ['clerk', 'lixiaClerk', 'waterClerk'] as const)
    tokens.set(who, await signInAs(server, at.people[who].id))
  tokens.set(
    'admin',
    await signInAs(server, at.people.leader.id, [{ role: 'unit-admin', scope: 'subtree', unitId: boxing.id }]),
  )
})
afterAll(() => server?.stop())

describe('history', () => {
  it('of a unit says what changed, when and by whom, newest first', async () => {
    const { rows, more } = await as('clerk').unitHistory({ id: at.units.water.id })
    expect(more).toBe(false)
    expect(told(rows)).toEqual([
      '2026-06-01 单位 撤销日：→2026-06-01',
      '2026-04-01 单位 全称：博兴县水利局→博兴县水务局',
    ])
    expect(rows.find((row) => row.day === '2026-04-01' && row.at)).toMatchObject({
      actorName: '苗立言',
      reason: '机构改革',
    })
    expect(
      rows
        .flatMap((row) => row.fields)
        .filter((field) => field.title !== '全称')
        .map((field) => [field.title, field.before, field.after]),
    ).toEqual(
      expect.arrayContaining([
        ['挂牌', null, '博兴县河长制办公室'],
        ['三定职责', null, '管水（依据：方案）'],
      ]),
    )
    expect(told((await as('clerk').unitHistory({ id: at.units.supply.id })).rows)).toEqual([
      expect.stringMatching(/^2026-05-01 单位 上级单位：博兴县水务局→/),
    ])
  })

  it('of a person masks today what today’s rules mask, and keeps nothing from the administrator', async () => {
    const { clerk } = at.people
    const open = await as('lixiaClerk').personHistory({ id: clerk.id })
    expect(told(open.rows)).toEqual([
      '2026-05-01 任职 任职单位：文电科→综合科 职务：副科长→科长',
      '2026-04-01 人员 手机号：15400002716→15400008888',
    ])
    const rule = '0190c0de-0000-7000-8000-000000000002'
    await server.sql(
      `insert into directory.visibility_rule (id, title, target_person, effect, fields, own_unit, owner_unit) values ($1, '手机', $2, 'mask', '{mobile}', false, $3)`,
      [rule, clerk.id, at.units.boxing.id],
    )
    await change('规则', async ({ touched }) => {
      touched.people.add(clerk.id)
      touched.visibility = true
    })
    const masked = await as('lixiaClerk').personHistory({ id: clerk.id })
    expect(JSON.stringify(masked)).not.toContain('1540000')
    expect(masked.rows.flatMap((row) => row.fields).find((field) => field.field === 'mobile')).toMatchObject({
      masked: true,
      before: null,
      after: null,
    })
    expect(JSON.stringify(await as('admin').personHistory({ id: clerk.id }))).toContain('15400002716')
    await server.sql('update directory.visibility_rule set effect = $2, fields = $3 where id = $1', [rule, 'hide', []])
    await change('规则', async ({ touched }) => {
      touched.people.add(clerk.id)
      touched.visibility = true
    })
    await expect(as('lixiaClerk').personHistory({ id: clerk.id })).rejects.toMatchObject({ status: 404 })
    await server.sql('delete from directory.visibility_rule')
    await change('规则', async ({ touched }) => void touched.people.add(clerk.id))
    // Who left is read about by the administrators only.
    await expect(as('clerk').personHistory({ id: at.people.colleague.id })).rejects.toMatchObject({ status: 404 })
    expect(told((await as('admin').personHistory({ id: at.people.colleague.id })).rows)).toEqual(
      expect.arrayContaining(['2026-06-01 人员 状态：在职→退休', '2026-06-01 任职 免职日：→2026-06-01']),
    )
    await expect(server.client(directoryApi).personHistory({ id: clerk.id })).rejects.toMatchObject({ status: 401 })
  })

  it('cannot be skipped: an update by any other road leaves its version too', async () => {
    await server.sql("update directory.unit set phone = '0543-1' where id = $1", [at.units.office.id])
    const { rows } = await as('clerk').unitHistory({ id: at.units.office.id })
    expect(rows[0]).toMatchObject({ actorName: null, fields: [{ title: '办公电话', before: null, after: '0543-1' }] })
  })
})

describe('as of a day', () => {
  const { water, supply } = { water: () => at.units.water.id, supply: () => at.units.supply.id }
  const names = async (day: string, id: string) =>
    (await as('clerk').childrenAsOf({ day, id })).rows.map((row) => row.name)

  it('a unit has the name, place and functions it had', async () => {
    expect(await as('clerk').unitAsOf({ day: '2026-03-31', id: water() })).toMatchObject({
      name: '博兴县水利局',
      plates: [],
      functions: [],
    })
    expect(await as('clerk').unitAsOf({ day: '2026-04-01', id: water() })).toMatchObject({
      name: '博兴县水务局',
      plates: ['博兴县河长制办公室'],
      functions: [{ content: '管水' }],
    })
    expect((await as('clerk').unitAsOf({ day: '2026-04-30', id: supply() })).crumb.map((one) => one.name)).toEqual([
      '山东省',
      '滨州市',
      '博兴县',
      '博兴县水务局',
    ])
    expect((await as('clerk').unitAsOf({ day: '2026-05-01', id: supply() })).crumb.at(-1)).toMatchObject({
      id: at.units.office.id,
    })
    await expect(as('clerk').unitAsOf({ day: '2026-06-01', id: water() })).rejects.toMatchObject({ status: 404 })
    await expect(as('clerk').unitAsOf({ day: '1999-12-31', id: water() })).rejects.toMatchObject({ status: 404 })
    await expect(as('clerk').unitAsOf({ day: 'yesterday', id: water() })).rejects.toMatchObject({ status: 400 })
  })

  it('a parent has the children it had', async () => {
    expect(await names('2026-04-30', water())).toEqual(['农村供水科'])
    expect(await names('2026-05-01', water())).toEqual([])
    expect(await names('2026-05-01', at.units.office.id)).toEqual(['文电科', '综合科', '农村供水科'])
    expect(await names('2026-04-30', at.units.boxing.id)).toContain('博兴县水务局')
    expect(await names('2026-06-01', at.units.boxing.id)).not.toContain('博兴县水务局')
  })

  it('a unit has the people it had', async () => {
    const people = async (day: string, id: string) =>
      (await as('clerk').peopleAsOf({ day, id })).rows.map((row) => `${row.name} ${row.title}`)
    const { documents, general } = at.units
    expect(await people('2026-04-30', documents.id)).toEqual(['周文清 副科长'])
    expect(await people('2026-05-01', documents.id)).toEqual([])
    expect(await people('2026-05-01', general.id)).toEqual(expect.arrayContaining(['周文清 科长', '单明远 科长']))
    expect(await people('2026-06-01', general.id)).toEqual(['周文清 科长'])
    expect(await people('2026-05-31', water())).toEqual(['张伟 局长'])
    expect(await people('2026-06-01', at.units.office.id)).toContain('张伟 局长')
  })

  it('a closed unit has no open past', async () => {
    const past = { day: '2026-03-15', id: at.units.secret.id }
    await expect(as('clerk').unitAsOf(past)).rejects.toMatchObject({ status: 404 })
    await expect(as('clerk').peopleAsOf({ ...past, id: at.units.secretDesk.id })).rejects.toMatchObject({ status: 404 })
    await expect(as('clerk').unitHistory({ id: at.units.secret.id })).rejects.toMatchObject({ status: 404 })
    expect(await names('2026-03-15', at.units.boxing.id)).not.toContain('博兴县保密专班')
  })
})
