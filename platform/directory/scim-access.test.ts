import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory, registerHandover } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi } from './contract.ts'
import { ENTERPRISE, PLACE_GROUP, PLACE_USER, USER } from './server/scim-schema.ts'
import { type Scene, scene, signInAs } from './testing.ts'

let server: TestServer
let at: Scene
let api: ReturnType<typeof client>
const client = (token: string) => server.client(directoryApi, token)
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

interface Reply {
  status: number
  body: { id: string; active?: boolean; members: { value: string }[]; Resources: { displayName: string }[] } & Record<
    string,
    unknown
  >
}
const call = async (token: string, method: string, path: string, body?: unknown): Promise<Reply> => {
  const answer = await fetch(`${server.url}/api/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, body: text ? JSON.parse(text) : undefined }
}
const listed = async (token: string, kind: 'Users' | 'Groups', filter: string): Promise<string[]> => {
  const { body } = await call(token, 'GET', `/${kind}?filter=${encodeURIComponent(filter)}`)
  return body.Resources.map((one: { displayName: string }) => one.displayName)
}
const refusals = () =>
  server.sql<{ who: string; action: string; status: number; target: string | null }>(
    `select actor_name as who, action, (detail -> 'input' ->> 'status')::int as status, target_id as target
     from kernel.audit where kind = 'refused' and action like 'directory.scim%' order by at, id`,
  )
const patch = (path: string, value: unknown) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
})

let tokens: { plain: string; trusted: string; other: string }
beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  api = client(await signInAs(server, at.people.departmentClerk.id, [{ role: 'system-admin', scope: 'all' }]))
  const make = async (title: string, unitId: string, readsProtected = false) =>
    (await api.createScimClient({ title, unitId, readsProtected })).token
  tokens = {
    plain: await make('博兴人事', at.units.boxing.id),
    trusted: await make('博兴组工', at.units.boxing.id, true),
    other: await make('邹平人事', at.units.zouping.id),
  }
})
afterAll(() => server?.stop())

describe('refused calls', () => {
  it('leave their row in the audit log: no token, a disabled client, another subtree', async () => {
    const gone = await api.createScimClient({ title: '停用的系统', unitId: at.units.lixia.id })
    await api.enableScimClient({ id: gone.client.id, enabled: false })
    expect((await call('nonsense', 'GET', '/Users')).status).toBe(401)
    expect((await call(gone.token, 'GET', '/Groups')).status).toBe(401)
    const { id } = at.people.zoupingClerk
    expect((await call(tokens.plain, 'DELETE', `/Users/${id}`)).status).toBe(404)
    const away = patch(`${PLACE_USER}:unitId`, at.units.zoupingWater.id)
    expect((await call(tokens.plain, 'PATCH', `/Users/${at.people.colleague.id}`, away)).status).toBe(400)
    expect(await refusals()).toEqual([
      { who: 'SCIM：未知客户端', action: 'directory.scim GET /Users', status: 401, target: null },
      { who: 'SCIM：停用的系统', action: 'directory.scim GET /Groups', status: 401, target: null },
      { who: 'SCIM：博兴人事', action: 'directory.scim DELETE /Users/:id', status: 404, target: id },
      { who: 'SCIM：博兴人事', action: 'directory.scim PATCH /Users/:id', status: 400, target: at.people.colleague.id },
    ])
    expect((await api.adminPerson({ id })).status).toBe('active')
  })

  it('of whoever has no token cannot fill the log', async () => {
    const before = (await refusals()).length
    for (let n = 0; n < 40; n++) await call('guess', 'GET', '/Users')
    expect((await refusals()).length - before).toBeLessThan(35)
  })
})

describe('a body that cannot be read', () => {
  it('is answered in the form of SCIM, whatever is wrong with it', async () => {
    const send = async (body: string, type = 'application/scim+json') => {
      const answer = await fetch(`${server.url}/api/scim/v2/Users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.plain}`, 'content-type': type },
        body,
      })
      return { type: answer.headers.get('content-type'), body: (await answer.json()) as object }
    }
    const form = { schemas: [ERROR], detail: expect.any(String) }
    for (const text of ['{"userName": ', '', '{"__proto__": {}}', 'null and void'])
      expect(await send(text)).toEqual({
        type: expect.stringContaining('application/scim+json'),
        body: { ...form, status: '400', scimType: 'invalidSyntax' },
      })
    expect((await send(JSON.stringify({ userName: 'x'.repeat(1_100_000) }))).body).toMatchObject({
      ...form,
      status: '413',
    })
  })
})

describe('leaving', () => {
  it('is refused while something must be taken over, and names in the audit record what was open', async () => {
    const { id } = at.people.waterHead
    await server.sql(
      `insert into directory.duty (unit_id, duty, person_id, valid_from) values ($1, '主要负责人', $2, '2020-01-01')`,
      [at.units.water.id, id],
    )
    let sealed = 1
    registerHandover(server.kernel, {
      name: 'test.seals',
      title: '保管的印章',
      required: true,
      list: async (_sql, personId) => ({ count: personId === id ? sealed : 0, samples: [] }),
      transfer: async () => undefined,
    })
    for (const [method, path, body] of [
      ['PATCH', `/Users/${id}`, patch('active', false)],
      ['DELETE', `/Users/${id}`, undefined],
      ['PATCH', `/Users/${id}`, patch(`${ENTERPRISE}:department`, '综合科')],
    ] as const)
      expect(await call(tokens.trusted, method, path, body)).toMatchObject({
        status: 409,
        body: { schemas: [ERROR], status: '409', detail: expect.stringContaining('保管的印章 1 项') },
      })
    expect((await api.adminPerson({ id })).status).toBe('active')
    sealed = 0
    expect((await call(tokens.trusted, 'PATCH', `/Users/${id}`, patch('active', false))).body.active).toBe(false)
    const [row] = await server.sql<{ handover: { title: string; samples: string[] }[] }>(
      "select detail -> 'input' -> 'handover' as handover from kernel.audit where target_id = $1 and kind = 'command' and action like '%PATCH%'",
      [id],
    )
    expect(row!.handover).toMatchObject([{ title: '岗位职责', samples: ['县水利局 主要负责人'] }])
  })
})

describe('rules of visibility', () => {
  it('hold for a client as for a stranger, unless it was registered to read what they protect', async () => {
    const { clerk, colleague, agent } = at.people
    const rule = { ownerUnitId: at.units.boxing.id, ownUnit: true }
    await api.createRule({ ...rule, title: '不公开', targetPersonId: colleague.id, effect: 'hide' })
    await api.createRule({
      ...rule,
      title: '遮盖',
      targetPersonId: clerk.id,
      effect: 'mask',
      fields: ['mobile', 'email'],
    })
    const find = `displayName eq "${colleague.name}"`
    const tail = 'phoneNumbers.value ew "2716"'

    // Hidden people and closed units are not there, nor found by what is masked.
    for (const { id } of [colleague, agent]) expect((await call(tokens.plain, 'GET', `/Users/${id}`)).status).toBe(404)
    expect(await listed(tokens.plain, 'Users', find)).toEqual([])
    expect(await listed(tokens.plain, 'Users', tail)).toEqual([])
    expect(await listed(tokens.plain, 'Groups', `displayName eq "${at.units.secretDesk.name}"`)).toEqual([])
    const group = await call(tokens.plain, 'GET', `/Groups/${at.units.general.id}`)
    expect(group.body.members.map((one: { value: string }) => one.value)).not.toContain(colleague.id)
    const into = { displayName: '二室', [PLACE_GROUP]: { parentId: at.units.secret.id } }
    expect((await call(tokens.plain, 'POST', '/Groups', into)).status).toBe(404)

    // What was not shown is not emptied by sending back what was read.
    const read = await call(tokens.plain, 'GET', `/Users/${clerk.id}`)
    expect(read.body).toMatchObject({ displayName: clerk.name, emails: [], phoneNumbers: [] })
    const sent = await call(tokens.plain, 'PUT', `/Users/${clerk.id}`, { ...read.body, title: '科长' })
    expect(sent).toMatchObject({ status: 200, body: { title: '科长', phoneNumbers: [] } })
    expect(await api.adminPerson({ id: clerk.id })).toMatchObject({ mobile: '15400002716' })

    expect(await listed(tokens.trusted, 'Users', find)).toEqual([colleague.name])
    expect(await listed(tokens.trusted, 'Users', tail)).toEqual([clerk.name])
    expect((await call(tokens.trusted, 'GET', `/Users/${agent.id}`)).status).toBe(200)
    const { rows } = await api.scimClients({})
    expect(rows.filter((row) => row.readsProtected).map((row) => row.title)).toEqual(['博兴组工'])
  })
})

describe('a name', () => {
  it('finds its bearer whatever the case, also one who was deleted and came back, and nobody else', async () => {
    const body = {
      schemas: [USER, PLACE_USER],
      userName: 'Zhang.San@Example.com',
      externalId: 'x-1',
      name: { formatted: '张三' },
      [PLACE_USER]: { unitId: at.units.zoupingWater.id },
    }
    const { id } = (await call(tokens.other, 'POST', '/Users', body)).body
    for (const filter of [
      'userName eq "zhang.san@example.COM"',
      `${USER}:userName eq "zhang.san@example.com"`,
      'externalId eq "x-1" and active eq true',
      `id eq "${id}"`,
      'active eq true and (userName eq "zhang.san@example.com")',
    ])
      expect([filter, await listed(tokens.other, 'Users', filter)]).toEqual([filter, ['张三']])
    for (const filter of ['userName eq "zhang.san"', 'externalId eq "X-1"', `id eq "${at.people.clerk.id}"`])
      expect([filter, await listed(tokens.other, 'Users', filter)]).toEqual([filter, []])
    // Whoever has no name of the client's is called by the id.
    const { zoupingClerk } = at.people
    expect(await listed(tokens.other, 'Users', `userName eq "${zoupingClerk.id.toUpperCase()}"`)).toEqual([
      zoupingClerk.name,
    ])
    await call(tokens.other, 'DELETE', `/Users/${id}`)
    expect(await listed(tokens.other, 'Users', 'userName eq "zhang.san@example.com"')).toEqual([])
    await api.returnPerson({
      id,
      revision: (await api.adminPerson({ id })).revision,
      post: { unitId: at.units.zoupingWater.id },
    })
    expect(await listed(tokens.other, 'Users', 'userName eq "zhang.san@example.com"')).toEqual(['张三'])
  })
})
