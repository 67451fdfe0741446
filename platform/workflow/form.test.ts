import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms, publishForm } from '#platform/forms'
import { type Data, formsApi } from '#platform/forms/contract'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import type { UserStep } from './contract/graph.ts'
import { workflowApi } from './contract.ts'
import { graphOf, userStep } from './engine/testing.ts'
import { publishGraph, workflow } from './index.ts'
import { replayed } from './server/replay.ts'

/** A case with a form: the chief sets the inner number and never sees the reason, the head decides by the amount. */

let server: TestServer
type Name = 'clerk' | 'chief' | 'head' | 'stranger'
const people = {} as Record<Name, string>
const tokens = {} as Record<Name, string>
let formId = ''

const FORM = {
  format: 1,
  key: 'buying',
  name: '采购申请',
  groups: [
    {
      title: '内容',
      fields: [
        { key: '事由', title: '事由', type: 'text', rules: { required: 'true' } },
        { key: '理由', title: '理由', type: 'text' },
        { key: '编号', title: '编号', type: 'text' },
        {
          key: '明细',
          title: '明细',
          type: 'table',
          columns: [
            { key: '物品', title: '物品', type: 'text', rules: { required: 'true' } },
            { key: '金额', title: '金额', type: 'money', rules: { required: 'true' } },
          ],
        },
        { key: '合计', title: '合计', type: 'money', rules: { formula: 'sum(明细.金额)' } },
      ],
    },
  ],
}
const leader = (levels: number, fields: UserStep['fields']): UserStep => ({
  ...userStep([]),
  handlers: [{ by: 'leader', levels }],
  ...(fields && { fields }),
})

const build = async (ctx: SystemCtx): Promise<void> => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const office = await unit(ctx, { name: '县政府办公室', parent: province.id, kind: 'government' })
  const papers = await unit(ctx, { name: '文电科', parent: office.id, kind: 'division' })
  const water = await unit(ctx, { name: '县水利局', parent: province.id, kind: 'government' })
  people.clerk = (await person(ctx, { name: '周文清', unit: papers.id })).id
  people.chief = (await person(ctx, { name: '毕嘉禾', unit: papers.id, leader: true })).id
  people.head = (await person(ctx, { name: '孙立岩', unit: office.id, leader: true })).id
  people.stranger = (await person(ctx, { name: '刘梦瑶', unit: water.id })).id
  formId = (await publishForm(ctx, { definition: FORM, unitId: province.id })).id
  const graph = graphOf(
    {
      start: { kind: 'start' },
      chief: {
        kind: 'user',
        name: '科室审核',
        user: leader(1, { 编号: 'required', 理由: 'hide', '明细.金额': 'write' }),
      },
      large: { kind: 'exclusive', fallback: 'large>end' },
      head: { kind: 'user', name: '领导审批', user: leader(2, undefined) },
      end: { kind: 'end' },
    },
    ['start>chief', 'chief>large', 'large>head', 'large>end', 'head>end'],
  )
  const flow = Object.values(graph.flows).find(({ from, to }) => from === 'large' && to === 'head')
  if (flow) flow.condition = '合计 > 1000'
  const key = { key: 'buying', name: '采购', reads: ['合计'] }
  await publishGraph(ctx, { xml: '<xml/>', graph: { ...graph, ...key }, unitId: province.id })
}

beforeAll(async () => {
  server = await startTestServer([calendar, search, directory, forms, identity, tasks, workflow])
  await server.system(build)
  for (const key of Object.keys(people) as Name[]) tokens[key] = await signInAs(server, people[key])
})
afterAll(() => server?.stop())

const as = (name: Name) => server.client(workflowApi, tokens[name])
const DATA: Data = { 事由: '换打印机', 理由: '旧的坏了', 明细: [{ 物品: '打印机', 金额: '5000' }] }
const begin = (data: Data = DATA) =>
  as('clerk').start({ process: 'buying', title: '采购申请', form: { id: formId, data } })
const slotOf = async (name: Name, id: string) => (await as(name).caseFile({ id })).mine?.slot ?? ''
const complete = async (
  name: Name,
  id: string,
  values?: Data,
  more: { outcome?: string; formRevision?: number; opinion?: string } = {},
) => {
  const { outcome = 'agree', opinion, ...rest } = more
  await as(name).act({ id, act: { do: 'complete', slot: await slotOf(name, id), outcome, values, ...rest }, opinion })
  return as('clerk').caseFile({ id })
}
const refusal = (
  work: Promise<unknown>,
): Promise<{ code: string; status: number; errors: { path: string; message: string }[] }> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error) => error,
  )

describe('a case with a form', () => {
  it('begins with it whole or not at all', async () => {
    const view = await as('clerk').beginForm({ id: formId })
    expect(view).toMatchObject({ definition: { name: '采购申请' }, access: { rest: 'write' } })
    expect((await refusal(begin({ 理由: 'x' }))).errors).toEqual([{ path: '事由', message: '请填写事由。' }])
    const count = () => server.sql<{ n: number }>('select count(*)::int as n from forms.record')
    const [before] = await count()
    await refusal(as('clerk').start({ process: 'nothing', title: 'x', form: { id: formId, data: DATA } }))
    expect(await count()).toEqual([before])
    const file = await begin()
    expect(file.form).toMatchObject({ revision: 1, data: { 合计: '5000.00' } })
    expect(file.values).toEqual({})
  })
  it('goes the way its values say, with the access of each step; the process knows only what it reads', async () => {
    const { id } = await begin()
    const chief = await as('chief').caseFile({ id })
    expect(chief.form?.access.fields).toEqual({ 编号: 'required', '明细.金额': 'write' })
    expect(JSON.stringify(chief)).not.toContain('理由')
    expect(JSON.stringify(chief)).not.toContain('旧的坏了')
    expect((await refusal(complete('chief', id))).errors).toEqual([
      { path: 'act.values.编号', message: '请填写编号。' },
    ])
    expect((await refusal(complete('chief', id, { 编号: '7', 事由: '别的' }))).errors?.[0]?.path).toBe(
      'act.values.事由',
    )
    expect((await refusal(complete('chief', id, { 编号: '7', 理由: 'x' }))).errors?.[0]?.message).toContain(
      '没有“理由”',
    )
    const { form, steps } = await complete('chief', id, { 编号: '7', 明细: [{ '#': 'r1', 金额: '800' }] })
    expect(form).toMatchObject({ revision: 2, data: { 编号: '7', 合计: '800.00', 理由: '旧的坏了' } })
    // 800 is not above 1000: it ended.
    expect(steps).toEqual([])
    const [row] = await server.sql<{ state: { values: object } }>('select state from workflow.instance where id = $1', [
      id,
    ])
    expect(row?.state.values).toEqual({ 合计: 800 })
    expect(await replayed(server.kernel, id)).toEqual(row?.state)
    // What the step hid stays hidden from whoever handled it.
    expect(JSON.stringify(await as('chief').caseFile({ id }))).not.toContain('旧的坏了')
  })
  it('whoever refuses need not fill in; a step that writes nothing leaves the form as it is', async () => {
    const refused = await begin()
    expect(
      (await complete('chief', refused.id, undefined, { outcome: 'reject', opinion: '预算不足。' })).form?.revision,
    ).toBe(1)
    const { id } = await begin()
    await complete('chief', id, { 编号: '8' })
    expect((await refusal(complete('head', id, { 编号: '9' }))).errors?.[0]?.message).toContain('不能填写')
    expect(await complete('head', id)).toMatchObject({ status: 'completed', form: { revision: 2 } })
  })
  it('an older form is told of', async () => {
    const { id } = await begin()
    expect(await refusal(complete('chief', id, { 编号: '1' }, { formRevision: 7 }))).toMatchObject({
      code: 'stale',
      status: 409,
    })
    expect((await complete('chief', id, { 编号: '1' }, { formRevision: 1 })).form?.revision).toBe(2)
  })
  it('is not there for a stranger, at its own door either', async () => {
    const { id, form } = await begin()
    const records = (name: Name) => server.client(formsApi, tokens[name])
    const recordId = form?.id ?? ''
    expect((await records('clerk').record({ id: recordId })).data.理由).toBe('旧的坏了')
    expect((await records('chief').record({ id: recordId })).data).not.toHaveProperty('理由')
    expect(await refusal(records('stranger').record({ id: recordId }))).toMatchObject({ status: 404 })
    expect(await refusal(as('stranger').caseFile({ id }))).toMatchObject({ status: 404 })
  })
})

it('many in one flush: what is refused writes neither case nor form, the others both', async () => {
  const files = [await begin(), await begin(), await begin()]
  const slots = await Promise.all(files.map(({ id }) => slotOf('chief', id)))
  const given: (Data | undefined)[] = [{ 编号: '甲' }, {}, { 编号: '丙' }]
  const results = await Promise.allSettled(
    files.map(({ id }, at) =>
      as('chief').act({
        id,
        act: { do: 'complete', slot: slots[at] ?? '', outcome: at === 2 ? 'no-such' : 'agree', values: given[at] },
      }),
    ),
  )
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  const after = await Promise.all(files.map(({ id }) => as('clerk').caseFile({ id })))
  expect(after.map(({ form, rev }) => [form?.revision, form?.data.编号, rev])).toEqual([
    [2, '甲', 2],
    [1, null, 1],
    [1, null, 1],
  ])
})
