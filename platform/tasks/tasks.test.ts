import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#kernel/actor'
import type { ModuleDef } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasksApi } from './contract.ts'
import { closeTask, findTask, openTask, registerApplications, sendReading, tasks } from './index.ts'

let server: TestServer
const people: Record<'clerk' | 'other' | 'gone', string> = { clerk: '', other: '', gone: '' }
const tokens: Record<string, string> = {}
const APPLICATION = randomUUID()
const OTHER_APPLICATION = randomUUID()

/** An application calls with a token of its own; the register that knows it stands above this service. */
const applicationActor = (id: string): Actor => ({
  accountId: id,
  subject: 'application',
  personId: '',
  name: '用印系统',
  unitId: '',
  sessionId: '',
  roles: new Set(),
  permissions: new Set(['tasks:push']),
  assurance: 1,
  verifiedAt: new Date(0),
  applicationId: id,
})
const withApplications: ModuleDef = {
  ...identity,
  ports: {
    ...identity.ports,
    authenticate: async (kernel, token) =>
      token?.startsWith('app:') ? applicationActor(token.slice(4)) : identity.ports!.authenticate!(kernel, token),
  },
}

beforeAll(async () => {
  server = await startTestServer([calendar, search, directory, withApplications, tasks])
  await server.system(async (ctx) => {
    const root = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
    const office = await unit(ctx, { name: '山东省大数据局', parent: root.id, kind: 'government' })
    people.clerk = (await person(ctx, { name: '周文清', unit: office.id })).id
    people.other = (await person(ctx, { name: '高文博', unit: office.id })).id
    people.gone = (await person(ctx, { name: '林沐阳', unit: office.id })).id
    await ctx.sql("update directory.person set status = 'left' where id = $1", [people.gone])
  })
  tokens.clerk = await signInAs(server, people.clerk)
  tokens.other = await signInAs(server, people.other)
  tokens.application = `app:${APPLICATION}`
  tokens.otherApplication = `app:${OTHER_APPLICATION}`
  registerApplications(async ({ actor }) => ({
    id: actor.applicationId!,
    name: '用印系统',
    hosts: ['seal.example.gov.cn'],
    personBySub: async (sub) => (sub === 'pairwise-1' ? people.clerk : undefined),
    reaches: async (personId) => personId !== people.other,
  }))
})
afterAll(() => server.stop())

const as = (who?: string) => server.client(tasksApi, who === undefined ? undefined : tokens[who])
const code = (text: string) => expect.objectContaining({ code: text })
const own = { source: 'workflow' } as const
const open = (personId: string, more: Partial<Parameters<typeof openTask>[2]> = {}) =>
  server.system((ctx) =>
    openTask(ctx, own, {
      personId,
      externalId: randomUUID(),
      matter: '请假审批',
      title: '孙若溪的年休假',
      url: '/cases/1',
      urgency: 'normal',
      ...more,
    }),
  )
const push = (externalId: string, more: object = {}) =>
  as('application').pushTask({
    externalId,
    assignee: { sub: 'pairwise-1' },
    matter: '用印申请',
    title: '关于数据共享协议的用印',
    url: 'https://seal.example.gov.cn/todo/1',
    ...more,
  })

describe('my tasks', () => {
  it('are mine alone', async () => {
    const { id } = await open(people.other)
    await expect(as('clerk').task({ id })).rejects.toEqual(code('not-found'))
    await expect(as('clerk').markOpened({ id })).rejects.toEqual(code('not-found'))
    await expect(as('clerk').complete({ id, outcome: '同意' })).rejects.toEqual(code('not-found'))
    await expect(as().tasks({})).rejects.toMatchObject({ status: 401 })
    expect((await as('clerk').tasks({})).rows.map((row) => row.id)).not.toContain(id)
  })

  it('come with a count that equals the list, page by page and under every filter', async () => {
    await server.sql('delete from tasks.task')
    for (let i = 0; i < 23; i++) {
      if (i % 3 === 0) server.clock.advance(1)
      await open(people.clerk, {
        title: i % 2 === 0 ? `第 ${i} 件 100%_完成` : `第 ${i} 件`,
        matter: i % 5 === 0 ? '用印申请' : '请假审批',
        urgency: i % 7 === 0 ? 'urgent' : 'normal',
        ...(i === 3 ? { dueAt: server.clock.now().toISOString() } : {}),
      })
    }
    for (const filter of [
      {},
      { q: '100%_' },
      { q: '0%\\' },
      { matter: '用印申请' },
      { urgency: 'urgent' as const },
      { pressing: true },
    ]) {
      const first = await as('clerk').tasks({ ...filter, limit: 4 })
      const ids = first.rows.map(({ id }) => id)
      for (let next = first.next; next; ) {
        const page = await as('clerk').tasks({ ...filter, limit: 4, cursor: next })
        ids.push(...page.rows.map(({ id }) => id))
        next = page.next
      }
      expect(new Set(ids).size).toBe(ids.length)
      expect(first.total, JSON.stringify(filter)).toBe(ids.length)
      expect(first.matters!.reduce((sum, { count }) => sum + count, 0)).toBe(ids.length)
    }
    expect(await as('clerk').counts()).toMatchObject({ open: 23, pressing: 1, unread: 0 })
    expect((await as('clerk').tasks({ q: '0%\\' })).total).toBe(0)
    await expect(as('clerk').tasks({ cursor: 'x' })).rejects.toEqual(code('invalid'))
  })

  it('are opened, completed once with an outcome that is offered, and then found among the closed', async () => {
    const { id } = await open(people.clerk, { outcomes: ['同意', '不同意'] })
    await as('clerk').markOpened({ id })
    await expect(as('clerk').complete({ id, outcome: '随便' })).rejects.toEqual(code('invalid'))
    const done = await Promise.allSettled([
      as('clerk').complete({ id, outcome: '同意', note: '按时返岗' }),
      as('clerk').complete({ id, outcome: '不同意' }),
    ])
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const closed = await as('clerk').tasks({ state: 'closed' })
    expect(closed.rows[0]).toMatchObject({ id, state: 'done', outcomes: [] })
    // what the winner wrote, and nothing of the one who came too late
    expect(closed.rows[0]!.note).toBe(closed.rows[0]!.outcome === '同意' ? '按时返岗' : null)
    expect(closed.rows[0]!.openedAt).not.toBeNull()
    expect(closed.total).toBeUndefined()
  })
})

describe('a service of the platform', () => {
  it('changes what is written by the same number, and leaves closed what is closed', async () => {
    const externalId = randomUUID()
    const first = await open(people.clerk, { externalId })
    const again = await open(people.clerk, { externalId, title: '改了标题' })
    expect(again).toMatchObject({ id: first.id, title: '改了标题' })
    await server.system(async (ctx) =>
      closeTask(ctx, (await findTask(ctx, own, externalId))!, { state: 'done', outcome: '同意' }),
    )
    expect(await open(people.clerk, { externalId, title: '太晚' })).toMatchObject({ title: '改了标题', state: 'done' })
  })
  it('cannot hand a task to somebody who left', async () => {
    await expect(open(people.gone)).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('readings', () => {
  it('are read once, by their reader alone', async () => {
    const send = (personId: string, externalId: string) =>
      server.system((ctx) =>
        sendReading(ctx, own, { personId, externalId, matter: '传阅', title: '关于值班安排', url: '/x' }),
      )
    const [mine, foreign] = [randomUUID(), randomUUID()]
    await send(people.clerk, mine)
    await send(people.other, foreign)
    const [row] = (await as('clerk').readings({})).rows
    const [theirs] = (await as('other').readings({})).rows
    expect(await as('clerk').reading({ id: row!.id })).toEqual(row)
    await expect(as('clerk').reading({ id: theirs!.id })).rejects.toEqual(code('not-found'))
    expect(await as('clerk').markRead({ ids: [row!.id, theirs!.id] })).toEqual({ read: 1 })
    expect((await as('clerk').readings({})).total).toBe(0)
    expect((await as('other').readings({})).total).toBe(1)
    expect(await send(people.clerk, mine)).toEqual({ readAt: expect.any(Date) })
    expect((await as('clerk').readings({ state: 'read' })).rows).toHaveLength(1)
  })
})

describe('a connected system', () => {
  it('pushes the same number twice and makes one to-do; what it closes is closed', async () => {
    const externalId = 'seal-2026-001'
    await Promise.all([push(externalId), push(externalId)])
    await push(externalId, { title: '关于数据共享协议的用印（加急）', urgency: 'urgent', outcomes: ['同意用印'] })
    const rows = await server.sql("select title, urgency from tasks.task where external_id = 'seal-2026-001'")
    expect(rows).toEqual([{ title: '关于数据共享协议的用印（加急）', urgency: 'urgent' }])
    expect(await as('application').closeTask({ externalId })).toMatchObject({ state: 'done', outcome: '已办结' })
    expect(await as('application').closeTask({ externalId, outcome: '又来' })).toMatchObject({ outcome: '已办结' })
    expect(await push(externalId)).toMatchObject({ state: 'done' })
    await expect(as('application').pushedTask({ externalId: 'nothing' })).rejects.toEqual(code('not-found'))
  })

  it('hears of what a person gave as outcome', async () => {
    await push('seal-2', { outcomes: ['同意用印', '退回'] })
    const [row] = (await as('clerk').tasks({ q: '数据共享协议' })).rows
    expect(row).toMatchObject({ sourceName: '用印系统', outcomes: ['同意用印', '退回'] })
    await as('clerk').complete({ id: row!.id, outcome: '同意用印' })
    expect(await as('application').pushedTask({ externalId: 'seal-2' })).toMatchObject({
      state: 'done',
      outcome: '同意用印',
    })
  })

  it('reaches nobody outside its grant, leads nowhere but to itself, and sees no to-do of another', async () => {
    await expect(push('x-1', { assignee: { personId: people.other } })).rejects.toEqual(code('invalid'))
    await expect(push('x-2', { assignee: { sub: 'unknown' } })).rejects.toEqual(code('invalid'))
    await expect(push('x-3', { url: 'https://evil.example/' })).rejects.toEqual(code('foreign-url'))
    await expect(push('x-4', { url: 'javascript:alert(1)' })).rejects.toEqual(code('invalid'))
    await push('x-5')
    await expect(as('otherApplication').pushedTask({ externalId: 'x-5' })).rejects.toEqual(code('not-found'))
    await expect(as('otherApplication').cancelTask({ externalId: 'x-5' })).rejects.toEqual(code('not-found'))
    await as('application').cancelTask({ externalId: 'x-5' })
  })

  it('is the only one here: a person is refused', async () => {
    await expect(as('clerk').pushedTask({ externalId: 'seal-2' })).rejects.toEqual(code('forbidden'))
    await expect(as('application').tasks({})).rejects.toEqual(code('forbidden'))
  })
})
