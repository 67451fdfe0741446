import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminScene, refused, startAdminScene } from './admin-testing.ts'
import type { AdminUnit } from './contract.ts'
import { post } from './testing.ts'

let scene: AdminScene
let at: AdminScene['at']
const as = (who: string) => scene.as(who)
const fetchAs = (who: string, path: string) =>
  fetch(`${scene.server.url}${path}`, { headers: { cookie: `qt_session=${scene.tokens.get(who)}` } })
const fresh = (who: string, id: string): Promise<AdminUnit> => as(who).adminUnit({ id })

beforeAll(async () => {
  scene = await startAdminScene()
  at = scene.at
})
afterAll(() => scene?.server.stop())

describe('bulk changes', () => {
  const rank = { kind: 'person-rank' as const, value: '二级主任科员' }

  it('show each row before and after, then apply exactly that or nothing', async () => {
    const me = as('boxing')
    const ids = [at.people.colleague.postId, at.people.clerk.postId, at.people.waterClerk.postId]
    const preview = await me.previewBulk({ change: rank, selection: { ids } })
    expect(preview).toMatchObject({ changed: 3, faults: 0 })
    expect(preview.rows.map((row) => [row.id, row.before, row.after])).toEqual(
      ids.map((id) => [id, '科员', rank.value]),
    )
    const [{ revision } = { revision: 0 }] = await scene.server.sql<{ revision: number }>(
      'select revision from directory.person where id = $1',
      [at.people.clerk.id],
    )
    await me.updatePerson({ id: at.people.clerk.id, revision, email: 'other@example.invalid' })
    await expect(me.applyBulk({ change: rank, selection: { ids }, token: preview.token })).rejects.toMatchObject(
      refused(409, 'drifted'),
    )
    const again = await me.previewBulk({ change: rank, selection: { ids } })
    await expect(
      me.applyBulk({ change: { ...rank, value: '一级巡视员' }, selection: { ids }, token: again.token }),
    ).rejects.toMatchObject(refused(409, 'drifted'))
    expect(await me.applyBulk({ change: rank, selection: { ids }, token: again.token, reason: '套改' })).toEqual({
      changed: 3,
    })
    const rows = await scene.server.sql(
      'select distinct rank, rank_order from directory.person x join directory.post p on p.person_id = x.id where p.id = any($1)',
      [ids],
    )
    expect(rows).toEqual([{ rank: '二级主任科员', rank_order: 8 }])
    await scene.consistent()
  })

  it('move people by a filter, and never a row outside the scope', async () => {
    const me = as('boxing')
    const change = { kind: 'post-unit' as const, unitId: at.units.general.id }
    await expect(me.previewBulk({ change, selection: { ids: [at.people.zoupingClerk.postId] } })).rejects.toMatchObject(
      refused(409),
    )
    await expect(
      me.previewBulk({
        change: { ...change, unitId: at.units.zoupingWater.id },
        selection: { ids: [at.people.clerk.postId] },
      }),
    ).rejects.toMatchObject(refused(404))
    const selection = { filter: { under: at.units.supply.id } }
    const preview = await me.previewBulk({ change, selection })
    expect(preview.rows).toMatchObject([
      { label: '张梦瑶（科员）', before: '农村供水科', after: '综合科', error: null },
    ])
    await me.applyBulk({ change, selection, token: preview.token })
    await scene.consistent()
    expect((await me.adminPeople({ under: at.units.general.id })).rows.map((row) => row.name)).toContain('张梦瑶')
  })

  it('refuse as a whole when one row cannot be', async () => {
    const change = { kind: 'unit-superior' as const, superiorId: at.units.water.id }
    const selection = { ids: [at.units.office.id, at.units.water.id] }
    const preview = await as('boxing').previewBulk({ change, selection })
    expect(preview).toMatchObject({ changed: 1, faults: 1 })
    await expect(as('boxing').applyBulk({ change, selection, token: preview.token })).rejects.toMatchObject(
      refused(409),
    )
    expect((await fresh('boxing', at.units.office.id)).superior).toBeNull()
    const sort = { kind: 'unit-sort' as const, from: 100, step: 5 }
    const order = await as('boxing').previewBulk({ change: sort, selection })
    await as('boxing').applyBulk({ change: sort, selection, token: order.token })
    expect([(await fresh('boxing', at.units.office.id)).sort, (await fresh('boxing', at.units.water.id)).sort]).toEqual(
      [100, 105],
    )
    const closing = { kind: 'unit-closed' as const, value: true }
    const closed = await as('boxing').previewBulk({ change: closing, selection: { ids: [at.units.general.id] } })
    await as('boxing').applyBulk({ change: closing, selection: { ids: [at.units.general.id] }, token: closed.token })
    await scene.consistent()
  })
})

describe('downloads', () => {
  it('hold the scope, guard formulas and are audited as exports', async () => {
    await scene.server.system((ctx) =>
      post(ctx, { person: at.people.clerk.id, unit: at.units.office.id, title: '=1+1' }),
    )
    const answer = await fetchAs('boxing', '/api/directory/admin/people/download?format=csv')
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(text).toContain("'=1+1")
    expect(text).toContain('周文清')
    expect(text).not.toContain('张伟东')
    const units = await fetchAs('zouping', '/api/directory/admin/units/download?format=xlsx')
    expect(
      Buffer.from(await units.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK')
    const log = await scene.server.sql("select title from kernel.audit where kind = 'export' order by at, id")
    expect(log).toEqual([{ title: '下载人员清单' }, { title: '下载单位清单' }])
  })
})
