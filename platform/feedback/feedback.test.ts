import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { type Granted, person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { feedbackApi } from './contract.ts'
import { feedback } from './index.ts'

let server: TestServer
const as = (token?: string) => server.client(feedbackApi, token)
const refusal = (code: string) => expect.objectContaining({ code })
let water = ''
let forest = ''
let sender: ReturnType<typeof as>
let handler: ReturnType<typeof as>

const someone = async (unitId: string, name: string, ...grants: Granted[]): Promise<ReturnType<typeof as>> => {
  const { id } = await server.system((ctx) => person(ctx, { name, unit: unitId }))
  return as(await signInAs(server, id, grants))
}

beforeAll(async () => {
  server = await startTestServer([directory, identity, search, feedback])
  await server.system(async (ctx) => {
    const county = await unit(ctx, { name: '历城区' })
    water = (await unit(ctx, { name: '历城区水务局', parent: county.id })).id
    forest = (await unit(ctx, { name: '历城区林业局', parent: county.id })).id
  })
  sender = await someone(water, '王小青')
  handler = await someone(water, '孙管理', { role: 'unit-admin', scope: 'subtree', unitId: water })
})
afterAll(() => server?.stop())

const complaint = { kind: '投诉', text: '报表重复填报三次', contact: '0531-66600000', path: '/tasks' } as const

describe('an entry', () => {
  it('goes from the sender to the handler and back, and keeps its history', async () => {
    const { id } = await sender.send({ ...complaint, requestId: 'req-7' })
    const [mine] = (await sender.mine({ limit: 1 })).rows
    expect(mine).toMatchObject({ id, kind: '投诉', state: 'open', text: complaint.text, path: '/tasks', revision: 1 })

    const [row] = (await handler.list({ state: 'open' })).rows
    expect(row).toMatchObject({ id, senderName: '王小青', unitName: '历城区水务局' })
    expect(row).not.toHaveProperty('contact')
    expect(await handler.read({ id })).toMatchObject({
      contact: '0531-66600000',
      requestId: 'req-7',
      can: { reply: true, close: true },
    })

    const replied = await handler.reply({ id, text: '已转数据处核对', revision: 1 })
    expect(replied).toMatchObject({ state: 'replied', revision: 2 })
    await expect(handler.close({ id, text: '晚了一步', revision: 1 })).rejects.toEqual(refusal('stale'))
    const closed = await handler.close({ id, text: '三张表已合并为一张', revision: 2 })
    expect(closed).toMatchObject({ state: 'closed', can: { reply: false, close: false } })
    await expect(handler.reply({ id, text: '再说一句', revision: 3 })).rejects.toEqual(refusal('conflict'))

    const [after] = (await sender.mine({ state: 'closed' })).rows
    expect(after?.history.map(({ action, actorName, text }) => [action, actorName, text])).toEqual([
      ['sent', '王小青', null],
      ['replied', '孙管理', '已转数据处核对'],
      ['closed', '孙管理', '三张表已合并为一张'],
    ])
    expect((await handler.list({ state: 'open' })).rows).toEqual([])
    await server.settled()
  })

  it('says that it came in and how it was answered, and audits both without the contact', async () => {
    await server.settled()
    const heard = await server.sql<{ consumer: string }>('select consumer from kernel.consumed order by consumer')
    // each once; which is handed over first is the queue's affair
    expect(heard.map(({ consumer }) => consumer)).toEqual([
      'feedback.tell-sender-closed',
      'feedback.tell-sender-replied',
    ])
    const audited = await server.sql<{ action: string; detail: unknown }>(
      "select action, detail from kernel.audit where action like 'feedback.%' and kind <> 'refused' order by at, id",
    )
    expect(audited.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['feedback.send', 'feedback.read', 'feedback.reply', 'feedback.close']),
    )
    expect(JSON.stringify(audited)).not.toContain('66600000')
  })

  it('is written once when its answer was lost and it is sent again', async () => {
    const idempotencyKey = '01234567-89ab-7cde-8f01-23456789abcd'
    const suggestion = { kind: '建议', text: '希望能批量签收', path: '/tasks' } as const
    const first = await sender.send(suggestion, { idempotencyKey })
    expect(await sender.send(suggestion, { idempotencyKey })).toEqual(first)
    expect((await sender.mine({})).rows.filter(({ kind }) => kind === '建议')).toHaveLength(1)
  })

  it.each([
    ['no text', { ...complaint, text: '  ' }],
    ['2001 characters', { ...complaint, text: '长'.repeat(2001) }],
    ['a page elsewhere', { ...complaint, path: 'https://example.com' }],
    ['a long contact', { ...complaint, contact: '1'.repeat(101) }],
  ])('is refused with %s', async (_title, input) => {
    const stubborn = await someone(water, '郑某')
    await expect(stubborn.send(input)).rejects.toEqual(refusal('invalid'))
  })
})

describe('the inbox', () => {
  it('filters, finds words literally and pages without loss', async () => {
    const clerk = await someone(water, '周一帆')
    for (const text of ['打不开 100% 的附件', '打不开附件', '打不开附件_2'])
      await clerk.send({ kind: '求助', text, path: '/' })
    const texts = async (q: string) => (await handler.list({ kind: '求助', q })).rows.map(({ text }) => text)
    expect(await texts('0%')).toEqual(['打不开 100% 的附件'])
    expect(await texts('附件_')).toEqual(['打不开附件_2'])
    expect(await texts('周一')).toHaveLength(3)

    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await handler.list({ kind: '求助', limit: 1, cursor })
      seen.push(...page.rows.map(({ text }) => text))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen.toSorted()).toEqual(['打不开 100% 的附件', '打不开附件', '打不开附件_2'].toSorted())
    await expect(handler.list({ cursor: "2026-01-01T00:00:00Z~' or 1=1" })).rejects.toEqual(refusal('invalid'))
  })
})

describe('who may', () => {
  it('a stranger may nothing', async () => {
    const stranger = as()
    const id = '01890000-0000-7000-8000-000000000000'
    for (const call of [
      () => stranger.send(complaint),
      () => stranger.mine({}),
      () => stranger.list({}),
      () => stranger.read({ id }),
      () => stranger.reply({ id, text: '好', revision: 1 }),
      () => stranger.close({ id, text: '好', revision: 1 }),
    ])
      await expect(call()).rejects.toEqual(refusal('unauthenticated'))
  })

  it('a clerk sees the own entries alone and handles none', async () => {
    const clerk = await someone(water, '钱多多')
    const { id } = await sender.send(complaint)
    expect((await clerk.mine({})).rows).toEqual([])
    for (const call of [
      () => clerk.list({}),
      () => clerk.read({ id }),
      () => clerk.reply({ id, text: '好', revision: 1 }),
      () => clerk.close({ id, text: '好', revision: 1 }),
    ])
      await expect(call()).rejects.toEqual(refusal('forbidden'))
  })

  it.each([
    ['of another unit', () => ({ role: 'unit-admin', scope: 'subtree', unitId: forest }) as const],
    ['without any scope', () => ({ role: 'unit-admin', scope: 'self' }) as const],
  ])('an administrator %s neither sees nor answers what is outside', async (_title, grant) => {
    const { id } = await sender.send(complaint)
    const outsider = await someone(forest, '外人', grant())
    expect((await outsider.list({})).rows).toEqual([])
    for (const call of [
      () => outsider.read({ id }),
      () => outsider.reply({ id, text: '好', revision: 1 }),
      () => outsider.close({ id, text: '好', revision: 1 }),
    ])
      await expect(call()).rejects.toEqual(refusal('not-found'))
    expect(await handler.read({ id })).toMatchObject({ state: 'open', revision: 1 })
  })

  it('an administrator of the whole province sees every unit', async () => {
    const ranger = await someone(forest, '林间')
    const { id } = await ranger.send({ ...complaint, contact: '' })
    const all = await someone(water, '系统管理员', { role: 'system-admin', scope: 'all' })
    expect(await all.read({ id })).toMatchObject({ unitName: '历城区林业局', contact: null })
  })

  it('nobody sends without end', async () => {
    const eager = await someone(water, '急急')
    for (let times = 0; times < 10; times++) await eager.send(complaint)
    await expect(eager.send(complaint)).rejects.toEqual(refusal('too-many'))
    expect((await eager.mine({})).rows).toHaveLength(10)
  })
})
