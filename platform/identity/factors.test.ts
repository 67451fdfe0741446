import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticator } from './authenticator-testing.ts'
import type { Session } from './contract.ts'
import { logSms } from './server/sms.ts'
import { browser, codeOf, PASSWORD, type SignInScene, startSignInScene } from './sign-in-testing.ts'

let at: SignInScene
beforeAll(async () => {
  at = await startSignInScene()
})
afterAll(() => at.server.stop())
beforeEach(() => at.server.sql('delete from identity.attempt'))

const minutes = (count: number) => at.server.clock.advance(count * 60_000)
const codeAt = (secret: string, shift = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: at.server.clock.now().getTime() + shift * 30_000,
  })
const lastCode = (): string => /\d{6}/.exec(at.messages.at(-1)!.text)![0]

const signedIn = async (login: string) => {
  const one = browser(at.server)
  expect((await one.signIn(login)).status).toBe(200)
  return one
}
const second = (one: ReturnType<typeof browser>, ticket: string, proof: object) =>
  one.call<Session & { code: string }>('POST', '/api/session/second', { ticket, proof })

describe('one-time passwords', () => {
  it('count only when confirmed, are then owed at each sign-in, and each works once', async () => {
    const one = await signedIn('clerk')
    const { secret, uri } = await one.api().startTotp()
    expect(uri).toContain('otpauth://totp/')
    expect(JSON.stringify(await at.server.sql('select * from identity.totp'))).not.toContain(secret)
    expect((await browser(at.server).signIn('clerk')).body.signedIn).toBe(true)
    expect(await codeOf(one.api().confirmTotp({ secret: '000000' }))).toBe('invalid')
    await one.api().confirmTotp({ secret: codeAt(secret) })

    const other = browser(at.server)
    const first = await other.signIn('clerk')
    expect(first.body).toMatchObject({ signedIn: false, next: { ways: ['totp'] } })
    expect(other.token()).toBeUndefined()
    const ticket = first.body.next!.ticket
    // the code that confirmed is used up, also as a neighbour's
    expect((await second(other, ticket, { way: 'totp', secret: codeAt(secret) })).status).toBe(401)
    expect((await second(other, ticket, { way: 'password', secret: PASSWORD })).status).toBe(401)
    minutes(1)
    expect((await second(other, ticket, { way: 'totp', secret: codeAt(secret, -2) })).status).toBe(401)
    expect((await second(other, ticket, { way: 'totp', secret: codeAt(secret, 1) })).body.signedIn).toBe(true)
    // the ticket is used up too
    minutes(2)
    expect((await second(other, ticket, { way: 'totp', secret: codeAt(secret) })).body.code).toBe('ticket-gone')
    const [session] = await at.server.sql(
      'select factors, assurance from identity.session order by created_at desc limit 1',
    )
    expect(session).toEqual({ factors: ['password', 'totp'], assurance: 2 })
  })
  it('cannot be guessed: five tries, then the name rests, right password and new tickets or not', async () => {
    const one = browser(at.server)
    const ticket = async () => (await one.signIn('clerk')).body.next?.ticket ?? ''
    const held = await ticket()
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, n) => second(one, held, { way: 'totp', secret: String(n).padStart(6, '0') })),
    )
    expect(tries.map(({ status }) => status).filter((status) => status === 401).length).toBeLessThanOrEqual(5)
    expect(tries.map(({ status }) => status)).toContain(429)
    expect((await one.signIn('clerk')).status).toBe(429)
    minutes(16)
  })
  it('give way to recovery codes, each once, and codes go with the last factor', async () => {
    const one = browser(at.server)
    const [row] = await at.server.sql<{ secret_box: Buffer; account_id: string }>('select * from identity.totp')
    const secret = new Secret({
      buffer: Uint8Array.from(at.server.kernel.keys.open(row!.secret_box, `identity.totp/${row!.account_id}`)).buffer,
    }).base32
    const first = (await one.signIn('clerk')).body.next!
    await second(one, first.ticket, { way: 'totp', secret: codeAt(secret) })
    const { codes } = await one.api().makeRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    expect(JSON.stringify(await at.server.sql('select * from identity.recovery_code'))).not.toContain(codes[0])
    const other = browser(at.server)
    const use = async (code: string) =>
      (await second(other, (await other.signIn('clerk')).body.next!.ticket, { way: 'recovery', secret: code })).status
    expect(await use(codes[0]!.toUpperCase().replace('-', ' '))).toBe(200)
    expect(await use(codes[0]!)).toBe(401)
    await one.api().removeTotp()
    expect((await one.api().security()).recoveryCodes).toBe(0)
    expect(await codeOf(one.api().makeRecoveryCodes())).toBe('conflict')
  })
})

describe('passkeys', () => {
  const key = authenticator()
  const enrol = async (one: ReturnType<typeof browser>, device = key, mistakes = {}) => {
    const options = await one.api().startPasskeyRegistration()
    return one.api().addPasskey({ name: '办公电脑', attestation: device.create(options, mistakes) })
  }
  const start = async () => (await browser(at.server).call<never>('POST', '/api/session/passkey/start', {})).body
  const enter = async (assertion: object) => {
    const one = browser(at.server)
    return one.call<Session & { code: string }>('POST', '/api/session/passkey', { assertion })
  }

  it('are enrolled only for this host, with the person verified, by the one who asked, and once', async () => {
    const one = await signedIn('leader')
    for (const mistakes of [{ origin: 'http://evil.example' }, { rpId: 'evil.example' }, { unverified: true }])
      expect(await codeOf(enrol(one, authenticator(), mistakes))).toBe('invalid')
    const foreign = await (await signedIn('colleague')).api().startPasskeyRegistration()
    const attestation = authenticator().create(foreign)
    expect(await codeOf(one.api().addPasskey({ name: 'x', attestation }))).toBe('invalid')
    await enrol(one)
    expect(await codeOf(enrol(one))).toBe('conflict')
    expect((await one.api().security()).passkeys).toMatchObject([{ name: '办公电脑', lastUsedAt: null }])
  })
  it('sign in without a name or password, as two factors', async () => {
    const entered = await enter(key.get(await start()))
    expect(entered.body).toMatchObject({ signedIn: true, actor: { name: '孙立岩' } })
    const [session] = await at.server.sql(
      'select assurance from identity.session order by created_at desc, id desc limit 1',
    )
    expect(session!.assurance).toBe(2)
  })
  it('refuse another host, an unverified person, a used or invented challenge, and a copy whose counter goes back', async () => {
    for (const mistakes of [
      { origin: 'http://localhost.evil.example' },
      { rpId: 'evil.example' },
      { unverified: true },
      { challenge: 'x'.repeat(43) },
    ])
      expect((await enter(key.get(await start(), mistakes))).body.code).toBe('wrong-passkey')
    const options = await start()
    expect((await enter(key.get(options))).status).toBe(200)
    expect((await enter(key.get(options))).status).toBe(401)
    await at.server.sql('delete from identity.attempt')
    key.rewind(0)
    expect((await enter(key.get(await start()))).status).toBe(401)
    key.rewind(100)
    expect((await enter(authenticator().get(await start()))).body.code).toBe('wrong-passkey')
  })
  it('are the second step of a password, and a sign-in challenge does not serve there', async () => {
    const one = browser(at.server)
    const { ticket, ways } = (await one.signIn('leader')).body.next!
    expect(ways).toEqual(['passkey'])
    expect((await second(one, ticket, { way: 'passkey', assertion: key.get(await start()) })).status).toBe(401)
    const begun = await one.call<{ passkey: never }>('POST', '/api/session/second/start', { ticket, way: 'passkey' })
    const done = await second(one, ticket, { way: 'passkey', assertion: key.get(begun.body.passkey) })
    expect(done.body.signedIn).toBe(true)
  })
})

describe('codes by short message', () => {
  const begin = async (mobile: string) =>
    browser(at.server).call<{ ticket: string; code: string }>('POST', '/api/session/sms/start', { mobile })
  const enter = async (ticket: string, secret: string) => {
    const one = browser(at.server)
    return one.call<Session & { code: string }>('POST', '/api/session/sms', { ticket, secret })
  }
  it('let in once, within five minutes, and are never kept in the clear', async () => {
    const { ticket } = (await begin('15400000003')).body
    const code = lastCode()
    expect(at.messages.at(-1)!.mobile).toBe('15400000003')
    const kept = await at.server.sql("select data::text from identity.challenge where kind = 'sms'")
    expect(JSON.stringify(kept)).not.toContain(code)
    expect((await enter(ticket, code)).body.actor!.name).toBe('单明远')
    expect((await enter(ticket, code)).status).toBe(401)
    minutes(2)
    const late = (await begin('15400000003')).body
    minutes(6)
    expect((await enter(late.ticket, lastCode())).body.code).toBe('wrong-code')
  })
  it('are void after five wrong tries', async () => {
    const { ticket } = (await begin('15400000003')).body
    const right = lastCode()
    const wrong = right === '000000' ? '111111' : '000000'
    for (let tries = 0; tries < 5; tries++) expect((await enter(ticket, wrong)).status).toBe(401)
    await at.server.sql('delete from identity.attempt')
    expect((await enter(ticket, right)).status).toBe(401)
  })
  it('are answered and limited alike for a number that nobody has', async () => {
    minutes(2)
    const before = at.messages.length
    for (const mobile of ['15400000004', '15499999999']) {
      const first = await begin(mobile)
      expect(first.status).toBe(200)
      expect(Object.keys(first.body)).toEqual(['ticket'])
      const again = await begin(mobile)
      expect([again.status, again.body.code]).toEqual([429, 'too-many'])
      expect((await enter(first.body.ticket, '000000')).body.code).toBe('wrong-code')
    }
    expect(at.messages.length).toBe(before + 1)
  })
  it('serve as a second step when switched on, by the number of the directory', async () => {
    minutes(2)
    const one = await signedIn('waterclerk')
    const { ticket } = await one.api().startSmsSecond()
    await one.api().confirmSmsSecond({ ticket, secret: lastCode() })
    minutes(2)
    const other = browser(at.server)
    const next = (await other.signIn('waterclerk')).body.next!
    expect(next.ways).toEqual(['sms'])
    const { body } = await other.call<{ sms: string }>('POST', '/api/session/second/start', {
      ticket: next.ticket,
      way: 'sms',
    })
    const done = await second(other, next.ticket, { way: 'sms', ticket: body.sms, secret: lastCode() })
    expect(done.body.signedIn).toBe(true)
  })
  it('are never written to a log in production', () => {
    const config = { ...at.server.kernel.config, NODE_ENV: 'production' as const }
    expect(() => logSms({ ...at.server.kernel, config })).toThrow(/短信通道/)
  })
})
