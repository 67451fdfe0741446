import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { search } from '#platform/search'
import { identityApi } from './contract.ts'
import { appointFirst, identity, renewFirst } from './index.ts'
import { browser, codeOf } from './sign-in-testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
})
afterAll(() => server.stop())

const people = [
  { role: 'system-admin', name: '高文博', login: 'gaowenbo' },
  { role: 'security-admin', name: '林沐阳', login: 'linmuyang' },
  { role: 'auditor', name: '毕佳禾', login: 'bijiahe' },
] as const
const given = { root: '山东省', unit: '山东省大数据局', people }
const appoint = (input: Parameters<typeof appointFirst>[1]) => server.system((ctx) => appointFirst(ctx, input))
const NEXT = 'four plain words here'
const recover = (login: string, [first, second]: readonly [string, string]) =>
  codeOf(server.client(identityApi).redeemRecovery({ account: login, first, second, next: NEXT }))

it('refuses what would not be three people with plain names to sign in by', async () => {
  const [one, two, three] = people
  for (const wrong of [
    [one, two],
    [one, two, { ...three, login: one.login }],
    [one, two, { ...three, name: one.name }],
    [one, two, { ...three, role: 'system-admin' as const }],
    [one, two, { ...three, login: 'biji\u0430he' }],
    [one, two, { ...three, login: 'Bijiahe' }],
  ])
    expect(await codeOf(appoint({ ...given, people: wrong }))).toBe('invalid')
  expect(await codeOf(appoint({ ...given, root: undefined }))).toBe('invalid')
  expect(await server.sql('select 1 from identity.account')).toEqual([])
})

it('appoints the three in an empty system; their parts open the account once', async () => {
  const done = await appoint(given)
  expect(done.map(({ role, login }) => [role, login])).toEqual(people.map(({ role, login }) => [role, login]))
  expect(JSON.stringify(await server.sql('select * from identity.recovery'))).not.toContain(done[0]!.parts[0])
  const system = done[0]!
  const one = browser(server)
  expect((await one.signIn('gaowenbo', '')).status).not.toBe(200)
  expect(await recover('gaowenbo', [system.parts[0], done[1]!.parts[1]])).toBe('wrong-recovery')
  expect(await recover('gaowenbo', system.parts)).toBe('ok')
  expect(await recover('gaowenbo', system.parts)).toBe('wrong-recovery')
  const answer = await one.signIn('gaowenbo', NEXT)
  expect(answer.body.actor).toMatchObject({ name: '高文博', unitName: '山东省大数据局', orgName: '山东省大数据局' })
  expect(answer.body.actor!.permissions).toContain('grant:propose')
  const audited = await server.sql<{ target_label: string; actor_name: string }>(
    "select target_label, actor_name from kernel.audit where action = 'identity.appoint' order by target_label",
  )
  expect(audited).toHaveLength(3)
  expect(audited[0]).toEqual({ target_label: '林沐阳（linmuyang）', actor_name: '运维命令' })
  const { rows } = await one.api().recoveries({})
  expect(rows.map(({ openedBy, state }) => [openedBy, state])).toContainEqual(['运维命令', 'used'])
})

it('refuses a second time, and gives new parts to those who have no password yet', async () => {
  expect(await codeOf(appoint(given))).toBe('conflict')
  const before = await server.system((ctx) => renewFirst(ctx))
  expect(before.map(({ login }) => login).sort()).toEqual(['bijiahe', 'linmuyang'])
  const after = await server.system((ctx) => renewFirst(ctx))
  const of = (list: typeof before, login: string) => list.find((one) => one.login === login)!.parts
  expect(await recover('linmuyang', of(before, 'linmuyang'))).toBe('wrong-recovery')
  expect(await recover('linmuyang', of(after, 'linmuyang'))).toBe('ok')
  server.clock.advance(25 * 3_600_000)
  expect(await recover('bijiahe', of(after, 'bijiahe'))).toBe('wrong-recovery')
})

it('the database takes no login that can be mistaken for another', async () => {
  const change = (login: string) =>
    server.sql('update identity.account set login = $1 where login = $2', [login, 'bijiahe'])
  await expect(change('bij\u0456ahe')).rejects.toThrow(/plain_login/)
})
