import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { asked, probeApi, probeModule } from './testing/probe.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer([await probeModule()])
})
afterAll(() => server.stop())

const writer = () => server.client(probeApi, 'writer')
const make = (name: string, key: string = randomUUID(), idempotencyKey?: string) =>
  writer().together({ name, key }, idempotencyKey ? { idempotencyKey } : undefined)
const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )
const rows = (name: string) =>
  server.sql<{ id: string; xmin: string }>('select id, xmin::text from probe.thing where name = $1', [name])
const records = (name: string) =>
  server.sql("select 1 from kernel.audit where kind = 'command' and target_label = $1", [name])

describe('commands that share a transaction', () => {
  it('are each done, recorded and told once, in far fewer transactions', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => make('many')))
    const made = await rows('many')
    expect(new Set(made.map(({ id }) => id))).toEqual(new Set(answers.map(({ id }) => id)))
    expect(await records('many')).toHaveLength(60)
    expect(new Set(made.map(({ xmin }) => xmin)).size).toBeLessThan(50)
    expect(Math.max(...answers.map(({ beside }) => beside))).toBeGreaterThan(1)
    await server.settled()
    const heard = await server.sql('select 1 from probe.heard where id = any($1) and times = 1', [
      made.map(({ id }) => id),
    ])
    expect(heard).toHaveLength(60)
  })
  it('that are refused write nothing and may come again; the others stand', async () => {
    const key = randomUUID()
    const results = await Promise.all([
      ...Array.from({ length: 10 }, () => code(make('beside'))),
      code(make('refused', 'r', key)),
    ])
    expect(results.filter((one) => one === 'done')).toHaveLength(10)
    expect(results.at(-1)).toBe('conflict')
    expect(await rows('beside')).toHaveLength(10)
    expect(await rows('refused')).toEqual([])
    expect(await records('refused')).toEqual([])
    expect(await server.sql('select 1 from kernel.command where key = $1', [key])).toEqual([])
  })
  it('that the database cannot write take nobody with them', async () => {
    const results = await Promise.all([
      ...Array.from({ length: 8 }, () => code(make('survivor'))),
      code(make('broken')),
      ...Array.from({ length: 8 }, () => code(make('survivor'))),
    ])
    expect(results[8]).toBe('internal')
    expect(results.filter((one) => one === 'done')).toHaveLength(16)
    expect(await rows('survivor')).toHaveLength(16)
    expect(await records('survivor')).toHaveLength(16)
    expect(await rows('broken')).toEqual([])
  })
  it('whose COMMIT got no answer are not run again: they may have been done', async () => {
    const results = await Promise.all([code(make('lost')), code(make('with the lost')), code(make('with the lost'))])
    expect(results[0]).toBe('unavailable')
    expect(asked.get('lost')).toBe(1)
    expect(asked.get('with the lost')).toBe(2)
    expect(await code(make('after the loss'))).toBe('done')
  })
  it('of one key follow one another; of several they go together', async () => {
    const same = await Promise.all(Array.from({ length: 12 }, () => make('same', 'one key')))
    expect(same.every(({ beside }) => beside === 1)).toBe(true)
    expect(new Set((await rows('same')).map(({ xmin }) => xmin)).size).toBe(12)
  })
  it('with one idempotency key happen once and answer the same, however many come and whenever', async () => {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 10 }, () => make('once', 'k', key)))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect((await make('once', 'k', key)).id).toBe(answers[0]?.id)
    expect(await rows('once')).toHaveLength(1)
    expect(await records('once')).toHaveLength(1)
    expect(await code(make('else', 'k', key))).toBe('key-reused')
    const spread = await Promise.all(Array.from({ length: 6 }, (_, at) => code(make('spread', `s${at}`, key))))
    expect(new Set(spread)).toEqual(new Set(['key-reused']))
    expect(await rows('spread')).toEqual([])
  })
  it('two with one idempotency key and different inputs in one batch: the first is done', async () => {
    const key = randomUUID()
    const results = await Promise.all([code(make('first', 'a', key)), code(make('second', 'b', key))])
    expect(results.toSorted()).toEqual(['done', 'key-reused'])
    expect((await rows('first')).length + (await rows('second')).length).toBe(1)
  })
})
