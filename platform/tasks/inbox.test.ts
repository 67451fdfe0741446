import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerTestSource, startTaskServer, type TaskScene } from './testing.ts'

let scene: TaskScene
const seen = new Set<string>()
let asked: string[][]
const HOUR = 3_600_000
beforeAll(async () => {
  scene = await startTaskServer()
  ;({ asked } = registerTestSource('cases', seen))
})
afterAll(() => scene.server.stop())

const code = (text: string) => expect.objectContaining({ code: text })
const inHours = (hours: number) => new Date(scene.server.clock.now().getTime() + hours * HOUR).toISOString()
const clear = () => scene.server.sql('delete from tasks.task')
const lent = (id: string) =>
  scene.server.sql('update tasks.task set owner_id = $2 where id = $1', [id, scene.people.other])

describe('what is open', () => {
  it('comes by limit, the nearest first, page by page, each once', async () => {
    await clear()
    const hours = [5, -30, undefined, 90, 5, undefined, -2, undefined, 0.5]
    for (const dueIn of hours)
      await scene.open('clerk', dueIn === undefined ? {} : { dueAt: inHours(dueIn), title: `限 ${dueIn}` })
    // finer than what a cursor keeps
    await scene.server.sql("update tasks.task set due_at = due_at + interval '700 microseconds' where title = '限 5'")
    const ids: string[] = []
    const titles: string[] = []
    let cursor: string | undefined
    do {
      const page = await scene.as('clerk').tasks({ order: 'due', limit: 2, cursor })
      ids.push(...page.rows.map(({ id }) => id))
      titles.push(...page.rows.map(({ title }) => title))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(new Set(ids).size).toBe(hours.length)
    expect(titles.slice(0, 6)).toEqual(['限 -30', '限 -2', '限 0.5', '限 5', '限 5', '限 90'])
    await expect(scene.as('clerk').tasks({ order: 'due', cursor: 'soon~x' })).rejects.toEqual(code('invalid'))
  })

  it('is counted by the same rows under every filter, and the counts are those of the lists', async () => {
    await clear()
    await scene.open('clerk', { dueAt: inHours(-1), matter: '用印申请' })
    await scene.open('clerk', { dueAt: inHours(20), urgency: 'urgent' })
    await scene.open('clerk', { dueAt: inHours(50) }, 'cases')
    const mine = await scene.open('clerk')
    await lent(mine.id)
    await scene.open('other')
    const inbox = scene.as('clerk')
    const total = async (filter: Parameters<typeof inbox.tasks>[0]) => {
      const page = await inbox.tasks(filter)
      expect(page.total).toBe(page.rows.length)
      expect(page.sources!.reduce((sum, { count }) => sum + count, 0)).toBe(page.total)
      return page.total
    }
    expect(await total({})).toBe(4)
    expect(await total({ due: 'over' })).toBe(1)
    expect(await total({ due: 'near' })).toBe(1)
    expect(await total({ due: 'ok' })).toBe(2)
    expect(await total({ pressing: true })).toBe(2)
    expect(await total({ delegated: true })).toBe(1)
    expect(await total({ source: 'cases' })).toBe(1)
    expect(await total({ source: 'directory', urgency: 'urgent' })).toBe(1)
    expect(await total({ since: '2026-11-20', until: '2026-11-20' })).toBe(4)
    expect(await total({ since: '2026-11-21' })).toBe(0)
    expect(await total({ until: '2026-11-19' })).toBe(0)
    expect(await inbox.counts()).toMatchObject({ open: 4, over: 1, pressing: 2, delegated: 1 })
    const [{ ownerName } = {}] = (await inbox.tasks({ delegated: true })).rows
    expect(ownerName).toBe('高文博')
    const { sources } = await inbox.tasks({})
    expect(sources).toContainEqual({ key: 'directory', name: '组织目录', count: 3 })
  })

  it('says how many were closed since Monday, and in time', async () => {
    await clear()
    const late = await scene.open('clerk', { dueAt: inHours(-1), outcomes: ['同意'] })
    const early = await scene.open('clerk', { outcomes: ['同意'] })
    const old = await scene.open('clerk', { outcomes: ['同意'] })
    for (const { id } of [late, early, old]) await scene.as('clerk').complete({ id, outcome: '同意' })
    // the clock of the tests stands on a Friday; the Sunday before belongs to another week
    await scene.server.sql("update tasks.task set closed_at = '2026-11-15T23:59:00+08:00' where id = $1", [old.id])
    expect(await scene.as('clerk').counts()).toMatchObject({ open: 0, doneThisWeek: 2, inTimeThisWeek: 1 })
  })
})

describe('a source that registered', () => {
  it('is asked once for all chosen tasks, and for nobody else’s', async () => {
    await clear()
    const mine = [
      await scene.open('clerk', { externalId: 'a/1' }, 'cases'),
      await scene.open('clerk', { externalId: 'page/1' }, 'cases'),
    ]
    const direct = await scene.open('clerk', { outcomes: ['同意用印', '退回补正'] })
    const foreign = await scene.open('other', { externalId: 'b/1' }, 'cases')
    asked.length = 0
    const { rows } = await scene.as('clerk').choices({ ids: [...mine, direct, foreign].map(({ id }) => id) })
    expect(asked).toHaveLength(1)
    expect(asked[0]!.toSorted()).toEqual(['a/1', 'page/1'])
    const of = (id: string) => rows.find((row) => row.id === id)?.choices.map(({ name, kind }) => [name, kind])
    expect(of(mine[0]!.id)).toEqual([
      ['同意', 'agree'],
      ['退回', 'return'],
    ])
    expect(of(mine[1]!.id)).toEqual([])
    expect(of(direct.id)).toEqual([
      ['同意用印', 'agree'],
      ['退回补正', 'return'],
    ])
    expect(of(foreign.id)).toBeUndefined()
  })

  it('gets one outcome from the pane, in one transaction, and its refusal is the answer', async () => {
    const good = await scene.open('clerk', { externalId: 'c/1' }, 'cases')
    const stuck = await scene.open('clerk', { externalId: 'stuck/1' }, 'cases')
    expect(await scene.as('clerk').complete({ id: good.id, outcome: 'agree', note: '按计划采购' })).toMatchObject({
      state: 'done',
      outcome: '同意',
      note: '按计划采购',
    })
    await expect(scene.as('clerk').complete({ id: good.id, outcome: 'agree' })).rejects.toEqual(code('conflict'))
    await expect(scene.as('clerk').complete({ id: stuck.id, outcome: 'agree' })).rejects.toMatchObject({
      detail: '这件事已挂起，恢复后再办。',
    })
    await expect(scene.as('other').complete({ id: stuck.id, outcome: 'agree' })).rejects.toEqual(code('not-found'))
  })
})

describe('a batch', () => {
  it('does each by itself: what cannot be done is said by row, the others are done and audited', async () => {
    await clear()
    const good = [
      await scene.open('clerk', { externalId: 'd/1' }, 'cases'),
      await scene.open('clerk', { externalId: 'd/2' }, 'cases'),
    ]
    const stuck = await scene.open('clerk', { externalId: 'stuck/2' }, 'cases')
    const direct = await scene.open('clerk', { outcomes: ['同意'] })
    const foreign = await scene.open('other', { outcomes: ['同意'] })
    const items = [
      { id: stuck.id, outcome: 'agree' },
      ...good.map(({ id }) => ({ id, outcome: 'agree' })),
      { id: foreign.id, outcome: '同意' },
      { id: direct.id, outcome: '同意' },
    ]
    const { results } = await scene.as('clerk').completeMany({ items, note: '同意。' })
    expect(results.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    expect(results.map(({ done, fault }) => [done, fault?.code])).toEqual([
      [false, 'conflict'],
      [true, undefined],
      [true, undefined],
      [false, 'not-found'],
      [true, undefined],
    ])
    expect(results[0]!.fault!.detail).toBe('这件事已挂起，恢复后再办。')
    expect((await scene.as('clerk').tasks({})).rows.map(({ id }) => id)).toEqual([stuck.id])
    expect((await scene.as('clerk').tasks({ state: 'closed' })).rows.map(({ note }) => note)).toEqual([
      '同意。',
      '同意。',
      '同意。',
    ])
    const records = await scene.server.sql<{ target_id: string }>(
      "select target_id from kernel.audit where action = 'tasks.complete' and target_id = any($1)",
      [items.map(({ id }) => id)],
    )
    expect(records.map(({ target_id }) => target_id).toSorted()).toEqual(
      [...good, direct].map(({ id }) => id).toSorted(),
    )
  })

  it('said twice at once closes each task once, and tells the source once', async () => {
    await clear()
    const rows = await Promise.all(Array.from({ length: 12 }, () => scene.open('clerk', { outcomes: ['同意'] })))
    const items = rows.map(({ id }) => ({ id, outcome: '同意' }))
    const answers = await Promise.all([
      scene.as('clerk').completeMany({ items }),
      scene.as('clerk').completeMany({ items: items.toReversed() }),
    ])
    const done = answers.flatMap(({ results }) => results.filter((one) => one.done).map(({ id }) => id))
    expect(done.toSorted()).toEqual(items.map(({ id }) => id).toSorted())
    const events = await scene.server.sql<{ n: number }>(
      `select count(*)::int as n from kernel.audit where action = 'tasks.complete' and target_id = any($1)`,
      [items.map(({ id }) => id)],
    )
    expect(events).toEqual([{ n: 12 }])
  })

  it('takes a hundred at most and nothing of a stranger', async () => {
    const { id } = await scene.open('clerk', { outcomes: ['同意'] })
    const many = Array.from({ length: 101 }, () => ({ id, outcome: '同意' }))
    await expect(scene.as('clerk').completeMany({ items: many })).rejects.toEqual(code('invalid'))
    await expect(scene.as().completeMany({ items: many.slice(0, 1) })).rejects.toMatchObject({ status: 401 })
  })
})

describe('what is followed', () => {
  const follow = (
    who: 'clerk' | 'other' | 'stranger',
    what: Parameters<ReturnType<TaskScene['as']>['follow']>[0]['what'],
  ) => scene.as(who).follow({ what })

  it('is one’s own task, or what its source shows; everybody keeps a list of the own', async () => {
    await clear()
    const own = await scene.open('clerk', { title: '厨具产业园纪要', outcomes: ['已核对'] })
    await scene.open('clerk', { externalId: 'e/1' }, 'cases')
    const { id } = await follow('clerk', { taskId: own.id })
    expect(await follow('clerk', { taskId: own.id })).toEqual({ id })
    await expect(follow('other', { taskId: own.id })).rejects.toEqual(code('not-found'))
    await expect(follow('clerk', { source: 'cases', reference: 'e' })).rejects.toEqual(code('not-found'))
    await expect(follow('clerk', { source: 'nothing', reference: 'e' })).rejects.toEqual(code('not-found'))
    seen.add('e')
    await follow('clerk', { source: 'cases', reference: 'e' })
    const { rows, total } = await scene.as('clerk').follows({})
    expect(total).toBe(2)
    expect(rows).toMatchObject([
      { title: 'e 的采购', url: '/cases/e', state: { words: '办理中：科室负责人审批', light: 'ok' } },
      { title: '厨具产业园纪要', state: { words: '等您办理', light: 'warn' } },
    ])
    expect((await scene.as('other').follows({})).rows).toEqual([])
    await expect(scene.as('other').followOne({ id })).rejects.toEqual(code('not-found'))
    await expect(scene.as('other').unfollow({ id })).rejects.toEqual(code('not-found'))
    expect(await scene.as('clerk').counts()).toMatchObject({ followed: 2 })
  })

  it('follows the case of a task, tells its end, and keeps quiet about what may not be read any more', async () => {
    const { rows: before } = await scene.as('clerk').follows({})
    const [task] = (await scene.as('clerk').tasks({ source: 'cases' })).rows
    // the task belongs to the case that is followed already
    expect(await scene.as('clerk').task({ id: task!.id })).toMatchObject({ followId: before[0]!.id })
    expect(await scene.as('clerk').followed({ source: 'cases', reference: 'e' })).toEqual({ followId: before[0]!.id })
    await scene
      .as('clerk')
      .complete({ id: (await scene.as('clerk').tasks({ q: '纪要' })).rows[0]!.id, outcome: '已核对' })
    seen.delete('e')
    const { rows } = await scene.as('clerk').follows({})
    expect(rows).toMatchObject([{ title: 'e 的采购', state: null }, { state: { words: '已核对', light: 'off' } }])
    expect((await scene.as('clerk').follows({ q: '厨具' })).rows).toHaveLength(1)
    await scene.as('clerk').unfollow({ id: rows[0]!.id })
    expect((await scene.as('clerk').follows({})).total).toBe(1)
  })
})

describe('the load of a unit', () => {
  it('is by matter and limit, of the leader’s own unit alone, with the rows behind each number', async () => {
    await clear()
    await scene.open('clerk', { dueAt: inHours(-1), matter: '用印申请' })
    await scene.open('clerk', { dueAt: inHours(3) })
    await scene.open('other')
    await scene.open('leader')
    await scene.open('stranger', { matter: '用印申请' })
    const load = await scene.as('leader').load()
    expect(load).toEqual({
      unitName: '县政府办公室',
      total: 4,
      matters: [
        { matter: '用印申请', over: 1, near: 0, ok: 0 },
        { matter: '请假审批', over: 0, near: 1, ok: 2 },
      ],
    })
    for (const { matter, ...numbers } of load.matters)
      for (const due of ['over', 'near', 'ok'] as const) {
        const page = await scene.as('leader').loadRows({ matter, due })
        expect(page.rows, `${matter} ${due}`).toHaveLength(numbers[due])
        expect(page.total).toBe(numbers[due])
      }
    const first = await scene.as('leader').loadRows({ limit: 3 })
    const rest = await scene.as('leader').loadRows({ limit: 3, cursor: first.next! })
    expect([...first.rows, ...rest.rows].map(({ handlerName }) => handlerName).toSorted()).toEqual(
      ['周文清', '周文清', '高文博', '孙立岩'].toSorted(),
    )
    // what a task is about stays with whoever handles it
    expect(JSON.stringify(first)).not.toContain('年休假')
  })

  it('is not for those who lead nothing', async () => {
    await expect(scene.as('clerk').load()).rejects.toEqual(code('forbidden'))
    await expect(scene.as('clerk').loadRows({})).rejects.toEqual(code('forbidden'))
    await expect(scene.as().load()).rejects.toMatchObject({ status: 401 })
  })
})
