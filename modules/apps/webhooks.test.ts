import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import { personLeft, postChanged, unitChanged } from '#platform/directory/contract'
import { signInAs } from '#platform/directory/testing'
import { tasksApi } from '#platform/tasks/contract'
import { claimsIn, signInThrough } from './browser-testing.ts'
import { appsApi, type Delivery, type WebhookType } from './contract.ts'
import { pruneDeliveries } from './server/webhooks/prune.ts'
import { sendDeliveries } from './server/webhooks/send.ts'
import { type Approved, type AppsServer, approved, connection, refusal, startAppsServer } from './testing.ts'
import { completeTask, isSignedBy, pushTask, type Receiver, startReceiver } from './webhook-testing.ts'

let receiver: Receiver
let place: AppsServer
let app: Approved
let hook: { id: string; secret: string }
let start: Date
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const every: WebhookType[] = [
  'tasks.closed',
  'directory.unit-changed',
  'directory.person-changed',
  'apps.state-changed',
]

const connect = (more: object = {}) =>
  approved(place, {
    scopes: ['profile', 'directory.read', 'tasks.push', 'events.receive'],
    directoryUnits: [place.units.boxing.id],
    desktopUrl: `${receiver.base}/`,
    production: connection(),
    ...more,
  })
const subscribe = async (id: string, types: WebhookType[] = every) => {
  // What happened before somebody subscribed must not still be on its way.
  await place.server.settled()
  const { webhook, secret } = await place.as('admin').createWebhook({ id, url: `${receiver.base}/events`, types })
  return { id: webhook.id, secret }
}
const read = async () => (await place.as('admin').webhooks({ id: app.id })).rows.find(({ id }) => id === hook.id)!
const listed = async (state?: Delivery['state']) => (await place.as('admin').deliveries({ id: hook.id, state })).rows
const send = () => sendDeliveries(place.server.kernel)
/** as if so much time had passed; the clock itself would end the sessions */
const later = async (ms: number) => {
  await place.server.sql('update apps.delivery set next_at = next_at - make_interval(secs => $1)', [ms / 1000])
  await send()
}
/** a ping, sent and answered as the receiver is told to */
const ping = async () => {
  const { id, eventId } = await place.as('admin').pingWebhook({ id: hook.id })
  await place.server.settled()
  await send()
  return { id, eventId }
}

beforeAll(async () => {
  receiver = await startReceiver()
  place = await startAppsServer({ env: { OUTBOUND_ALLOW: `${receiver.base}@127.0.0.1/32` } })
  start = place.server.clock.now()
  app = await connect()
})
afterAll(async () => {
  receiver.close()
  await place.server.stop()
})
beforeEach(async () => {
  await place.server.sql('delete from apps.webhook')
  receiver.received.length = 0
  receiver.answer.status = 200
  hook = await subscribe(app.id)
})

describe('an event', () => {
  it('is a signed CloudEvent, told to the application whose to-do it was, and to no other', async () => {
    const other = await connect({ openToAll: true })
    await subscribe(other.id, ['tasks.closed'])
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: 'openid profile' })
    const { sub } = claimsIn(answer.body.id_token!) as { sub: string }
    const pushed = await pushTask(place, app, 'seal-1', { assignee: { sub }, url: `${receiver.base}/todo/1` })
    expect(pushed.status, await pushed.clone().text()).toBe(200)
    await completeTask(place, '数据共享协议用印', '一式四份')
    await send()
    const [got, ...rest] = receiver.of('tasks.closed')
    expect(rest).toEqual([])
    expect(got!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
    expect(got!.event).toMatchObject({
      specversion: '1.0',
      source: 'urn:qitong:node:province',
      subject: 'seal-1',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { externalId: 'seal-1', state: 'done', outcome: '同意', note: '一式四份' },
    })
    expect(isSignedBy(hook.secret, got!)).toBe(true)
    expect(isSignedBy(`${hook.secret}x`, got!)).toBe(false)
    expect(isSignedBy(hook.secret, { ...got!, body: got!.body.replace('同意', '退回') })).toBe(false)
    expect(Math.abs(Number(got!.headers['x-qitong-timestamp']) - start.getTime() / 1000)).toBeLessThan(300)
    expect(await listed()).toMatchObject([{ eventId: got!.event.id, state: 'delivered', attempts: 1 }])
  })

  it('of the directory is told as far as the grant reaches, and nothing that is hidden', async () => {
    const { server, units, people } = place
    await server.system(async ({ emit }) => {
      for (const unitId of [units.office.id, units.zouping.id, units.secretDesk.id])
        emit(unitChanged, { unitId, what: 'updated' })
      const postId = crypto.randomUUID()
      for (const [who, unit] of [
        [people.clerk, units.documents],
        [people.zoupingClerk, units.zoupingWater],
        [people.agent, units.secretDesk],
      ] as const)
        emit(postChanged, { postId, personId: who.id, unitId: unit.id, what: 'changed' })
      emit(personLeft, { personId: people.waterClerk.id, status: 'retired', day: '2026-11-01', successorId: null })
    })
    await server.settled()
    await send()
    expect(receiver.of('directory.unit-changed').map(({ event }) => event.data)).toEqual([
      { unitIds: [units.office.id], what: 'updated' },
    ])
    const told = receiver.of('directory.person-changed').map(({ event }) => event.data)
    expect(told).toHaveLength(2)
    expect(told).toEqual(
      expect.arrayContaining([
        { personId: people.clerk.id, unitIds: [units.documents.id], what: 'post-changed' },
        { personId: people.waterClerk.id, unitIds: [units.supply.id], what: 'retired' },
      ]),
    )
  })
})

describe('a delivery that fails', () => {
  it('is tried again after a while, as the same event', async () => {
    receiver.answer.status = 500
    const { eventId } = await ping()
    expect(await listed()).toMatchObject([{ state: 'waiting', attempts: 1, fault: '答复了 500' }])
    expect((await read()).failingSince).toBe(start.toISOString())
    await later(MINUTE - 1)
    expect(receiver.received).toHaveLength(1)
    receiver.answer.status = 204
    await later(1)
    expect(receiver.received.map(({ event }) => event.id)).toEqual([eventId, eventId])
    expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body)
    expect(await listed()).toMatchObject([{ state: 'delivered', attempts: 2, fault: null }])
    expect((await read()).failingSince).toBeNull()
  })

  it('is given up after ten tries over a day, and sent again by one word', async () => {
    receiver.answer.status = 503
    const { id } = await ping()
    let waited = 0
    for (let tries = 1; tries < 10; tries++) {
      const [row] = await listed()
      expect(row).toMatchObject({ state: 'waiting', attempts: tries })
      const pause = Date.parse(row!.nextAt!) - start.getTime()
      expect(pause).toBeGreaterThan(0)
      waited += pause
      await later(pause)
    }
    expect(await listed('dead')).toMatchObject([{ id, attempts: 10, fault: '答复了 503' }])
    expect(waited).toBeGreaterThan(DAY)
    await later(DAY)
    expect(receiver.received).toHaveLength(10)
    receiver.answer.status = 200
    const admin = place.server.client(appsApi, place.tokens.admin)
    expect(await admin.replayDeliveries({ id: hook.id, ids: [crypto.randomUUID()] })).toEqual({ replayed: 0 })
    expect(await admin.replayDeliveries({ id: hook.id })).toEqual({ replayed: 1 })
    await place.server.settled()
    await send()
    expect(await listed()).toMatchObject([{ id, state: 'delivered' }])
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1)
  })

  it('switches the subscription off after days, tells the contacts, and goes on when it is switched on', async () => {
    receiver.answer.status = 500
    await ping()
    await place.server.sql("update apps.webhook set failing_since = $1::timestamptz - interval '5 days'", [start])
    await later(MINUTE)
    expect(await read()).toMatchObject({ state: 'disabled', waiting: 1 })
    const readings = await place.server.client(tasksApi, place.tokens.clerk).readings({ q: '自动停用' })
    expect(readings.rows).toMatchObject([{ matter: '应用接入', url: `/apps/manage/${app.id}/webhooks` }])
    expect(await refusal(ping())).toMatchObject({ code: 'conflict' })
    receiver.answer.status = 200
    await later(DAY)
    expect(receiver.received).toHaveLength(2)
    const { revision, url } = await read()
    await place.as('admin').editWebhook({ id: hook.id, revision, url, types: every, state: 'active' })
    await place.server.settled()
    await send()
    expect(await read()).toMatchObject({ state: 'active', failingSince: null, waiting: 0 })
    expect(receiver.received).toHaveLength(3)
  })
})

describe('several processes', () => {
  it('do not send the same at once, and what a dead one had taken is sent when its lease ends', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => place.as('admin').pingWebhook({ id: hook.id })))
    await Promise.all([send(), sendDeliveries({ ...place.server.kernel })])
    await vi.waitFor(async () => expect(await listed('delivered')).toHaveLength(3))
    expect(receiver.received.map(({ event }) => event.id).sort()).toEqual(ids.map(({ eventId }) => eventId).sort())

    const { id } = ids[0]!
    await place.server.sql(
      "update apps.delivery set state = 'waiting', next_at = $2::timestamptz + interval '2 minutes', lease = $1 where id = $3",
      [crypto.randomUUID(), place.server.clock.now(), id],
    )
    await send()
    expect(receiver.received).toHaveLength(3)
    await later(2 * MINUTE)
    expect(receiver.received).toHaveLength(4)
  })

  it('that come back late change nothing', async () => {
    receiver.answer.status = 500
    const release = Promise.withResolvers<void>()
    receiver.answer.hold = release.promise
    const { id } = await place.as('admin').pingWebhook({ id: hook.id })
    const sending = send()
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1))
    const other = crypto.randomUUID()
    await place.server.sql('update apps.delivery set lease = $1 where id = $2', [other, id])
    release.resolve()
    receiver.answer.hold = undefined
    await sending
    const rows = await place.server.sql('select lease, fault from apps.delivery where id = $1', [id])
    expect(rows).toEqual([{ lease: other, fault: null }])
    expect((await read()).failingSince).toBeNull()
  })
})

describe('a suspended application', () => {
  it('hears that it is, and nothing else until it is resumed', async () => {
    const { as, server } = place
    receiver.answer.status = 500
    await ping()
    receiver.answer.status = 200
    receiver.received.length = 0
    const { revision } = await as('operator').registered({ id: app.id })
    await as('operator').suspend({ id: app.id, revision, reason: '发现漏洞' })
    await server.settled()
    await send()
    expect(receiver.of('apps.state-changed').map(({ event }) => event.data)).toEqual([{ state: 'suspended' }])
    expect(await refusal(ping())).toMatchObject({ code: 'conflict' })
    await server.system(async ({ emit }) => emit(unitChanged, { unitId: place.units.office.id, what: 'updated' }))
    await server.settled()
    await later(2 * 60 * MINUTE)
    expect(receiver.received).toHaveLength(1)
    const now = await as('operator').registered({ id: app.id })
    await as('operator').resume({ id: app.id, revision: now.revision })
    await server.settled()
    await send()
    expect(receiver.received.map(({ event }) => event.type).sort()).toEqual([
      'apps.ping',
      'apps.state-changed',
      'apps.state-changed',
      'directory.unit-changed',
    ])
  })
})

describe('what is old', () => {
  it('goes: what was delivered after a week, the rest after a month', async () => {
    await ping()
    receiver.answer.status = 500
    await ping()
    const { sql, kernel, clock } = place.server
    const aged = (days: number) =>
      sql(
        'update apps.delivery set done_at = $1::timestamptz - make_interval(days => $2), happened_at = $1::timestamptz - make_interval(days => $2)',
        [clock.now(), days],
      )
    await sql("update apps.delivery set state = 'dead', next_at = null where state = 'waiting'")
    await aged(6)
    await pruneDeliveries(kernel)
    expect(await listed()).toHaveLength(2)
    await aged(8)
    await pruneDeliveries(kernel)
    expect((await listed()).map(({ state }) => state)).toEqual(['dead'])
    await aged(31)
    await pruneDeliveries(kernel)
    expect(await listed()).toEqual([])
  })
})

describe('a slow receiver', () => {
  it('holds up nobody else', async () => {
    const release = Promise.withResolvers<void>()
    receiver.answer.hold = release.promise
    const slow = await place.as('admin').pingWebhook({ id: hook.id })
    const sending = send()
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1))
    receiver.answer.hold = undefined
    const other = await subscribe(app.id, ['tasks.closed'])
    const { eventId } = await place.as('admin').pingWebhook({ id: other.id })
    await vi.waitFor(() => expect(receiver.received.map(({ event }) => event.id)).toEqual([slow.eventId, eventId]))
    expect(await listed()).toMatchObject([{ state: 'waiting' }])
    release.resolve()
    await sending
    expect(await listed()).toMatchObject([{ state: 'delivered' }])
  })
})

describe('an event that nobody subscribed to', () => {
  it('makes no job; with the first subscriber it does', async () => {
    const { server, people, units } = place
    const heard = async () => {
      await server.system(async (ctx: SystemCtx) =>
        ctx.emit(postChanged, {
          postId: newId(),
          personId: people.waterClerk.id,
          unitId: units.boxing.id,
          what: 'changed',
        }),
      )
      await server.settled()
      return server.sql("select 1 from kernel.consumed where consumer = 'apps.tell-post-changed'")
    }
    await server.sql('delete from apps.webhook')
    const before = await heard()
    expect(await heard()).toHaveLength(before.length)
    hook = await subscribe(app.id)
    expect(await heard()).toHaveLength(before.length + 1)
  })
})

describe('a subscription', () => {
  it('lies on the registered addresses, within the grant, and is its unit’s alone', async () => {
    const { as, server, people, units } = place
    const url = `${receiver.base}/events`
    const elsewhere = { id: app.id, types: every, url: 'https://elsewhere.example.invalid/x' }
    expect(await refusal(as('admin').createWebhook(elsewhere))).toMatchObject({ code: 'invalid' })
    const poor = await connect({ scopes: ['profile', 'events.receive'], directoryUnits: [] })
    expect(await refusal(as('admin').createWebhook({ id: poor.id, url, types: ['tasks.closed'] }))).toMatchObject({
      code: 'invalid',
    })
    const deaf = await connect({ scopes: ['profile'], directoryUnits: [] })
    expect(await refusal(as('admin').createWebhook({ id: deaf.id, url, types: every }))).toMatchObject({
      code: 'conflict',
    })
    const token = await signInAs(server, people.waterHead.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: units.water.id },
    ])
    const stranger = server.client(appsApi, token)
    for (const work of [
      () => stranger.webhooks({ id: app.id }),
      () => stranger.createWebhook({ id: app.id, url, types: every }),
      () => stranger.deliveries({ id: hook.id }),
      () => stranger.pingWebhook({ id: hook.id }),
      () => stranger.replayDeliveries({ id: hook.id }),
      () => stranger.removeWebhook({ id: hook.id, revision: 1 }),
    ])
      expect(await refusal(work())).toMatchObject({ code: 'not-found' })
    const health = await as('operator').webhookHealth({})
    expect(health.rows).toMatchObject([{ id: hook.id, applicationId: app.id, state: 'active' }])
    expect(JSON.stringify(health)).not.toContain('whsec_')
  })

  it('whose address is no longer registered gets nothing', async () => {
    await place.server.sql(
      "update apps.application set content = jsonb_set(content, '{desktopUrl}', '\"https://moved.example.invalid/\"') where id = $1",
      [app.id],
    )
    await ping()
    expect(receiver.received).toEqual([])
    expect(await listed()).toMatchObject([{ state: 'waiting', fault: '接收地址已不在应用登记的地址内' }])
    await place.server.sql(
      "update apps.application set content = jsonb_set(content, '{desktopUrl}', to_jsonb($2::text)) where id = $1",
      [app.id, `${receiver.base}/`],
    )
  })

  it('signs with both secrets while one replaces the other, and with the new one alone after a day', async () => {
    const { revision } = await read()
    const { secret } = await place.as('admin').renewWebhookSecret({ id: hook.id, revision })
    expect(await refusal(place.as('admin').renewWebhookSecret({ id: hook.id, revision }))).toMatchObject({
      code: 'stale',
    })
    await ping()
    const [both] = receiver.received
    expect([isSignedBy(hook.secret, both!), isSignedBy(secret, both!)]).toEqual([true, true])
    await place.server.sql('update apps.webhook set old_secret_until = $1', [start])
    await ping()
    const alone = receiver.received[1]!
    expect([isSignedBy(hook.secret, alone), isSignedBy(secret, alone)]).toEqual([false, true])
    const kept = await place.server.sql<{ box: Buffer }>('select secret_box as box from apps.webhook')
    expect(kept[0]!.box.includes(secret)).toBe(false)
  })
})
