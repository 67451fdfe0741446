import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { startTestServer, type TestServer } from '#kernel/testing'
import { createClient } from '#kernel/web'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { directoryApi } from '#platform/directory/contract'
import { person, setMobile, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { identityApi } from '#platform/identity/contract'
import { search } from '#platform/search'
import { accessApi } from './contract.ts'
import { access } from './index.ts'
import { defaultPolicy } from './server/default-policy.ts'

let server: TestServer
const tokens: Record<string, string> = {}
const INTERNET = '8.8.8.8'
const AGENT = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/108'
/** A process follows within a second of a change. */
const followed = () => new Promise((resolve) => setTimeout(resolve, 1100))

beforeAll(async () => {
  server = await startTestServer([calendar, search, directory, identity, access], { env: { TRUST_PROXY: '127.0.0.1' } })
  const people = await server.system(async (ctx) => {
    const root = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
    const office = await unit(ctx, { name: '山东省大数据局', parent: root.id, kind: 'government' })
    const named = async (name: string) => (await person(ctx, { name, unit: office.id })).id
    return {
      clerk: await named('周文清'),
      proposer: await named('高文博'),
      approver: await named('林沐阳'),
      both: await named('孙若溪'),
      root: root.id,
    }
  })
  const everywhere = (role: 'system-admin' | 'security-admin') => [{ role, scope: 'all' as const }]
  tokens.clerk = await signInAs(server, people.clerk)
  tokens.proposer = await signInAs(server, people.proposer, everywhere('system-admin'))
  tokens.approver = await signInAs(server, people.approver, everywhere('security-admin'))
  tokens.second = await signInAs(server, people.both, everywhere('security-admin'))
})
afterAll(() => server.stop())

/** As somebody, from an address: the trusted proxy says which. */
const from = <A extends Parameters<TestServer['client']>[0]>(
  api: A,
  who: string,
  address = '10.1.1.1',
  agent = AGENT,
) =>
  createClient(api, {
    base: server.url,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('cookie', `qt_session=${tokens[who]}`)
      headers.set('x-forwarded-for', address)
      headers.set('user-agent', agent)
      return fetch(input, { ...init, headers })
    },
  })
const as = (who: string, address?: string) => from(accessApi, who, address)
const code = (error: string) => expect.objectContaining({ code: error })
const putInForce = async (text: string): Promise<void> => {
  const { id } = await as('proposer').propose({ text, note: '试验' })
  await as('approver').activate({ id })
  await followed()
}
beforeEach(async () => {
  const active = (await as('approver').versions({})).rows.find(({ state }) => state === 'active')
  if (active && (await as('approver').version({ id: active.id })).text !== defaultPolicy)
    await putInForce(defaultPolicy)
})

describe('policies', () => {
  it('are proposed by one administrator and put in force by another kind', async () => {
    await expect(as('clerk').versions({})).rejects.toEqual(code('forbidden'))
    await expect(as('approver').propose({ text: defaultPolicy, note: 'x' })).rejects.toEqual(code('forbidden'))
    const { id, no } = await as('proposer').propose({ text: defaultPolicy, note: '先看一遍' })
    await expect(as('proposer').activate({ id })).rejects.toEqual(code('forbidden'))
    expect((await as('approver').version({ id })).can).toEqual({ decide: true, withdraw: false })
    await as('approver').refuse({ id, reason: '没有改动' })
    await expect(as('approver').activate({ id })).rejects.toEqual(code('conflict'))
    expect((await as('approver').versions({})).rows[0]).toMatchObject({
      no,
      state: 'refused',
      decidedBy: '林沐阳',
      reason: '没有改动',
    })
  })

  it('name their faults, and never lock the administrators out', async () => {
    expect(await as('proposer').check({ text: defaultPolicy })).toEqual({ policies: 5, faults: [] })
    expect((await as('proposer').check({ text: 'permit(' })).faults).toHaveLength(1)
    await expect(as('proposer').propose({ text: 'permit(', note: 'x' })).rejects.toEqual(code('invalid'))
    const closed = '@reason("关闭。") forbid(principal, action, resource); permit(principal, action, resource);'
    await expect(as('proposer').propose({ text: closed, note: 'x' })).rejects.toEqual(code('locks-out'))
  })

  it('are in force once: two approvals at the same moment leave one', async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => (await as('proposer').propose({ text: defaultPolicy, note: '同时' })).id),
    )
    const done = await Promise.allSettled([
      as('approver').activate({ id: ids[0]! }),
      as('second').activate({ id: ids[0]! }),
      as('second').activate({ id: ids[1]! }),
    ])
    expect(done.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
    expect(await server.sql("select count(*)::int as n from access.policy where state = 'active'")).toEqual([{ n: 1 }])
  })
})

describe('a call', () => {
  const NIGHT = `${defaultPolicy}
@id("clerks-by-day") @reason("通讯录只在办公时间开放，请在 8 点以后再来。")
forbid(principal in Role::"clerk", action, resource in Module::"directory") when { context.minute < 480 && !(principal in Role::"system-admin") };`

  it('is denied with the reason within a second of a new policy, and allowed when its hours begin', async () => {
    const look = () => from(directoryApi, 'clerk').root()
    server.clock.set('2026-11-20T07:30:00+08:00')
    await look()
    await putInForce(NIGHT)
    await expect(look()).rejects.toMatchObject({
      status: 403,
      code: 'denied',
      detail: '通讯录只在办公时间开放，请在 8 点以后再来。',
    })
    server.clock.set('2026-11-20T08:00:00+08:00')
    await look()
    server.clock.set('2026-11-20T09:42:00+08:00')
  })

  it('from the internet asks an administrator back to the office, whatever header it sends itself', async () => {
    await expect(as('proposer', INTERNET).propose({ text: defaultPolicy, note: 'x' })).rejects.toEqual(code('denied'))
    expect((await as('proposer', INTERNET).mine()).zone).toBe('internet')
    expect((await as('proposer', '59.200.3.4').mine()).zone).toBe('extranet')
    expect((await as('proposer', '::ffff:10.2.3.4').mine()).zone).toBe('office')
  })

  it('is masked on a device without patches, and no file leaves', async () => {
    await as('clerk', INTERNET).posture({ platform: 'windows', version: '10', patchedOn: '2026-01-01' })
    await followed()
    const directoryOf = from(directoryApi, 'clerk', INTERNET)
    const { rows } = await directoryOf.search({ q: '高文博' }).then((found) => ({ rows: JSON.stringify(found) }))
    expect(rows).toContain('高文博')
    const [{ id }] = await server
      .sql<{ id: string }>("select id from directory.person where name = '高文博'")
      .then((all) => all as [{ id: string }])
    await expect(directoryOf.vcard({ id })).rejects.toEqual(code('denied'))
    await as('clerk', INTERNET).posture({ platform: 'windows', version: '10', patchedOn: '2026-11-01' })
    await followed()
    expect((await directoryOf.vcard({ id })).status).toBe(200)
  })

  it('carries the risk of a way nobody travels', async () => {
    const { revision, ranges } = await as('approver').zones()
    await as('approver').setZones({
      revision,
      ranges: [
        ...ranges,
        { range: '60.1.0.0/16', zone: 'internet', name: '济南出口', latitude: 36.65, longitude: 117.12 },
        { range: '61.1.0.0/16', zone: 'internet', name: '乌鲁木齐出口', latitude: 43.83, longitude: 87.62 },
      ],
    })
    await expect(as('approver').setZones({ revision, ranges })).rejects.toEqual(code('stale'))
    await followed()
    server.clock.advance(60_000)
    await as('clerk', '60.1.2.3').mine()
    server.clock.advance(60_000)
    const { risk, reasons } = await as('clerk', '61.1.2.3').mine()
    expect(risk).toBeGreaterThanOrEqual(60)
    expect(reasons).toContain('短时间内换了很远的地方')
  })

  it('keeps the network of whoever saves the zones open', async () => {
    const { revision, ranges } = await as('approver').zones()
    const others = ranges.filter(({ range }) => range !== '10.0.0.0/8')
    await expect(as('approver').setZones({ revision, ranges: others })).rejects.toEqual(code('locks-out'))
    const twice = [...ranges, { ...ranges.find(({ range }) => range === '::1/128')!, range: '0:0:0:0:0:0:0:1/128' }]
    await expect(as('approver').setZones({ revision, ranges: twice })).rejects.toEqual(code('invalid'))
  })

  it('keeps a range that is no network out', async () => {
    const { revision, ranges } = await as('approver').zones()
    const wrong = { range: '10.1.2.3/8', zone: 'office' as const, name: '错', latitude: null, longitude: null }
    await expect(as('approver').setZones({ revision, ranges: [...ranges, wrong] })).rejects.toEqual(code('invalid'))
  })
})

describe('a socket', () => {
  it('is cut within a second when a policy closes its place', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/realtime`, {
      headers: { cookie: `qt_session=${tokens.clerk}`, 'x-forwarded-for': INTERNET, 'user-agent': AGENT },
    })
    await new Promise((resolve) => socket.once('message', resolve))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const { id } = await as('proposer').propose({
      text: `${defaultPolicy} @id("inside") @reason("只在办公网络。") forbid(principal, action, resource) when { context.zone == "internet" };`,
      note: '收回互联网访问',
    })
    await as('approver').activate({ id })
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 1500))
    expect(await Promise.race([closed, late])).toBe(4401)
  })
})

it('names the reader for the watermark, without a mobile number by name alone', async () => {
  const [reader] = await server.sql<{ id: string }>("select id from directory.person where name = '周文清'")
  await server.system((ctx) => setMobile(ctx, reader!.id, '15400001234'))
  expect((await from(identityApi, 'clerk').session()).actor?.watermark).toBe('周文清 1234')
  expect((await from(identityApi, 'proposer').session()).actor?.watermark).toBe('高文博')
})

describe('the simulator', () => {
  it('replays real decisions, by distinct input and number of calls', async () => {
    for (let i = 0; i < 5; i++) await from(directoryApi, 'clerk', INTERNET).ranks()
    await from(directoryApi, 'clerk').ranks()
    await expect
      .poll(
        () =>
          server.sql(
            "select sum(calls)::int as n from access.hour h join access.input i using (hash) where i.input->>'operation' = 'directory.ranks'",
          ),
        { timeout: 15_000, interval: 500 },
      )
      .toEqual([{ n: 6 }])
    const text = `${defaultPolicy} @id("x") @reason("只在办公网络。") forbid(principal, action, resource == Endpoint::"directory.ranks") when { context.zone == "internet" };`
    const answer = await as('approver').simulate({ text })
    const changed = answer.changes.filter(({ input }) => input.operation === 'directory.ranks')
    expect(changed).toMatchObject([{ before: 'allow', after: 'deny', calls: 5, input: { zone: 'internet' } }])
    expect(changed[0]!.named).toEqual({ operation: '组织目录：职级', roles: ['工作人员'] })
    expect(answer.changed).toBeLessThan(answer.calls)
    // the policies of the day did not cut it; the clock stands after nine
    const hours = (minute: number) =>
      `${defaultPolicy} @id("x") @reason("晚了。") forbid(principal, action, resource == Endpoint::"directory.ranks") when { context.minute >= ${minute} };`
    const late = async (minute: number) =>
      (await as('approver').simulate({ text: hours(minute) })).changes.filter(
        ({ input }) => input.operation === 'directory.ranks',
      )
    expect(await late(540)).toMatchObject([
      { calls: 5, until: 1440, input: { minute: 540, zone: 'internet' } },
      { calls: 1, until: 1440, input: { minute: 540, zone: 'office' } },
    ])
    expect(await late(1080)).toEqual([])
    const listed = await as('approver').decisions({ outcome: 'allow' })
    expect(
      listed.rows.find(({ input }) => input.operation === 'directory.ranks' && input.zone === 'internet')?.calls,
    ).toBe(5)
    expect(JSON.stringify(listed)).not.toContain('周文清')
  })
})
