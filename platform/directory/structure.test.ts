import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InputOf } from '#kernel/contract'
import { defineModule, on } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory, registerStructureImpact } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi, type StructurePlan, structureChanged } from './contract.ts'
import { applyDuePlans, applyPlan } from './server/structure-effect.ts'
import { assertConsistent } from './server/write.ts'
import { person, type Scene, scene, signInAs, type UnitRow, unit } from './testing.ts'

type New = InputOf<typeof directoryApi.createStructurePlan>
type Operation = New['operations'][number]

let server: TestServer
let at: Scene
let tokens: Record<'admin' | 'reviewer', string>
const TODAY = '2026-11-20'
const as = (who: keyof typeof tokens) => server.client(directoryApi, tokens[who])
const sql = <R extends object>(text: string, params?: unknown[]) => server.kernel.database.query<R>(text, params)
const unitOf = async (id: string) =>
  (
    await sql<
      UnitRow & {
        parent_id: string
        valid_to: string | null
        merged_into: string | null
        revision: number
        people_total: number
      }
    >('select * from directory.unit where id = $1', [id])
  )[0]!
const placeOfPost = async (id: string) =>
  (await sql<{ unit_id: string }>('select unit_id from directory.post where id = $1', [id]))[0]!.unit_id
const childNamed = async (parent: string, name: string) =>
  (
    await sql<UnitRow>('select * from directory.unit where parent_id = $1 and name = $2 and valid_to is null', [
      parent,
      name,
    ])
  )[0]!

const heard: { planId: string; units: string[] }[] = []
const listener = defineModule({
  name: 'listener',
  title: '听者',
  dependsOn: ['directory'],
  folder: '/nonexistent',
  on: [on(structureChanged, 'listener.structure', async (_ctx, payload) => void heard.push(payload))],
})

let nth = 0
/** A bureau of 博兴县 with two divisions and three people. */
const bureau = () =>
  server.system(async (ctx) => {
    const name = `博兴县试验${++nth}局`
    const top = await unit(ctx, { name, parent: at.units.boxing.id, level: 3 })
    const office = await unit(ctx, { name: '办公室', parent: top.id, kind: 'division', level: 3 })
    const own = await unit(ctx, { name: `业务${nth}科`, parent: top.id, kind: 'division', level: 3 })
    const head = await person(ctx, { name: '单明远', unit: top.id, title: '局长', leader: true })
    const secretary = await person(ctx, { name: '曾小曼', unit: office.id, title: '主任' })
    const clerk = await person(ctx, { name: '周文清', unit: own.id, title: '科员' })
    await ctx.sql(
      `insert into directory.duty (unit_id, duty, person_id, valid_from) values ($1, '主要负责人', $2, '2020-01-01')`,
      [top.id, head.id],
    )
    return { top, office, own, head, secretary, clerk }
  })

const draft = (
  operations: Operation[],
  more: Partial<New> = {},
  who: keyof typeof tokens = 'admin',
): Promise<StructurePlan> =>
  as(who).createStructurePlan({
    title: '机构改革',
    effectiveOn: TODAY,
    ownerId: at.units.boxing.id,
    operations,
    ...more,
  })
const approve = async (plan: StructurePlan) =>
  as('reviewer').approveStructurePlan({ id: plan.id, revision: plan.revision })
const apply = async (plan: StructurePlan) => {
  const approved = await approve(plan)
  return as('admin').applyStructurePlan({ id: plan.id, revision: approved.revision })
}
/** Preview, approve, apply; the report of the effect is that of the preview. */
const carryOut = async (operations: Operation[]): Promise<StructurePlan> => {
  const plan = await draft(operations)
  const { ok, faults, ...preview } = await as('admin').previewStructurePlan({ id: plan.id })
  expect([...faults, ...preview.operations.filter((operation) => operation.fault)]).toEqual([])
  expect(ok).toBe(true)
  const effective = await apply(plan)
  expect(effective.state).toBe('effective')
  expect(effective.report).toEqual(preview)
  await server.system((ctx) => assertConsistent(ctx.sql))
  return effective
}

beforeAll(async () => {
  server = await startTestServer([directory, identity, search, listener])
  at = await server.system(scene)
  tokens = {
    admin: await signInAs(server, at.people.departmentClerk.id, [{ role: 'system-admin', scope: 'all' }]),
    reviewer: await signInAs(server, at.people.leader.id, [{ role: 'system-admin', scope: 'all' }]),
  }
})
afterAll(() => server?.stop())

describe('each operation', () => {
  it('renames: the id stays, the names keep their days, the history its reason', async () => {
    const { top } = await bureau()
    await carryOut([{ op: 'rename', unitId: top.id, name: `${top.name}（新）`, shortName: `新${nth}局` }])
    expect(await unitOf(top.id)).toMatchObject({ name: `${top.name}（新）`, no: top.no })
    const names = await sql(
      "select name, valid_from, valid_to from directory.unit_name where unit_id = $1 and kind = 'full' order by valid_from",
      [top.id],
    )
    expect(names).toEqual([
      { name: top.name, valid_from: '2000-01-01', valid_to: TODAY },
      { name: `${top.name}（新）`, valid_from: TODAY, valid_to: null },
    ])
    expect(
      (await sql<{ reason: string }>('select reason from directory.unit_version where unit_id = $1', [top.id]))[0]!
        .reason,
    ).toBe('机构改革')
    const past = await as('admin').unitAsOf({ id: top.id, day: '2026-11-19' })
    expect(past.name).toBe(top.name)
  })

  it('moves a unit with all that is below it', async () => {
    const { top, own, clerk } = await bureau()
    await carryOut([{ op: 'move', unitId: top.id, parentId: at.units.zouping.id }])
    expect(await unitOf(top.id)).toMatchObject({ parent_id: at.units.zouping.id, county_no: at.units.zouping.no })
    expect(await unitOf(own.id)).toMatchObject({ county_no: at.units.zouping.no })
    expect(await placeOfPost(clerk.postId)).toBe(own.id)
  })

  it('merges one into another; divisions of one name become one, posts keep their ids', async () => {
    const [a, b] = [await bureau(), await bureau()]
    const bookId = '0190c0de-0000-7000-8000-0000000000b1'
    await sql(
      `insert into directory.address_book (id, owner_unit, title, audience_units, created_at, updated_at) values ($1, $2, '通讯录', $3, now(), now())`,
      [bookId, a.top.id, [a.top.id, b.top.id]],
    )
    const done = await carryOut([{ op: 'merge', unitIds: [a.top.id], intoId: b.top.id }])
    expect(done.report!.touched).toMatchObject({ units: 3, people: 3, posts: 3, duties: 1, books: 1 })
    expect(done.report!.changes).toEqual({ created: 0, renamed: 0, moved: 1, abolished: 2, restored: 0, posts: 2 })
    expect(await unitOf(a.top.id)).toMatchObject({ valid_to: TODAY, merged_into: b.top.id })
    expect(await unitOf(a.office.id)).toMatchObject({ valid_to: TODAY, merged_into: b.office.id })
    expect(await unitOf(a.own.id)).toMatchObject({ parent_id: b.top.id, valid_to: null })
    expect(await placeOfPost(a.head.postId)).toBe(b.top.id)
    expect(await placeOfPost(a.secretary.postId)).toBe(b.office.id)
    expect((await unitOf(b.top.id)).people_total).toBe(6)
    expect(await sql('select owner_unit, audience_units from directory.address_book where id = $1', [bookId])).toEqual([
      { owner_unit: b.top.id, audience_units: [b.top.id] },
    ])
  })

  it('splits, with divisions and people as told and the rest to the first part', async () => {
    const { top, office, own, head, clerk } = await bureau()
    const parts = [
      { name: `${top.name}甲`, postIds: [] },
      { name: `${top.name}乙`, childIds: [own.id], postIds: [head.postId] },
    ]
    const done = await carryOut([{ op: 'split', unitId: top.id, parts }])
    const [first, second] = [
      await childNamed(at.units.boxing.id, parts[0]!.name),
      await childNamed(at.units.boxing.id, parts[1]!.name),
    ]
    expect(await unitOf(top.id)).toMatchObject({ valid_to: TODAY, merged_into: first.id })
    expect((await unitOf(office.id)).parent_id).toBe(first.id)
    expect((await unitOf(own.id)).parent_id).toBe(second.id)
    expect(await placeOfPost(head.postId)).toBe(second.id)
    expect(await placeOfPost(clerk.postId)).toBe(own.id)
    expect(done.texts).toEqual([`“${top.name}”拆分为“${top.name}甲”、“${top.name}乙”`])
  })

  it('splits off a part of a unit that goes on; duties end with the posts', async () => {
    const { top, own, head } = await bureau()
    await carryOut([
      {
        op: 'split',
        unitId: top.id,
        abolish: false,
        parts: [{ name: `${top.name}分局`, childIds: [own.id], postIds: [head.postId] }],
      },
    ])
    expect(await unitOf(top.id)).toMatchObject({ valid_to: null, people_total: 1 })
    expect(await sql('select valid_to from directory.duty where unit_id = $1', [top.id])).toEqual([{ valid_to: TODAY }])
  })

  it('abolishes and moves people and divisions to the units named', async () => {
    const [a, b] = [await bureau(), await bureau()]
    const refused = await draft([{ op: 'abolish', unitId: a.top.id }])
    const preview = await as('admin').previewStructurePlan({ id: refused.id })
    expect(preview.operations[0]!.fault).toContain('还有 2 个下级')
    await expect(approve(refused)).rejects.toMatchObject({ code: 'plan-faulty' })
    await carryOut([
      { op: 'abolish', unitId: a.office.id, peopleTo: a.top.id },
      { op: 'abolish', unitId: a.top.id, peopleTo: b.top.id, childrenTo: b.top.id },
    ])
    expect(await placeOfPost(a.secretary.postId)).toBe(b.top.id)
    expect(await unitOf(a.top.id)).toMatchObject({ valid_to: TODAY, merged_into: null, people_total: 0 })
  })

  it('creates, merges two into the new one, renames and moves in one plan', async () => {
    const [a, b, c] = [await bureau(), await bureau(), await bureau()]
    const id = '0190c0de-0000-7000-8000-00000000c001'
    const done = await carryOut([
      { op: 'create', id, parentId: at.units.boxing.id, name: '博兴县大数据中心', kind: 'institution', level: 3 },
      { op: 'merge', unitIds: [a.top.id, b.top.id], intoId: id },
      { op: 'rename', unitId: a.own.id, name: '数据资源科' },
      { op: 'move', unitId: c.own.id, parentId: id },
      { op: 'people', unitId: c.top.id, toId: id, postIds: [c.head.postId] },
    ])
    expect(done.report!.changes).toMatchObject({ created: 1, renamed: 1, abolished: 3 })
    expect(await unitOf(id)).toMatchObject({ people_total: 8, parent_id: at.units.boxing.id })
    expect((await unitOf(a.own.id)).name).toBe('数据资源科')
    expect(await unitOf(b.top.id)).toMatchObject({ merged_into: id })
    await server.settled()
    expect(heard.find((event) => event.planId === done.id)?.units).toEqual(
      expect.arrayContaining([id, a.top.id, b.top.id]),
    )
  })
})

describe('preview', () => {
  it('changes nothing and tells a fault at each operation', async () => {
    const [a, b] = [await bureau(), await bureau()]
    const version = await sql('select ver, structure from directory.version')
    const plan = await draft([
      { op: 'move', unitId: a.top.id, parentId: a.own.id },
      { op: 'rename', unitId: a.top.id, name: b.top.name },
      { op: 'rename', unitId: b.top.id, name: `${b.top.name}新` },
      { op: 'abolish', unitId: a.own.id, peopleTo: a.top.id },
      { op: 'move', unitId: a.own.id, parentId: b.top.id },
    ])
    const { operations, ok } = await as('admin').previewStructurePlan({ id: plan.id })
    expect(ok).toBe(false)
    expect(operations.map(({ fault }) => fault)).toEqual([
      expect.stringContaining('自己的下级'),
      expect.stringContaining('同一上级之下已有'),
      null,
      null,
      expect.stringContaining('撤销'),
    ])
    expect(await sql('select ver, structure from directory.version')).toEqual(version)
    expect((await unitOf(b.top.id)).name).toBe(b.top.name)
  })

  it('refuses a day in the past and units of another plan that waits', async () => {
    const { top } = await bureau()
    const rename: Operation = { op: 'rename', unitId: top.id, name: `${top.name}改` }
    const late = await as('admin').previewStructurePlan({
      id: (await draft([rename], { effectiveOn: '2026-11-19' })).id,
    })
    expect(late.faults).toEqual([expect.stringContaining('生效日已过')])
    const first = await approve(await draft([rename], { effectiveOn: '2027-01-01' }))
    const second = await draft([{ op: 'create', parentId: top.id, name: '新科', kind: 'division', level: 3 }])
    const { faults } = await as('admin').previewStructurePlan({ id: second.id })
    expect(faults).toEqual([expect.stringContaining('已列入另一个于 2027-01-01 生效的方案')])
    const revoked = await as('admin').revokeStructurePlan({ id: first.id, revision: first.revision })
    expect(revoked.state).toBe('revoked')
    expect((await as('admin').previewStructurePlan({ id: second.id })).ok).toBe(true)
    await expect(approve(revoked)).rejects.toMatchObject({ detail: expect.stringContaining('已经撤回') })
  })

  it('counts what services registered', async () => {
    const { top, office, own } = await bureau()
    registerStructureImpact(server.kernel, {
      name: 'test.tasks',
      title: '未办结的任务',
      count: async (_, ids) => ids.length * 10,
    })
    const plan = await draft([{ op: 'move', unitId: top.id, parentId: at.units.zouping.id }])
    const { impacts, touched } = await as('admin').previewStructurePlan({ id: plan.id })
    expect(impacts).toEqual([{ name: 'test.tasks', title: '未办结的任务', count: [top, office, own].length * 10 }])
    expect(touched.units).toBe(3)
  })
})

describe('ordinary edits meanwhile', () => {
  it('do not stop a plan when they are no matter, and are named when they are', async () => {
    const { top } = await bureau()
    const plan = await approve(await draft([{ op: 'move', unitId: top.id, parentId: at.units.zouping.id }]))
    const edit = async (patch: { phone?: string; name?: string }) =>
      as('admin').updateUnit({ id: top.id, revision: (await unitOf(top.id)).revision, ...patch })
    await edit({ phone: '0543-1' })
    expect((await as('admin').structurePlan({ id: plan.id })).drift).toEqual([
      { unitId: top.id, text: `“${top.name}”的其他信息有修改`, blocks: false },
    ])
    await edit({ name: `${top.name}乙` })
    const refused = as('admin').applyStructurePlan({ id: plan.id, revision: plan.revision })
    await expect(refused).rejects.toMatchObject({
      detail: expect.stringContaining(`“${top.name}”已更名为“${top.name}乙”`),
    })
    await applyDuePlans(server.kernel)
    const waiting = await as('admin').structurePlan({ id: plan.id })
    expect(waiting).toMatchObject({ state: 'scheduled', fault: expect.stringContaining('已更名为') })
    const again = await approve(waiting)
    await as('admin').applyStructurePlan({ id: plan.id, revision: again.revision })
    expect((await unitOf(top.id)).parent_id).toBe(at.units.zouping.id)
  })

  it('run beside an effect without breaking the tree', async () => {
    const [a, b] = [await bureau(), await bureau()]
    const plan = await approve(await draft([{ op: 'merge', unitIds: [a.top.id], intoId: b.top.id }]))
    const edits = Array.from({ length: 6 }, (_, n) =>
      as('admin').createUnit({ parentId: at.units.boxing.id, name: `并行${nth}-${n}`, kind: 'institution', level: 3 }),
    )
    await Promise.all([...edits, as('admin').applyStructurePlan({ id: plan.id, revision: plan.revision })])
    await server.system((ctx) => assertConsistent(ctx.sql))
  })

  it('a draft changed by somebody else is stale; one that was approved and changed is a draft', async () => {
    const { top } = await bureau()
    const plan = await draft([{ op: 'rename', unitId: top.id, name: `${top.name}一` }])
    const change = {
      id: plan.id,
      revision: plan.revision,
      title: '二稿',
      effectiveOn: TODAY,
      operations: plan.operations,
    }
    await as('admin').updateStructurePlan(change)
    await expect(as('admin').updateStructurePlan(change)).rejects.toMatchObject({ code: 'stale' })
    await expect(approve(plan)).rejects.toMatchObject({ code: 'stale' })
    const approved = await approve(await as('admin').structurePlan({ id: plan.id }))
    const redone = await as('admin').updateStructurePlan({ ...change, revision: approved.revision })
    expect(redone).toMatchObject({ state: 'draft', approvedByName: null })
  })
})

describe('the day', () => {
  it('brings every due plan into effect once, at most once and in order', async () => {
    const { top } = await bureau()
    const plan = await approve(
      await draft([{ op: 'rename', unitId: top.id, name: `${top.name}（元旦）` }], { effectiveOn: '2026-11-25' }),
    )
    await expect(as('admin').applyStructurePlan({ id: plan.id, revision: plan.revision })).rejects.toMatchObject({
      detail: expect.stringContaining('还没有到日子'),
    })
    await applyDuePlans(server.kernel)
    expect((await unitOf(top.id)).name).toBe(top.name)
    // A server that slept: the plan holds from its own day, not from the day it woke.
    server.clock.set('2026-11-27T08:00:00+08:00')
    await applyDuePlans(server.kernel)
    await applyDuePlans(server.kernel)
    // back within the ten minutes for which the last factor stands
    server.clock.set('2026-11-20T09:50:00+08:00')
    expect(
      await sql('select name, valid_from from directory.unit_name where unit_id = $1 and valid_to is null', [top.id]),
    ).toEqual([{ name: `${top.name}（元旦）`, valid_from: '2026-11-25' }])
    expect(await sql('select valid_to from directory.unit_version where unit_id = $1', [top.id])).toEqual([
      { valid_to: '2026-11-25' },
    ])
    expect(await server.system((ctx) => applyPlan(ctx, plan.id))).toBe(false)
  })

  it('leaves nothing behind when it breaks in the middle, and is whole the next time', async () => {
    const [a, b] = [await bureau(), await bureau()]
    const plan = await approve(await draft([{ op: 'merge', unitIds: [a.top.id], intoId: b.top.id }]))
    await expect(
      server.system(async (ctx) => {
        await applyPlan(ctx, plan.id)
        throw new Error('power cut')
      }),
    ).rejects.toThrow('power cut')
    expect(await unitOf(a.top.id)).toMatchObject({ valid_to: null, merged_into: null })
    expect((await as('admin').structurePlan({ id: plan.id })).state).toBe('scheduled')
    const results = await Promise.all([1, 2].map(() => server.system((ctx) => applyPlan(ctx, plan.id))))
    expect(results.toSorted()).toEqual([false, true])
    expect((await unitOf(b.top.id)).people_total).toBe(6)
    await server.system((ctx) => assertConsistent(ctx.sql))
  })
})

describe('the reverse plan', () => {
  it('brings units, places and posts back', async () => {
    const [a, b] = [await bureau(), await bureau()]
    const done = await carryOut([
      { op: 'merge', unitIds: [a.top.id], intoId: b.top.id },
      { op: 'rename', unitId: b.top.id, name: `${b.top.name}合` },
    ])
    const { plan, notes } = await as('admin').reverseStructurePlan({ id: done.id, effectiveOn: TODAY })
    expect(plan).toMatchObject({ state: 'draft', reverses: done.id })
    expect(notes).toEqual([expect.stringContaining('岗位职责')])
    await apply(plan)
    expect(await unitOf(a.top.id)).toMatchObject({ valid_to: null, merged_into: null, people_total: 3 })
    expect(await placeOfPost(a.secretary.postId)).toBe(a.office.id)
    expect((await unitOf(a.own.id)).parent_id).toBe(a.top.id)
    expect((await unitOf(b.top.id)).name).toBe(b.top.name)
    await server.system((ctx) => assertConsistent(ctx.sql))
  })
})
