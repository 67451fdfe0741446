import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import type { Block, BlockProcess } from './contract/blocks.ts'
import { type Content, type Draft, designingApi } from './contract/designing.ts'
import type { UserStep } from './contract/graph.ts'
import { workflowApi } from './contract.ts'
import { userStep } from './engine/testing.ts'
import { workflow } from './index.ts'

let server: TestServer
type Name = 'clerk' | 'chief' | 'head' | 'admin' | 'second' | 'stranger'
const people = {} as Record<Name, string>
const tokens = {} as Record<Name, string>
let office = ''
let water = ''
let papers = ''

const build = async (ctx: SystemCtx): Promise<void> => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const government = await unit(ctx, { name: '县政府办公室', parent: province.id, kind: 'government' })
  const division = await unit(ctx, { name: '文电科', parent: government.id, kind: 'division' })
  const bureau = await unit(ctx, { name: '县水利局', parent: province.id, kind: 'government' })
  office = government.id
  papers = division.id
  water = bureau.id
  const add = async (key: Name, name: string, at: string, leader = false): Promise<void> => {
    people[key] = (await person(ctx, { name, unit: at, leader })).id
  }
  await add('clerk', '周文清', division.id)
  await add('chief', '毕嘉禾', division.id, true)
  await add('head', '孙立岩', government.id, true)
  await add('admin', '林沐阳', government.id)
  await add('second', '高文博', government.id)
  await add('stranger', '刘梦瑶', bureau.id)
}

beforeAll(async () => {
  server = await startTestServer([calendar, search, directory, identity, tasks, workflow])
  await server.system(build)
  const units = { admin: office, second: office, stranger: water } as const
  for (const key of Object.keys(people) as Name[]) {
    const unitId = units[key as keyof typeof units]
    tokens[key] = await signInAs(server, people[key], unitId ? [{ role: 'unit-admin', scope: 'subtree', unitId }] : [])
  }
})
afterAll(() => server?.stop())

const as = (name: Name) => server.client(designingApi, tokens[name])
const cases = (name: Name) => server.client(workflowApi, tokens[name])
const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? String(error),
  )

const step = (id: string, name: string, more: Partial<UserStep>): Block => ({
  id,
  name,
  type: 'approve',
  user: { ...userStep([]), operations: ['transfer'], ...more },
})
/** The chief decides; dear things go on to the head of the office, and the applicant is told. */
const blocksOf = ({ key, name }: Pick<Draft, 'key' | 'name'>, more: Partial<BlockProcess> = {}): Content => ({
  kind: 'blocks',
  process: {
    format: 1,
    key,
    name,
    fields: ['金额'],
    start: { id: 'start', name: '开始' },
    blocks: [
      step('chief', '科室负责人审批', { handlers: [{ by: 'leader', levels: 1 }] }),
      {
        id: 'dear',
        name: '金额大小',
        type: 'choice',
        several: false,
        branches: [
          {
            id: 'yes',
            name: '大额',
            when: '金额 > 10000',
            blocks: [step('head', '单位负责人审批', { handlers: [{ by: 'leader', levels: 2 }] })],
          },
          { id: 'no', name: '', blocks: [] },
        ],
      },
      { id: 'told', name: '告知结果', type: 'copy', copy: { handlers: [{ by: 'starter' }] } },
      { id: 'end', name: '办结', type: 'stop' },
    ],
    ...more,
  },
})

const begin = async (name = '采购审批'): Promise<Draft> => {
  const { id } = await as('admin').createDraft({ unitId: office, from: { kind: 'blank', name } })
  return as('admin').draft({ id })
}
const drawn = async (name?: string): Promise<Draft> => {
  const draft = await begin(name)
  await as('admin').saveDraft({ id: draft.id, revision: draft.revision, content: blocksOf(draft) })
  return as('admin').draft({ id: draft.id })
}

describe('drafts', () => {
  it('are made blank, saved half-finished with every fault said, and finished', async () => {
    const draft = await begin('车辆使用')
    expect(draft).toMatchObject({
      name: '车辆使用',
      revision: 1,
      unitName: '县政府办公室',
      published: null,
      problems: [],
    })
    const half = blocksOf(draft)
    if (half.kind === 'blocks') {
      half.process.blocks[0] = step('chief', '', { handlers: [], outcomes: [] })
      const [branch] = (half.process.blocks[1] as Extract<Block, { type: 'choice' }>).branches
      if (branch) branch.when = '金额 >'
    }
    const saved = await as('admin').saveDraft({ id: draft.id, revision: 1, content: half })
    expect(saved.problems.map((one) => one.code).sort()).toEqual(['bad-expression', 'no-handler', 'no-outcome'])
    const whole = await as('admin').saveDraft({ id: draft.id, revision: 2, content: blocksOf(draft) })
    expect(whole).toMatchObject({ revision: 3, problems: [] })
    expect((await as('admin').draft({ id: draft.id })).blocks).toEqual(
      (blocksOf(draft) as { process: BlockProcess }).process,
    )
  })
  it('say who changed them meanwhile, and are not written over', async () => {
    const draft = await drawn('印章使用')
    const content = blocksOf({ ...draft, name: '用印审批' })
    await as('second').saveDraft({ id: draft.id, revision: draft.revision, content })
    const late = as('admin').saveDraft({ id: draft.id, revision: draft.revision, content: blocksOf(draft) })
    await expect(late).rejects.toMatchObject({
      status: 409,
      code: 'draft-changed',
      extra: { revision: draft.revision + 1, by: '高文博' },
    })
    expect(await code(as('admin').removeDraft({ id: draft.id, revision: draft.revision }))).toBe('draft-changed')
    expect(await as('admin').draft({ id: draft.id })).toMatchObject({
      name: '用印审批',
      busy: true,
      editedBy: '高文博',
    })
    expect(await as('second').draft({ id: draft.id })).toMatchObject({ busy: false })
  })
  it('of two who save at the same moment one is refused', async () => {
    const draft = await drawn('同时保存')
    const both = (['admin', 'second'] as const).map((name) =>
      code(as(name).saveDraft({ id: draft.id, revision: draft.revision, content: blocksOf(draft) })),
    )
    expect((await Promise.all(both)).sort()).toEqual(['accepted', 'draft-changed'])
  })
  it('are not there for other units, and closed to whoever does not design', async () => {
    const { id, revision, key, name } = await drawn('只给本单位')
    const content = blocksOf({ key, name })
    const calls = (who: Name) => [
      as(who).draft({ id }),
      as(who).draftDiagram({ id }),
      as(who).compareDraft({ id }),
      as(who).saveDraft({ id, revision, content }),
      as(who).removeDraft({ id, revision }),
      as(who).simulate({ id }),
      as(who).publishDraft({ id, revision, note: '第一版' }),
    ]
    expect(new Set(await Promise.all(calls('stranger').map(code)))).toEqual(new Set(['not-found']))
    expect(new Set(await Promise.all(calls('clerk').map(code)))).toEqual(new Set(['forbidden']))
    expect((await as('stranger').designs({})).rows).toEqual([])
    expect(await code(as('clerk').designs({}))).toBe('forbidden')
    expect(await code(as('stranger').createDraft({ unitId: office, from: { kind: 'blank', name: '越权' } }))).toBe(
      'not-found',
    )
    expect(await code(as('stranger').versions({ key }))).toBe('not-found')
  })
  it('keep their number, and refuse what is no process', async () => {
    const draft = await drawn('不换编号')
    const { id, revision } = draft
    expect(await code(as('admin').saveDraft({ id, revision, content: blocksOf({ ...draft, key: 'other' }) }))).toBe(
      'invalid',
    )
    const misshapen = {
      kind: 'blocks',
      process: { ...draft.blocks, blocks: [{ id: '1 2', type: 'approve' }] },
    } as never
    expect(await code(as('admin').saveDraft({ id, revision, content: misshapen }))).toBe('invalid')
    const hostile = { kind: 'bpmn', xml: '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' } as const
    expect(await code(as('admin').saveDraft({ id, revision, content: hostile }))).toBe('bad-definition')
    expect(await code(as('admin').createDraft({ unitId: office, from: { ...hostile, kind: 'file' } }))).toBe(
      'bad-definition',
    )
  })
  it('go between both designers, and say why when one cannot draw them', async () => {
    const draft = await drawn('两种设计器')
    await as('admin').saveDraft({ id: draft.id, revision: draft.revision, content: { kind: 'bpmn', xml: draft.xml } })
    const there = await as('admin').draft({ id: draft.id })
    expect(there.content.kind).toBe('bpmn')
    expect(there.blocks).toEqual(draft.blocks)
    const looped = draft.xml.replace('targetRef="told"', 'targetRef="chief"')
    const saved = await as('admin').saveDraft({
      id: draft.id,
      revision: there.revision,
      content: { kind: 'bpmn', xml: looped },
    })
    expect(saved.problems.length).toBeGreaterThan(0)
    const broken = await as('admin').draft({ id: draft.id })
    expect(broken.blocks).toBeNull()
    expect(broken.reasons.length).toBeGreaterThan(0)
    expect((await as('admin').draftDiagram({ id: draft.id })).nodes.map(({ id }) => id)).toContain('chief')
  })
  it('begin from every example and from a process that is there', async () => {
    const { examples, unit: home, services } = await as('admin').designKit()
    expect(home).toEqual({ id: office, name: '县政府办公室' })
    expect(services).toEqual([])
    for (const { key, name } of examples) {
      const { id } = await as('admin').createDraft({ unitId: office, from: { kind: 'example', example: key, name } })
      const draft = await as('admin').draft({ id })
      expect(draft.name).toBe(name)
      // what another process calls is not put out here; the rest is sound as it stands
      expect(draft.problems.filter(({ code: one }) => one !== 'missing')).toEqual([])
    }
    const file = await as('admin').createDraft({
      unitId: office,
      from: { kind: 'file', xml: (await drawn('来自文件')).xml.replaceAll(/ id="p[0-9a-f]+"/g, ' id="imported"') },
    })
    expect((await as('admin').draft(file)).key).toBe('imported')
  })
  it('warn of people who have left and of services that are not there', async () => {
    const draft = await begin('调用与指名')
    const content = blocksOf(draft)
    if (content.kind === 'blocks')
      content.process.blocks = [
        step('named', '指名办理', { handlers: [{ by: 'person', persons: ['00000000-0000-7000-8000-000000000000'] }] }),
        {
          id: 'call',
          name: '登记',
          type: 'service',
          service: { handler: 'absent', input: [], output: [], retries: 3 },
        },
        { id: 'end', name: '办结', type: 'stop' },
      ]
    const { problems, warnings } = await as('admin').saveDraft({ id: draft.id, revision: 1, content })
    expect(problems.map(({ element }) => element)).toEqual(['call'])
    expect(warnings.map(({ code: one, element }) => [one, element])).toContainEqual(['gone', 'named'])
    expect(await code(as('admin').publishDraft({ id: draft.id, revision: 2, note: '第一版' }))).toBe('bad-definition')
  })
})

describe('publishing', () => {
  it('makes the version that new cases start on, and says what changed against the one before', async () => {
    const draft = await drawn('差旅审批')
    expect(await as('admin').compareDraft({ id: draft.id })).toEqual({ version: null, changes: [] })
    const first = await as('admin').publishDraft({ id: draft.id, revision: draft.revision, note: '第一版' })
    expect(first).toMatchObject({ key: draft.key, version: 1 })
    expect(await code(as('admin').draft({ id: draft.id }))).toBe('not-found')
    const running = await cases('clerk').start({ process: draft.key, title: '去济南开会', values: { 金额: 200 } })

    const { id } = await as('admin').createDraft({ unitId: office, from: { kind: 'next', definitionId: first.id } })
    expect(await as('second').createDraft({ unitId: office, from: { kind: 'next', definitionId: first.id } })).toEqual({
      id,
    })
    const next = await as('admin').draft({ id })
    expect(next.published?.version).toBe(1)
    const content = blocksOf({ key: next.key, name: '差旅审批' })
    if (content.kind === 'blocks') {
      content.process.blocks.splice(
        0,
        1,
        step('chief', '科室负责人审批', { handlers: [{ by: 'leader', levels: 1 }], nobody: 'skip' }),
      )
      content.process.blocks.splice(2, 1)
      content.process.blocks.splice(1, 0, step('money', '财务核对', { handlers: [{ by: 'starter' }] }))
    }
    await as('admin').saveDraft({ id, revision: next.revision, content })
    const { changes } = await as('admin').compareDraft({ id })
    expect(changes).toEqual([
      {
        kind: 'changed',
        element: 'chief',
        what: '“科室负责人审批”',
        details: ['找不到人时：停住，等管理员指定 → 免办，直接往下走'],
      },
      { kind: 'added', element: 'money', what: '“财务核对”', details: ['在“科室负责人审批”之后'] },
      {
        kind: 'changed',
        element: 'dear',
        what: '“金额大小”',
        details: ['位置：在“科室负责人审批”之后 → 在“财务核对”之后'],
      },
      { kind: 'removed', element: 'told', what: '“告知结果”', details: [] },
    ])
    await as('admin').publishDraft({ id, revision: next.revision + 1, note: '加了财务核对' })
    const versions = await as('admin').versions({ key: draft.key })
    expect(versions.rows.map(({ version, note, running: n }) => [version, note, n])).toEqual([
      [2, '加了财务核对', 0],
      [1, '第一版', 1],
    ])
    expect((await cases('clerk').processes({})).rows.find(({ key }) => key === draft.key)).toMatchObject({ version: 2 })
    expect((await cases('clerk').caseFile({ id: running.id })).version).toBe(1)
    const copied = await as('admin').createDraft({
      unitId: papers,
      from: { kind: 'copy', definitionId: first.id, name: '文电科差旅' },
    })
    const copy = await as('admin').draft(copied)
    expect(copy.key).not.toBe(draft.key)
    expect(copy.blocks?.blocks.map((block) => block.id)).toEqual(['chief', 'dear', 'told', 'end'])
  })
  it('lists processes and drafts with their state, page by page', async () => {
    const { rows } = await as('admin').designs({ limit: 200 })
    expect(rows.find(({ name }) => name === '差旅审批')).toMatchObject({
      state: 'published',
      version: 2,
      draftId: null,
    })
    expect(rows.find(({ name }) => name === '文电科差旅')).toMatchObject({ state: 'draft', version: null })
    const pages: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await as('admin').designs({ limit: 3, cursor })
      pages.push(...page.rows.map(({ key }) => key))
      if (!page.next) break
      cursor = page.next
    }
    expect(pages).toEqual(rows.map(({ key }) => key))
    expect((await as('admin').designs({ state: 'published' })).rows.map(({ name }) => name)).toEqual(['差旅审批'])
    expect((await as('admin').designs({ q: '差旅' })).rows).toHaveLength(2)
  })
})

const TABLES = [
  'workflow.instance',
  'workflow.history',
  'workflow.alarm',
  'tasks.task',
  'tasks.reading',
  'kernel.outbox',
]
const counts = async (): Promise<number[]> => {
  const rows = await Promise.all(
    TABLES.map((table) => server.sql<{ n: number }>(`select count(*)::int as n from ${table}`)),
  )
  return rows.map(([row]) => row?.n ?? -1)
}

describe('trying a draft out', () => {
  it('goes the way of the values, with the people of the unit, and writes nothing', async () => {
    const draft = await drawn('试办')
    const before = await counts()
    const start = { id: draft.id, starterId: people.clerk }
    const first = await as('admin').simulate({ ...start, values: { 金额: 60_000 } })
    expect(first.open).toMatchObject([{ name: '毕嘉禾', step: '科室负责人审批', node: 'chief' }])
    expect(first.steps[0]?.search).toMatchObject([{ rule: '发起人的直接领导', people: [{ name: '毕嘉禾' }] }])
    const dear = await as('admin').simulate({ ...start, values: { 金额: 60_000 }, agree: true })
    expect(dear.status).toBe('completed')
    expect(dear.steps.map(({ name, kind, people: who }) => [name, kind, who.map((one) => one.name)])).toEqual([
      ['科室负责人审批', 'step', ['毕嘉禾']],
      ['单位负责人审批', 'step', ['孙立岩']],
      ['告知结果', 'copy', ['周文清']],
    ])
    expect(dear.passed).toEqual(expect.arrayContaining(['start', 'chief', 'dear', 'yes', 'head', 'told', 'end']))
    expect(dear.passed).not.toContain('no')
    const cheap = await as('admin').simulate({ ...start, values: { 金额: 600 }, agree: true })
    expect(cheap.steps.map(({ name }) => name)).toEqual(['科室负责人审批', '告知结果'])
    expect(cheap.passed).toContain('no')
    expect(await counts()).toEqual(before)
  })
  it('takes the outcomes one chooses, step by step, and says when they no longer fit', async () => {
    const draft = await drawn('逐步试办')
    const start = { id: draft.id, starterId: people.clerk, values: { 金额: 60_000 } }
    const [open] = (await as('admin').simulate(start)).open
    const slot = open?.slot ?? ''
    const second = await as('admin').simulate({ ...start, moves: [{ slot, outcome: 'reject' }] })
    expect(second.steps[0]).toMatchObject({ outcome: '不同意', state: 'done', people: [{ outcome: '不同意' }] })
    expect(second.open).toMatchObject([{ step: '单位负责人审批' }])
    expect(await code(as('admin').simulate({ ...start, moves: [{ slot: 'k99', outcome: 'agree' }] }))).toBe('conflict')
  })
  it('says when nobody is found and where it goes instead', async () => {
    const draft = await begin('没有人')
    const content = blocksOf(draft)
    if (content.kind === 'blocks')
      content.process.blocks = [
        step('a', '机要员办理', {
          handlers: [{ by: 'duty', duty: '机要员', unit: 'starter' }],
          nobody: 'administrator',
        }),
        step('b', '可免', { handlers: [{ by: 'post', title: '不存在', unit: 'starter' }], nobody: 'skip' }),
        step('c', '停住', { handlers: [{ by: 'field', field: '审批人' }], nobody: 'hold' }),
        { id: 'end', name: '办结', type: 'stop' },
      ]
    await as('admin').saveDraft({ id: draft.id, revision: 1, content })
    const { steps, status } = await as('admin').simulate({ id: draft.id, starterId: people.clerk, agree: true })
    expect(status).toBe('running')
    expect(steps.map(({ name, state, note, people: who }) => [name, state, note, who.length])).toEqual([
      ['机要员办理', 'done', '按规则没有找到人，交给单位管理员。', 1],
      ['可免', 'skipped', '没有找到办理人，按设置免办。', 0],
      ['停住', 'stopped', '「停住」没有找到办理人。请由管理员指定。', 0],
    ])
    expect(steps[0]?.search).toMatchObject([{ rule: '发起人的单位的机要员', people: [] }])
  })
  it('does not wait, call or start anything', async () => {
    const draft = await begin('等待与调用')
    const content = blocksOf(draft)
    if (content.kind === 'blocks')
      content.process.blocks = [
        {
          id: 'wait',
          name: '公示',
          type: 'wait',
          timer: { kind: 'duration', value: 'duration("P5D")', working: true },
        },
        step('a', '审批', { handlers: [{ by: 'leader', levels: 1 }] }),
        {
          id: 'both',
          name: '',
          type: 'parallel',
          branches: [
            { id: 'l', name: '', blocks: [step('x', '甲办', { handlers: [{ by: 'starter' }] })] },
            { id: 'r', name: '', blocks: [step('y', '乙办', { handlers: [{ by: 'starter' }] })] },
          ],
        },
        { id: 'end', name: '办结', type: 'stop' },
      ]
    await as('admin').saveDraft({ id: draft.id, revision: 1, content })
    const tried = await as('admin').simulate({ id: draft.id, starterId: people.clerk, agree: true })
    expect(tried.status).toBe('completed')
    expect(tried.steps.map(({ name, kind }) => [name, kind])).toEqual([
      ['公示', 'wait'],
      ['审批', 'step'],
      ['甲办', 'step'],
      ['乙办', 'step'],
    ])
  })
  it('is for oneself and the people of the units one designs for', async () => {
    const draft = await drawn('谁来发起')
    expect(await code(as('admin').simulate({ id: draft.id, starterId: people.stranger }))).toBe('not-found')
    expect(await code(as('admin').simulate({ id: draft.id }))).toBe('accepted')
  })
})

describe('tracking', () => {
  it('draws the version the case runs on, with who did what and who is expected', async () => {
    const draft = await drawn('进度')
    await as('admin').publishDraft({ id: draft.id, revision: draft.revision, note: '第一版' })
    const file = await cases('clerk').start({ process: draft.key, title: '买一台车', values: { 金额: 60_000 } })
    const first = await as('clerk').tracking({ id: file.id })
    expect(first.diagram.nodes.map(({ id }) => id).sort()).toEqual([
      'chief',
      'dear',
      'dear_join',
      'end',
      'head',
      'start',
      'told',
    ])
    expect(
      first.steps.map(({ node, state, rounds }) => [node, state, rounds[0]?.people.map(({ name }) => name)]),
    ).toEqual([
      ['chief', 'current', ['毕嘉禾']],
      ['head', 'expected', ['孙立岩']],
    ])
    expect(first.passed.sort()).toEqual(['chief', 'start', 'start_to_chief'])
    expect(first.ahead).toEqual(expect.arrayContaining(['yes', 'head', 'told', 'end']))
    const { mine } = await cases('chief').caseFile({ id: file.id })
    await cases('chief').act({
      id: file.id,
      act: { do: 'complete', slot: mine?.slot ?? '', outcome: 'agree' },
      opinion: '拟同意。',
    })
    const second = await as('clerk').tracking({ id: file.id })
    expect(second.steps).toMatchObject([
      {
        node: 'chief',
        state: 'done',
        rounds: [{ people: [{ name: '毕嘉禾', outcome: '同意', opinion: '拟同意。', state: 'done' }] }],
      },
      { node: 'head', state: 'current', rounds: [{ people: [{ name: '孙立岩', state: 'open' }] }] },
    ])
    expect(second.passed).toEqual(expect.arrayContaining(['dear', 'yes', 'head']))
    expect(second.passed).not.toContain('no')
    const done = await cases('head').caseFile({ id: file.id })
    await cases('head').act({ id: file.id, act: { do: 'complete', slot: done.mine?.slot ?? '', outcome: 'agree' } })
    const last = await as('clerk').tracking({ id: file.id })
    expect(last.steps.map(({ state }) => state)).toEqual(['done', 'done'])
    expect(last.passed).toEqual(expect.arrayContaining(['told', 'end']))
    expect(last.ahead).toEqual([])
  })
  it('shows each round of a step that was sent back', async () => {
    const draft = await begin('退回重办')
    const content = blocksOf(draft)
    const back = { operations: ['send-back' as const], sendBack: { to: 'any' as const, mode: 'choose' as const } }
    if (content.kind === 'blocks')
      content.process.blocks = [
        step('fill', '填报', { handlers: [{ by: 'starter' }] }),
        step('chief', '审批', { handlers: [{ by: 'leader', levels: 1 }], ...back }),
        { id: 'end', name: '办结', type: 'stop' },
      ]
    await as('admin').saveDraft({ id: draft.id, revision: 1, content })
    await as('admin').publishDraft({ id: draft.id, revision: 2, note: '第一版' })
    const { id } = await cases('clerk').start({ process: draft.key, title: '报销' })
    const slot = async (name: Name) => (await cases(name).caseFile({ id })).mine?.slot ?? ''
    await cases('clerk').act({ id, act: { do: 'complete', slot: await slot('clerk'), outcome: 'agree' } })
    await cases('chief').act({
      id,
      act: { do: 'send-back', slot: await slot('chief'), to: 'fill', mode: 'redo' },
      opinion: '请补发票。',
    })
    const { steps } = await as('clerk').tracking({ id })
    expect(steps.map(({ node, state, rounds }) => [node, state, rounds.map((one) => one.state)])).toEqual([
      ['fill', 'current', ['done', 'current']],
      ['chief', 'returned', ['returned']],
    ])
    expect(steps[1]?.rounds[0]?.people[0]).toMatchObject({ outcome: '退回', opinion: '请补发票。' })
  })
  it('is for those who may read the case', async () => {
    const draft = await drawn('看不到的进度')
    await as('admin').publishDraft({ id: draft.id, revision: draft.revision, note: '第一版' })
    const { id } = await cases('clerk').start({ process: draft.key, title: '机密采购', values: { 金额: 1 } })
    expect(await code(as('stranger').tracking({ id }))).toBe('not-found')
    expect(await code(as('head').tracking({ id }))).toBe('not-found')
    expect(await code(as('chief').tracking({ id }))).toBe('accepted')
    expect(await code(as('admin').tracking({ id }))).toBe('accepted')
  })
})
