import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { hashPassword } from '#kernel/crypto'
import { startTestServer, type TestServer } from '#kernel/testing'
import { audit } from '#platform/audit'
import { auditApi } from '#platform/audit/contract'
import { directory } from '#platform/directory'
import { directoryApi } from '#platform/directory/contract'
import { search } from '#platform/search'
import { identityApi } from './contract.ts'
import { createAccount, grantRole, identity } from './index.ts'

let server: TestServer
let people: { clerk: string; other: string; foreign: string }
const PASSWORD = 'correct horse battery'

/** Two counties with one office each: the least tree in which "inside" and "outside" differ. */
const scene = async (): Promise<void> => {
  const [root, county, office, otherCounty, otherOffice] = Array.from({ length: 5 }, () => randomUUID())
  const unit = (
    id: string,
    parent: string | null,
    kind: string,
    level: number,
    name: string,
    no: number,
    org: number,
    pre: number,
    end: number,
  ) =>
    server.sql(
      `insert into directory.unit (id, no, parent_id, kind, level, name, short_name, org_no, county_no, city_no, pre, pre_end, depth, valid_from)
       values ($1, $2, $3, $4, $5, $6, $6, $7, $7, 1, $8, $9, 1, '2020-01-01')`,
      [id, no, parent, kind, level, name, org, pre, end],
    )
  await unit(root!, null, 'region', 1, '山东省', 1, 1, 0, 1000)
  await unit(county!, root!, 'region', 3, '博兴县', 2, 2, 100, 199)
  await unit(office!, county!, 'government', 3, '博兴县人民政府办公室', 3, 3, 110, 119)
  await unit(otherCounty!, root!, 'region', 3, '邹平市', 4, 4, 200, 299)
  await unit(otherOffice!, otherCounty!, 'government', 3, '邹平市人民政府办公室', 5, 5, 210, 219)
  const person = async (name: string, unitId: string, org: number): Promise<string> => {
    const id = randomUUID()
    await server.sql("insert into directory.person (id, name, pinyin, initials) values ($1, $2, 'x', 'x')", [id, name])
    await server.sql(
      "insert into directory.post (id, person_id, unit_id, org_no, kind, valid_from) values ($1, $2, $3, $4, 'main', '2020-01-01')",
      [randomUUID(), id, unitId, org],
    )
    return id
  }
  people = {
    clerk: await person('周文清', office!, 3),
    other: await person('高文博', office!, 3),
    foreign: await person('林沐阳', otherOffice!, 5),
  }
}
const account = (personId: string, login: string) =>
  server.system(async ({ sql }) => createAccount(sql, { personId, login, passwordHash: await hashPassword(PASSWORD) }))

beforeAll(async () => {
  server = await startTestServer([audit, directory, identity, search])
  await scene()
  await account(people.clerk, 'zhouwenqing')
  await account(people.other, 'gaowenbo')
})
afterAll(() => server.stop())
beforeEach(() => server.sql('delete from identity.attempt'))

const signIn = async (login: string, password = PASSWORD): Promise<string> => {
  const answer = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'qitong' },
    body: JSON.stringify({ account: login, password }),
  })
  const cookie = answer.headers.get('set-cookie') ?? ''
  if (answer.status !== 200) throw Object.assign(new Error(await answer.text()), { status: answer.status })
  expect(cookie).toContain('HttpOnly')
  expect(cookie).toContain('SameSite=Lax')
  return /qt_session=([^;]+)/.exec(cookie)![1]!
}
const status = (work: Promise<unknown>) =>
  work.then(
    () => 200,
    (error: { status: number }) => error.status,
  )
const as = (token?: string) => server.client(identityApi, token)
const readAudit = (token?: string) => status(server.client(auditApi, token).audit({}))

describe('signing in', () => {
  it('stands in the audit log under the name of whoever signed in', async () => {
    await signIn('gaowenbo')
    const [row] = await server.sql<{ actor_name: string; person_id: string }>(
      "select actor_name, person_id from kernel.audit where action = 'identity.signIn' order by at desc, id desc limit 1",
    )
    expect(row).toEqual({ actor_name: '高文博', person_id: people.other })
  })
  it('tells who one is and what one may, and keeps only a hash of the token', async () => {
    const token = await signIn('ZhouWenqing')
    const session = await as(token).session()
    expect(session).toMatchObject({ signedIn: true, actor: { name: '周文清', orgName: '博兴县人民政府办公室' } })
    expect(session.actor!.permissions).toContain('directory:read')
    expect(JSON.stringify(await server.sql('select * from identity.session'))).not.toContain(token)
  })
  it('says the same of a wrong password and of an account that is not there', async () => {
    const texts = await Promise.all(
      ['zhouwenqing', 'nobody-at-all'].map((login) =>
        signIn(login, 'wrong-password').catch((error: Error) => error.message.replace(/"instance":"[^"]+"/, '')),
      ),
    )
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).toContain('wrong-password')
  })
  it('rests after five wrong passwords, for known and unknown names alike, and recovers with time', async () => {
    for (const login of ['gaowenbo', 'ghost']) {
      for (let tries = 0; tries < 5; tries++) expect(await status(signIn(login, 'wrong-password'))).toBe(401)
      expect(await status(signIn(login))).toBe(429)
    }
    server.clock.advance(16 * 60_000)
    expect(await status(signIn('gaowenbo'))).toBe(200)
  })
  it('audits success and failure', async () => {
    await signIn('zhouwenqing')
    await status(signIn('zhouwenqing', 'wrong-password'))
    const rows = await server.sql<{ kind: string }>(
      "select kind from kernel.audit where action = 'identity.signIn' and target_label = 'zhouwenqing' order by at, id desc",
    )
    expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(['command', 'refused']))
  })
})

describe('sessions', () => {
  it('end everywhere at once when signed out, sockets included', async () => {
    const token = await signIn('zhouwenqing')
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/realtime`, {
      headers: { cookie: `qt_session=${token}` },
    })
    await new Promise((resolve) => socket.once('message', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await as(token).signOut()
    expect(await closed).toBe(4401)
    await expect.poll(() => status(as(token).sessions()), { timeout: 1500 }).toBe(401)
  })
  it('are listed and ended one by one, never those of somebody else', async () => {
    const [mine, second, foreign] = [await signIn('zhouwenqing'), await signIn('zhouwenqing'), await signIn('gaowenbo')]
    const list = await as(mine).sessions()
    const other = (await as(second).sessions()).find((row) => row.current)!
    expect(list.find((row) => row.id === other.id)?.current).toBe(false)
    expect(await status(as(foreign).endSession({ id: other.id }))).toBe(404)
    await as(mine).endSession({ id: other.id })
    await expect.poll(() => status(as(second).sessions()), { timeout: 1500 }).toBe(401)
    expect(await status(as(mine).sessions())).toBe(200)
  })
  it('are not left behind by the next sign-in of the same browser', async () => {
    const before = await signIn('zhouwenqing')
    await as(before).signIn({ account: 'gaowenbo', password: PASSWORD })
    await expect.poll(() => status(as(before).sessions()), { timeout: 1500 }).toBe(401)
  })
  it('expire', async () => {
    const token = await signIn('zhouwenqing')
    server.clock.advance(13 * 3600_000)
    expect(await status(as(token).sessions())).toBe(401)
  })
  it('all but the current one end when the password changes; weak ones are refused', async () => {
    const [mine, second] = [await signIn('gaowenbo'), await signIn('gaowenbo')]
    for (const next of ['1234567890', 'gaowenbo-2026', 'aaaaaaaaaaaa'])
      expect(await status(as(mine).changePassword({ current: PASSWORD, next }))).toBe(400)
    server.clock.advance(301_000)
    expect(await status(as(mine).changePassword({ current: 'not the one', next: 'another long phrase' }))).toBe(400)
    await as(mine).changePassword({ current: PASSWORD, next: 'another long phrase' })
    await expect.poll(() => status(as(second).sessions()), { timeout: 1500 }).toBe(401)
    expect(await status(signIn('gaowenbo', 'another long phrase'))).toBe(200)
  })
})

describe('roles and scopes', () => {
  it('make the three administrators exclude each other in the database', async () => {
    const accountId = await account(people.foreign, 'linmuyang')
    const give = (role: 'system-admin' | 'auditor') =>
      server.system(({ sql, now }) => grantRole(sql, { accountId, role, scope: 'all', now }))
    await give('system-admin')
    await expect(give('auditor')).rejects.toThrow(/grant_exclusive/)
  })
  it('take effect within a second of the grant, and go with it', async () => {
    const accountId = await account(people.clerk, 'zhouwenqing')
    const token = await signIn('zhouwenqing')
    expect(await readAudit(token)).toBe(403)
    await server.system(({ sql, now }) => grantRole(sql, { accountId, role: 'auditor', scope: 'all', now }))
    await expect.poll(() => readAudit(token), { timeout: 1500 }).toBe(200)
    await server.sql("delete from identity.grant where role = 'auditor'")
    await expect.poll(() => readAudit(token), { timeout: 1500 }).toBe(403)
  })
  it('keep a stranger out of everything that is not public', async () => {
    expect(await status(as().sessions())).toBe(401)
    expect(await readAudit()).toBe(401)
    expect(await status(server.client(directoryApi).root())).toBe(401)
    expect(await status(server.client(directoryApi, 'x'.repeat(43)).root())).toBe(401)
  })
})
