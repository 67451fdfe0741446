import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, code, type Name, startDesigning, step } from './designing-testing.ts'

let scene: Awaited<ReturnType<typeof startDesigning>>
beforeAll(async () => {
  scene = await startDesigning()
})
afterAll(() => scene?.server.stop())

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
    TABLES.map((table) => scene.server.sql<{ n: number }>(`select count(*)::int as n from ${table}`)),
  )
  return rows.map(([row]) => row?.n ?? -1)
}

describe('trying a draft out', () => {
  it('goes the way of the values, with the people of the unit, and writes nothing', async () => {
    const draft = await scene.drawn('试办')
    const before = await counts()
    const start = { id: draft.id, starterId: scene.people.clerk }
    const first = await scene.as('admin').simulate({ ...start, values: { 金额: 60_000 } })
    expect(first.open).toMatchObject([{ name: '毕嘉禾', step: '科室负责人审批', node: 'chief' }])
    expect(first.steps[0]?.search).toMatchObject([{ rule: '发起人的直接领导', people: [{ name: '毕嘉禾' }] }])
    const dear = await scene.as('admin').simulate({ ...start, values: { 金额: 60_000 }, agree: true })
    expect(dear.status).toBe('completed')
    expect(dear.steps.map(({ name, kind, people: who }) => [name, kind, who.map((one) => one.name)])).toEqual([
      ['科室负责人审批', 'step', ['毕嘉禾']],
      ['单位负责人审批', 'step', ['孙立岩']],
      ['告知结果', 'copy', ['周文清']],
    ])
    expect(dear.passed).toEqual(expect.arrayContaining(['start', 'chief', 'dear', 'yes', 'head', 'told', 'end']))
    expect(dear.passed).not.toContain('no')
    const cheap = await scene.as('admin').simulate({ ...start, values: { 金额: 600 }, agree: true })
    expect(cheap.steps.map(({ name }) => name)).toEqual(['科室负责人审批', '告知结果'])
    expect(cheap.passed).toContain('no')
    expect(await counts()).toEqual(before)
  })
  it('takes the outcomes one chooses, step by step, and says when they no longer fit', async () => {
    const draft = await scene.drawn('逐步试办')
    const start = { id: draft.id, starterId: scene.people.clerk, values: { 金额: 60_000 } }
    const [open] = (await scene.as('admin').simulate(start)).open
    const slot = open?.slot ?? ''
    const second = await scene.as('admin').simulate({ ...start, moves: [{ slot, outcome: 'reject' }] })
    expect(second.steps[0]).toMatchObject({ outcome: '不同意', state: 'done', people: [{ outcome: '不同意' }] })
    expect(second.open).toMatchObject([{ step: '单位负责人审批' }])
    expect(await code(scene.as('admin').simulate({ ...start, moves: [{ slot: 'k99', outcome: 'agree' }] }))).toBe(
      'conflict',
    )
  })
  it('says when nobody is found and where it goes instead', async () => {
    const draft = await scene.begin('没有人')
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
    await scene.as('admin').saveDraft({ id: draft.id, revision: 1, content })
    const { steps, status } = await scene
      .as('admin')
      .simulate({ id: draft.id, starterId: scene.people.clerk, agree: true })
    expect(status).toBe('running')
    expect(steps.map(({ name, state, note, people: who }) => [name, state, note, who.length])).toEqual([
      ['机要员办理', 'done', '按规则没有找到人，交给单位管理员。', 1],
      ['可免', 'skipped', '没有找到办理人，按设置免办。', 0],
      ['停住', 'stopped', '「停住」没有找到办理人。请由管理员指定。', 0],
    ])
    expect(steps[0]?.search).toMatchObject([{ rule: '发起人的单位的机要员', people: [] }])
  })
  it('does not wait, call or start anything', async () => {
    const draft = await scene.begin('等待与调用')
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
    await scene.as('admin').saveDraft({ id: draft.id, revision: 1, content })
    const tried = await scene.as('admin').simulate({ id: draft.id, starterId: scene.people.clerk, agree: true })
    expect(tried.status).toBe('completed')
    expect(tried.steps.map(({ name, kind }) => [name, kind])).toEqual([
      ['公示', 'wait'],
      ['审批', 'step'],
      ['甲办', 'step'],
      ['乙办', 'step'],
    ])
  })
  it('is for oneself and the people of the units one designs for', async () => {
    const draft = await scene.drawn('谁来发起')
    expect(await code(scene.as('admin').simulate({ id: draft.id, starterId: scene.people.stranger }))).toBe('not-found')
    expect(await code(scene.as('admin').simulate({ id: draft.id }))).toBe('accepted')
  })
})

describe('tracking', () => {
  it('draws the version the case runs on, with who did what and who is expected', async () => {
    const draft = await scene.drawn('进度')
    await scene.as('admin').publishDraft({ id: draft.id, revision: draft.revision, note: '第一版' })
    const file = await scene.cases('clerk').start({ process: draft.key, title: '买一台车', values: { 金额: 60_000 } })
    const first = await scene.as('clerk').tracking({ id: file.id })
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
    const { mine } = await scene.cases('chief').caseFile({ id: file.id })
    await scene.cases('chief').act({
      id: file.id,
      act: { do: 'complete', slot: mine?.slot ?? '', outcome: 'agree' },
      opinion: '拟同意。',
    })
    const second = await scene.as('clerk').tracking({ id: file.id })
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
    const done = await scene.cases('head').caseFile({ id: file.id })
    await scene
      .cases('head')
      .act({ id: file.id, act: { do: 'complete', slot: done.mine?.slot ?? '', outcome: 'agree' } })
    const last = await scene.as('clerk').tracking({ id: file.id })
    expect(last.steps.map(({ state }) => state)).toEqual(['done', 'done'])
    expect(last.passed).toEqual(expect.arrayContaining(['told', 'end']))
    expect(last.ahead).toEqual([])
  })
  it('shows each round of a step that was sent back', async () => {
    const draft = await scene.begin('退回重办')
    const content = blocksOf(draft)
    const back = { operations: ['send-back' as const], sendBack: { to: 'any' as const, mode: 'choose' as const } }
    if (content.kind === 'blocks')
      content.process.blocks = [
        step('fill', '填报', { handlers: [{ by: 'starter' }] }),
        step('chief', '审批', { handlers: [{ by: 'leader', levels: 1 }], ...back }),
        { id: 'end', name: '办结', type: 'stop' },
      ]
    await scene.as('admin').saveDraft({ id: draft.id, revision: 1, content })
    await scene.as('admin').publishDraft({ id: draft.id, revision: 2, note: '第一版' })
    const { id } = await scene.cases('clerk').start({ process: draft.key, title: '报销' })
    const slot = async (name: Name) => (await scene.cases(name).caseFile({ id })).mine?.slot ?? ''
    await scene.cases('clerk').act({ id, act: { do: 'complete', slot: await slot('clerk'), outcome: 'agree' } })
    await scene.cases('chief').act({
      id,
      act: { do: 'send-back', slot: await slot('chief'), to: 'fill', mode: 'redo' },
      opinion: '请补发票。',
    })
    const { steps } = await scene.as('clerk').tracking({ id })
    expect(steps.map(({ node, state, rounds }) => [node, state, rounds.map((one) => one.state)])).toEqual([
      ['fill', 'current', ['done', 'current']],
      ['chief', 'returned', ['returned']],
    ])
    expect(steps[1]?.rounds[0]?.people[0]).toMatchObject({ outcome: '退回', opinion: '请补发票。' })
  })
  it('is for those who may read the case', async () => {
    const draft = await scene.drawn('看不到的进度')
    await scene.as('admin').publishDraft({ id: draft.id, revision: draft.revision, note: '第一版' })
    const { id } = await scene.cases('clerk').start({ process: draft.key, title: '机密采购', values: { 金额: 1 } })
    expect(await code(scene.as('stranger').tracking({ id }))).toBe('not-found')
    expect(await code(scene.as('head').tracking({ id }))).toBe('not-found')
    expect(await code(scene.as('chief').tracking({ id }))).toBe('accepted')
    expect(await code(scene.as('admin').tracking({ id }))).toBe('accepted')
  })
})
