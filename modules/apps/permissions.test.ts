import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appsApi } from './contract.ts'
import { type Approved, type AppsServer, approved, content, refusal, startAppsServer } from './testing.ts'

let place: AppsServer
let app: Approved

beforeAll(async () => {
  place = await startAppsServer()
  app = await approved(place)
})
afterAll(() => place.server.stop())

/** A well-formed call of every endpoint. */
const calls = () => {
  const seen = { id: app.id, revision: app.detail.revision }
  const uid = 'x'.repeat(21)
  const hook = { url: 'https://app.example.invalid/events', types: ['tasks.closed'] }
  return {
    managed: {},
    review: {},
    registered: { id: app.id },
    create: content(place),
    edit: { ...content(place), ...seen },
    check: seen,
    submit: seen,
    recall: seen,
    approve: { ...seen, scopes: [], directoryFields: [] },
    sendBack: { ...seen, reason: '请补充' },
    suspend: { ...seen, reason: '发现漏洞' },
    resume: seen,
    retire: { ...seen, reason: '不再使用' },
    renewSecret: { ...seen, environment: 'production' },
    setIcon: { id: app.id },
    icon: { id: app.id },
    categories: {},
    mine: {},
    owners: {},
    card: { id: app.id },
    favour: { id: app.id, favourite: true },
    withdrawConsent: { id: app.id },
    oneTimeCode: { id: app.id },
    consent: { uid },
    answerConsent: { uid, accept: true },
    health: {},
    probes: { id: app.id },
    openUnits: {},
    openPeople: {},
    webhooks: { id: app.id },
    createWebhook: { id: app.id, ...hook },
    editWebhook: { ...seen, ...hook, state: 'active' },
    removeWebhook: seen,
    renewWebhookSecret: seen,
    pingWebhook: { id: app.id },
    deliveries: { id: app.id },
    replayDeliveries: { id: app.id },
    webhookHealth: {},
  } satisfies Record<keyof typeof appsApi, object>
}
type Name = keyof ReturnType<typeof calls>
const call = (who: Parameters<AppsServer['as']>[0], name: Name): Promise<unknown> => {
  const client = place.as(who) as unknown as Record<Name, (input: object, more?: object) => Promise<unknown>>
  return client[name](calls()[name], name === 'setIcon' ? { file: new File(['x'], 'a.png') } : undefined)
}
const names = Object.keys(appsApi) as Name[]

describe('a stranger', () => {
  it.each(names)('does not reach %s', async (name) => {
    expect(await refusal(call(undefined, name))).toMatchObject({ status: 401 })
  })
})

describe('without the permission nobody reaches what needs it:', () => {
  const guarded = Map.groupBy(
    names.filter((name) => appsApi[name].permission.includes(':')),
    (name) => appsApi[name].permission,
  )
  it.each([...guarded])('%s', async (permission, needing) => {
    const { server } = place
    const roles = await server.sql<{ role: string }>(
      'delete from identity.role_permission where permission = $1 returning role',
      [permission],
    )
    await new Promise((resolve) => setTimeout(resolve, 700))
    try {
      for (const name of needing)
        for (const who of ['clerk', 'admin', 'reviewer', 'operator'] as const)
          expect([name, who, (await refusal(call(who, name))).status]).toEqual([name, who, 403])
    } finally {
      for (const { role } of roles)
        await server.sql('insert into identity.role_permission (role, permission) values ($1, $2)', [role, permission])
    }
  })
})

describe('what is not theirs', () => {
  it('an administrator of another unit does not find', async () => {
    const { server, people, units } = place
    const { signInAs } = await import('#platform/directory/testing')
    const token = await signInAs(server, people.waterHead.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: units.water.id },
    ])
    const stranger = server.client(appsApi, token)
    const seen = { id: app.id, revision: app.detail.revision }
    expect(await refusal(stranger.registered({ id: app.id }))).toMatchObject({ code: 'not-found' })
    expect(await refusal(stranger.edit({ ...content(place), ...seen }))).toMatchObject({ code: 'not-found' })
    expect(await refusal(stranger.renewSecret({ ...seen, environment: 'test' }))).toMatchObject({ code: 'not-found' })
    expect((await stranger.managed({})).rows).toEqual([])
    expect(await refusal(stranger.create({ ...content(place), unitId: units.office.id }))).toMatchObject({
      code: 'forbidden',
    })
  })

  it('a clerk does not see registrations, nor anybody the review', async () => {
    const { as } = place
    expect(await refusal(as('clerk').registered({ id: app.id }))).toMatchObject({ code: 'not-found' })
    expect(await refusal(as('admin').review({}))).toMatchObject({ code: 'forbidden' })
    expect(await refusal(as('admin').suspend({ id: app.id, revision: 1, reason: '停' }))).toMatchObject({
      code: 'forbidden',
    })
  })
})
