import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminScene, newPerson, refused, startAdminScene } from './admin-testing.ts'
import { creditCheck, organisationCheck } from './contract/codes.ts'
import { type AdminUnit, directoryApi } from './contract.ts'
import { signInAs } from './testing.ts'

let scene: AdminScene
let at: AdminScene['at']
const as = (who: string) => scene.as(who)
const fresh = (who: string, id: string): Promise<AdminUnit> => as(who).adminUnit({ id })
const creditOf = (serial: string): string => {
  const body = `11371625Y${serial}${organisationCheck(`Y${serial}`)}`
  return body + creditCheck(body)
}

beforeAll(async () => {
  scene = await startAdminScene()
  at = scene.at
})
afterAll(() => scene?.server.stop())

describe('who may', () => {
  it('asks a stranger to sign in and refuses a clerk', async () => {
    for (const [who, status] of [
      ['stranger', 401],
      ['clerk', 403],
    ] as const) {
      await expect(as(who).adminUnits({})).rejects.toMatchObject(refused(status))
      await expect(as(who).adminPeople({})).rejects.toMatchObject(refused(status))
      await expect(as(who).adminBooks({})).rejects.toMatchObject(refused(status))
      await expect(as(who).adminPerson({ id: at.people.clerk.id })).rejects.toMatchObject(refused(status))
      await expect(as(who).identityNumber({ id: at.people.clerk.id })).rejects.toMatchObject(refused(status))
      await expect(as(who).createPerson(newPerson('某某', at.units.documents.id))).rejects.toMatchObject(
        refused(status),
      )
      await expect(
        as(who).previewBulk({ change: { kind: 'unit-closed', value: true }, selection: { ids: [at.units.water.id] } }),
      ).rejects.toMatchObject(refused(status))
    }
    await expect(
      as('boxing').saveDutyKind({ name: '联络员', note: '联系', sort: 1, enabled: true }),
    ).rejects.toMatchObject(refused(403))
  })

  it('lists the own subtree only, in pages that lose and repeat nothing', async () => {
    for (const sort of ['tree', '-tree', 'name', '-people', 'updatedAt']) {
      const names: string[] = []
      let cursor: string | undefined
      do {
        const page = await as('boxing').adminUnits({ sort, cursor, limit: 2 })
        names.push(...page.rows.map((row) => row.name))
        cursor = page.next ?? undefined
      } while (cursor)
      expect(names.toSorted()).toEqual(
        [
          '博兴县',
          at.units.office.name,
          '文电科',
          '综合科',
          '博兴县水利局',
          '农村供水科',
          '博兴县保密专班',
          '一室',
        ].toSorted(),
      )
    }
    const people = await as('zouping').adminPeople({})
    expect(people.rows.map((row) => row.name).toSorted()).toEqual(['张伟东', '林沐阳'])
    expect((await as('boxing').adminPeople({ q: 'zhangwei' })).rows.map((row) => row.unit.name)).toEqual([
      '博兴县水利局',
    ])
    await expect(as('boxing').adminUnits({ sort: 'pre; drop table' })).rejects.toMatchObject(refused(400))
    await expect(as('boxing').adminUnits({ sort: 'constructor' })).rejects.toMatchObject(refused(400))
    await expect(as('boxing').adminUnits({ cursor: 'WyJ4IiwxXQ' })).rejects.toMatchObject(refused(400))
  })

  it('begins the trees at the tops of the scope, each once, whatever lies below another', async () => {
    const { server } = scene
    const { boxing, documents, zouping } = at.units
    const token = await signInAs(server, at.people.cityClerk.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: zouping.id },
      { role: 'unit-admin', scope: 'subtree', unitId: documents.id },
      { role: 'unit-admin', scope: 'subtree', unitId: boxing.id },
    ])
    const { rows } = await server.client(directoryApi, token).adminUnits({ tops: true })
    expect(rows.map((row) => row.name)).toEqual(['博兴县', '邹平市'])
    expect((await as('system').adminUnits({ tops: true })).rows).toHaveLength(1)
  })

  it('keeps the administrator of one county out of another', async () => {
    const { zoupingWater, zouping, boxing, documents, water, binzhou } = at.units
    const me = as('boxing')
    const revision = 1
    await expect(me.adminUnit({ id: zoupingWater.id })).rejects.toMatchObject(refused(404))
    await expect(me.updateUnit({ id: zoupingWater.id, revision, phone: '1' })).rejects.toMatchObject(refused(404))
    await expect(me.abolishUnit({ id: zoupingWater.id, revision })).rejects.toMatchObject(refused(404))
    await expect(
      me.createUnit({ parentId: zouping.id, name: '乱设局', kind: 'government', level: 3 }),
    ).rejects.toMatchObject(refused(404))
    await expect(me.moveUnit({ id: zoupingWater.id, revision, parentId: boxing.id })).rejects.toMatchObject(
      refused(404),
    )
    await expect(me.moveUnit({ id: water.id, revision, parentId: zouping.id })).rejects.toMatchObject(refused(404))
    await expect(me.createPerson(newPerson('某某', zoupingWater.id))).rejects.toMatchObject(refused(404))
    const { zoupingClerk } = at.people
    await expect(me.adminPerson({ id: zoupingClerk.id })).rejects.toMatchObject(refused(404))
    await expect(me.updatePerson({ id: zoupingClerk.id, revision, name: '改名' })).rejects.toMatchObject(refused(404))
    await expect(me.updatePost({ id: zoupingClerk.postId, revision, title: '局长' })).rejects.toMatchObject(
      refused(404),
    )
    await expect(me.endPost({ id: zoupingClerk.postId, revision })).rejects.toMatchObject(refused(404))
    await expect(me.leavePerson({ id: zoupingClerk.id, revision, status: 'left' })).rejects.toMatchObject(refused(404))
    await expect(me.movePerson({ id: zoupingClerk.id, revision, unitId: documents.id })).rejects.toMatchObject(
      refused(404),
    )
    await expect(
      me.movePerson({ id: at.people.colleague.id, revision, unitId: zoupingWater.id }),
    ).rejects.toMatchObject(refused(404))
    await expect(me.handover({ id: zoupingClerk.id })).rejects.toMatchObject(refused(404))
    // The top of the own scope belongs to whoever manages what is above it.
    await expect(me.moveUnit({ id: boxing.id, revision, parentId: documents.id })).rejects.toMatchObject(refused(404))
    await expect(me.abolishUnit({ id: boxing.id, revision, peopleTo: documents.id })).rejects.toMatchObject(
      refused(404),
    )
    await expect(
      me.createUnit({ parentId: binzhou.id, name: '滨州新局', kind: 'government', level: 2 }),
    ).rejects.toMatchObject(refused(404))
    await scene.consistent()
  })

  it('does not let anybody reach further by lending a desk', async () => {
    const { departmentClerk } = at.people
    const rule = await as('system').createRule({
      title: '厅里的手机',
      targetPersonId: departmentClerk.id,
      effect: 'mask',
      fields: ['mobile'],
      ownerUnitId: at.units.root.id,
    })
    const desk = { revision: 1, unitId: at.units.water.id, kind: 'seconded' as const, title: '挂职' }
    await expect(as('boxing').createPost({ id: departmentClerk.id, ...desk })).rejects.toMatchObject(refused(409))
    await as('system').deleteRule({ id: rule.id })
    const { agent } = at.people
    const lent = await as('boxing').createPost({ id: departmentClerk.id, ...desk })
    expect(lent).toMatchObject({ mobile: null, identityMasked: null, can: { manage: false } })
    const [row] = (await as('boxing').adminPeople({ postKind: 'seconded' })).rows
    expect(row).toMatchObject({ name: '吕明月', mobile: null })
    const post = lent.posts.find((one) => one.unit.id === at.units.water.id)!
    await expect(as('boxing').updatePost({ id: post.id, revision: lent.revision, kind: 'main' })).rejects.toMatchObject(
      refused(404),
    )
    await expect(
      as('boxing').updatePerson({ id: departmentClerk.id, revision: lent.revision, mobile: '15400009999' }),
    ).rejects.toMatchObject(refused(404))
    // Somebody of a closed unit elsewhere is not there at all.
    await expect(
      as('zouping').createPost({ id: agent.id, ...desk, unitId: at.units.zoupingWater.id }),
    ).rejects.toMatchObject(refused(404))
    await as('boxing').endPost({ id: post.id, revision: lent.revision })
    await expect(as('boxing').adminPerson({ id: departmentClerk.id })).rejects.toMatchObject(refused(404))
  })
})

describe('units', () => {
  it('are made, changed, moved, abolished and restored; each is audited with before and after', async () => {
    const me = as('boxing')
    const made = await me.createUnit({
      parentId: at.units.boxing.id,
      name: '博兴县大数据局',
      shortName: '县大数据局',
      kind: 'government',
      level: 3,
      creditCode: creditOf('0000001').toLowerCase(),
      documentMark: '博数',
      plates: ['博兴县数据中心'],
      superiorId: at.units.cityWater.id,
      establishment: 12,
      functions: [{ content: '统筹数据资源', basis: '三定规定' }],
      reason: '新设',
    })
    expect(made).toMatchObject({
      creditCode: creditOf('0000001'),
      establishment: 12,
      superior: { name: '滨州市水利局' },
      can: { place: true },
    })
    expect((await as('clerk').search({ q: '数据中心' })).units.map((row) => row.name)).toEqual([])
    expect((await as('clerk').search({ q: '县大数据' })).units[0]).toMatchObject({ id: made.id })
    await expect(
      me.createUnit({ parentId: at.units.boxing.id, name: '博兴县大数据局', kind: 'government', level: 3 }),
    ).rejects.toMatchObject(refused(409))
    await expect(
      me.createUnit({
        parentId: at.units.boxing.id,
        name: '别的局',
        kind: 'government',
        level: 3,
        creditCode: creditOf('0000001'),
      }),
    ).rejects.toMatchObject(refused(409))
    await expect(
      me.updateUnit({ id: made.id, revision: made.revision, creditCode: '11371625Y00000011A' }),
    ).rejects.toMatchObject(refused(400))
    await expect(me.updateUnit({ id: made.id, revision: made.revision, kind: 'village' })).rejects.toMatchObject(
      refused(400),
    )
    await expect(
      me.updateUnit({ id: made.id, revision: made.revision, effective: '2027-01-01', name: '将来局' }),
    ).rejects.toMatchObject(refused(400))

    const renamed = await me.updateUnit({
      id: made.id,
      revision: made.revision,
      name: '博兴县数据局',
      shortName: '县数据局',
      functions: [
        { content: '统筹数据资源', basis: '三定规定' },
        { content: '指导信息化', basis: '三定规定' },
      ],
    })
    expect(renamed.functions).toHaveLength(2)
    await expect(me.updateUnit({ id: made.id, revision: made.revision, phone: '1' })).rejects.toMatchObject({
      ...refused(409, 'stale'),
      extra: { revision: renamed.revision },
    })
    const moved = await me.moveUnit({ id: made.id, revision: renamed.revision, parentId: at.units.office.id })
    expect(moved.parent?.id).toBe(at.units.office.id)
    await expect(me.moveUnit({ id: at.units.office.id, revision: 1, parentId: made.id })).rejects.toMatchObject(
      refused(400),
    )
    const newcomer = await me.createPerson(newPerson('仇英', made.id))
    await expect(me.abolishUnit({ id: made.id, revision: moved.revision })).rejects.toMatchObject(refused(409))
    const gone = await me.abolishUnit({ id: made.id, revision: moved.revision, peopleTo: at.units.office.id })
    expect(gone.validTo).toBe('2026-11-20')
    expect((await me.adminPerson({ id: newcomer.id })).posts[0]).toMatchObject({
      id: newcomer.posts[0]!.id,
      unit: { id: at.units.office.id },
    })
    expect((await me.adminUnits({ abolished: true })).rows.map((row) => row.id)).toEqual([made.id])
    const back = await me.restoreUnit({ id: made.id, revision: gone.revision })
    expect(back).toMatchObject({ validTo: null, functions: [{}, {}] })
    await scene.consistent()
    const audit = await scene.server.sql<{
      title: string
      target_label: string
      detail: { before: { name: string } | null; after: { name: string } }
    }>(
      "select title, target_label, detail from kernel.audit where target_id = $1 and kind = 'command' order by at, id",
      [made.id],
    )
    expect(audit.map((row) => [row.title, row.detail.before?.name ?? null, row.detail.after.name])).toEqual([
      ['新建单位', null, '博兴县大数据局'],
      ['修改单位', '博兴县大数据局', '博兴县数据局'],
      ['移动单位', '博兴县数据局', '博兴县数据局'],
      ['撤销单位', '博兴县数据局', '博兴县数据局'],
      ['恢复单位', '博兴县数据局', '博兴县数据局'],
    ])
  })

  it('moves a whole county to another city: places, words and counts follow', async () => {
    const { zouping, jinan, binzhou, zoupingWater } = at.units
    const before = await fresh('system', zouping.id)
    await as('system').moveUnit({ id: zouping.id, revision: before.revision, parentId: jinan.id })
    await scene.consistent()
    const [row] = await scene.server.sql<{ city_no: number; county_no: number }>(
      'select city_no, county_no from directory.unit where id = $1',
      [zoupingWater.id],
    )
    expect(row).toEqual({ city_no: jinan.no, county_no: zouping.no })
    await as('system').moveUnit({ id: zouping.id, revision: before.revision + 1, parentId: binzhou.id })
    await scene.consistent()
  })

  it('20 made at once under one parent: numbers and counts are right', async () => {
    const parent = await as('boxing').createUnit({
      parentId: at.units.boxing.id,
      name: '锦秋街道',
      kind: 'region',
      level: 4,
    })
    await Promise.all(
      Array.from({ length: 20 }, (_, nth) =>
        as('boxing').createUnit({ parentId: parent.id, name: `${nth}号村`, kind: 'village', level: 5 }),
      ),
    )
    expect((await fresh('boxing', parent.id)).children).toBe(20)
    await scene.consistent()
  })
})
