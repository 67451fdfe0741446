import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { tasksApi } from '#platform/tasks/contract'
import { type Act, type CaseFile, workflowApi } from './contract.ts'
import { graphOf, userStep } from './engine/testing.ts'
import { publishGraph, registerService, workflow } from './index.ts'
import { ringAlarms } from './server/alarms.ts'
import { replayed } from './server/replay.ts'
import { approval } from './testing.ts'

let server: TestServer
type Name = 'clerk' | 'chief' | 'head' | 'other' | 'admin' | 'stranger'
const people = {} as Record<Name, string>
const tokens = {} as Record<Name, string>
let root = ''

const build = async (ctx: SystemCtx): Promise<void> => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  root = province.id
  const office = await unit(ctx, { name: '县政府办公室', parent: province.id, kind: 'government' })
  const papers = await unit(ctx, { name: '文电科', parent: office.id, kind: 'division' })
  const water = await unit(ctx, { name: '县水利局', parent: province.id, kind: 'government' })
  const add = async (key: Name, name: string, at: string, leader = false): Promise<void> => {
    people[key] = (await person(ctx, { name, unit: at, leader })).id
  }
  await add('clerk', '周文清', papers.id)
  await add('chief', '毕嘉禾', papers.id, true)
  await add('head', '孙立岩', office.id, true)
  await add('other', '高文博', papers.id)
  await add('admin', '林沐阳', office.id)
  await add('stranger', '刘梦瑶', water.id)
}

const publishTest = (key: string, graph: ReturnType<typeof graphOf>): Promise<string> =>
  server.system((ctx) =>
    publishGraph(ctx, { xml: '<xml/>', graph: { ...graph, key, name: `流程 ${key}` }, unitId: root }),
  )

beforeAll(async () => {
  server = await startTestServer([calendar, search, directory, forms, identity, tasks, workflow])
  await server.system(build)
  const office = { role: 'unit-admin', scope: 'subtree' } as const
  const [{ id: officeId } = { id: '' }] = await server.sql<{ id: string }>(
    "select id from directory.unit where name = '县政府办公室'",
  )
  for (const key of Object.keys(people) as Name[])
    tokens[key] = await signInAs(server, people[key], key === 'admin' ? [{ ...office, unitId: officeId }] : [])
  await publishTest('approval', approval())
})
afterAll(() => server?.stop())

const as = (name: Name) => server.client(workflowApi, tokens[name])
const begin = (title = '采购申请', process = 'approval') => as('clerk').start({ process, title })
const act = async (name: Name, file: { id: string }, given: Act, opinion?: string): Promise<CaseFile> => {
  await as(name).act({ id: file.id, act: given, opinion })
  return as(name).caseFile({ id: file.id })
}
const complete = async (name: Name, file: { id: string }, outcome = 'agree', opinion?: string): Promise<CaseFile> => {
  const { mine } = await as(name).caseFile({ id: file.id })
  return act(name, file, { do: 'complete', slot: mine?.slot ?? '', outcome }, opinion)
}
const todo = async (name: Name): Promise<string[]> =>
  (await server.client(tasksApi, tokens[name]).tasks({ state: 'open' })).rows.map(({ title }) => title)
const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe('a case from application to close', () => {
  it('goes to the leaders it should, stands in their to-dos, and its history rebuilds it', async () => {
    const file = await begin('购置打印机')
    expect(file.steps).toMatchObject([{ name: '科室负责人审批', slots: [{ name: '毕嘉禾', state: 'open' }] }])
    expect(await todo('chief')).toContain('购置打印机')
    const mine = (await as('chief').caseFile({ id: file.id })).mine
    expect(mine).toMatchObject({
      step: '科室负责人审批',
      outcomes: [{ key: 'agree' }, { key: 'reject' }, { key: 'abstain' }],
    })
    await complete('chief', file, 'agree', '拟同意。')
    expect(await todo('chief')).not.toContain('购置打印机')
    const done = await complete('head', file)
    expect(done.status).toBe('completed')
    expect(done.history.map(({ what, name, outcome, opinion }) => [what, name, outcome, opinion])).toEqual([
      ['start', '周文清', null, null],
      ['complete', '毕嘉禾', '同意', '拟同意。'],
      ['complete', '孙立岩', '同意', null],
    ])
    const [row] = await server.sql<{ state: unknown }>('select state from workflow.instance where id = $1', [file.id])
    expect(await replayed(server.kernel, file.id)).toEqual(row?.state)
  })
  it('a required opinion is required by the server', async () => {
    const file = await begin()
    expect(await code(complete('chief', file, 'reject'))).toBe('invalid')
    expect((await complete('chief', file, 'reject', '预算不足。')).history.at(-1)).toMatchObject({
      outcome: '不同意',
      opinion: '预算不足。',
    })
  })
  it('is seen by those who took part and by the administrator of its unit, and by nobody else', async () => {
    const file = await begin()
    expect(await code(as('stranger').caseFile({ id: file.id }))).toBe('not-found')
    expect(await code(as('head').caseFile({ id: file.id }))).toBe('not-found')
    expect((await as('admin').caseFile({ id: file.id })).can.administer).toBe(true)
    await complete('chief', file)
    expect((await as('head').caseFile({ id: file.id })).mine).not.toBeNull()
    expect((await as('clerk').mine({ q: '采购' })).rows.some(({ id }) => id === file.id)).toBe(true)
    expect((await as('stranger').mine({})).rows).toEqual([])
    expect(await code(as('clerk').scoped({}))).toBe('forbidden')
    expect((await as('admin').scoped({})).rows.some(({ id }) => id === file.id)).toBe(true)
  })
  it('is decided once, however many answer at the same moment', async () => {
    const sign = userStep(
      Array.from({ length: 4 }, () => ''),
      { way: 'any-of' },
    )
    const graph = graphOf(
      {
        start: { kind: 'start' },
        sign: {
          kind: 'user',
          user: { ...sign, handlers: [{ by: 'person', persons: [people.chief, people.head, people.other] }] },
        },
        next: { kind: 'user', user: { ...userStep([]), handlers: [{ by: 'starter' }] } },
        end: { kind: 'end' },
      },
      ['start>sign', 'sign>next', 'next>end'],
    )
    await publishTest('any', graph)
    const file = await begin('会议纪要', 'any')
    const names: Name[] = ['chief', 'head', 'other']
    const slots = await Promise.all(
      names.map(async (name) => (await as(name).caseFile({ id: file.id })).mine?.slot ?? ''),
    )
    const answers = await Promise.all(
      names.flatMap((name, index) =>
        [0, 1].map(() => code(act(name, file, { do: 'complete', slot: slots[index] as string, outcome: 'agree' }))),
      ),
    )
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1)
    expect((await as('clerk').caseFile({ id: file.id })).steps).toMatchObject([
      { node: 'next', slots: [{ name: '周文清' }] },
    ])
    const [open] = await server.sql<{ n: number }>(
      "select count(*)::int as n from tasks.task where source = 'workflow' and state = 'open' and title = '会议纪要'",
    )
    expect(open?.n).toBe(1)
  })
})

describe('what a stranger and a handler may not', () => {
  it('a process of another branch of the tree is neither seen, read nor started', async () => {
    const [water] = await server.sql<{ id: string }>("select id from directory.unit where name = '县水利局'")
    const id = await server.system((ctx) =>
      publishGraph(ctx, {
        xml: '<xml/>',
        graph: { ...approval(), key: 'water', name: '取水许可' },
        unitId: water?.id ?? '',
      }),
    )
    expect((await as('clerk').processes({})).rows.map(({ key }) => key)).not.toContain('water')
    expect(await code(as('clerk').definition({ id }))).toBe('not-found')
    expect(await code(begin('取水', 'water'))).toBe('not-found')
    expect((await as('stranger').processes({})).rows.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['approval', 'water']),
    )
    expect((await as('stranger').processes({ limit: 1 })).next).not.toBeNull()
  })
  it('a case that is not theirs is not there, whatever they try', async () => {
    const file = await begin()
    const slot = (await as('chief').caseFile({ id: file.id })).mine?.slot ?? ''
    for (const given of [{ do: 'urge' }, { do: 'complete', slot, outcome: 'agree' }, { do: 'withdraw', slot }] as Act[])
      expect(await code(act('stranger', file, given))).toBe('not-found')
  })
  it('a step writes the fields it may, requires those it must, and hides the rest', async () => {
    const fields = { 事由: 'required', 金额: 'write', 底价: 'hide' } as const
    await publishTest(
      'fields',
      graphOf(
        {
          start: { kind: 'start' },
          a: { kind: 'user', user: { ...userStep([]), handlers: [{ by: 'starter' }], fields } },
          end: { kind: 'end' },
        },
        ['start>a', 'a>end'],
      ),
    )
    const file = await as('clerk').start({ process: 'fields', title: '采购', values: { 底价: 9 } })
    expect(file.values).not.toHaveProperty('底价')
    expect(file.mine?.fields.map(({ name, required }) => [name, required])).toEqual([
      ['事由', true],
      ['金额', false],
    ])
    const slot = file.mine?.slot ?? ''
    const give = (values: Record<string, string | number>) =>
      code(act('clerk', file, { do: 'complete', slot, outcome: 'agree', values }))
    expect(await give({})).toBe('invalid')
    expect(await give({ 事由: '会议', 底价: 1 })).toBe('invalid')
    expect(await give({ 事由: '长'.repeat(70_000) })).toBe('invalid')
    expect(await give({ 事由: '会议' })).toBe('accepted')
  })
  it('催办 reaches whoever has it, as something to read', async () => {
    const file = await begin('请示七')
    await act('clerk', file, { do: 'urge' })
    await server.settled()
    const { rows } = await server.client(tasksApi, tokens.chief).readings({ state: 'unread' })
    expect(rows).toMatchObject([{ title: '催办：请示七', fromName: '周文清' }])
  })
})

describe('the operations of an office', () => {
  it('adds, passes on, delegates: the to-dos follow', async () => {
    const file = await begin('请示一')
    const slot = (await as('chief').caseFile({ id: file.id })).mine?.slot ?? ''
    await act('chief', file, { do: 'transfer', slot, to: people.other })
    expect(await todo('other')).toContain('请示一')
    expect(await todo('chief')).not.toContain('请示一')
    await act('other', file, { do: 'delegate', slot, to: people.chief })
    expect(await todo('other')).not.toContain('请示一')
    await complete('chief', file)
    expect(await todo('other')).toContain('请示一')
  })
  it('sends back, and takes back while it is unopened', async () => {
    const file = await begin('请示二')
    await complete('chief', file)
    const chief = await as('chief').caseFile({ id: file.id })
    await act('chief', file, { do: 'withdraw', slot: chief.withdraw ?? '' })
    expect((await as('chief').caseFile({ id: file.id })).mine?.step).toBe('科室负责人审批')
    await complete('chief', file)
    const head = await as('head').caseFile({ id: file.id })
    expect(head.mine?.sendBackTo).toEqual([{ node: 'chief', name: '科室负责人审批' }])
    const back = await act(
      'head',
      file,
      { do: 'send-back', slot: head.mine?.slot ?? '', to: 'chief', mode: 'straight' },
      '请补充报价。',
    )
    expect(back.history.at(-1)).toMatchObject({ what: 'send-back', to: ['科室负责人审批'], opinion: '请补充报价。' })
    await complete('chief', file)
    expect((await as('head').caseFile({ id: file.id })).mine?.step).toBe('单位负责人审批')
  })
  it('a step that was opened is not taken back', async () => {
    const file = await begin('请示三')
    await complete('chief', file)
    const inbox = server.client(tasksApi, tokens.head)
    const row = (await inbox.tasks({ state: 'open' })).rows.find(({ title }) => title === '请示三')
    await inbox.markOpened({ id: row?.id ?? '' })
    const { withdraw } = await as('chief').caseFile({ id: file.id })
    expect(await code(act('chief', file, { do: 'withdraw', slot: withdraw ?? '' }))).toBe('already-opened')
  })
  it('委托: the agent handles it in the name of both', async () => {
    const now = server.clock.now().getTime()
    const { id } = await as('chief').delegate({
      agentId: people.other,
      reason: '出差',
      from: new Date(now - 1000).toISOString(),
      to: new Date(now + 86_400_000).toISOString(),
    })
    const file = await begin('请示四')
    expect(file.steps[0]?.slots).toMatchObject([{ name: '高文博', ownerName: '毕嘉禾' }])
    expect((await complete('other', file)).history.at(-1)).toMatchObject({ name: '高文博', ownerName: '毕嘉禾' })
    await as('chief').endDelegation({ id })
    expect((await begin('请示五')).steps[0]?.slots).toMatchObject([{ name: '毕嘉禾' }])
  })
  it('an administrator jumps, suspends, ends; a clerk cannot, nor one of another unit', async () => {
    const file = await begin('请示六')
    const jump = { do: 'jump', token: file.steps[0]?.token ?? '', to: 'head' } as const
    expect(await code(as('clerk').administer({ id: file.id, act: jump, reason: '急' }))).toBe('forbidden')
    expect((await as('admin').administer({ id: file.id, act: jump, reason: '科长缺位' })).steps).toMatchObject([
      { node: 'head' },
    ])
    await as('admin').administer({ id: file.id, act: { do: 'suspend' }, reason: '待补材料' })
    expect(await code(complete('head', file))).not.toBe('accepted')
    await as('admin').administer({ id: file.id, act: { do: 'resume' }, reason: '材料已齐' })
    expect((await as('admin').administer({ id: file.id, act: { do: 'terminate' }, reason: '不再办理' })).status).toBe(
      'terminated',
    )
    expect(await todo('head')).not.toContain('请示六')
  })
})

describe('time and what runs by itself', () => {
  it('lets an alarm ring once, when it is due', async () => {
    const limit = {
      amount: 1,
      unit: 'hours' as const,
      kind: 'promised' as const,
      yellow: 0.5,
      overdue: [{ after: 0, do: 'agree' as const }],
    }
    await publishTest(
      'limited',
      graphOf(
        {
          start: { kind: 'start' },
          a: { kind: 'user', user: { ...userStep([]), handlers: [{ by: 'starter' }], limit } },
          b: { kind: 'user', user: { ...userStep([]), handlers: [{ by: 'starter' }] } },
          end: { kind: 'end' },
        },
        ['start>a', 'a>b', 'b>end'],
      ),
    )
    const file = await begin('限时', 'limited')
    expect(file.steps[0]?.dueAt).not.toBeNull()
    await ringAlarms(server.kernel)
    expect((await as('clerk').caseFile({ id: file.id })).steps[0]?.node).toBe('a')
    server.clock.advance(7_200_000)
    await Promise.all([ringAlarms(server.kernel), ringAlarms(server.kernel)])
    expect((await as('clerk').caseFile({ id: file.id })).steps[0]?.node).toBe('b')
  })
  it('calls a service, keeps its answer, and stops for an administrator when it fails', async () => {
    let works = false
    registerService('test.check', async (_, { input }) => {
      if (!works) throw new Error('down')
      return { found: `${input.name} 已核验` }
    })
    await publishTest(
      'checked',
      graphOf(
        {
          start: { kind: 'start' },
          call: {
            kind: 'service',
            name: '核验',
            service: {
              handler: 'test.check',
              input: [{ from: '"执照"', to: 'name' }],
              output: [{ from: 'found', to: 'result' }],
              retries: 1,
            },
          },
          a: { kind: 'user', user: { ...userStep([]), handlers: [{ by: 'starter' }] } },
          end: { kind: 'end' },
        },
        ['start>call', 'call>a', 'a>end'],
        [],
        ['found'],
      ),
    )
    const file = await begin('核验', 'checked')
    await server.settled()
    const [stopped] = (await as('admin').caseFile({ id: file.id })).steps
    expect(stopped).toMatchObject({ name: '核验', fault: expect.stringContaining('服务没有成功') })
    expect((await as('admin').scoped({ faulty: true })).rows.map(({ id }) => id)).toContain(file.id)
    works = true
    await as('admin').administer({
      id: file.id,
      act: { do: 'retry', token: stopped?.token ?? '' },
      reason: '服务已恢复',
    })
    await server.settled()
    expect(await as('clerk').caseFile({ id: file.id })).toMatchObject({
      values: { result: '执照 已核验' },
      steps: [{ node: 'a' }],
    })
  })
  it('starts a called process, and goes on when it ends', async () => {
    await publishTest(
      'child',
      graphOf(
        {
          start: { kind: 'start' },
          a: { kind: 'user', name: '核实', user: { ...userStep([]), handlers: [{ by: 'starter' }] } },
          end: { kind: 'end' },
        },
        ['start>a', 'a>end'],
      ),
    )
    await publishTest(
      'parent',
      graphOf(
        {
          start: { kind: 'start' },
          c: { kind: 'call', call: { process: 'child', input: [], output: [] } },
          b: { kind: 'user', user: { ...userStep([]), handlers: [{ by: 'starter' }] } },
          end: { kind: 'end' },
        },
        ['start>c', 'c>b', 'b>end'],
      ),
    )
    const file = await begin('联办', 'parent')
    await server.settled()
    const [child] = await server.sql<{ id: string }>('select id from workflow.instance where parent_id = $1', [file.id])
    await complete('clerk', { id: child?.id ?? '' })
    await server.settled()
    expect((await as('clerk').caseFile({ id: file.id })).steps).toMatchObject([{ node: 'b' }])
  })
})
