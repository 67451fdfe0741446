import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { createServer, type Server } from '#kernel/app'
import { directory } from '#platform/directory'
import { type Granted, signInAs } from '#platform/directory/testing'
import { search } from '#platform/search'
import { identityApi, type Session } from './contract.ts'
import { identity } from './index.ts'
import { browser, codeOf, newDeviceToken, PASSWORD, type SignInScene, startSignInScene } from './sign-in-testing.ts'

let at: SignInScene
/** a second node on the same database, with no bus between them */
let other: Server
let otherUrl: string
beforeAll(async () => {
  at = await startSignInScene()
  const { config, clock } = at.server.kernel
  other = await createServer({
    config: { ...config, JOBS: false },
    version: 'test',
    modules: [directory, identity, search],
    adminUrl: at.server.adminUrl,
    clock,
    migrate: false,
  })
  otherUrl = await other.listen()
})
afterAll(async () => {
  await other.stop()
  await at.server.stop()
})
beforeEach(() => at.server.sql('delete from identity.attempt'))

const minutes = (count: number) => at.server.clock.advance(count * 60_000)
const signedIn = async (login: string, device?: string) => {
  const one = browser(at.server, device)
  expect((await one.signIn(login)).status).toBe(200)
  return one
}
const socketOf = async (token: string, url = otherUrl) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/realtime`, {
    headers: { cookie: `qt_session=${token}` },
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('message', resolve))
  return { closed }
}

describe('a session that is over', () => {
  const ends: [string, (one: ReturnType<typeof browser>) => Promise<unknown>][] = [
    ['was signed out', (one) => one.api().signOut()],
    ['ran out', async () => minutes(13 * 60)],
    [
      'belongs to a disabled account',
      () => at.server.sql("update identity.account set disabled = true where login = 'agent'"),
    ],
  ]
  it.each(ends)('%s: its WebSocket on another node is cut without a bus', async (why, end) => {
    const one = await signedIn('agent')
    const { closed } = await socketOf(one.token()!)
    const bystander = await socketOf((await signedIn('leader')).token()!)
    await end(one)
    expect(await closed).toBe(4401)
    const answer = await fetch(`${otherUrl}/api/sessions`, { headers: { cookie: `qt_session=${one.token()}` } })
    expect(answer.status).toBe(401)
    if (why !== 'ran out') expect(await Promise.race([bystander.closed, Promise.resolve('open')])).toBe('open')
  })
})

describe('a session whose end the sockets see before the revision tells', () => {
  it('is not let in by what this node remembers either', async () => {
    const one = await signedIn('leader')
    const there = () => fetch(`${otherUrl}/api/sessions`, { headers: { cookie: `qt_session=${one.token()}` } })
    expect((await there()).status).toBe(200)
    // As if the look at the revision had come just before the commit, and the look at the sockets just after.
    await at.server.sql(`do $$ begin set local session_replication_role = replica;
      delete from identity.session using identity.account a where a.id = account_id and a.login = 'leader'; end $$`)
    const { closed } = await socketOf(one.token()!)
    expect(await closed).toBe(4401)
    expect((await there()).status).toBe(401)
  })
})

describe('asking again', () => {
  it('is due ten minutes after the last factor, asks what the account has, and counts like a sign-in', async () => {
    const one = await signedIn('clerk')
    minutes(11)
    expect(await codeOf(one.api().startTotp())).toBe('step-up')
    expect(await one.api().startVerify({})).toEqual({ ways: ['password'] })
    expect(await codeOf(one.api().verify({ proof: { way: 'password', secret: 'not the one' } }))).toBe('wrong-proof')
    expect(await codeOf(one.api().verify({ proof: { way: 'totp', secret: '000000' } }))).toBe('wrong-proof')
    await one.api().verify({ proof: { way: 'password', secret: PASSWORD } })
    expect(await codeOf(one.api().startTotp())).toBe('ok')
    for (let tries = 0; tries < 3; tries++)
      await codeOf(one.api().verify({ proof: { way: 'password', secret: 'not the one' } }))
    expect(await codeOf(one.api().verify({ proof: { way: 'password', secret: PASSWORD } }))).toBe('too-many')
    expect((await browser(at.server).signIn('clerk')).status).toBe(429)
  })
  it('is known to every node', async () => {
    const one = await signedIn('clerk')
    minutes(11)
    const there = () =>
      fetch(`${otherUrl}/api/security/totp`, {
        method: 'POST',
        headers: {
          cookie: `qt_session=${one.token()}`,
          'x-requested-with': 'qitong',
          'content-type': 'application/json',
        },
        body: '{}',
      }).then(({ status }) => status)
    expect(await there()).toBe(403)
    await one.api().verify({ proof: { way: 'password', secret: PASSWORD } })
    await expect.poll(there, { timeout: 3000 }).toBe(200)
  })
  it('takes no password where there is a second factor: whoever took the session and the password adds nothing', async () => {
    await at.server.sql("update identity.account set sms_second = true where login = 'colleague'")
    const token = await signInAs(at.server, at.people.colleague.id)
    minutes(11)
    const client = at.server.client(identityApi, token)
    expect((await client.startVerify({})).ways).toEqual(['sms'])
    expect(await codeOf(client.verify({ proof: { way: 'password', secret: PASSWORD } }))).toBe('wrong-proof')
  })
})

describe('devices', () => {
  it('are known again by their cookie; a new one is told, and can be confirmed or revoked', async () => {
    const mine = newDeviceToken()
    const one = await signedIn('waterclerk', mine)
    await signedIn('waterclerk', mine)
    expect((await one.api().security()).devices).toMatchObject([
      { name: 'Windows，Edge 浏览器', isNew: false, current: true },
    ])
    expect(JSON.stringify(await at.server.sql('select * from identity.device'))).not.toContain(mine)

    const heard: string[] = []
    const stop = at.server.kernel.bus.subscribe('realtime.person.*', (hint) => {
      heard.push(JSON.stringify(hint))
    })
    const stranger = await signedIn('waterclerk')
    await at.server.settled()
    expect(heard.join()).toContain('"channel":"security"')
    stop()
    const fresh = (await one.api().security()).devices.find(({ isNew }) => isNew)!
    expect((await one.api().sessions()).filter(({ newDevice }) => newDevice)).toHaveLength(1)
    await one.api().renameDevice({ id: fresh.id, name: '值班室的电脑' })
    await one.api().confirmDevice({ id: fresh.id })
    expect((await one.api().security()).devices.find(({ id }) => id === fresh.id)).toMatchObject({
      name: '值班室的电脑',
      isNew: false,
    })
    expect(await codeOf((await signedIn('leader')).api().revokeDevice({ id: fresh.id }))).toBe('not-found')
    await one.api().revokeDevice({ id: fresh.id })
    await expect.poll(() => codeOf(stranger.api().sessions()), { timeout: 3000 }).toBe('unauthenticated')
    expect((await one.api().security()).devices).toHaveLength(1)

    await signedIn('waterclerk')
    expect((await one.api().sessions()).filter(({ newDevice }) => newDevice)).toHaveLength(1)
  })
  it('end all other sessions at one word', async () => {
    const [one, two] = [await signedIn('waterhead'), await signedIn('waterhead')]
    expect(await one.api().endOtherSessions()).toEqual({ ended: 1 })
    await expect.poll(() => codeOf(two.api().sessions()), { timeout: 3000 }).toBe('unauthenticated')
    expect(await one.api().sessions()).toHaveLength(1)
  })
})

describe('scanning', () => {
  type Scan = { ticket: string; secret: string }
  const desk = async () => {
    const one = browser(at.server)
    const begun = (await one.call<Scan>('POST', '/api/session/scan/start', {})).body
    const finish = (secret = begun.secret) =>
      one.call<Session & { code: string }>('POST', '/api/session/scan', {
        ticket: begun.ticket,
        secret,
      })
    return { ...begun, finish, state: async () => (await one.api().scanState({ ticket: begun.ticket })).state }
  }
  it('lets in the desktop that asked, once, after the phone said yes', async () => {
    const phone = await signedIn('cityclerk')
    const { ticket, finish, state } = await desk()
    expect(await state()).toBe('waiting')
    expect((await finish()).status).toBe(401)
    expect(await codeOf(phone.api().confirmScan({ ticket }))).toBe('not-found')
    expect(await phone.api().scan({ ticket })).toMatchObject({ agent: expect.stringContaining('Windows') })
    expect(await state()).toBe('seen')
    expect(await codeOf((await signedIn('leader')).api().scan({ ticket }))).toBe('not-found')
    await phone.api().confirmScan({ ticket })
    expect(await state()).toBe('confirmed')
    expect((await finish(newDeviceToken())).status).toBe(401)
    expect((await finish()).body.signedIn).toBe(true)
    expect((await finish()).status).toBe(401)
    expect(await state()).toBe('gone')
  })
  it('ends with a no, with time, and wants the phone to have shown a factor lately', async () => {
    const phone = await signedIn('cityclerk')
    const refused = await desk()
    await phone.api().scan({ ticket: refused.ticket })
    await phone.api().refuseScan({ ticket: refused.ticket })
    expect(await refused.state()).toBe('refused')
    expect((await refused.finish()).status).toBe(401)
    minutes(11)
    const late = await desk()
    await phone.api().scan({ ticket: late.ticket })
    expect(await codeOf(phone.api().confirmScan({ ticket: late.ticket }))).toBe('step-up')
    minutes(3)
    expect(await late.state()).toBe('gone')
    expect(await codeOf(phone.api().scan({ ticket: late.ticket }))).toBe('not-found')
  })
})

describe('recovery by two administrators', () => {
  const admin = async (
    who: keyof SignInScene['people'],
    unit: keyof SignInScene['units'],
    role: Granted['role'] = 'unit-admin',
  ) => {
    const token = await signInAs(at.server, at.people[who].id, [{ role, scope: 'subtree', unitId: at.units[unit].id }])
    return at.server.client(identityApi, token)
  }
  const recover = (account: string, first: string, second: string, next = 'four plain words here') =>
    browser(at.server).call<{ code: string }>('POST', '/api/session/recover', { account, first, second, next })

  it('needs both their parts, ends everything, and works once', async () => {
    const [one, two] = [await admin('leader', 'boxing'), await admin('waterHead', 'boxing')]
    const before = await signedIn('waterclerk')
    await at.server.sql(
      "insert into identity.recovery_code select id, 'x', now() from identity.account where login = 'waterclerk'",
    )
    const asked = { personId: at.people.waterClerk.id, reason: '本人持身份证到场核实', resetFactors: true }
    const first = await one.openRecovery(asked)
    expect(await codeOf(one.openRecovery(asked))).toBe('conflict')
    expect((await recover('waterclerk', first.part, first.part)).body.code).toBe('wrong-recovery')
    expect(await codeOf(one.approveRecovery({ id: first.id }))).toBe('conflict')
    const listed = (await two.recoveries({})).rows
    expect(listed).toMatchObject([{ person: '张梦瑶', state: 'waiting', can: { approve: true } }])
    const second = await two.approveRecovery({ id: first.id })
    expect(await codeOf(two.approveRecovery({ id: first.id }))).toBe('not-found')

    expect((await recover('waterclerk', first.part, 'aaaaa-aaaaa')).body.code).toBe('wrong-recovery')
    expect((await recover('nobody-there', first.part, second.part)).body.code).toBe('wrong-recovery')
    expect((await recover('waterclerk', first.part, second.part, 'a123456789')).body.code).toBe('invalid')
    expect((await recover('waterclerk', second.part.toUpperCase(), first.part)).status).toBe(200)
    expect((await recover('waterclerk', first.part, second.part)).status).toBe(400)
    await expect.poll(() => codeOf(before.api().sessions()), { timeout: 3000 }).toBe('unauthenticated')
    expect((await browser(at.server).signIn('waterclerk', 'four plain words here')).body.signedIn).toBe(true)
    expect((await browser(at.server).signIn('waterclerk')).status).toBe(401)
    expect(await at.server.sql('select 1 from identity.recovery_code')).toEqual([])
    const trail = JSON.stringify(
      await at.server.sql("select * from kernel.audit where action like 'identity.%ecovery'"),
    )
    for (const secret of [first.part, second.part, 'four plain words here']) expect(trail).not.toContain(secret)
    for (const action of ['openRecovery', 'approveRecovery', 'redeemRecovery']) expect(trail).toContain(action)
  })
  it('is for those who may, with a factor shown lately', async () => {
    const asked = { personId: at.people.waterClerk.id, reason: '本人到场核实' }
    const clerk = await signedIn('lixiaclerk')
    expect(await codeOf(clerk.api().recoveries({}))).toBe('forbidden')
    expect(await codeOf(clerk.api().openRecovery(asked))).toBe('forbidden')
    expect(await codeOf(browser(at.server).api().recoveries({}))).toBe('unauthenticated')
    expect(await codeOf(browser(at.server).api().security())).toBe('unauthenticated')
    const one = await admin('leader', 'boxing')
    minutes(11)
    expect(await codeOf(one.openRecovery(asked))).toBe('step-up')
  })
  it('stays within the scope, away from one’s own account, and ends after a day', async () => {
    const [one, two] = [await admin('leader', 'boxing'), await admin('waterHead', 'boxing')]
    const ask = (personId: string) => ({ personId, reason: '本人到场核实' })
    expect(await codeOf(one.openRecovery(ask(at.people.lixiaClerk.id)))).toBe('not-found')
    expect(await codeOf(one.openRecovery(ask(at.people.leader.id)))).toBe('conflict')
    const far = await admin('lixiaClerk', 'lixia')
    const { id } = await one.openRecovery(ask(at.people.waterHead.id))
    expect(await codeOf(far.approveRecovery({ id }))).toBe('not-found')
    expect(await codeOf(two.approveRecovery({ id }))).toBe('conflict')
    expect((await far.recoveries({})).rows).toEqual([])
    minutes(25 * 60)
    const again = await admin('clerk', 'boxing')
    expect(await codeOf(again.approveRecovery({ id }))).toBe('not-found')
  })
  it('of one of the three administrators is not a county’s to begin', async () => {
    await admin('colleague', 'boxing', 'system-admin')
    const one = await admin('clerk', 'boxing')
    expect(await codeOf(one.openRecovery({ personId: at.people.colleague.id, reason: '本人到场核实' }))).toBe(
      'not-found',
    )
  })
})
