import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalElements } from './contract.ts'
import { jobs } from './server/jobs.ts'
import { type MattersServer, matterBuilder, refusal, sound, startMatters } from './testing.ts'

let scene: MattersServer
let make: ReturnType<typeof matterBuilder>
beforeAll(async () => {
  scene = await startMatters()
  make = matterBuilder(scene)
})
afterAll(() => scene.server.stop())

describe('the way of a matter', () => {
  it('leads from a draft over another person’s approval into the catalogue, with a code', async () => {
    const { as } = scene
    const draft = await make.draft()
    expect(draft).toMatchObject({
      version: { no: 1, state: 'draft' },
      completeness: 100,
      can: { edit: true, submit: true },
    })
    expect(await refusal(as('clerk').matter({ id: draft.matterId }))).toMatchObject({ status: 404 })
    const pending = await as('owner').submit(draft)
    expect(pending).toMatchObject({ version: { state: 'review' }, can: { edit: false, approve: false } })
    const approved = await as('second').approve(pending)
    expect(approved.version).toMatchObject({ state: 'published', reviewerName: '郁承川' })
    const shown = await as('clerk').matter({ id: draft.matterId })
    expect(shown).toMatchObject({ state: 'published', promised: { days: 15, unit: 'working' }, gaps: [] })
    expect(shown.code).toMatch(/^3701\d{5}000$/)
  })

  it('is refused while what approval needs is missing, and says each', async () => {
    const { as } = scene
    const bare = await make.draft(sound({ levels: [], basis: [], promised: { days: 60, unit: 'working' } }))
    const error = await refusal(as('owner').submit(bare))
    expect(error).toMatchObject({ status: 400, code: 'invalid' })
    expect(error.errors.map(({ path }) => path).sort()).toEqual(['basis', 'levels', 'promised'])
  })

  it('is not approved by whoever sent it', async () => {
    const pending = await make.pending()
    expect(await refusal(scene.as('owner').approve(pending))).toMatchObject({ code: 'matters.same-person' })
  })

  it('goes back with a reason, and comes again', async () => {
    const { as } = scene
    const returned = await as('second').sendBack({ ...(await make.pending()), reason: '依据请写到条款。' })
    expect(returned.version).toMatchObject({ state: 'returned', reason: '依据请写到条款。' })
    const again = await as('owner').submit(
      await as('owner').save({ id: returned.id, revision: returned.revision, elements: sound() }),
    )
    expect(again.version).toMatchObject({ state: 'review', reason: null })
  })

  it('is approved once, however many try at the same time', async () => {
    const pending = await make.pending()
    const tries = await Promise.allSettled([scene.as('second').approve(pending), scene.as('third').approve(pending)])
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [lost] = tries.filter((one) => one.status === 'rejected')
    expect(['matters.state', 'stale']).toContain((lost!.reason as { code: string }).code)
    const versions = await scene.server.sql(
      "select 1 from matters.version where matter_id = $1 and state = 'published'",
      [pending.matterId],
    )
    expect(versions).toHaveLength(1)
  })

  it('comes out on its day, by the job', async () => {
    const { as, server } = scene
    const draft = await make.draft()
    const approved = await as('second').approve(await as('owner').submit({ ...draft, publishOn: '2026-12-01' }))
    expect(approved.version).toMatchObject({ state: 'approved', publishOn: '2026-12-01' })
    const run = (day: string) =>
      server.system((ctx) => jobs[0]!.run!({ ...ctx, now: new Date(`${day}T00:06:00+08:00`) }, {}))
    await run('2026-11-30')
    expect((await as('owner').matter({ id: draft.matterId })).state).toBe('new')
    await run('2026-12-01')
    expect((await as('clerk').matter({ id: draft.matterId })).state).toBe('published')
  })

  it('is changed in a new version, and the difference is told element by element', async () => {
    const { as } = scene
    const first = await make.published()
    const next = await as('owner').revise({ id: first.matterId })
    expect(next.version.no).toBe(2)
    expect((await as('owner').revise({ id: first.matterId })).id).toBe(next.id)
    const saved = await as('owner').save({
      id: next.id,
      revision: next.revision,
      elements: sound({ promised: { days: 10, unit: 'working' }, conditions: ['甲', '符合用水总量控制要求'] }),
    })
    const { rows, from, to } = await as('second').diff({ id: first.matterId, versionId: saved.id })
    expect([from?.no, to.no]).toEqual([1, 2])
    expect(rows).toEqual([
      { element: 'conditions', title: '受理条件', before: [], after: ['甲'] },
      { element: 'promised', title: '承诺办结时限', before: ['15 个工作日'], after: ['10 个工作日'] },
    ])
    await as('second').approve(await as('owner').submit(saved))
    const shown = await as('clerk').matter({ id: first.matterId })
    expect(shown.versions.map(({ no, state }) => [no, state])).toEqual([
      [2, 'published'],
      [1, 'replaced'],
    ])
  })

  it('is repealed the same way, and takes along what was claimed', async () => {
    const { as } = scene
    const basic = await make.published()
    const local = await make.claimed(basic)
    const proposal = await as('owner').repeal({ id: basic.matterId, reason: '依据已经废止。' })
    await as('second').approve(await as('owner').submit(proposal))
    expect((await as('clerk').matter({ id: basic.matterId })).state).toBe('repealed')
    expect((await as('clerk').matter({ id: local.matterId })).state).toBe('repealed')
    const { rows } = await as('clerk').catalogue({ q: basic.name, state: 'published' })
    expect(rows).toEqual([])
  })
})

describe('claiming', () => {
  it('gives the unit the matter with its local elements and a code of 31 characters', async () => {
    const { as, places } = scene
    const basic = await make.published()
    const local = await make.claimed(basic, { promised: { days: 10, unit: 'working' } })
    const shown = await as('clerk').matter({ id: local.matterId })
    expect(shown).toMatchObject({
      layer: 'implementing',
      name: basic.name,
      unit: { id: places.water.id },
      local: { address: '县水利局一楼' },
      promised: { days: 10 },
      parent: { id: basic.matterId },
    })
    expect(shown.code).toHaveLength(31)
    expect(shown.elements.materials).toHaveLength(3)
  })

  it('happens once, also when two try at the same time', async () => {
    const { as, places, functions } = scene
    const basic = await make.published()
    const claim = (who: 'editor') =>
      as(who).claim({ id: basic.matterId, unitId: places.water.id, functionId: functions.water })
    const tries = await Promise.allSettled([claim('editor'), claim('editor'), claim('editor')])
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  })

  it('leaves the basic elements to their owner, and the limit no longer than promised', async () => {
    const { as, places, functions } = scene
    const basic = await make.published()
    const claim = await as('editor').claim({ id: basic.matterId, unitId: places.water.id, functionId: functions.water })
    const seen = { id: claim.id, revision: claim.revision }
    expect(await refusal(as('editor').save({ ...seen, elements: sound() }))).toMatchObject({ status: 403 })
    expect(await refusal(as('editor').save({ ...seen, name: '另起的名称' }))).toMatchObject({ status: 403 })
    expect(
      await refusal(as('editor').save({ id: basic.id, revision: basic.revision, elements: sound() })),
    ).toMatchObject({
      status: 404,
    })
    const longer = LocalElements.parse({ promised: { days: 16, unit: 'working' } })
    expect(await refusal(as('editor').save({ ...seen, local: longer }))).toMatchObject({
      status: 400,
      errors: [{ path: 'local.promised' }],
    })
    const stranger = LocalElements.parse({ acceptors: [{ id: scene.people.neighbour.id, name: '张伟东' }] })
    expect(await refusal(as('editor').save({ ...seen, local: stranger }))).toMatchObject({
      errors: [{ path: 'local.acceptors' }],
    })
  })

  it('is for the levels that exercise it, for one’s own unit, on its own function', async () => {
    const { as, places, functions } = scene
    const basic = await make.published(sound({ levels: [1, 2] }))
    const own = { id: basic.matterId, unitId: places.water.id, functionId: functions.water }
    expect(await refusal(as('editor').claim(own))).toMatchObject({ code: 'matters.level' })
    const open = await make.published()
    expect(
      await refusal(as('editor').claim({ ...own, id: open.matterId, unitId: places.otherWater.id })),
    ).toMatchObject({
      status: 403,
    })
    expect(await refusal(as('editor').claim({ ...own, id: open.matterId, functionId: functions.other }))).toMatchObject(
      {
        errors: [{ path: 'functionId' }],
      },
    )
    expect(
      await refusal(
        as('editor').create({
          name: '县里自编',
          kind: 'public',
          type: '01',
          unitId: places.water.id,
          functionId: functions.water,
        }),
      ),
    ).toMatchObject({ errors: [{ path: 'unitId' }] })
  })

  it('offers what the unit has not claimed yet', async () => {
    const { as, places, functions } = scene
    const basic = await make.published(undefined, '河道采砂许可')
    const offered = async () => (await as('editor').claimable({ q: '采砂' })).rows.map(({ id }) => id)
    expect(await offered()).toEqual([basic.matterId])
    await as('editor').claim({ id: basic.matterId, unitId: places.water.id, functionId: functions.water })
    expect(await offered()).toEqual([])
  })

  it('divides into handling items with a situation set beforehand', async () => {
    const { as } = scene
    const local = await make.claimed(await make.published())
    const item = await as('editor').addItem({ id: local.matterId, name: '变更', preset: { kind: 'change' } })
    const out = await as('head').approve(await as('editor').submit(item))
    const shown = await as('clerk').matter({ id: out.matterId })
    expect(shown).toMatchObject({ layer: 'item', name: `${local.name}（变更）`, promised: { days: 5 } })
    expect(shown.code).toHaveLength(33)
    expect(shown.local?.address).toBe('县水利局一楼')
    const loose = await as('editor').addItem({ id: local.matterId, name: '乱填', preset: { kind: 'nothing' } })
    expect((await refusal(as('editor').submit(loose))).errors).toMatchObject([{ path: 'preset' }])
  })
})

describe('what others hold already', () => {
  it('is flagged and cannot be demanded', async () => {
    const { as, places, server, people } = scene
    const held = { name: '居民身份证', form: 'licence' as const, names: ['身份证'], holderId: places.police.id }
    expect(await refusal(as('owner').keepHeld(held))).toMatchObject({ status: 404 })
    await server.sql(
      `insert into matters.held_datum (id, name, form, names, holder_id, basis, created_at) values (gen_random_uuid(), '居民身份证', 'licence', '{身份证}', $1, '', now())`,
      [places.police.id],
    )
    expect(people.owner.name).toBe('吕明月')
    const materials = (source: 'applicant' | 'government') =>
      sound().materials.concat({ ...sound().materials[0]!, key: 'id', name: '身份证复印件（加盖公章）', source })
    const demanded = await make.draft(sound({ materials: materials('applicant') }))
    expect(demanded.held).toEqual([
      { material: '身份证复印件（加盖公章）', datum: '居民身份证', holder: '山东省公安厅' },
    ])
    expect((await refusal(as('owner').submit(demanded))).errors).toMatchObject([{ path: 'materials' }])
    const fetched = await make.draft(sound({ materials: materials('government') }))
    expect((await as('owner').submit(fetched)).version.state).toBe('review')
  })
})

describe('what is not theirs', () => {
  it('a draft is unseen by other units, in every list and by its address', async () => {
    const { as } = scene
    const draft = await make.draft(undefined, '还没有定稿的许可')
    for (const who of ['neighbour', 'editor', 'clerk'] as const) {
      expect(await refusal(as(who).matter({ id: draft.matterId })), who).toMatchObject({ status: 404 })
      expect(await refusal(as(who).version({ id: draft.matterId, versionId: draft.id }))).toMatchObject({ status: 404 })
      expect(await refusal(as(who).diff({ id: draft.matterId, versionId: draft.id }))).toMatchObject({ status: 404 })
      expect((await as(who).catalogue({ q: '还没有定稿' })).rows).toEqual([])
    }
    for (const who of ['neighbour', 'editor'] as const) {
      expect((await as(who).work({})).rows.map(({ id }) => id)).not.toContain(draft.matterId)
      const seen = { id: draft.id, revision: draft.revision }
      expect(await refusal(as(who).save({ ...seen, elements: sound() }))).toMatchObject({ status: 404 })
      expect(await refusal(as(who).submit(seen))).toMatchObject({ status: 404 })
      expect(await refusal(as(who).discard(seen))).toMatchObject({ status: 404 })
    }
    expect((await as('owner').work({ q: '还没有定稿' })).rows.map(({ id }) => id)).toEqual([draft.matterId])
  })

  it('another unit neither approves nor revises nor repeals', async () => {
    const { as } = scene
    const pending = await make.pending()
    expect(await refusal(as('head').approve(pending))).toMatchObject({ status: 404 })
    expect(await refusal(as('neighbour').sendBack({ ...pending, reason: '越权' }))).toMatchObject({ status: 404 })
    const basic = await make.published()
    expect(await refusal(as('editor').revise({ id: basic.matterId }))).toMatchObject({ status: 404 })
    expect(await refusal(as('editor').repeal({ id: basic.matterId, reason: '越权' }))).toMatchObject({ status: 404 })
  })

  it('who handles a matter is the unit’s own business', async () => {
    const { as, people } = scene
    const local = await make.claimed(await make.published(), { acceptors: [{ id: people.clerk.id, name: '刘梦瑶' }] })
    expect((await as('editor').matter({ id: local.matterId })).local?.acceptors).toHaveLength(1)
    expect((await as('neighbour').matter({ id: local.matterId })).local?.acceptors).toEqual([])
    const seen = await as('neighbour').version({ id: local.matterId, versionId: local.id })
    expect(seen.local?.acceptors).toEqual([])
  })

  it('a clerk edits nothing, and a stranger sees nothing', async () => {
    const draft = await make.draft()
    expect(await refusal(scene.as('clerk').work({}))).toMatchObject({ status: 403 })
    expect(await refusal(scene.as('clerk').approve(draft))).toMatchObject({ status: 403 })
    expect(await refusal(scene.as().catalogue({}))).toMatchObject({ status: 401 })
  })
})
