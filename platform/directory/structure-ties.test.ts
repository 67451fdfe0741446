import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InputOf } from '#kernel/contract'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi, type StructurePlan } from './contract.ts'
import { assertConsistent } from './server/write.ts'
import { person, type Scene, scene, signInAs, unit } from './testing.ts'

type Operation = InputOf<typeof directoryApi.createStructurePlan>['operations'][number]

let server: TestServer
let at: Scene
let tokens: Record<'drafter' | 'editor' | 'reviewer' | 'clerk', string>
const TODAY = '2026-11-20'
const as = (who: keyof typeof tokens) => server.client(directoryApi, tokens[who])
const draft = (operations: Operation[], title = '机构改革') =>
  as('drafter').createStructurePlan({ title, effectiveOn: TODAY, ownerId: at.units.boxing.id, operations })
const apply = async ({ id, revision }: StructurePlan): Promise<StructurePlan> => {
  const approved = await as('reviewer').approveStructurePlan({ id, revision })
  const effective = await as('reviewer').applyStructurePlan({ id, revision: approved.revision })
  await server.system((ctx) => assertConsistent(ctx.sql))
  return effective
}
const reverse = async ({ id }: StructurePlan): Promise<StructurePlan> =>
  apply((await as('drafter').reverseStructurePlan({ id, effectiveOn: TODAY })).plan)

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  const everywhere = [{ role: 'system-admin', scope: 'all' }] as const
  tokens = {
    drafter: await signInAs(server, at.people.departmentClerk.id, everywhere),
    editor: await signInAs(server, at.people.cityClerk.id, everywhere),
    reviewer: await signInAs(server, at.people.leader.id, everywhere),
    clerk: await signInAs(server, at.people.zoupingClerk.id),
  }
})
afterAll(() => server?.stop())

let nth = 0
/** Two bureaus of 博兴县, one with a head who holds a duty, and one below which the other's line of work hangs. */
const two = () =>
  server.system(async (ctx) => {
    nth++
    const bureau = (name: string) => unit(ctx, { name, parent: at.units.boxing.id, level: 3 })
    const [from, to, below] = [
      await bureau(`博兴县粮食${nth}局`),
      await bureau(`博兴县商务${nth}局`),
      await bureau(`博兴县粮库${nth}`),
    ]
    const head = await person(ctx, { name: '单明远', unit: from.id, title: '局长', leader: true })
    await ctx.sql(
      `insert into directory.duty (unit_id, duty, person_id, valid_from) values ($1, '主要负责人', $2, '2020-01-01')`,
      [from.id, head.id],
    )
    return { from, to, below, head }
  })
const superiorOf = async (id: string) => (await as('drafter').adminUnit({ id })).superior?.id
const dutiesOf = async (id: string) => (await as('drafter').adminPerson({ id })).duties.map(({ duty }) => duty)

describe('what hangs on a unit that is merged', () => {
  it('business superiors point to the successor, by name in the preview, and back after the reverse plan', async () => {
    const { from, to, below } = await two()
    const revise = async (id: string, superiorId: string) =>
      as('drafter').updateUnit({ id, revision: (await as('drafter').adminUnit({ id })).revision, superiorId })
    await revise(below.id, from.id)
    // The successor itself stood below the merged one, by way of another: no circle may come of it.
    const between = await server.system((ctx) =>
      unit(ctx, { name: `博兴县粮站${nth}`, parent: at.units.boxing.id, level: 3 }),
    )
    await revise(between.id, from.id)
    await revise(to.id, between.id)
    const plan = await draft([{ op: 'merge', unitIds: [from.id], intoId: to.id }])
    const { ties } = await as('drafter').previewStructurePlan({ id: plan.id })
    expect(ties).toContainEqual(expect.stringContaining(`“${below.name}”`))
    expect(ties.join()).toContain(`业务主管单位由“${from.name}”改为“${to.name}”`)
    const done = await apply(plan)
    expect(done.report!.ties).toEqual(ties)
    expect(await superiorOf(below.id)).toBe(to.id)
    expect(await superiorOf(between.id)).toBeUndefined()
    await reverse(done)
    expect(await superiorOf(below.id)).toBe(from.id)
    expect(await superiorOf(between.id)).toBe(from.id)
    expect(await superiorOf(to.id)).toBe(between.id)
  })

  it('duties and address books come back with the reverse plan, but not over what was changed since', async () => {
    const { from, to, head } = await two()
    const make = (title: string) =>
      as('drafter').createBook({
        ownerUnitId: from.id,
        title,
        line: '粮食',
        note: '',
        audienceUnitIds: [from.id, at.units.zouping.id],
      })
    const [kept, edited] = [await make('粮食条线'), await make('粮库电话')]
    const entries = [{ section: '', unitId: from.id, personId: null, note: '' }]
    const filled = await as('drafter').setBookEntries({ id: kept.id, revision: kept.revision, entries })
    const done = await apply(await draft([{ op: 'merge', unitIds: [from.id], intoId: to.id }]))
    expect(done.report!.ties).toContainEqual(expect.stringContaining('岗位职责终止：单明远'))
    expect(await dutiesOf(head.id)).toEqual([])
    const passed = await as('drafter').adminBook({ id: filled.id })
    expect(passed).toMatchObject({ ownerUnit: { id: to.id }, lines: [{ unit: { id: to.id } }] })
    const now = await as('drafter').adminBook({ id: edited.id })
    await as('drafter').updateBook({
      ...now,
      ownerUnitId: to.id,
      line: now.line ?? '',
      audienceUnitIds: [at.units.boxing.id],
    })

    const back = await reverse(done)
    expect(back.report!.ties).toContainEqual(expect.stringContaining('岗位职责恢复：单明远'))
    expect(await dutiesOf(head.id)).toEqual(['主要负责人'])
    const restored = await as('drafter').adminBook({ id: filled.id })
    expect(restored).toMatchObject({ ownerUnit: { id: from.id }, lines: [{ unit: { id: from.id } }] })
    expect(restored.audience.map(({ id }) => id).toSorted()).toEqual([from.id, at.units.zouping.id].toSorted())
    const untouched = await as('drafter').adminBook({ id: edited.id })
    expect(untouched.audience.map(({ id }) => id)).toEqual([at.units.boxing.id])

    // Undoing the undoing passes them on again.
    await reverse(back)
    expect((await as('drafter').adminBook({ id: filled.id })).ownerUnit.id).toBe(to.id)
  })

  it('a rule about the merged unit goes on hiding its people, under the successor', async () => {
    const { from, to, head } = await two()
    const seen = () => as('clerk').person({ id: head.id })
    const rule = await as('drafter').createRule({
      title: `粮食${nth}局不公开`,
      targetUnitId: from.id,
      effect: 'hide',
      viewerUnitIds: [from.id],
      ownerUnitId: from.id,
    })
    await expect(seen()).rejects.toMatchObject({ status: 404 })
    const plan = await draft([{ op: 'merge', unitIds: [from.id], intoId: to.id }])
    const { ties } = await as('drafter').previewStructurePlan({ id: plan.id })
    expect(ties).toContain(`可见性规则“${rule.title}”的对象、例外单位、所属单位由“${from.name}”改为“${to.name}”`)
    const done = await apply(plan)
    const after = (await as('drafter').rules({ q: rule.title })).rows[0]!
    expect([after.targetUnit?.id, after.ownerUnit.id, after.viewerUnits[0]?.id]).toEqual([to.id, to.id, to.id])
    await expect(seen()).rejects.toMatchObject({ status: 404 })
    await reverse(done)
    const back = (await as('drafter').rules({ q: rule.title })).rows[0]!
    expect([back.targetUnit?.id, back.ownerUnit.id, back.viewerUnits[0]?.id]).toEqual([from.id, from.id, from.id])
    await expect(seen()).rejects.toMatchObject({ status: 404 })
  })

  it('a rule about a unit that ends without a successor is named, and left as it is', async () => {
    const { below } = await two()
    const rule = await as('drafter').createRule({
      title: `粮库${nth}不公开`,
      targetUnitId: below.id,
      effect: 'hide',
      ownerUnitId: at.units.boxing.id,
    })
    const done = await apply(await draft([{ op: 'abolish', unitId: below.id }]))
    expect(done.report!.ties).toEqual([expect.stringContaining(`可见性规则“${rule.title}”`)])
    expect((await as('drafter').rules({ q: rule.title })).rows[0]!.targetUnit?.id).toBe(below.id)
  })
})

describe('four eyes', () => {
  it('neither the drafter nor who edited last approves a plan', async () => {
    const { from } = await two()
    const plan = await draft([{ op: 'rename', unitId: from.id, name: `${from.name}改` }])
    expect(plan.can.approve).toBe(false)
    const own = { status: 403, code: 'own-plan', detail: expect.stringContaining('另一位') }
    await expect(as('drafter').approveStructurePlan(plan)).rejects.toMatchObject(own)
    const edited = await as('editor').updateStructurePlan({ ...plan, title: '二稿' })
    await expect(as('editor').approveStructurePlan(edited)).rejects.toMatchObject(own)
    await expect(as('drafter').approveStructurePlan(edited)).rejects.toMatchObject(own)
    expect((await as('reviewer').structurePlan({ id: plan.id })).can.approve).toBe(true)
    const approved = await as('reviewer').approveStructurePlan(edited)
    expect(approved.state).toBe('scheduled')
    // Whoever approved and then changes the plan needs somebody else in turn.
    const again = await as('reviewer').updateStructurePlan({ ...approved, title: '三稿' })
    await expect(as('reviewer').approveStructurePlan(again)).rejects.toMatchObject(own)
    expect((await as('editor').approveStructurePlan(again)).approvedByName).toBeTruthy()
  })
})
