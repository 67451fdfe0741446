import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Block, BlockProcess } from './contract/blocks.ts'
import { blocksOf, code, type Name, startDesigning, step } from './designing-testing.ts'

let scene: Awaited<ReturnType<typeof startDesigning>>
beforeAll(async () => {
  scene = await startDesigning()
})
afterAll(() => scene?.server.stop())

describe('drafts', () => {
  it('are made blank, saved half-finished with every fault said, and finished', async () => {
    const draft = await scene.begin('车辆使用')
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
    const saved = await scene.as('admin').saveDraft({ id: draft.id, revision: 1, content: half })
    expect(saved.problems.map((one) => one.code).sort()).toEqual(['bad-expression', 'no-handler', 'no-outcome'])
    const whole = await scene.as('admin').saveDraft({ id: draft.id, revision: 2, content: blocksOf(draft) })
    expect(whole).toMatchObject({ revision: 3, problems: [] })
    expect((await scene.as('admin').draft({ id: draft.id })).blocks).toEqual(
      (blocksOf(draft) as { process: BlockProcess }).process,
    )
  })
  it('say who changed them meanwhile, and are not written over', async () => {
    const draft = await scene.drawn('印章使用')
    const content = blocksOf({ ...draft, name: '用印审批' })
    await scene.as('second').saveDraft({ id: draft.id, revision: draft.revision, content })
    const late = scene.as('admin').saveDraft({ id: draft.id, revision: draft.revision, content: blocksOf(draft) })
    await expect(late).rejects.toMatchObject({
      status: 409,
      code: 'draft-changed',
      extra: { revision: draft.revision + 1, by: '高文博' },
    })
    expect(await code(scene.as('admin').removeDraft({ id: draft.id, revision: draft.revision }))).toBe('draft-changed')
    expect(await scene.as('admin').draft({ id: draft.id })).toMatchObject({
      name: '用印审批',
      busy: true,
      editedBy: '高文博',
    })
    expect(await scene.as('second').draft({ id: draft.id })).toMatchObject({ busy: false })
  })
  it('of two who save at the same moment one is refused', async () => {
    const draft = await scene.drawn('同时保存')
    const both = (['admin', 'second'] as const).map((name) =>
      code(scene.as(name).saveDraft({ id: draft.id, revision: draft.revision, content: blocksOf(draft) })),
    )
    expect((await Promise.all(both)).sort()).toEqual(['accepted', 'draft-changed'])
  })
  it('are not there for other units, and closed to whoever does not design', async () => {
    const { id, revision, key, name } = await scene.drawn('只给本单位')
    const content = blocksOf({ key, name })
    const calls = (who: Name) => [
      scene.as(who).draft({ id }),
      scene.as(who).draftDiagram({ id }),
      scene.as(who).compareDraft({ id }),
      scene.as(who).saveDraft({ id, revision, content }),
      scene.as(who).removeDraft({ id, revision }),
      scene.as(who).simulate({ id }),
      scene.as(who).publishDraft({ id, revision, note: '第一版' }),
    ]
    expect(new Set(await Promise.all(calls('stranger').map(code)))).toEqual(new Set(['not-found']))
    expect(new Set(await Promise.all(calls('clerk').map(code)))).toEqual(new Set(['forbidden']))
    expect((await scene.as('stranger').designs({})).rows).toEqual([])
    expect(await code(scene.as('clerk').designs({}))).toBe('forbidden')
    expect(
      await code(scene.as('stranger').createDraft({ unitId: scene.office, from: { kind: 'blank', name: '越权' } })),
    ).toBe('not-found')
    expect(await code(scene.as('stranger').versions({ key }))).toBe('not-found')
  })
  it('keep their number, and refuse what is no process', async () => {
    const draft = await scene.drawn('不换编号')
    const { id, revision } = draft
    expect(
      await code(scene.as('admin').saveDraft({ id, revision, content: blocksOf({ ...draft, key: 'other' }) })),
    ).toBe('invalid')
    const misshapen = {
      kind: 'blocks',
      process: { ...draft.blocks, blocks: [{ id: '1 2', type: 'approve' }] },
    } as never
    expect(await code(scene.as('admin').saveDraft({ id, revision, content: misshapen }))).toBe('invalid')
    const hostile = { kind: 'bpmn', xml: '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' } as const
    expect(await code(scene.as('admin').saveDraft({ id, revision, content: hostile }))).toBe('bad-definition')
    expect(
      await code(scene.as('admin').createDraft({ unitId: scene.office, from: { ...hostile, kind: 'file' } })),
    ).toBe('bad-definition')
  })
  it('go between both designers, and say why when one cannot draw them', async () => {
    const draft = await scene.drawn('两种设计器')
    await scene
      .as('admin')
      .saveDraft({ id: draft.id, revision: draft.revision, content: { kind: 'bpmn', xml: draft.xml } })
    const there = await scene.as('admin').draft({ id: draft.id })
    expect(there.content.kind).toBe('bpmn')
    expect(there.blocks).toEqual(draft.blocks)
    const looped = draft.xml.replace('targetRef="told"', 'targetRef="chief"')
    const saved = await scene.as('admin').saveDraft({
      id: draft.id,
      revision: there.revision,
      content: { kind: 'bpmn', xml: looped },
    })
    expect(saved.problems.length).toBeGreaterThan(0)
    const broken = await scene.as('admin').draft({ id: draft.id })
    expect(broken.blocks).toBeNull()
    expect(broken.reasons.length).toBeGreaterThan(0)
    expect((await scene.as('admin').draftDiagram({ id: draft.id })).nodes.map(({ id }) => id)).toContain('chief')
  })
  it('begin from every example and from a process that is there', async () => {
    const { examples, unit: home, services } = await scene.as('admin').designKit()
    expect(home).toEqual({ id: scene.office, name: '县政府办公室' })
    expect(services).toEqual([])
    for (const { key, name } of examples) {
      const { id } = await scene
        .as('admin')
        .createDraft({ unitId: scene.office, from: { kind: 'example', example: key, name } })
      const draft = await scene.as('admin').draft({ id })
      expect(draft.name).toBe(name)
      // what another process calls is not put out here; the rest is sound as it stands
      expect(draft.problems.filter(({ code: one }) => one !== 'missing')).toEqual([])
    }
    const file = await scene.as('admin').createDraft({
      unitId: scene.office,
      from: {
        kind: 'file',
        xml: (await scene.drawn('来自文件')).xml.replaceAll(/ id="p[0-9a-f]+"/g, ' id="imported"'),
      },
    })
    expect((await scene.as('admin').draft(file)).key).toBe('imported')
  })
  it('warn of people who have left and of services that are not there', async () => {
    const draft = await scene.begin('调用与指名')
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
    const { problems, warnings } = await scene.as('admin').saveDraft({ id: draft.id, revision: 1, content })
    expect(problems.map(({ element }) => element)).toEqual(['call'])
    expect(warnings.map(({ code: one, element }) => [one, element])).toContainEqual(['gone', 'named'])
    expect(await code(scene.as('admin').publishDraft({ id: draft.id, revision: 2, note: '第一版' }))).toBe(
      'bad-definition',
    )
  })
})

describe('publishing', () => {
  it('makes the version that new cases start on, and says what changed against the one before', async () => {
    const draft = await scene.drawn('差旅审批')
    expect(await scene.as('admin').compareDraft({ id: draft.id })).toEqual({ version: null, changes: [] })
    const first = await scene.as('admin').publishDraft({ id: draft.id, revision: draft.revision, note: '第一版' })
    expect(first).toMatchObject({ key: draft.key, version: 1 })
    expect(await code(scene.as('admin').draft({ id: draft.id }))).toBe('not-found')
    const running = await scene.cases('clerk').start({ process: draft.key, title: '去济南开会', values: { 金额: 200 } })

    const { id } = await scene
      .as('admin')
      .createDraft({ unitId: scene.office, from: { kind: 'next', definitionId: first.id } })
    expect(
      await scene.as('second').createDraft({ unitId: scene.office, from: { kind: 'next', definitionId: first.id } }),
    ).toEqual({
      id,
    })
    const next = await scene.as('admin').draft({ id })
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
    await scene.as('admin').saveDraft({ id, revision: next.revision, content })
    const { changes } = await scene.as('admin').compareDraft({ id })
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
    await scene.as('admin').publishDraft({ id, revision: next.revision + 1, note: '加了财务核对' })
    const versions = await scene.as('admin').versions({ key: draft.key })
    expect(versions.rows.map(({ version, note, running: n }) => [version, note, n])).toEqual([
      [2, '加了财务核对', 0],
      [1, '第一版', 1],
    ])
    expect((await scene.cases('clerk').processes({})).rows.find(({ key }) => key === draft.key)).toMatchObject({
      version: 2,
    })
    expect((await scene.cases('clerk').caseFile({ id: running.id })).version).toBe(1)
    const copied = await scene.as('admin').createDraft({
      unitId: scene.papers,
      from: { kind: 'copy', definitionId: first.id, name: '文电科差旅' },
    })
    const copy = await scene.as('admin').draft(copied)
    expect(copy.key).not.toBe(draft.key)
    expect(copy.blocks?.blocks.map((block) => block.id)).toEqual(['chief', 'dear', 'told', 'end'])
  })
  it('lists processes and drafts with their state, page by page', async () => {
    const { rows } = await scene.as('admin').designs({ limit: 200 })
    expect(rows.find(({ name }) => name === '差旅审批')).toMatchObject({
      state: 'published',
      version: 2,
      draftId: null,
    })
    expect(rows.find(({ name }) => name === '文电科差旅')).toMatchObject({ state: 'draft', version: null })
    const pages: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await scene.as('admin').designs({ limit: 3, cursor })
      pages.push(...page.rows.map(({ key }) => key))
      if (!page.next) break
      cursor = page.next
    }
    expect(pages).toEqual(rows.map(({ key }) => key))
    expect((await scene.as('admin').designs({ state: 'published' })).rows.map(({ name }) => name)).toEqual(['差旅审批'])
    expect((await scene.as('admin').designs({ q: '差旅' })).rows).toHaveLength(2)
  })
})
