import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAs } from '#platform/directory/testing'
import { authorizeUrl, backEnd, browser, claimsIn, pkce, signInThrough, userinfo } from './browser-testing.ts'
import { appsApi } from './contract.ts'
import { sendDeliveries } from './server/webhooks/send.ts'
import {
  type Approved,
  type AppsServer,
  approved,
  CALLBACK,
  connection,
  content,
  refusal,
  startAppsServer,
} from './testing.ts'

const PRIVATE = [
  'https://10.0.0.8',
  'https://192.168.1.1',
  'https://169.254.169.254',
  'https://[::1]',
  'https://[fd00::8]',
]

let place: AppsServer
let app: Approved

beforeAll(async () => {
  // Named by the operator, but without a network: private addresses stay closed.
  place = await startAppsServer({ env: { OUTBOUND_ALLOW: '10.0.0.8,192.168.1.1,169.254.169.254' } })
  app = await approved(place, { scopes: ['profile', 'tasks.push', 'offline_access'] })
})
afterAll(() => place.server.stop())

const push = async (who: { clientId: string; secret: string }, number: string, assignee: object) => {
  const { body } = await backEnd(place, who).own('tasks.push')
  const answer = await fetch(`${place.server.url}/api/open/tasks/${number}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ assignee, matter: '用印申请', title: '用印', url: 'https://app.example.invalid/1' }),
  })
  return { status: answer.status, body: (await answer.json()) as { code?: string } }
}

describe('more than was granted', () => {
  it('is not had by asking when a person signs in', async () => {
    const landed = await browser(place.tokens.clerk).follow(
      authorizeUrl(place, { clientId: app.clientId, challenge: pkce().challenge, scope: 'openid mobile' }),
    )
    expect(landed.searchParams.get('error')).toBe('invalid_scope')
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: 'openid profile tasks.push' })
    expect(String(answer.body.scope).split(' ')).not.toContain('tasks.push')
    const answered = await fetch(`${place.server.url}/api/open/tasks/x`, {
      headers: { authorization: `Bearer ${answer.body.access_token}` },
    })
    expect(answered.status).toBe(401)
  })

  it('is not had by renewing', async () => {
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: 'openid profile' })
    const form = { grant_type: 'refresh_token', refresh_token: answer.body.refresh_token! }
    for (const scope of ['openid profile mobile', 'openid profile units', 'tasks.push'])
      expect((await backEnd(place, app).post('/token', { ...form, scope })).body.error).toBe('invalid_scope')
  })

  it('is lost by a token that has it already when the next version is granted less', async () => {
    const one = await approved(place, { scopes: ['tasks.push'] })
    const { body } = await backEnd(place, one).own('tasks.push')
    const ask = async () =>
      (
        await fetch(`${place.server.url}/api/open/tasks/x`, {
          headers: { authorization: `Bearer ${body.access_token}` },
        })
      ).status
    expect(await ask()).toBe(404)
    const { as, server } = place
    const changed = await as('admin').edit({ id: one.id, ...one.detail.content, revision: one.detail.revision })
    await server.sql("update apps.version set state = 'checked' where application_id = $1 and no = 2", [one.id])
    await server.sql("update apps.application set pending = 'checked' where id = $1", [one.id])
    const { revision } = await as('admin').submit({ id: one.id, revision: changed.revision })
    await as('reviewer').approve({ id: one.id, revision, scopes: [], directoryFields: [] })
    await expect.poll(ask, { timeout: 1000, interval: 50 }).toBe(403)
  })
})

describe('a retired application', () => {
  it('has lost everything at once', async () => {
    const one = await approved(place, { scopes: ['profile', 'tasks.push', 'offline_access'] })
    const { answer } = await signInThrough(place, one, place.tokens.clerk, { scope: 'openid profile offline_access' })
    const own = await backEnd(place, one).own('tasks.push')
    const { revision } = await place.as('operator').registered({ id: one.id })
    await place.as('operator').retire({ id: one.id, revision, reason: '不再使用' })
    const call = async () =>
      (
        await fetch(`${place.server.url}/api/open/tasks/x`, {
          headers: { authorization: `Bearer ${own.body.access_token}` },
        })
      ).status
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(401)
    await expect.poll(call, { timeout: 1000, interval: 50 }).toBe(401)
    // Each of the two doors may remember for half a second.
    const ownToken = async () => (await backEnd(place, one).own('')).body.error
    await expect.poll(ownToken, { timeout: 1000, interval: 50 }).toBe('invalid_client')
    expect((await backEnd(place, one).refresh(answer.body.refresh_token!)).body.error).toBe('invalid_client')
    const landed = await browser(place.tokens.clerk).follow(
      authorizeUrl(place, { clientId: one.clientId, challenge: pkce().challenge }),
    )
    expect(landed.pathname).toBe('/consent/error')
    const { revision: last } = await place.as('operator').registered({ id: one.id })
    expect(await refusal(place.as('operator').resume({ id: one.id, revision: last }))).toMatchObject({
      code: 'wrong-state',
    })
  })
})

describe('a to-do', () => {
  it('reaches nobody outside the audience, and no identifier of another application', async () => {
    const { people, tokens, units } = place
    expect((await push(app, 'in', { personId: people.clerk.id })).status).toBe(200)
    expect(await push(app, 'out', { personId: people.lixiaClerk.id })).toMatchObject({
      status: 400,
      body: { code: 'invalid' },
    })
    expect((await push(app, 'gone', { personId: crypto.randomUUID() })).status).toBe(400)
    const narrow = await approved(place, { scopes: ['profile', 'tasks.push'], audienceUnits: [units.water.id] })
    expect((await push(narrow, 'out', { personId: people.clerk.id })).status).toBe(400)
    const { answer } = await signInThrough(place, app, tokens.clerk, { scope: 'openid profile' })
    const { sub } = claimsIn(answer.body.id_token!)
    expect((await push(app, 'sub', { sub })).status).toBe(200)
    expect((await push(narrow, 'sub', { sub })).status).toBe(400)
    expect(await place.server.sql("select 1 from tasks.task where external_id in ('out', 'gone')")).toEqual([])
  })

  it('of the test environment stays in the owner’s unit', async () => {
    const { people, as } = place
    const { revision } = await as('admin').registered({ id: app.id })
    const test = await as('admin').renewSecret({ id: app.id, revision, environment: 'test' })
    const answer = await push(test, 'test', { personId: people.waterClerk.id })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } })
  })
})

describe('an address of the inside', () => {
  it.each(PRIVATE)('gets no event: %s', async (base) => {
    const one = await approved(place, {
      scopes: ['events.receive'],
      desktopUrl: `${base}/`,
      audienceUnits: [place.units.boxing.id],
    })
    await place.server.settled()
    const { webhook } = await place
      .as('admin')
      .createWebhook({ id: one.id, url: `${base}/events`, types: ['apps.state-changed'] })
    await place.as('admin').pingWebhook({ id: webhook.id })
    await place.server.settled()
    await sendDeliveries(place.server.kernel)
    const { rows } = await place.as('admin').deliveries({ id: webhook.id })
    expect(rows).toMatchObject([
      { state: 'waiting', attempts: 1, fault: expect.stringMatching(/内部网络|不在允许访问的名单/) },
    ])
  })

  it.each([
    'file:///etc/passwd',
    'ftp://app.example.invalid/',
    'https://user@app.example.invalid/',
    'gopher://10.0.0.8/',
  ])('or of another kind is not even noted: %s', async (url) => {
    const one = await approved(place, { scopes: ['events.receive'] })
    expect(
      await refusal(place.as('admin').createWebhook({ id: one.id, url, types: ['apps.state-changed'] })),
    ).toMatchObject({
      code: 'invalid',
    })
  })
})

describe('a name', () => {
  it.each([
    ['turned round', '博兴县\u202e公办合综'],
    ['with a hidden sign', '博兴县\u2066综合办公'],
    ['of two lines', '博兴县\n综合办公'],
    ['with a Cyrillic letter', '博兴县ОА系统'],
    ['with a Greek letter', '博兴县ΟA系统'],
    ['with marks heaped on a letter', `博兴县a${'\u0301'.repeat(20)}`],
    ['of nothing', ' \u3000 '],
  ])('%s is refused', async (_kind, name) => {
    expect(await refusal(place.as('admin').create(content(place, { name })))).toMatchObject({ code: 'invalid' })
  })

  it('that only looks different from another is taken', async () => {
    await place.as('admin').create(content(place, { name: '博兴县OA办公 2' }))
    for (const name of ['博兴县oa办公2', '博兴县ＯＡ办公２', '博兴县OA 办公　2', '博兴县OA办\u200b公 2'])
      expect(await refusal(place.as('admin').create(content(place, { name })))).toMatchObject({ status: 409 })
  })
})

describe('the administrator of another unit', () => {
  it('neither changes, checks, stops nor reads what is not theirs', async () => {
    const { server, people, units } = place
    const token = await signInAs(server, people.waterHead.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: units.water.id },
    ])
    const stranger = server.client(appsApi, token)
    const seen = { id: app.id, revision: (await place.as('operator').registered({ id: app.id })).revision }
    const file = new File(['x'], 'a.png')
    for (const attempt of [
      () => stranger.registered({ id: app.id }),
      () => stranger.edit({ ...content(place), ...seen }),
      () => stranger.check(seen),
      () => stranger.submit(seen),
      () => stranger.recall(seen),
      () => stranger.renewSecret({ ...seen, environment: 'production' }),
      () => stranger.setIcon({ id: app.id }, { file }),
      () => stranger.webhooks({ id: app.id }),
    ])
      expect(await refusal(attempt())).toMatchObject({ code: 'not-found' })
    for (const attempt of [
      () => stranger.approve({ ...seen, scopes: [], directoryFields: [] }),
      () => stranger.suspend({ ...seen, reason: '试试' }),
      () => stranger.retire({ ...seen, reason: '试试' }),
    ])
      expect(await refusal(attempt())).toMatchObject({ code: 'forbidden' })
  })
})

describe('a key', () => {
  const ec = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43) }
  it.each([
    ['that is private', { ...ec, d: 'c'.repeat(43) }],
    ['that is shared', { kty: 'oct', k: 'secret' }],
    ['that is short', { kty: 'RSA', n: 'a'.repeat(171), e: 'AQAB' }],
    ['of another curve', { ...ec, crv: 'secp256k1' }],
    ['for nothing', { ...ec, alg: 'none' }],
    ['for encryption', { ...ec, use: 'enc' }],
    ['without its parts', { kty: 'EC', crv: 'P-256' }],
  ])('%s is not registered', async (_kind, key) => {
    const production = connection({ redirectUris: [CALLBACK], jwks: { keys: [key] } as never })
    expect(await refusal(place.as('admin').create(content(place, { production })))).toMatchObject({ code: 'invalid' })
  })

  it('replaces the secret, and is told by its kind and name', async () => {
    const test = connection({ jwks: { keys: [{ ...ec, kid: '2026-1' }] } as never })
    const { id, clients, revision } = await place.as('admin').create(content(place, { test }))
    expect(clients).toMatchObject([{ environment: 'test', keys: ['EC 2026-1'], secrets: [] }])
    expect(await refusal(place.as('admin').renewSecret({ id, revision, environment: 'test' }))).toMatchObject({
      code: 'conflict',
    })
  })
})
