import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppsServer, approved, connection, content, refusal, startAppsServer } from './testing.ts'

let place: AppsServer
let app: Server
let base: string
let answer: Record<string, number> = {}

beforeAll(async () => {
  app = createServer((request, response) => {
    const path = request.url!.split('?')[0]!
    response.writeHead(answer[path] ?? 404).end()
  })
  await new Promise<void>((done) => app.listen(0, '127.0.0.1', done))
  const { port } = app.address() as AddressInfo
  base = `http://127.0.0.1:${port}`
  place = await startAppsServer({ env: { OUTBOUND_ALLOW: `${base}@127.0.0.1/32` } })
})
afterAll(async () => {
  app.close()
  await place.server.stop()
})

const reachable = () =>
  content(place, {
    desktopUrl: `${base}/`,
    phoneUrl: null,
    healthUrl: `${base}/health`,
    production: connection({ redirectUris: [`${base}/callback`], backchannelUri: `${base}/logout` }),
  })

describe('an application on its way', () => {
  it('goes from draft to in force by four hands, and is checked on the way', async () => {
    const { as } = place
    const draft = await as('admin').create(reachable())
    expect(draft).toMatchObject({ state: 'draft', version: 0, can: { edit: true, check: true, submit: false } })
    expect(await refusal(as('admin').submit({ id: draft.id, revision: draft.revision }))).toMatchObject({
      code: 'wrong-state',
    })
    answer = { '/': 200, '/health': 500, '/callback': 200, '/logout': 200 }
    const failed = await as('admin').check(draft)
    expect(failed.state).toBe('draft')
    expect(Object.fromEntries(failed.next!.checks.map(({ key, result }) => [key, result]))).toEqual({
      complete: 'pass',
      health: 'fail',
      desktop: 'pass',
      phone: 'skip',
      'callback-1': 'fail',
      backchannel: 'fail',
    })
    answer = { '/': 302, '/health': 200, '/callback': 400, '/logout': 400 }
    const checked = await as('admin').check({ id: draft.id, revision: failed.revision })
    expect(checked.state).toBe('checked')
    expect(checked.next!.checks.every(({ result }) => result !== 'fail')).toBe(true)
    const submitted = await as('admin').submit({ id: draft.id, revision: checked.revision })
    expect((await as('reviewer').review({})).rows.map(({ id }) => id)).toContain(draft.id)
    const done = await as('reviewer').approve({
      id: draft.id,
      revision: submitted.revision,
      scopes: ['profile'],
      directoryFields: [],
    })
    expect(done).toMatchObject({ state: 'approved', pending: null, version: 1, firstParty: false })
    expect(done.versions).toMatchObject([{ no: 1, release: '1.0', by: '张伟' }])
    expect(done.clients.map(({ environment }) => environment)).toEqual(['production', 'test'])
  })

  it('is not approved for more than was asked, nor by who submitted it', async () => {
    const { as, server, tokens } = place
    const { id } = await as('admin').create(content(place))
    await server.sql("update apps.version set state = 'checked' where application_id = $1", [id])
    await server.sql("update apps.application set state = 'checked', pending = 'checked' where id = $1", [id])
    const { revision } = await as('admin').submit({ id, revision: 1 })
    const granted = { id, revision, scopes: ['directory.read' as const], directoryFields: [] }
    expect(await refusal(as('reviewer').approve(granted))).toMatchObject({ code: 'invalid' })
    const [{ account_id }] = (await server.sql<{ account_id: string }>(
      'select s.account_id from identity.session s where s.token_hash = sha256($1::bytea)',
      [Buffer.from(tokens.reviewer)],
    )) as [{ account_id: string }]
    await server.sql('update apps.version set submitted_by = $2 where application_id = $1', [id, account_id])
    expect(await refusal(as('reviewer').approve({ ...granted, scopes: [] }))).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
  })

  it('keeps what is in force while a change is drafted', async () => {
    const { as } = place
    const app1 = await approved(place)
    const before = app1.detail
    const changed = await as('admin').edit({
      id: app1.id,
      ...before.content,
      name: `${before.content.name}（新版）`,
      revision: before.revision,
    })
    expect(changed).toMatchObject({ state: 'approved', pending: 'draft', content: { name: before.content.name } })
    expect((await as('clerk').mine({ q: before.content.name })).rows.map(({ name }) => name)).toEqual([
      before.content.name,
    ])
  })

  it('refuses addresses that are no https, and unknown units', async () => {
    const { as } = place
    const evil = content(place, { desktopUrl: 'http://10.1.1.1/' })
    expect(await refusal(as('admin').create(evil))).toMatchObject({ code: 'invalid' })
    const unknown = content(place, { audienceUnits: [crypto.randomUUID()] })
    expect(await refusal(as('admin').create(unknown))).toMatchObject({ code: 'invalid' })
  })
})

describe('my applications', () => {
  it('are those whose audience I belong to, until they are suspended', async () => {
    const { as } = place
    const app1 = await approved(place)
    const names = async (who: 'clerk' | 'lixia') => (await as(who).mine({ limit: 200 })).rows.map(({ id }) => id)
    expect(await names('clerk')).toContain(app1.id)
    expect(await names('lixia')).not.toContain(app1.id)
    expect(await refusal(as('lixia').card({ id: app1.id }))).toMatchObject({ code: 'not-found' })
    await as('clerk').favour({ id: app1.id, favourite: true })
    expect((await as('clerk').mine({ favourite: true })).rows).toMatchObject([{ id: app1.id, favourite: true }])
    const { revision } = await as('operator').registered({ id: app1.id })
    await as('operator').suspend({ id: app1.id, revision, reason: '发现漏洞' })
    expect(await names('clerk')).not.toContain(app1.id)
  })

  it('go to holders of a duty wherever they are', async () => {
    const { as, server, units, people } = place
    const app1 = await approved(place, { audienceUnits: [], audienceDuties: ['机要员'] })
    expect(await refusal(as('lixia').card({ id: app1.id }))).toMatchObject({ code: 'not-found' })
    await server.sql(
      "insert into directory.duty (unit_id, duty, person_id, valid_from) values ($1, '机要员', $2, '2020-01-01')",
      [units.lixiaWater.id, people.lixiaClerk.id],
    )
    expect(await as('lixia').card({ id: app1.id })).toMatchObject({ id: app1.id, learns: ['姓名', '所在单位'] })
  })
})

describe('a list', () => {
  it('is read page by page without a gap', async () => {
    const { as } = place
    for (let made = 0; made < 3; made++) await as('admin').create(content(place))
    const all = (await as('admin').managed({ limit: 200 })).rows.map(({ id }) => id)
    const paged: string[] = []
    for (let cursor: string | undefined; ; ) {
      const { rows, next } = await as('admin').managed({ limit: 2, ...(cursor ? { cursor } : {}) })
      paged.push(...rows.map(({ id }) => id))
      if (next === null) break
      cursor = next
    }
    expect(paged).toEqual(all)
    expect(await refusal(as('admin').managed({ cursor: 'x' }))).toMatchObject({ code: 'invalid' })
  })
})

describe('an icon', () => {
  it('is a picture, shown to whoever may use applications', async () => {
    const { as, server, tokens } = place
    const { id } = await as('admin').create(content(place))
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    expect(await refusal(as('admin').setIcon({ id }, { file: new File(['<svg/>'], 'a.svg') }))).toMatchObject({
      status: 415,
    })
    await as('admin').setIcon({ id }, { file: new File([png], 'a.png') })
    const shown = await fetch(`${server.url}/api/apps/${id}/icon`, {
      headers: { cookie: `qt_session=${tokens.clerk}` },
    })
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(png)
  })
})
