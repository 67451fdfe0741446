import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#kernel/ids'
import { workflowApi } from '#platform/workflow/contract'
import type { Draft } from './contract.ts'
import { makeBundleForms } from './server/bundle-form.ts'
import { publishProcesses } from './server/processes/index.ts'
import { type MattersServer, matterBuilder, refusal, sound, startMatters } from './testing.ts'

let scene: MattersServer
let basic: Draft
let local: Draft
beforeAll(async () => {
  scene = await startMatters()
  await scene.server.system(publishProcesses)
  const make = matterBuilder(scene)
  basic = await make.published(sound({ materials: [{ ...sound().materials[0]!, required: false }] }), '取水许可')
  local = await make.claimed(basic, {
    acceptors: [{ id: scene.people.editor.id, name: '毕嘉禾' }],
    deciders: [{ id: scene.people.head.id, name: '高水清' }],
  })
})
afterAll(() => scene.server.stop())

const given = { 情形_kind: 'change', 申请事由: '换了取水泵。' }
const applied = async () => (await scene.as('clerk').apply({ id: local.matterId, given })).id
const read = async (who: 'clerk' | 'editor' | 'head', id: string) => {
  await scene.server.settled()
  return scene.as(who).caseOf({ id })
}
/** What somebody does at the open step of the case, as the page of the process does it. */
const act = async (
  who: 'clerk' | 'editor' | 'head',
  id: string,
  outcome: string,
  opinion?: string,
  filled?: { values: Record<string, string>; formRevision?: number },
) => {
  const client = scene.server.client(workflowApi, scene.tokens[who])
  const { instanceId } = await read(who, id)
  const { mine } = await client.caseFile({ id: instanceId! })
  await client.act({ id: instanceId!, act: { do: 'complete', slot: mine!.slot, outcome, ...filled }, opinion })
  return read(who, id)
}

describe('the desk', () => {
  it('offers each matter once, with the unit one would turn to', async () => {
    const { rows } = await scene.as('clerk').desk({ kind: 'public', q: '取水' })
    expect(rows).toMatchObject([{ id: local.matterId, unit: { name: '博兴县水利局' }, nobody: false }])
    const elsewhere = await scene.as('neighbour').desk({ kind: 'public', q: '取水' })
    expect(elsewhere.rows).toMatchObject([{ id: basic.matterId, nobody: true }])
    expect((await scene.as('clerk').desk({ kind: 'internal' })).rows).toEqual([])
  })

  it('asks for the situation first, and for what it needs', async () => {
    const { view, unit } = await scene.as('clerk').application({ id: local.matterId })
    expect(unit.name).toBe('博兴县水利局')
    expect(view.definition.groups.map(({ title }) => title)).toEqual(['您的情形', '申请内容', '申请材料'])
    const error = await refusal(
      scene.as('clerk').apply({ id: local.matterId, given: { 情形_kind: 'new', 申请事由: '打井' } }),
    )
    expect(error.errors.map(({ path }) => path)).toContain('情形_source')
    expect(await refusal(scene.as('clerk').application({ id: basic.matterId }))).toMatchObject({
      code: 'matters.basic',
    })
  })
})

describe('a case', () => {
  it('goes from application over acceptance to the decision, on its version', async () => {
    const id = await applied()
    const fresh = await read('clerk', id)
    expect(fresh).toMatchObject({
      state: 'submitted',
      name: '取水许可',
      versionNo: 1,
      applicantName: '刘梦瑶',
      can: { withdraw: true, rate: false },
    })
    expect(fresh.dueOn).toBe('2026-11-27')
    expect((await scene.as('editor').toHandle({})).rows.map((row) => row.id)).toContain(id)
    expect((await act('editor', id, 'accept')).state).toBe('handling')
    const done = await act('head', id, 'agree', '同意。')
    expect(done).toMatchObject({
      state: 'done',
      events: [{ what: '提交申请' }, { what: '审批中' }, { what: '已办结', name: '高水清', text: '同意。' }],
    })
    const rated = await scene.as('clerk').rate({ id, stars: 5, review: '很快。' })
    expect(rated).toMatchObject({ stars: 5, can: { rate: false } })
    expect(await scene.as('clerk').matter({ id: local.matterId })).toMatchObject({ finished: 1, stars: 5 })
    expect(await refusal(scene.as('clerk').withdrawCase({ id, reason: '晚了' }))).toMatchObject({
      code: 'matters.case-state',
    })
  })

  it('comes back for a supplement, which the applicant writes into the record', async () => {
    const id = await applied()
    await read('clerk', id)
    const asked = await act('editor', id, 'supplement', '请写明水泵型号。')
    expect(asked.state).toBe('supplement')
    const mine = await read('clerk', id)
    expect(mine.can.supplement).toBe(true)
    const formRevision = mine.recordRevision!
    const values = { 申请事由: '换了取水泵，型号 QJ200。' }
    // who asked for it sees the form in the to-do, and writes nothing in it
    const handled = await scene.server.client(workflowApi, scene.tokens.editor).caseFile({ id: mine.instanceId! })
    expect(handled.form).toMatchObject({ data: { 申请事由: '换了取水泵。' }, access: { rest: 'read', fields: {} } })
    expect((await act('clerk', id, 'submit', undefined, { values, formRevision })).state).toBe('submitted')
    const seen = await read('editor', id)
    expect(seen.form).toMatchObject({ data: values, access: { rest: 'read' } })
    expect(seen.events.map(({ what }) => what)).toEqual(['提交申请', '待补正', '补正材料'])
    await act('editor', id, 'supplement', '请写明取水量。')
    expect(await refusal(act('clerk', id, 'submit', undefined, { values, formRevision }))).toMatchObject({
      status: 409,
    })
  })

  it('is not written in by whoever decides it', async () => {
    const id = await applied()
    await read('editor', id)
    const error = await refusal(act('editor', id, 'accept', undefined, { values: { 申请事由: '替他改了' } }))
    expect(error).toMatchObject({ status: 400, errors: [{ path: 'act.values.申请事由' }] })
  })

  it('is refused with the reason', async () => {
    const id = await applied()
    await read('clerk', id)
    await act('editor', id, 'refuse', '不属于本单位。')
    expect(await read('clerk', id)).toMatchObject({
      state: 'refused',
      events: [{}, { what: '不予办理', text: '不属于本单位。' }],
    })
  })

  it('is withdrawn by its applicant, and its process ends', async () => {
    const id = await applied()
    const { instanceId } = await read('clerk', id)
    expect(await scene.as('clerk').withdrawCase({ id, reason: '不办了' })).toMatchObject({ state: 'withdrawn' })
    await scene.server.settled()
    const [row] = await scene.server.sql<{ status: string }>('select status from workflow.instance where id = $1', [
      instanceId,
    ])
    expect(row?.status).toBe('completed')
    expect((await scene.as('editor').toHandle({})).rows.map((one) => one.id)).not.toContain(id)
  })

  it('is complained about, and answered by the unit', async () => {
    const id = await applied()
    await scene.as('clerk').complain({ id, text: '等得太久。' })
    expect((await scene.as('head').complaints({})).rows).toMatchObject([{ id, text: '等得太久。' }])
    expect((await scene.as('neighbour').complaints({})).rows).toEqual([])
    expect(await refusal(scene.as('neighbour').answerComplaint({ id, answer: '越权' }))).toMatchObject({ status: 404 })
    await scene.as('head').answerComplaint({ id, answer: '今天办。' })
    expect((await read('clerk', id)).complaint).toMatchObject({ answer: '今天办。', answeredBy: '高水清' })
  })

  it('is nobody else’s', async () => {
    const id = await applied()
    await scene.server.settled()
    expect(await refusal(scene.as('neighbour').caseOf({ id }))).toMatchObject({ status: 404 })
    for (const command of [
      () => scene.as('editor').withdrawCase({ id, reason: '越权' }),
      () => scene.as('editor').rate({ id, stars: 1 }),
      () => scene.as('neighbour').complain({ id, text: '越权' }),
    ])
      expect(await refusal(command())).toMatchObject({ status: 404 })
    expect((await scene.as('editor').cases({})).rows).toEqual([])
  })
})

describe('a bundle', () => {
  it('fans out to the units, shows one progress, and closes when all have', async () => {
    const { server, as } = scene
    const second = await matterBuilder(scene).published(
      sound({ questions: [], limits: [], materials: [] }),
      '用水计划核定',
    )
    await matterBuilder(scene).claimed(second, {
      acceptors: [{ id: scene.people.editor.id, name: '毕嘉禾' }],
      deciders: [{ id: scene.people.head.id, name: '高水清' }],
    })
    const bundle = newId()
    await server.sql(
      "insert into matters.bundle (id, key, name, summary, life, sort) values ($1, 'water', '用水一件事', '两项一次办', 'entry', 1)",
      [bundle],
    )
    const elsewhere = await matterBuilder(scene).published(
      sound({ limits: [], materials: [{ ...sound().materials[0]!, name: '用水户登记表' }] }),
      '供水特许经营',
    )
    await server.sql(
      'insert into matters.bundle_item (bundle_id, basic_id, sort) values ($1, $2, 1), ($1, $3, 2), ($1, $4, 3)',
      [bundle, basic.matterId, second.matterId, elsewhere.matterId],
    )
    await server.system((ctx) => makeBundleForms(ctx, second.matterId))
    const forms = () => server.sql<{ n: number }>('select count(*)::int as n from forms.form').then(([row]) => row!.n)
    const before = await forms()
    const { view } = await as('clerk').bundleApplication({ id: bundle })
    expect(view.definition.groups.filter(({ fields }) => fields.length > 0).map(({ title }) => title)).toEqual([
      '申请内容',
      '取水许可',
    ])
    // reading publishes nothing; of a matter that nobody near carries out nothing is asked
    expect(await forms()).toBe(before)
    const { id } = await as('clerk').applyBundle({ id: bundle, given: { 申请事由: '一次办', 情形_kind_p1: 'change' } })
    const whole = await read('clerk', id)
    expect(whole.parts).toHaveLength(2)
    for (const part of whole.parts) await act('editor', part.caseId!, 'accept')
    await act('head', whole.parts[0]!.caseId!, 'agree')
    expect((await read('clerk', id)).state).toBe('handling')
    await act('head', whole.parts[1]!.caseId!, 'agree')
    expect(await read('clerk', id)).toMatchObject({ state: 'done', parts: [{ state: 'done' }, { state: 'done' }] })
    expect((await as('clerk').cases({})).rows.filter((row) => row.bundle)).toHaveLength(1)
  })
})
