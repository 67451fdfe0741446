import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { directory } from '#platform/directory'
import { directoryApi } from '#platform/directory/contract'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { backEnd } from './browser-testing.ts'
import { apps } from './index.ts'
import { flushUsage } from './server/usage.ts'
import { type Approved, type AppsServer, approved, refusal, startAppsServer } from './testing.ts'

let place: AppsServer
beforeAll(async () => {
  place = await startAppsServer()
})
afterAll(() => place.server.stop())

const tokenOf = async (app: Approved): Promise<string> =>
  (await backEnd(place, app).own('directory.read')).body.access_token!
const callAs = (token: string, base = place.server.url) => {
  const get = async <T>(path: string) => {
    const answer = await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } })
    return { status: answer.status, body: (await answer.json()) as T }
  }
  type People = {
    rows: { name: string; mobile: string | null; title: string | null; unitId: string; postId: string }[]
    next: string | null
  }
  type Units = { rows: { id: string; name: string; parentId: string | null }[]; next: string | null }
  return {
    people: (query = '') => get<People>(`/api/open/directory/people?${query}`),
    units: (query = '') => get<Units>(`/api/open/directory/units?${query}`),
  }
}
const reader = (units: string[], fields: ('mobile' | 'title')[] = []) =>
  approved(place, { scopes: ['directory.read'], directoryUnits: units, directoryFields: fields })

describe('an application reads the directory', () => {
  it('as far as its grant reaches, in fields and in units', async () => {
    const { units } = place
    const call = callAs(await tokenOf(await reader([units.office.id], ['title'])))
    const { body } = await call.people()
    expect(body.rows.map(({ name }) => name).sort()).toEqual(['单明远', '周文清', '孙立岩'].sort())
    expect(body.rows.every(({ mobile }) => mobile === null)).toBe(true)
    expect(body.rows.some(({ title }) => title === '副科长')).toBe(true)
    expect((await call.units()).body.rows.map(({ id }) => id)).toEqual([
      units.office.id,
      units.documents.id,
      units.general.id,
    ])
    expect((await call.people(`unitId=${units.water.id}`)).body.rows).toEqual([])
    expect((await call.people(`unitId=${units.boxing.id}`)).body.rows.length).toBe(3)
    expect((await call.people(`unitId=${units.documents.id}`)).body.rows.map(({ name }) => name)).toEqual(['周文清'])
  })

  it('and nothing behind a rule of visibility, nested grants or not', async () => {
    const { units, server } = place
    const call = callAs(await tokenOf(await reader([units.boxing.id, units.office.id, units.binzhou.id], ['mobile'])))
    const all = (await call.people('limit=500')).body.rows
    expect(all.length).toBe(new Set(all.map(({ postId }) => postId)).size)
    expect(all.map(({ name }) => name)).not.toContain('欧阳隐')
    expect((await call.units('limit=500')).body.rows.map(({ name }) => name)).not.toContain('博兴县保密专班')
    await server.client(directoryApi, place.tokens.operator).createRule({
      title: '遮盖手机号',
      targetUnitId: null,
      targetRankOrder: null,
      targetPersonId: place.people.clerk.id,
      effect: 'mask',
      fields: ['mobile'],
      viewerUnitIds: [],
      viewerPersonIds: [],
      viewerRankOrder: null,
      ownUnit: true,
      ownerUnitId: units.office.id,
    })
    const again = (await call.people('limit=500')).body.rows
    expect(again.find(({ name }) => name === '周文清')).toMatchObject({ mobile: null })
    expect(again.find(({ name }) => name === '单明远')).toMatchObject({ mobile: '15400000003' })
  })

  it('page by page without a gap or a repetition', async () => {
    const { units } = place
    const call = callAs(await tokenOf(await reader([units.binzhou.id, units.jinan.id])))
    const all = (await call.people('limit=500')).body.rows.map(({ postId }) => postId)
    const paged: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const { body }: { body: Awaited<ReturnType<typeof call.people>>['body'] } = await call.people(
        `limit=2${next ? `&cursor=${encodeURIComponent(next)}` : ''}`,
      )
      paged.push(...body.rows.map(({ postId }) => postId))
      next = body.next
    }
    expect(paged).toEqual(all)
    expect(paged.length).toBeGreaterThan(5)
    expect((await call.people("cursor=' or 1=1")).status).toBe(400)
    expect((await call.units('cursor=x')).status).toBe(400)
  })

  it('not without the scope, and not as a person', async () => {
    const plain = await approved(place, { scopes: ['profile'] })
    const token = (await backEnd(place, plain).own('')).body.access_token!
    expect((await callAs(token).people()).status).toBe(403)
    expect((await callAs('qta_unknown').people()).status).toBe(401)
    expect(await refusal(place.as('operator').openPeople({}))).toMatchObject({ status: 403 })
  })

  it('of the own unit alone in the test environment', async () => {
    const { as, units } = place
    const app = await reader([units.binzhou.id], ['mobile'])
    const { revision } = await as('admin').registered({ id: app.id })
    const test = await as('admin').renewSecret({ id: app.id, revision, environment: 'test' })
    const token = (await backEnd(place, test).own('directory.read')).body.access_token!
    const { rows } = (await callAs(token).people()).body
    expect(rows.map(({ name }) => name)).not.toContain('张伟')
    expect(rows.length).toBe(3)
    expect(rows.every(({ mobile }) => mobile === null)).toBe(true)
  })

  it('leaves a record of each call, by application', async () => {
    const app = await reader([place.units.office.id])
    await callAs(await tokenOf(app)).people()
    const rows = await place.server.sql(
      "select kind, actor_name from kernel.audit where action = 'apps.openPeople' and account_id = $1",
      [app.id],
    )
    expect(rows).toEqual([{ kind: 'read', actor_name: app.detail.content.name }])
    await flushUsage(place.server.kernel)
    const [row] = await place.server.sql<{ calls: number }>('select calls from apps.usage where application_id = $1', [
      app.id,
    ])
    expect(row!.calls).toBe(1)
  })
})

describe('a quota', () => {
  it('is kept to one in twenty over two nodes', async () => {
    const { server, units } = place
    const { config } = server.kernel
    const second = await createServer({
      config: { ...readConfig({}), ...config, JOBS: false },
      version: 'test',
      modules: [directory, identity, search, tasks, apps],
      adminUrl: server.adminUrl,
      clock: server.clock,
      migrate: false,
    })
    const url = await second.listen()
    try {
      const limit = 200
      const app = await approved(
        place,
        { scopes: ['directory.read'], directoryUnits: [units.office.id] },
        { quotaMinute: limit },
      )
      const token = await tokenOf(app)
      const nodes = [callAs(token), callAs(token, url)]
      // One node is nearly idle: what it keeps for itself must not be missing.
      await nodes[1]!.units('limit=1')
      let allowed = 1
      const work = async (): Promise<void> => {
        for (let tried = 0; tried < 40; tried++)
          if ((await nodes[tried % 8 === 0 ? 1 : 0]!.units('limit=1')).status === 200) allowed += 1
      }
      await Promise.all(Array.from({ length: 7 }, work))
      expect(allowed).toBeLessThanOrEqual(limit)
      expect(allowed).toBeGreaterThanOrEqual(limit * 0.95)
      const refused = await nodes[0]!.units('limit=1')
      expect(refused).toMatchObject({ status: 429, body: { code: 'too-many' } })
      server.clock.advance(60_000)
      expect((await nodes[0]!.units('limit=1')).status).toBe(200)
    } finally {
      await second.stop()
    }
  })
})
