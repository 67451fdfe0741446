import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi } from './contract.ts'
import type { Json } from './server/scim-patch.ts'
import { ENTERPRISE, GROUP, PLACE_GROUP, PLACE_USER, USER } from './server/scim-schema.ts'
import { assertConsistent } from './server/write.ts'
import { type Scene, scene, signInAs } from './testing.ts'

let server: TestServer
let at: Scene
let admin: string
const tokens = { boxing: '', zouping: '' }
interface Reply {
  status: number
  headers: Headers
  body: Json & {
    Resources: Json[]
    totalResults: number
    id: string
    meta: Record<string, string>
    detail: string
    scimType: string
  }
}
const call = async (
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
  token = tokens.boxing,
): Promise<Reply> => {
  const answer = await fetch(`${server.url}/api/scim/v2${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      ...more,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined }
}
const filtered = (filter: string, kind = 'Users') =>
  call('GET', `/${kind}?count=200&filter=${encodeURIComponent(filter)}`)
const names = (reply: Reply): string[] => reply.body.Resources.map((one) => String(one.displayName)).toSorted()
const patch = (...Operations: Json[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations })

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  admin = await signInAs(server, at.people.departmentClerk.id, [{ role: 'system-admin', scope: 'all' }])
  const client = server.client(directoryApi, admin)
  for (const county of ['boxing', 'zouping'] as const)
    tokens[county] = (await client.createScimClient({ title: `${county}人事系统`, unitId: at.units[county].id })).token
})
afterAll(() => server?.stop())

let nth = 0
const jensen = (more: Json = {}): Json => ({
  schemas: [USER, ENTERPRISE, PLACE_USER],
  userName: `bjensen${++nth}@example.com`,
  externalId: `e-${nth}`,
  name: { formatted: '任建国' },
  emails: [{ value: `bjensen${nth}@example.com`, type: 'work', primary: true }],
  [PLACE_USER]: { unitId: at.units.general.id },
  ...more,
})
const made = async (more: Json = {}) => (await call('POST', '/Users', jensen(more))).body

describe('clients', () => {
  it('are registered by system administrators; the token is shown once and can be switched off', async () => {
    const clerk = await signInAs(server, at.people.clerk.id)
    await expect(server.client(directoryApi, clerk).scimClients({})).rejects.toMatchObject({ status: 403 })
    const api = server.client(directoryApi, admin)
    const { client, token } = await api.createScimClient({ title: '临时', unitId: at.units.lixia.id })
    expect((await call('GET', '/Users', undefined, {}, token)).status).toBe(200)
    const { rows } = await api.scimClients({})
    expect(rows.find((row) => row.id === client.id)).toMatchObject({ title: '临时', lastUsedAt: expect.any(String) })
    expect(JSON.stringify(rows)).not.toContain(token)
    await api.enableScimClient({ id: client.id, enabled: false })
    for (const wrong of [token, 'nonsense', ''])
      expect(await call('GET', '/Users', undefined, {}, wrong)).toMatchObject({
        status: 401,
        body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' },
      })
  })
})

describe('discovery', () => {
  it('tells what is supported, in the media type of SCIM', async () => {
    const config = await call('GET', '/ServiceProviderConfig')
    expect(config.headers.get('content-type')).toContain('application/scim+json')
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      etag: { supported: true },
    })
    expect((await call('GET', '/ResourceTypes')).body.Resources.map((one) => one.id)).toEqual(['User', 'Group'])
    expect((await call('GET', `/Schemas/${ENTERPRISE}`)).body).toMatchObject({ id: ENTERPRISE })
    expect((await call('GET', '/Schemas/urn:none')).status).toBe(404)
  })
})

describe('users', () => {
  it('are created, read, replaced, disabled, brought back and deleted without losing a row', async () => {
    const created = await call(
      'POST',
      '/Users',
      jensen({ title: '科员', phoneNumbers: [{ value: '15400009901', type: 'mobile' }] }),
    )
    expect(created.status).toBe(201)
    const { id } = created.body
    expect(created.headers.get('location')).toBe(created.body.meta.location)
    expect(created.body).toMatchObject({
      displayName: '任建国',
      active: true,
      groups: [{ value: at.units.general.id, display: '综合科' }],
      [ENTERPRISE]: { department: '综合科', organization: '博兴县人民政府办公室' },
    })
    const again = await call('POST', '/Users', { ...jensen(), userName: created.body.userName })
    expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    const moved = await call('PUT', `/Users/${id}`, {
      ...created.body,
      title: '科长',
      [ENTERPRISE]: { employeeNumber: 'R-701', department: '文电科' },
      [PLACE_USER]: {},
    })
    expect(moved.body).toMatchObject({ title: '科长', [ENTERPRISE]: { employeeNumber: 'R-701', department: '文电科' } })
    const off = await call('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'False' }))
    expect(off.body).toMatchObject({ active: false, groups: [] })
    const on = await call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: true } }))
    expect(on.body).toMatchObject({ active: true, [PLACE_USER]: { unitId: at.units.documents.id } })
    expect((await call('DELETE', `/Users/${id}`)).status).toBe(204)
    expect((await call('GET', `/Users/${id}`)).status).toBe(404)
    expect(await server.sql('select status, name from directory.person where id = $1', [id])).toEqual([
      { status: 'left', name: '任建国' },
    ])
    await server.system((ctx) => assertConsistent(ctx.sql))
    const audit = await server.sql<{ n: number; leaks: boolean }>(
      "select count(*)::int as n, bool_or(detail::text like '%15400009901%') as leaks from kernel.audit where target_id = $1 and kind = 'command'",
      [id],
    )
    expect(audit).toEqual([{ n: 5, leaks: false }])
  })

  it('refuse what has no unit, no name, or a field of the wrong kind', async () => {
    const wrong: Json[] = [
      { [PLACE_USER]: undefined },
      { [PLACE_USER]: { unitId: at.units.zoupingWater.id } },
      { [PLACE_USER]: undefined, [ENTERPRISE]: { department: '没有的科' } },
      { name: {}, displayName: '' },
      { userName: 7 },
      { active: 'perhaps' },
      { emails: 'a@b.c' },
      { emails: [{ value: 'nobody' }] },
      { phoneNumbers: [{ value: '12' }] },
    ]
    for (const more of wrong)
      expect(await call('POST', '/Users', jensen(more))).toMatchObject({
        status: 400,
        body: { scimType: 'invalidValue' },
      })
    expect((await call('POST', '/Users', [1])).body).toMatchObject({ scimType: 'invalidSyntax' })
  })

  it('have versions: If-Match guards a write, If-None-Match spares a read', async () => {
    const user = await made()
    const tag = user.meta.version!
    expect((await call('GET', `/Users/${user.id}`, undefined, { 'if-none-match': tag })).status).toBe(304)
    const rename = patch({ op: 'replace', path: 'name.formatted', value: '仇英' })
    const changed = await call('PATCH', `/Users/${user.id}`, rename, { 'if-match': tag })
    expect(changed.body.displayName).toBe('仇英')
    expect((await call('PATCH', `/Users/${user.id}`, rename, { 'if-match': tag })).status).toBe(412)
    expect((await call('DELETE', `/Users/${user.id}`, undefined, { 'if-match': tag })).status).toBe(412)
    expect((await call('GET', `/Users/${user.id}`, undefined, { 'if-none-match': tag })).status).toBe(200)
  })

  it('come in pages, sorted, with the attributes asked for', async () => {
    const first = await call(
      'GET',
      '/Users?sortBy=displayName&sortOrder=descending&count=2&attributes=userName,name.formatted',
    )
    expect(Object.keys(first.body.Resources[0]!).toSorted()).toEqual(['id', 'name', 'schemas', 'userName'])
    const second = await call('GET', '/Users?sortBy=displayName&sortOrder=descending&count=2&startIndex=3')
    expect(first.body).toMatchObject({ startIndex: 1, itemsPerPage: 2, totalResults: second.body.totalResults })
    expect(first.body.Resources.map((one) => one.id)).not.toContain(second.body.Resources[0]!.id)
    expect((await call('GET', '/Users?count=0')).body.Resources).toEqual([])
    expect((await call('GET', '/Users?excludedAttributes=emails&count=1')).body.Resources[0]).not.toHaveProperty(
      'emails',
    )
    const search = await call('POST', '/Users/.search', { filter: 'userName pr', count: 1 })
    expect(search.body.Resources).toHaveLength(1)
    expect((await call('GET', '/Users?sortBy=emails')).status).toBe(400)
    expect((await call('GET', '/Users?count=many')).status).toBe(400)
  })
})

describe('filters', () => {
  it('find whom they describe', async () => {
    const { userName } = await made({
      name: { formatted: '单筛选' },
      title: 'Tour Guide',
      [ENTERPRISE]: { employeeNumber: 'F-1' },
    })
    const own = `externalId eq "e-${nth}"`
    const hits = [
      `userName Eq "${String(userName).toUpperCase()}"`,
      own,
      `${own} and title co "our g"`,
      `${own} and title sw "tour" and title ew "IDE"`,
      `${own} and not (title eq "x")`,
      `${own} and (title eq "x" or active eq true)`,
      `${own} and emails[type eq "work" and value co "@example.com"]`,
      `${own} and emails.type ne "home"`,
      `${own} and phoneNumbers eq null`,
      `${own} and not (phoneNumbers pr)`,
      `${own} and meta.lastModified ge "2026-11-20T01:42:00Z"`,
      `${own} and ${ENTERPRISE}:employeeNumber eq "f-1"`,
      `${own} and ${USER}:displayName gt "a"`,
    ]
    for (const filter of hits) expect([filter, names(await filtered(filter))]).toEqual([filter, ['单筛选']])
    for (const filter of [
      `${own} and active eq false`,
      `externalId eq "E-${nth}"`,
      `${own} and meta.created lt "2001-01-01T00:00:00Z"`,
    ])
      expect([filter, names(await filtered(filter))]).toEqual([filter, []])
    expect(names(await filtered('displayName eq "文电科"', 'Groups'))).toEqual(['文电科'])
  })

  it('that cannot be understood are a 400 that says so', async () => {
    const wrong = [
      'userName',
      'userName eq',
      'userName eq bjensen',
      'userName xx "a"',
      '(userName pr',
      'userName pr)',
      'nothing eq "a"',
      'active gt true',
      'active eq "true"',
      'userName eq 5',
      'meta.created eq "yesterday"',
      'meta.created gt "+275760-09-13T00:00:00Z"',
      'emails[type eq "work"',
      'emails[emails[type pr]]',
      'userName eq "\u0000"',
      'userName eq "a\\u0000"',
      'constructor eq "a"',
      'identity_index pr',
      'not userName pr',
      `${'('.repeat(30)}userName pr${')'.repeat(30)}`,
      Array(60).fill('userName pr').join(' or '),
      "userName eq 'a'",
    ]
    for (const filter of wrong)
      expect([filter, (await filtered(filter)).body.scimType]).toEqual([filter, 'invalidFilter'])
  })

  it('of any shape never crash and never become SQL', async () => {
    let state = 11
    const below = (n: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((state / 2_147_483_648) * n)
    }
    const parts = [
      'userName',
      'emails',
      'emails.type',
      'active',
      'meta.created',
      'id',
      'title',
      'x',
      'eq',
      'ne',
      'co',
      'sw',
      'ew',
      'gt',
      'le',
      'pr',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      '"a"',
      `"'; drop table directory.person; --"`,
      '"%_\\\\"',
      '"2026-01-01T00:00:00Z"',
      'true',
      'null',
      '12',
      '-1e9',
      '$1',
      '"',
      '.',
      '\\',
      '"\\ud800"',
    ]
    for (let n = 0; n < 150; n++) {
      const filter = Array.from({ length: 1 + below(9) }, () => parts[below(parts.length)]).join(below(9) ? ' ' : '')
      const { status, body } = await filtered(filter)
      if (status !== 200) expect([filter, status, body.scimType]).toEqual([filter, 400, 'invalidFilter'])
    }
  })
})

describe('groups', () => {
  it('are units: members come and go as posts, and the main post stays', async () => {
    const user = await made({ name: { formatted: '曾小曼' } })
    const group = await call('POST', '/Groups', {
      schemas: [GROUP],
      displayName: '督查科',
      [PLACE_GROUP]: { parentId: at.units.office.id },
    })
    expect(group.status).toBe(201)
    const path = `/Groups/${group.body.id}`
    const added = await call('PATCH', path, patch({ op: 'add', path: 'members', value: [{ value: user.id }] }))
    expect(added.body.members).toEqual([expect.objectContaining({ value: user.id, display: '曾小曼' })])
    expect(added.body.meta.version).not.toBe(group.body.meta.version)
    const renamed = await call('PATCH', path, patch({ op: 'replace', path: 'displayName', value: '督查室' }))
    expect(renamed.body).toMatchObject({ displayName: '督查室', members: added.body.members })
    expect((await call('DELETE', path)).status).toBe(409)
    const removed = await call('PATCH', path, patch({ op: 'remove', path: `members[value eq "${user.id}"]` }))
    expect(removed.body.members).toEqual([])
    const main = await call(
      'PATCH',
      `/Groups/${at.units.general.id}`,
      patch({ op: 'remove', path: `members[value eq "${user.id}"]` }),
    )
    expect(main).toMatchObject({ status: 400, body: { scimType: 'mutability' } })
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', path)).status).toBe(404)
    await server.system((ctx) => assertConsistent(ctx.sql))
  })
})

describe('another county', () => {
  it('is not there: neither its people and units nor a way to take them', async () => {
    const foreign = at.people.zoupingClerk.id
    expect(names(await filtered('displayName eq "张伟东"'))).toEqual([])
    expect(names(await filtered('displayName sw "邹平市"', 'Groups'))).toEqual([])
    for (const path of [`/Users/${foreign}`, `/Groups/${at.units.zoupingWater.id}`, '/Users/nobody']) {
      expect((await call('GET', path)).status).toBe(404)
      expect((await call('PUT', path, jensen())).status).toBe(404)
      expect((await call('PATCH', path, patch({ op: 'replace', path: 'displayName', value: 'x' }))).status).toBe(404)
      expect((await call('DELETE', path)).status).toBe(404)
    }
    const add = patch({ op: 'add', path: 'members', value: [{ value: foreign }] })
    expect((await call('PATCH', `/Groups/${at.units.general.id}`, add)).status).toBe(400)
    const user = await made()
    const away = patch({ op: 'replace', path: `${PLACE_USER}:unitId`, value: at.units.zoupingWater.id })
    expect((await call('PATCH', `/Users/${user.id}`, away)).status).toBe(400)
    expect((await call('GET', `/Users/${user.id}`, undefined, {}, tokens.zouping)).status).toBe(404)
    // Names are each client's own: what one calls a user is no name for the other.
    const same = { ...jensen({ [PLACE_USER]: { unitId: at.units.zoupingWater.id } }), userName: user.userName }
    expect((await call('POST', '/Users', same, {}, tokens.zouping)).status).toBe(201)
  })
})
