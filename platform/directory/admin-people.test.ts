import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerHandover } from '#platform/directory'
import { type AdminScene, newPerson, refused, startAdminScene } from './admin-testing.ts'
import { identityCheck } from './contract/codes.ts'

let scene: AdminScene
let at: AdminScene['at']
const as = (who: string) => scene.as(who)
const numberOf = (order: number): string => {
  const body = `37162519900101${String(order).padStart(3, '0')}`
  return body + identityCheck(body)
}

beforeAll(async () => {
  scene = await startAdminScene()
  at = scene.at
})
afterAll(() => scene?.server.stop())

describe('people', () => {
  it('are one human each: an identity number already there is refused and named', async () => {
    const me = as('boxing')
    const identityNumber = numberOf(11)
    const made = await me.createPerson(
      newPerson('单宝珠', at.units.water.id, {
        identityNumber: ` ${identityNumber.toLowerCase()}`,
        mobile: '+86 154-0000-7788',
        rank: '一级科员',
      }),
    )
    expect(made).toMatchObject({
      pinyin: 'shan bao zhu',
      gender: '男',
      mobile: '15400007788',
      identityMasked: `371${'*'.repeat(11)}${identityNumber.slice(-4)}`,
    })
    expect(JSON.stringify(made)).not.toContain(identityNumber)
    const again = newPerson('单宝珠', at.units.office.id, { identityNumber })
    await expect(me.createPerson(again)).rejects.toMatchObject({
      ...refused(409, 'same-person'),
      extra: { personId: made.id },
    })
    await expect(as('zouping').findSamePerson({ identityNumber })).resolves.toMatchObject({
      person: { id: made.id, unitName: '博兴县水利局' },
    })
    await expect(me.findSamePerson({ identityNumber: numberOf(13) })).resolves.toEqual({ person: null })
    await expect(me.findSamePerson({ identityNumber: `${identityNumber.slice(0, 17)}7` })).rejects.toMatchObject(
      refused(400),
    )
    await expect(
      me.createPerson(newPerson('单宝珠', at.units.office.id, { mobile: '15400007788' })),
    ).rejects.toMatchObject(refused(409, 'similar-person'))
    await expect(
      me.createPerson(newPerson('单宝珠', at.units.office.id, { mobile: '15400007788', confirmed: true })),
    ).resolves.toMatchObject({ name: '单宝珠' })
    expect(await me.identityNumber({ id: made.id })).toEqual({ identityNumber })
    await expect(as('zouping').identityNumber({ id: made.id })).rejects.toMatchObject(refused(404))
    const log = await scene.server.sql<{ kind: string; detail: string }>(
      'select kind, detail::text as detail from kernel.audit where target_id = $1 order by at, id',
      [made.id],
    )
    expect(log.some((row) => row.kind === 'read')).toBe(true)
    expect(log.map((row) => row.detail).join()).not.toContain(identityNumber)
    expect(log.map((row) => row.detail).join()).not.toContain('15400007788')
  })

  it('hold one main post; the others come and go', async () => {
    const me = as('boxing')
    const made = await me.createPerson(newPerson('万俟清', at.units.water.id))
    await expect(
      me.createPost({ id: made.id, revision: made.revision, unitId: at.units.office.id, kind: 'main' }),
    ).rejects.toMatchObject(refused(409))
    const two = await me.createPost({
      id: made.id,
      revision: made.revision,
      unitId: at.units.office.id,
      kind: 'concurrent',
      title: '成员',
    })
    const [main, other] = two.posts
    await expect(me.endPost({ id: main!.id, revision: two.revision })).rejects.toMatchObject(refused(409))
    await expect(me.updatePost({ id: main!.id, revision: two.revision, kind: 'concurrent' })).rejects.toMatchObject(
      refused(409),
    )
    const turned = await me.updatePost({ id: other!.id, revision: two.revision, kind: 'main' })
    expect(turned.posts.map((one) => [one.id, one.kind])).toEqual([
      [other!.id, 'main'],
      [main!.id, 'concurrent'],
    ])
    const duties = await me.setDuties({
      id: made.id,
      revision: turned.revision,
      unitId: at.units.office.id,
      duties: ['文秘', '机要员'],
    })
    expect(duties.duties.map((one) => one.duty)).toEqual(['文秘', '机要员'])
    await expect(
      me.setDuties({ id: made.id, revision: duties.revision, unitId: at.units.office.id, duties: ['没有这种'] }),
    ).rejects.toMatchObject(refused(400))
    await expect(
      me.setDuties({ id: made.id, revision: duties.revision, unitId: at.units.secret.id, duties: ['文秘'] }),
    ).rejects.toMatchObject(refused(400))
    await scene.consistent()
  })

  it('go only when what is open in their hands has somebody to take it, or is seen to be left', async () => {
    const me = as('boxing')
    const moved: string[] = []
    registerHandover(scene.server.kernel, {
      name: 'test.tasks',
      title: '待办',
      list: async (_sql, personId) =>
        personId === made.id ? { count: 2, samples: ['甲件', '乙件'] } : { count: 0, samples: [] },
      transfer: async (_sql, from, to) => void moved.push(`${from} ${to}`),
    })
    const made = await me.createPerson(newPerson('曾小曼', at.units.water.id, { mobile: '15400006611' }))
    const held = await me.setDuties({
      id: made.id,
      revision: made.revision,
      unitId: at.units.water.id,
      duties: ['文秘'],
    })
    const { items } = await me.handover({ id: made.id })
    expect(items).toMatchObject([
      { title: '岗位职责', count: 1 },
      { title: '待办', count: 2, samples: ['甲件', '乙件'] },
    ])
    const leaving = { id: made.id, revision: held.revision, status: 'retired' as const }
    await expect(me.leavePerson(leaving)).rejects.toMatchObject(refused(409, 'open-items'))
    await expect(me.leavePerson({ ...leaving, successorId: made.id })).rejects.toMatchObject(refused(400))
    const gone = await me.leavePerson({ ...leaving, successorId: at.people.waterHead.id })
    expect(gone).toMatchObject({ status: 'retired', duties: [] })
    expect(await scene.heard('directory.person-left')).toEqual([
      { personId: made.id, status: 'retired', day: '2026-11-20', successorId: at.people.waterHead.id },
    ])
    expect(moved).toEqual([`${made.id} ${at.people.waterHead.id}`])
    expect((await me.adminPerson({ id: at.people.waterHead.id })).duties.map((one) => one.duty)).toEqual(['文秘'])
    expect((await as('clerk').search({ q: '曾小曼' })).people.flatMap((stage) => stage.rows)).toEqual([])
    await expect(as('clerk').person({ id: made.id })).rejects.toMatchObject(refused(404))
    expect((await me.adminPeople({ status: 'retired' })).rows.map((row) => row.name)).toEqual(['曾小曼'])
    const back = await me.returnPerson({ id: made.id, revision: gone.revision, post: { unitId: at.units.office.id } })
    expect(back).toMatchObject({ status: 'active' })
    expect(back.posts.filter((one) => one.validTo === null)).toHaveLength(1)
    await scene.consistent()
  })

  it('a move ends the old main post and tells who listens', async () => {
    const me = as('boxing')
    const made = await me.createPerson(newPerson('乐正行', at.units.water.id))
    const moved = await me.movePerson({
      id: made.id,
      revision: made.revision,
      unitId: at.units.office.id,
      title: '副主任',
      leader: true,
    })
    expect(moved.posts.map((one) => [one.unit.name, one.kind, one.validTo])).toEqual([
      [at.units.office.name, 'main', null],
      ['博兴县水利局', 'main', '2026-11-20'],
    ])
    const [told] = await scene.heard('directory.person-moved')
    expect(told).toMatchObject({
      personId: made.id,
      fromUnitId: at.units.water.id,
      toUnitId: at.units.office.id,
      day: '2026-11-20',
    })
    await scene.consistent()
  })
})
