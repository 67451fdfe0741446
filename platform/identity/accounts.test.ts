import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { person } from '#platform/directory/testing'
import { type AccountsScene, nobody, startAccountsScene } from './accounts-testing.ts'
import { grantRole } from './index.ts'
import { baseOf } from './server/open-accounts.ts'
import { browser, codeOf } from './sign-in-testing.ts'

let at: AccountsScene
beforeAll(async () => {
  at = await startAccountsScene()
})
afterAll(() => at.server.stop())
beforeEach(() => at.server.sql('delete from identity.attempt'))

const NEXT = 'four plain words here'
const newcomer = (name: string, unitId = at.units.general.id) =>
  at.server.system((ctx) => person(ctx, { name, unit: unitId }).then(({ id }) => id))

describe('who may', () => {
  it('see the accounts of their own scope and no other', async () => {
    const mine = await at.as('admin').accounts({ limit: 200 })
    expect(mine.rows.map(({ name }) => name)).toContain('张梦瑶')
    expect(mine.rows.map(({ name }) => name)).not.toContain('张伟东')
    const other = await at.as('admin').accounts({ under: at.units.zouping.id })
    expect(other.rows).toEqual([])
    expect(await at.as('admin').accountCounts({ under: at.units.zouping.id })).toMatchObject({ none: 0, active: 0 })
    expect(
      (await at.as('auditor').accounts({ limit: 200 })).rows.every(({ can }) => !Object.values(can).some(Boolean)),
    ).toBe(true)
    expect(await codeOf(at.as('clerk').accounts())).toBe('forbidden')
    expect(await codeOf(at.as().accounts())).toBe('unauthenticated')
  })
  it('open none outside, none of nobody, and not as auditor or clerk', async () => {
    const personIds = [at.people.zoupingClerk.id]
    for (const who of ['admin', 'office'] as const)
      expect(await codeOf(at.as(who).openAccounts({ personIds }))).toBe('conflict')
    expect(await codeOf(at.as('admin').openAccounts({ personIds: [nobody()] }))).toBe('conflict')
    expect(await codeOf(at.as('auditor').openAccounts({ personIds }))).toBe('forbidden')
    expect(await codeOf(at.as('clerk').openAccounts({ personIds }))).toBe('forbidden')
    expect(await codeOf(at.as().openAccounts({ personIds }))).toBe('unauthenticated')
    expect((await at.rowOf(at.people.zoupingClerk.id)).state).toBe('none')
  })
  it('neither give parts for, nor suspend, nor withdraw from people of another county', async () => {
    const id = await newcomer('隋远方', at.units.zoupingWater.id)
    const { login, part } = await at.opened(id)
    const all = { personIds: [id] }
    for (const work of [
      () => at.as('admin').giveParts(all),
      () => at.as('admin').sendParts(all),
      () => at.as('admin').withdrawParts(all),
      () => at.as('admin').suspendAccounts({ ...all, note: '越权' }),
      () => at.as('admin').resumeAccounts(all),
    ])
      expect(await codeOf(work())).toBe('conflict')
    expect(await codeOf(at.activate(login, part))).toBe('ok')
  })
  it('do none of it to themselves, nor to one of the three administrators', async () => {
    const self = await at.rowOf(at.staff.admin.id, 'admin')
    expect(Object.values(self.can)).not.toContain(true)
    for (const personIds of [[at.staff.province.id], [at.staff.auditor.id]])
      expect(await codeOf(at.as('province').suspendAccounts({ personIds, note: '试一试' }))).toBe('conflict')
    const row = await at.rowOf(at.staff.auditor.id)
    expect(row).toMatchObject({ administrator: true, can: { suspend: false, tell: false } })
  })
  it('must show a factor again before they open, tell or suspend', async () => {
    at.server.clock.advance(11 * 60_000)
    const personIds = [at.people.clerk.id]
    const me = at.as('admin')
    for (const work of [
      () => me.openAccounts({ personIds }),
      () => me.giveParts({ personIds }),
      () => me.sendParts({ personIds }),
      () => me.suspendAccounts({ personIds, note: '试一试' }),
      () => me.startOpening({ unitId: at.units.boxing.id, tell: 'sheet' }),
    ])
      expect(await codeOf(work())).toBe('step-up')
    await at.later(0)
    expect(await codeOf(me.withdrawParts({ personIds }))).toBe('ok')
    expect(await codeOf(me.giveParts({ personIds }))).toBe('ok')
  })
})

describe('names to sign in by', () => {
  it.each([
    ['zhou wen qing', 'zhouwenqing'],
    ['lǚ bu', 'lubu'],
    ['·', 'ren7'],
    ['', 'ren7'],
    ['ā ní gǔ lì '.repeat(10), 'anigulianigulianigulianigulianigulianigu'],
  ])('%s gives %s', (pinyin, base) => {
    expect(baseOf(pinyin, 7)).toBe(base)
  })
  it('are the pinyin with a number for whoever comes later, and pass by a name given by hand', async () => {
    const ids = [await newcomer('谭同音'), await newcomer('谭同印'), await newcomer('谭桐音')]
    await at.server.sql("update directory.person set pinyin = 'tan tong yin' where id = any($1::uuid[])", [ids])
    await at.server.sql("update identity.account set login = 'tantongyin2' where person_id = $1", [at.staff.clerk.id])
    await at.as('admin').openAccounts({ personIds: ids })
    const logins = (await Promise.all(ids.map((id) => at.rowOf(id)))).map(({ login }) => login).sort()
    expect(logins).toEqual(['tantongyin', 'tantongyin3', 'tantongyin4'])
  })
})

describe('one account a person', () => {
  it('whoever opens at the same moment, with every account made once', async () => {
    const ids: string[] = []
    for (let made = 0; made < 20; made++) ids.push(await newcomer(`贾同时`))
    const counts = await Promise.all([
      at.as('admin').openAccounts({ personIds: ids }),
      at.as('second').openAccounts({ personIds: [...ids].reverse() }),
      at.as('province').openAccounts({ personIds: ids }),
    ])
    expect(counts.reduce((sum, { done }) => sum + done, 0)).toBe(20)
    const rows = await at.server.sql<{ login: string }>(
      'select login from identity.account where person_id = any($1::uuid[])',
      [ids],
    )
    expect(new Set(rows.map(({ login }) => login)).size).toBe(20)
  })
  it('is held by the database, whatever the code does', async () => {
    const again = at.server.sql(
      `insert into identity.account (id, subject_kind, person_id, login) values (gen_random_uuid(), 'public-servant', $1, 'anothername')`,
      [at.staff.clerk.id],
    )
    await expect(again).rejects.toThrow(/account_person/)
  })
  it('is recorded: the command, and each row by the database', async () => {
    const id = await newcomer('温留痕')
    await at.as('admin').openAccounts({ personIds: [id] })
    const audited = await at.server.sql<{ kind: string; actor_name: string; target_label: string }>(
      "select kind, actor_name, target_label from kernel.audit where action = 'identity.openAccounts' and target_label = '温留痕'",
    )
    expect(audited).toEqual([{ kind: 'command', actor_name: '毕嘉禾', target_label: '温留痕' }])
    const [account] = await at.server.sql<{ id: string }>('select id from identity.account where person_id = $1', [id])
    const rows = await at.server.sql("select 1 from kernel.audit where kind = 'row' and target_id = $1", [account!.id])
    expect(rows).toHaveLength(1)
  })
})

describe('activation', () => {
  it('takes name and part, sets the first password, signs in; the part is told once, kept as a hash, and used once', async () => {
    const id = await newcomer('秦初来')
    await at.as('admin').openAccounts({ personIds: [id] })
    expect(await at.rowOf(id)).toMatchObject({ state: 'opened', login: 'qinchulai', openedBy: '毕嘉禾', part: null })
    const { rows } = await at.as('admin').giveParts({ personIds: [id] })
    expect(rows).toMatchObject([{ name: '秦初来', unit: '博兴县人民政府办公室', login: 'qinchulai' }])
    const { part } = rows[0]!
    const kept = JSON.stringify([
      await at.server.sql('select * from identity.recovery'),
      await at.server.sql('select * from kernel.audit'),
      await at.server.sql('select * from kernel.command'),
    ])
    expect(kept).not.toContain(part)
    const [told] = await at.server.sql<{ kind: string }>(
      "select kind from kernel.audit where action = 'identity.giveParts' and target_label = '秦初来'",
    )
    expect(told).toEqual({ kind: 'export' })
    expect((await at.rowOf(id)).part).toMatchObject({ told: 'sheet', over: false })

    expect(await codeOf(at.activate('qinchulai', 'aaaaa-aaaaa'))).toBe('wrong-activation')
    expect(await codeOf(at.activate('qinchulai', part, 'qinchulai-2026'))).toBe('invalid')
    const desk = browser(at.server)
    const typed = part.toUpperCase().replace('-', ' ')
    const answer = await desk.call<{ signedIn: boolean; actor: { name: string } }>('POST', '/api/session/activate', {
      account: 'QinChuLai',
      part: typed,
      next: NEXT,
    })
    expect(answer.body).toMatchObject({ signedIn: true, actor: { name: '秦初来' } })
    expect(desk.token()).toBeDefined()
    expect(await codeOf(at.activate('qinchulai', part))).toBe('wrong-activation')
    expect((await browser(at.server).signIn('qinchulai', NEXT)).status).toBe(200)
    expect((await at.rowOf(id)).state).toBe('active')
    expect(await at.as('admin').giveParts({ personIds: [id] })).toEqual({ rows: [], skipped: 1 })
    const [record] = await at.server.sql<{ actor_name: string }>(
      "select actor_name from kernel.audit where action = 'identity.activate' and kind = 'command' and target_label = 'qinchulai'",
    )
    expect(record).toEqual({ actor_name: '秦初来' })
  })
  it('is not given again by a repeated command', async () => {
    const id = await newcomer('郝重复')
    await at.as('admin').openAccounts({ personIds: [id] })
    const idempotencyKey = nobody()
    const call = () => at.as('admin').giveParts({ personIds: [id] }, { idempotencyKey })
    expect(await codeOf(call())).toBe('ok')
    expect(await codeOf(call())).toBe('told-once')
  })
  it('ends after the hours of the rule, with a new part, when it is withdrawn', async () => {
    const id = await newcomer('程过期')
    const first = await at.opened(id)
    const second = await at.opened(id)
    expect(await codeOf(at.activate(first.login, first.part))).toBe('wrong-activation')
    await at.as('admin').withdrawParts({ personIds: [id] })
    expect(await codeOf(at.activate(second.login, second.part))).toBe('wrong-activation')
    expect((await at.rowOf(id)).part).toBeNull()
    const third = await at.opened(id)
    await at.later(73)
    expect(await codeOf(at.activate(third.login, third.part))).toBe('wrong-activation')
    await at.later(-73)
    expect(await codeOf(at.activate(third.login, third.part))).toBe('ok')
  })
  it('rests after five wrong tries, known name or not, and the list says so', async () => {
    const id = await newcomer('康试错')
    const { login, part } = await at.opened(id)
    for (const name of [login, 'no-such-name']) {
      for (let tries = 0; tries < 5; tries++)
        expect(await codeOf(at.activate(name, 'bbbbb-bbbbb'))).toBe('wrong-activation')
      expect(await codeOf(at.activate(name, part))).toBe('too-many')
    }
    expect(await at.rowOf(id)).toMatchObject({ state: 'locked' })
    const locked = await at.as('admin').accounts({ state: 'locked' })
    expect(locked.rows.map(({ personId }) => personId)).toEqual([id])
    await at.later(16 / 60)
    expect(await codeOf(at.activate(login, part))).toBe('ok')
  })
  it('tells a stranger nothing of who exists: one answer after the same questions to the database', async () => {
    const [waiting, active, suspended] = [
      await newcomer('甲待激活'),
      await newcomer('乙已激活'),
      await newcomer('丙已停用'),
    ]
    const one = await at.opened(waiting)
    const two = await at.opened(active)
    const three = await at.opened(suspended)
    await at.activate(two.login, two.part)
    await at.as('admin').suspendAccounts({ personIds: [suspended], note: '核查' })
    const pool = at.server.kernel.database.pool
    const asked: string[] = []
    const plain = pool.query.bind(pool) as (...given: unknown[]) => unknown
    Object.assign(pool, {
      query: (...given: unknown[]) => {
        const [question] = given
        const text = typeof question === 'string' ? question : (question as { text: string }).text
        if (/identity\.(account|recovery|attempt)|audit_intake/.test(text) && !text.includes('revision'))
          asked.push(text)
        return plain(...given)
      },
    })
    const stories: unknown[] = []
    for (const [name, part] of [
      [one.login, 'ccccc-ccccc'],
      [two.login, two.part],
      [three.login, three.part],
      ['nobody-of-that-name', one.part],
    ] as const) {
      asked.length = 0
      const refusal = await at.activate(name, part).catch((error: { code: string; detail: string }) => error)
      stories.push({
        code: (refusal as { code: string }).code,
        detail: (refusal as { detail: string }).detail,
        asked: [...asked],
      })
    }
    Object.assign(pool, { query: plain })
    expect(stories[0]).toMatchObject({ code: 'wrong-activation' })
    expect((stories[0] as { asked: string[] }).asked.length).toBeGreaterThan(3)
    for (const story of stories) expect(story).toEqual(stories[0])
  })
  it('needs two parts for whoever became one of the three administrators meanwhile', async () => {
    const id = await newcomer('纪审计')
    const { login, part } = await at.opened(id)
    await at.server.system(async ({ sql, now }) => {
      const [account] = await sql<{ id: string }>('select id from identity.account where person_id = $1', [id])
      await grantRole(sql, { accountId: account!.id, role: 'auditor', scope: 'all', now })
    })
    expect(await codeOf(at.activate(login, part))).toBe('wrong-activation')
    expect(await codeOf(at.as('province').giveParts({ personIds: [id] }))).toBe('conflict')
  })
  it('works once, however often it is sent at the same moment', async () => {
    const { login, part } = await at.opened(await newcomer('丁抢先'))
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(at.activate(login, part))))
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1)
  })
})

describe('closing', () => {
  it('suspends at once: out of every session, no way in, no activation; and back as it was', async () => {
    const id = await newcomer('施停用')
    const { login, part } = await at.opened(id)
    const desk = browser(at.server)
    await desk.call('POST', '/api/session/activate', { account: login, part, next: NEXT })
    expect(await at.as('admin').suspendAccounts({ personIds: [id], note: '长期不在岗' })).toEqual({
      done: 1,
      skipped: 0,
    })
    await expect.poll(() => codeOf(desk.api().sessions())).toBe('unauthenticated')
    expect((await desk.signIn(login, NEXT)).status).toBe(401)
    expect(await at.rowOf(id)).toMatchObject({
      state: 'closed',
      closed: { why: 'suspended', note: '长期不在岗' },
      can: { resume: true, open: false, tell: false },
    })
    expect(await at.as('admin').openAccounts({ personIds: [id] })).toEqual({ done: 0, skipped: 1 })
    await at.as('admin').resumeAccounts({ personIds: [id] })
    expect((await desk.signIn(login, NEXT)).status).toBe(200)

    const other = await newcomer('施未激活')
    const waiting = await at.opened(other)
    await at.as('admin').suspendAccounts({ personIds: [other], note: '录错了' })
    expect(await codeOf(at.activate(waiting.login, waiting.part))).toBe('wrong-activation')
    await at.as('admin').resumeAccounts({ personIds: [other] })
    expect(await codeOf(at.activate(waiting.login, waiting.part))).toBe('wrong-activation')
  })
  it('comes with leaving; whoever comes back starts anew, and the old password opens nothing', async () => {
    const id = await newcomer('范离任')
    const { login, part } = await at.opened(id)
    await at.activate(login, part)
    const waiting = await newcomer('范未到岗')
    const unused = await at.opened(waiting)
    const admin = at.directory('admin')
    for (const one of [id, waiting]) {
      const { revision } = await admin.adminPerson({ id: one })
      await admin.leavePerson({ id: one, revision, status: 'left', acknowledged: true })
    }
    await at.server.settled()
    expect(await codeOf(at.activate(unused.login, unused.part))).toBe('wrong-activation')
    expect((await browser(at.server).signIn(login, NEXT)).status).toBe(401)
    expect(await at.rowOf(id)).toMatchObject({ state: 'closed', closed: { why: 'left' }, can: { resume: false } })
    const closed = await at.server.sql<{ disabled: boolean }>(
      'select disabled from identity.account where person_id = $1',
      [id],
    )
    expect(closed).toEqual([{ disabled: true }])

    const { revision } = await admin.adminPerson({ id })
    await admin.returnPerson({ id, revision, post: { unitId: at.units.general.id } })
    expect((await browser(at.server).signIn(login, NEXT)).status).toBe(401)
    expect(await at.rowOf(id)).toMatchObject({ state: 'none', can: { open: true } })
    const again = await at.opened(id)
    expect(again.login).toBe(login)
    expect((await browser(at.server).signIn(login, NEXT)).status).toBe(401)
    expect(await codeOf(at.activate(again.login, again.part, 'five other plain words'))).toBe('ok')
    expect((await browser(at.server).signIn(login, 'five other plain words')).status).toBe(200)
  })
})

describe('the list', () => {
  it('goes page by page without missing or repeating anybody, by unit and by state', async () => {
    const whole = (await at.as('admin').accounts({ limit: 200 })).rows.map(({ personId }) => personId)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await at.as('admin').accounts({ limit: 7, cursor })
      seen.push(...page.rows.map(({ personId }) => personId))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen).toEqual(whole)
    for (const state of ['none', 'opened', 'active', 'closed'] as const) {
      const { rows } = await at.as('admin').accounts({ state, limit: 200 })
      expect(rows.length, state).toBeGreaterThan(0)
      expect(new Set(rows.map((row) => row.state))).toEqual(new Set([state]))
    }
    const under = await at.as('admin').accounts({ under: at.units.water.id })
    expect(new Set(under.rows.map(({ org }) => org.name))).toEqual(new Set(['博兴县水利局']))
    expect((await at.as('admin').accounts({ q: 'qinchulai' })).rows.map(({ name }) => name)).toEqual(['秦初来'])
    expect((await at.as('admin').accounts({ q: '秦初' })).rows).toHaveLength(1)
    for (const wrong of ['x', '1/2/3', "1/0/'; drop"])
      expect(await codeOf(at.as('admin').accounts({ cursor: wrong }))).toBe('invalid')
  })
  it('counts what it lists, and leaves as a file with whose it is', async () => {
    const counts = await at.as('admin').accountCounts({ under: at.units.boxing.id })
    const { rows } = await at.as('admin').accounts({ limit: 200 })
    expect(counts.none).toBe(rows.filter(({ state }) => state === 'none').length)
    expect(counts.opened + counts.active + counts.closed).toBe(rows.filter(({ state }) => state !== 'none').length)
    const file = await at.as('admin').exportAccounts({ format: 'csv' })
    const text = await file.text()
    expect(text.trim().split('\n')).toHaveLength(rows.length + 1)
    expect(text).toContain('秦初来,博兴县人民政府办公室,综合科,')
  })
})
