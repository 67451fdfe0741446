import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { tasksApi } from '#platform/tasks/contract'
import { workflowApi } from './contract.ts'
import { graphOf, userStep } from './engine/testing.ts'
import { publishGraph, workflow } from './index.ts'
import { approval } from './testing.ts'

let server: TestServer
type Name = 'clerk' | 'chief' | 'head' | 'other' | 'far'
const people = {} as Record<Name, string>
const tokens = {} as Record<Name, string>

beforeAll(async () => {
  server = await startTestServer([calendar, search, directory, forms, identity, tasks, workflow])
  await server.system(async (ctx) => {
    const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
    const office = await unit(ctx, { name: '县政府办公室', parent: province.id, kind: 'government' })
    const papers = await unit(ctx, { name: '文电科', parent: office.id, kind: 'division' })
    const add = async (key: Name, name: string, at: string, leader = false): Promise<void> => {
      people[key] = (await person(ctx, { name, unit: at, leader })).id
    }
    await add('clerk', '周文清', papers.id)
    await add('chief', '毕嘉禾', papers.id, true)
    await add('head', '孙立岩', office.id, true)
    await add('other', '高文博', papers.id)
    await add('far', '刘梦瑶', office.id)
    const put = (key: string, graph: ReturnType<typeof approval>) =>
      publishGraph(ctx, { xml: '<xml/>', graph: { ...graph, key, name: `流程 ${key}` }, unitId: province.id })
    await put('approval', approval())
    const step = {
      ...userStep([]),
      handlers: [{ by: 'leader' as const, levels: 1 }],
      fields: { 金额: 'required' as const },
    }
    await put(
      'filled',
      graphOf({ start: { kind: 'start' }, fill: { kind: 'user', user: step }, end: { kind: 'end' } }, [
        'start>fill',
        'fill>end',
      ]),
    )
  })
  for (const key of Object.keys(people) as Name[]) tokens[key] = await signInAs(server, people[key])
})
afterAll(() => server?.stop())

const cases = (name: Name) => server.client(workflowApi, tokens[name])
const inbox = (name: Name) => server.client(tasksApi, tokens[name])
const open = async (name: Name, title: string) =>
  (await inbox(name).tasks({ state: 'open' })).rows.find((row) => row.title === title)
const begin = (title: string, process = 'approval') => cases('clerk').start({ process, title })

describe('cases in the inbox', () => {
  it('can be answered from the list, many at once, each with a fate of its own', async () => {
    const files = await Promise.all(['甲', '乙', '丙'].map((name) => begin(`购置${name}`)))
    const mine = await Promise.all(['甲', '乙', '丙'].map((name) => open('chief', `购置${name}`)))
    const ids = mine.map((row) => row?.id ?? '')
    const { rows } = await inbox('chief').choices({ ids })
    expect(rows.map(({ choices }) => choices.map(({ key, kind }) => [key, kind]))).toEqual(
      ids.map(() => [
        ['agree', 'agree'],
        ['reject', 'return'],
        ['abstain', 'other'],
      ]),
    )
    await cases('chief').act({
      id: files[1]?.id ?? '',
      act: {
        do: 'complete',
        slot: (await cases('chief').caseFile({ id: files[1]?.id ?? '' })).mine?.slot ?? '',
        outcome: 'agree',
      },
    })
    const { results } = await inbox('chief').completeMany({
      items: [
        { id: ids[0] ?? '', outcome: 'agree' },
        { id: ids[1] ?? '', outcome: 'agree' },
        { id: ids[2] ?? '', outcome: 'reject' },
      ],
    })
    // Done meanwhile, and a rejection without the opinion it needs: said by row, the rest stands.
    expect(results.map(({ done }) => done)).toEqual([true, false, false])
    expect(results[2]?.fault?.code).toBe('invalid')
    expect((await cases('head').caseFile({ id: files[0]?.id ?? '' })).mine?.step).toBeDefined()
    expect((await cases('chief').caseFile({ id: files[2]?.id ?? '' })).mine).not.toBeNull()
    const [history] = (await cases('head').caseFile({ id: files[0]?.id ?? '' })).history.slice(-1)
    expect(history).toMatchObject({ what: 'complete', name: '毕嘉禾', outcome: '同意' })
  })
  it('refuses an outcome the step does not know, and somebody else’s task', async () => {
    await begin('印章')
    const row = await open('chief', '印章')
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: { code?: string }) => error.code,
      )
    expect(await code(inbox('chief').complete({ id: row?.id ?? '', outcome: 'whatever' }))).not.toBe('done')
    expect(await code(inbox('other').complete({ id: row?.id ?? '', outcome: 'agree' }))).toBe('not-found')
    expect(await open('chief', '印章')).toBeDefined()
  })
  it('offers nothing where something must be filled in: the case is opened for that', async () => {
    await begin('报销', 'filled')
    const row = await open('chief', '报销')
    expect((await inbox('chief').choices({ ids: [row?.id ?? ''] })).rows).toMatchObject([{ choices: [] }])
    const refused = await inbox('chief')
      .complete({ id: row?.id ?? '', outcome: 'agree' })
      .then(
        () => 'done',
        (error: { code?: string }) => error.code,
      )
    expect(refused).toBe('invalid')
  })
  it('can be followed by whoever may read it, with its state of now; by nobody else', async () => {
    const file = await begin('车辆')
    await inbox('clerk').follow({ what: { source: 'workflow', reference: file.id } })
    const [followed] = (await inbox('clerk').follows({})).rows
    expect(followed).toMatchObject({ title: '车辆', state: { words: '办理中：科室负责人审批' } })
    await expect(inbox('other').follow({ what: { source: 'workflow', reference: file.id } })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('what a case is started with', () => {
  it('is what its process knows, and a remark in any case', async () => {
    const file = await cases('clerk').start({ process: 'approval', title: '桌椅', values: { 说明: '多处损坏。' } })
    expect(file.values).toEqual({ 说明: '多处损坏。' })
    await expect(
      cases('clerk').start({ process: 'approval', title: '桌椅', values: { 结果: 'agree' } }),
    ).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('an opinion on a case', () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
  const ink = {
    width: 300,
    height: 120,
    strokes: [{ min: 1, max: 3, points: [[1, 1, 0.5, 0] as [number, number, number, number]] }],
    png,
  }
  const rejecting = async (name: Name, id: string) => ({
    do: 'complete' as const,
    slot: (await cases(name).caseFile({ id })).mine?.slot ?? '',
    outcome: 'reject',
  })

  it('may be written by hand, where one is required too; whoever is mentioned may read the case, and nobody else', async () => {
    const file = await begin('招待费')
    const { id: draftId } = await inbox('chief').draftOpinion()
    const act = await rejecting('chief', file.id)
    // An empty draft is no opinion, and nothing of the refused act stays.
    await expect(cases('chief').act({ id: file.id, act, extras: { draftId } })).rejects.toMatchObject({
      code: 'invalid',
    })
    expect((await inbox('chief').opinion({ id: draftId })).keptAt).toBeNull()
    await inbox('chief').setOpinionInk({ id: draftId, ink })
    await cases('chief').act({ id: file.id, act, extras: { draftId, mentions: [people.other] } })
    const read = await cases('other').caseFile({ id: file.id })
    expect(read.history.at(-1)).toMatchObject({
      outcome: '不同意',
      kept: { id: draftId, handwritten: true, mentions: [{ name: '高文博' }] },
    })
    expect((await inbox('other').readings({})).rows.some(({ title }) => title.includes('招待费'))).toBe(true)
    expect((await inbox('other').opinion({ id: draftId })).handwritten).toBe(true)
    await expect(inbox('far').opinion({ id: draftId })).rejects.toMatchObject({ code: 'not-found' })
  })
  it('of somebody else is not taken', async () => {
    const file = await begin('差旅费')
    const { id: draftId } = await inbox('other').draftOpinion()
    const act = await rejecting('chief', file.id)
    await expect(
      cases('chief').act({ id: file.id, act, opinion: '不符合标准。', extras: { draftId } }),
    ).rejects.toMatchObject({ code: 'not-found' })
    expect((await cases('chief').caseFile({ id: file.id })).mine).not.toBeNull()
  })
})
