import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person, setMobile } from '#platform/directory/testing'
import { type AccountsScene, startAccountsScene } from './accounts-testing.ts'
import { browser, codeOf } from './sign-in-testing.ts'

let at: AccountsScene
beforeAll(async () => {
  at = await startAccountsScene()
})
afterAll(() => at.server.stop())

const finished = async (id: string) => {
  await expect
    .poll(async () => (await at.as('province').opening({ id })).state, { timeout: 15_000, interval: 50 })
    .not.toBe('running')
  return at.as('province').opening({ id })
}
const fill = (unitId: string, count: number) =>
  at.server.system(async (ctx) => {
    for (let made = 0; made < count; made++) await person(ctx, { name: '冉成批', unit: unitId })
  })
const unopenedUnder = async (unitId: string) => (await at.as('province').accountCounts({ under: unitId })).none
const partOf = (text: string): string => /激活码 (\S{5}-\S{5})/.exec(text)![1]!

describe('accounts for many', () => {
  it('open for everybody of the unit and below, and for nobody else, with progress', async () => {
    await fill(at.units.water.id, 30)
    const before = await unopenedUnder(at.units.water.id)
    const outside = await unopenedUnder(at.units.zouping.id)
    const started = await at.as('admin').startOpening({ unitId: at.units.water.id, tell: 'sheet' })
    expect(started).toMatchObject({ state: 'running', by: '毕嘉禾', unit: { name: '博兴县水利局' } })
    expect(await finished(started.id)).toMatchObject({ state: 'done', total: before, opened: before, message: null })
    expect(await unopenedUnder(at.units.water.id)).toBe(0)
    expect(await unopenedUnder(at.units.zouping.id)).toBe(outside)
    const [record] = await at.server.sql<{ actor_name: string; detail: { opened: number } }>(
      "select actor_name, detail from kernel.audit where action = 'identity.openAccounts' and kind = 'system' and target_label = '博兴县水利局'",
    )
    expect(record).toMatchObject({ actor_name: '毕嘉禾', detail: { opened: before } })
    expect((await at.as('admin').openings()).rows.map(({ id }) => id)).toContain(started.id)
    expect((await at.as('zouping').openings()).rows).toEqual([])
    expect(await codeOf(at.as('zouping').opening({ id: started.id }))).toBe('not-found')
    expect(await codeOf(at.as('zouping').stopOpening({ id: started.id }))).toBe('not-found')
    expect(await codeOf(at.as('admin').stopOpening({ id: started.id }))).toBe('conflict')
  })
  it('are asked for by whoever administers the unit alone', async () => {
    const unitId = at.units.zouping.id
    expect(await codeOf(at.as('admin').startOpening({ unitId, tell: 'sheet' }))).toBe('not-found')
    expect(await codeOf(at.as('clerk').startOpening({ unitId, tell: 'sheet' }))).toBe('forbidden')
    expect(await codeOf(at.as('auditor').startOpening({ unitId, tell: 'sheet' }))).toBe('forbidden')
    expect(await codeOf(at.as().startOpening({ unitId, tell: 'sheet' }))).toBe('unauthenticated')
  })
  it('reach as far as whoever asked does at that moment, not further', async () => {
    await at.server.system((ctx) => person(ctx, { name: '文在内', unit: at.units.documents.id }))
    await at.server.system((ctx) => person(ctx, { name: '文在外', unit: at.units.general.id }))
    // an administrator of one division alone
    const { id } = await at.as('office').startOpening({ unitId: at.units.documents.id, tell: 'sheet' })
    await finished(id)
    expect(await unopenedUnder(at.units.documents.id)).toBe(0)
    const left = await unopenedUnder(at.units.office.id)
    expect(left).toBeGreaterThan(0)
    // asked for, then the grant ends before a batch ran
    await at.server.system(async ({ sql, now }) => {
      const [account] = await sql<{ id: string }>('select id from identity.account where person_id = $1', [
        at.staff.zouping.id,
      ])
      await sql('update identity.grant set valid_to = valid_from where account_id = $1', [account!.id])
      await sql(
        `insert into identity.opening (id, unit_id, account_id, person_id, by_name, tell, created_at, updated_at)
         values (gen_random_uuid(), $1, $2, $3, '林沐阳', 'sheet', $4, $4)`,
        [at.units.zouping.id, account!.id, at.staff.zouping.id, now],
      )
    })
    const [run] = await at.server.sql<{ id: string }>('select id from identity.opening where unit_id = $1', [
      at.units.zouping.id,
    ])
    expect(await finished(run!.id)).toMatchObject({ state: 'done', total: 0, opened: 0 })
  })
  it('tell by short message where that is wanted; what was not sent is marked and can be sent again', async () => {
    const id = await at.server.system((ctx) =>
      person(ctx, { name: '邵短信', unit: at.units.cityWater.id, mobile: '15400007001' }).then((made) => made.id),
    )
    const without = await at.server.system((ctx) =>
      person(ctx, { name: '邵无号', unit: at.units.cityWater.id }).then((made) => made.id),
    )
    const run = await at.as('province').startOpening({ unitId: at.units.cityWater.id, tell: 'sms' })
    await finished(run.id)
    await expect.poll(() => at.messages.filter(({ mobile }) => mobile === '15400007001').length).toBe(1)
    await expect.poll(async () => (await at.rowOf(without)).part?.told).toBe('failed')
    expect((await at.rowOf(id)).part).toMatchObject({ told: 'sms', over: false })
    const first = partOf(at.messages.at(-1)!.text)

    at.sms.broken = true
    expect(await at.as('province').sendParts({ personIds: [id] })).toEqual({ done: 0, skipped: 1 })
    expect((await at.rowOf(id)).part).toMatchObject({ told: 'failed' })
    at.sms.broken = false
    expect(await at.as('province').sendParts({ personIds: [id] })).toEqual({ done: 1, skipped: 0 })
    expect(await codeOf(at.activate('shaoduanxin', first))).toBe('wrong-activation')
    expect(await codeOf(at.activate('shaoduanxin', partOf(at.messages.at(-1)!.text)))).toBe('ok')
  })
})

describe('the rule of a unit', () => {
  const rule = { nameBy: 'pinyin', hours: 72, openNew: true, tell: 'sheet' } as const
  const state = async (id: string) => (await at.rowOf(id)).state
  const opened = (id: string) => expect.poll(() => state(id), { timeout: 8000, interval: 50 }).toBe('opened')

  it('is data: what holds is what the nearest unit above has set', async () => {
    const unitId = at.units.supply.id
    expect(await at.as('admin').accountRule({ unitId })).toMatchObject({
      owner: null,
      hours: 72,
      openNew: false,
      can: { set: true },
    })
    await at.as('province').setAccountRule({ unitId: at.units.root.id, ...rule, openNew: false, hours: 48 })
    expect(await at.as('admin').accountRule({ unitId })).toMatchObject({ owner: { name: '山东省' }, hours: 48 })
    await at.as('admin').setAccountRule({ unitId: at.units.water.id, ...rule, openNew: false, hours: 12 })
    expect(await at.as('admin').accountRule({ unitId })).toMatchObject({
      owner: { name: '博兴县水利局' },
      hours: 12,
      updatedBy: '毕嘉禾',
    })
    const { part, login } = await at.opened(await at.arrives('蒲半日', unitId))
    await at.later(13)
    expect(await codeOf(at.activate(login, part))).toBe('wrong-activation')
    expect(await at.as('admin').dropAccountRule({ unitId: at.units.water.id })).toMatchObject({
      owner: { name: '山东省' },
      hours: 48,
    })
    expect(await codeOf(at.as('admin').dropAccountRule({ unitId: at.units.water.id }))).toBe('conflict')
  })
  it('is set by whoever administers all of it', async () => {
    expect(await codeOf(at.as('admin').setAccountRule({ unitId: at.units.zouping.id, ...rule }))).toBe('not-found')
    expect(await codeOf(at.as('admin').setAccountRule({ unitId: at.units.root.id, ...rule }))).toBe('not-found')
    expect(await codeOf(at.as('clerk').setAccountRule({ unitId: at.units.office.id, ...rule }))).toBe('forbidden')
    expect(await codeOf(at.as('auditor').setAccountRule({ unitId: at.units.office.id, ...rule }))).toBe('forbidden')
    // of the office a single unit without its divisions
    await at.server.sql(
      "update identity.grant set scope = 'unit', unit_id = $2 where account_id = (select id from identity.account where person_id = $1)",
      [at.staff.office.id, at.units.office.id],
    )
    await expect
      .poll(() => codeOf(at.as('office').setAccountRule({ unitId: at.units.office.id, ...rule })))
      .toBe('conflict')
    expect((await at.as('office').accountRule({ unitId: at.units.office.id })).can).toEqual({ set: false })
  })
  it('opens accounts for people who come, however the directory learns of them, and for nobody who was there', async () => {
    const there = await at.arrives('涂早在', at.units.office.id)
    at.server.clock.advance(60_000)
    await at.as('admin').setAccountRule({ unitId: at.units.office.id, ...rule })
    const came = await at.arrives('涂新来', at.units.general.id)
    await opened(came)
    expect(await at.rowOf(came)).toMatchObject({ openedBy: '开通规则', part: null })
    const elsewhere = await at.arrives('涂别处', at.units.secretDesk.id)
    const admin = at.directory('admin')
    const { revision } = await admin.adminPerson({ id: there })
    await admin.updatePerson({ id: there, revision, email: 'tu@example.invalid' })
    const later = await at.arrives('涂后来', at.units.documents.id)
    await opened(later)
    expect(await state(there)).toBe('none')
    expect(await state(elsewhere)).toBe('none')
    // a move to where the rule holds is a coming too
    await at.later(24)
    const moving = await admin.adminPerson({ id: elsewhere })
    await admin.movePerson({ id: elsewhere, revision: moving.revision, unitId: at.units.general.id })
    await opened(elsewhere)
    const records = await at.server.sql<{ actor_name: string }>(
      "select actor_name from kernel.audit where action = 'identity.openAccounts' and actor_name = '开通规则'",
    )
    expect(records.length).toBeGreaterThanOrEqual(3)
  })
  it('lets people sign in by their number, found by its index and kept in no login', async () => {
    await at.as('admin').setAccountRule({ unitId: at.units.office.id, ...rule, nameBy: 'mobile', tell: 'sms' })
    const id = await at.arrives('鲁手机', at.units.general.id, '15400008001')
    await opened(id)
    await expect.poll(() => at.messages.filter(({ mobile }) => mobile === '15400008001').length).toBe(1)
    expect((await at.rowOf(id)).byMobile).toBe(true)
    expect(JSON.stringify(await at.server.sql('select * from identity.account'))).not.toContain('15400008001')
    const desk = browser(at.server)
    const answer = await desk.call<{ signedIn: boolean }>('POST', '/api/session/activate', {
      account: '15400008001',
      part: partOf(at.messages.at(-1)!.text),
      next: 'four plain words here',
    })
    expect(answer.body).toMatchObject({ signedIn: true })
    expect((await browser(at.server).signIn('15400008001', 'four plain words here')).status).toBe(200)
    expect((await browser(at.server).signIn('lushouji', 'four plain words here')).status).toBe(200)
    // a number that two people have opens nobody's account, and the numbers of those without the rule open none
    await at.server.system((ctx) => setMobile(ctx, at.staff.clerk.id, '15400008001'))
    await at.server.sql('update identity.account set mobile_login = true where person_id = $1', [at.staff.clerk.id])
    expect((await browser(at.server).signIn('15400008001', 'four plain words here')).status).toBe(401)
    expect((await browser(at.server).signIn('15400007001', 'four plain words here')).status).toBe(401)
  })
})
