import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineApi, del, download, Empty, get, patch, post, upload } from '#kernel/contract'
import { ApiError } from './api-error.ts'
import { type ClientOptions, createClient } from './client.ts'

const said = { summary: '试', permission: 'signed-in', output: z.object({ ok: z.boolean() }) } as const
const input = z.object({ id: z.string(), tag: z.array(z.string()).optional(), n: z.number().optional() })
const api = defineApi({
  list: get('/api/notices', {
    ...said,
    input: z.object({ q: z.string().optional(), tag: z.array(z.string()).optional() }),
  }),
  read: get('/api/notices/:id', { ...said, input }),
  publish: post('/api/notices/:id/publish', { ...said, input }),
  change: patch('/api/notices/:id', { ...said, input }),
  remove: del('/api/notices/:id', { ...said, input }),
  attach: upload('/api/notices/:id/files', { ...said, input }),
  export: download('/api/notices/export', {
    summary: '试',
    permission: 'signed-in',
    input: z.object({ q: z.string() }),
  }),
  ping: post('/api/ping', { ...said, input: Empty }),
})

/** A client whose requests end in `answer`, and the requests it made. */
function setup(
  answer: () => Response | Promise<Response> = () => Response.json({ ok: true }),
  more: ClientOptions = {},
) {
  const sent: { url: string; init: RequestInit; headers: Headers }[] = []
  const client = createClient(api, {
    fetch: async (url, init = {}) => {
      sent.push({ url: String(url), init, headers: new Headers(init.headers) })
      return answer()
    },
    ...more,
  })
  return { client, sent }
}
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('requests', () => {
  it('fills the path and puts the rest of a read into the query, arrays by repeating the key', async () => {
    const { client, sent } = setup()
    expect(await client.read({ id: '甲/乙', tag: ['a', 'b&c'], n: 0 })).toEqual({ ok: true })
    expect(sent[0]).toMatchObject({
      url: '/api/notices/%E7%94%B2%2F%E4%B9%99?tag=a&tag=b%26c&n=0',
      init: { method: 'GET', body: undefined, credentials: 'same-origin' },
    })
    expect(sent[0]!.headers.has('idempotency-key')).toBe(false)
    expect(sent[0]!.headers.get('x-requested-with')).toBe('qitong')
  })
  it('leaves out what is undefined and needs no input where nothing is required', async () => {
    const { client, sent } = setup()
    await client.list()
    await client.list({ q: undefined, tag: [] })
    await client.ping()
    expect(sent.map(({ url }) => url)).toEqual(['/api/notices', '/api/notices', '/api/ping'])
    expect(sent[2]!.init.body).toBe('{}')
  })
  it.each(['publish', 'change'] as const)('%s sends the rest as JSON', async (name) => {
    const { client, sent } = setup()
    await client[name]({ id: 'a', tag: ['x'], n: 1 })
    expect(JSON.parse(String(sent[0]!.init.body))).toEqual({ tag: ['x'], n: 1 })
    expect(sent[0]!.headers.get('content-type')).toBe('application/json')
  })
  it('keeps a delete without a body', async () => {
    const { client, sent } = setup()
    await client.remove({ id: 'a', n: 2 })
    expect(sent[0]).toMatchObject({ url: '/api/notices/a?n=2', init: { method: 'DELETE', body: undefined } })
  })
  it('gives each command its own idempotency key, unless one is given', async () => {
    const { client, sent } = setup()
    await client.publish({ id: 'a' })
    await client.publish({ id: 'a' })
    await client.publish({ id: 'a' }, { idempotencyKey: 'again' })
    const keys = sent.map(({ headers }) => headers.get('idempotency-key'))
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(new Set(keys).size).toBe(3)
    expect(keys[2]).toBe('again')
  })
  it('uploads the bytes themselves, the name encoded in a header, the rest in the query', async () => {
    const { client, sent } = setup()
    const file = new File(['%PDF'], '通知 一.pdf', { type: 'application/pdf' })
    await client.attach({ id: 'a', n: 1 }, { file })
    expect(sent[0]).toMatchObject({ url: '/api/notices/a/files?n=1', init: { method: 'POST', body: file } })
    expect(sent[0]!.headers.get('x-file-name')).toBe(encodeURIComponent('通知 一.pdf'))
    expect(sent[0]!.headers.get('content-type')).toBe('application/octet-stream')
  })
  it('builds the address of a download, and hands out its raw answer', async () => {
    const { client } = setup(() => new Response('a,b'), { base: 'http://node' })
    expect(client.export.url({ q: '水' })).toBe('http://node/api/notices/export?q=%E6%B0%B4')
    expect(await (await client.export({ q: '水' })).text()).toBe('a,b')
  })
  it('refuses what cannot be sent', async () => {
    const { client } = setup()
    expect(await caught(client.read({ id: '' }))).toBeInstanceOf(TypeError)
    expect(await caught(client.attach({ id: 'a' }))).toBeInstanceOf(TypeError)
    expect(await caught(client.list({ q: {} as unknown as string }))).toBeInstanceOf(TypeError)
  })
  it('names its calls for the query cache', () => {
    expect(setup().client.publish.key).toEqual(['notices', 'publish'])
  })
})

describe('errors', () => {
  const problem = {
    type: 'about:blank',
    title: 'stale',
    status: 409,
    code: 'stale',
    detail: '请刷新后核对。',
    instance: 'req-1',
    errors: [{ path: 'title', message: '太长' }],
    extra: { revision: 7 },
  }
  it('carries the problem of the server', async () => {
    const { client } = setup(() => Response.json(problem, { status: 409 }))
    const error = await caught(client.publish({ id: 'a' }))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      status: 409,
      code: 'stale',
      detail: '请刷新后核对。',
      instance: 'req-1',
      errors: problem.errors,
      extra: { revision: 7 },
    })
  })
  it.each([
    [502, '<html>', 'unavailable'],
    [413, '', 'too-large'],
    [500, '{"a":1}', 'bad-answer'],
  ])('says something useful of a %i that the server did not write', async (status, body, code) => {
    const { client } = setup(() => new Response(body, { status, headers: { 'x-request-id': 'r9' } }))
    expect(await caught(client.list())).toMatchObject({ status, code, instance: 'r9' })
  })
  it('tells of a session that ended, once for the call', async () => {
    const told: string[] = []
    const { client } = setup(() => new Response('', { status: 401 }), {
      onUnauthenticated: ({ code }) => told.push(code),
    })
    expect(await caught(client.list())).toMatchObject({ status: 401 })
    expect(told).toEqual(['unauthenticated'])
  })
  it('is offline when no answer came, and says whether a command may be repeated', async () => {
    const { client } = setup(() => Promise.reject(new TypeError('fetch failed')))
    expect(await caught(client.list())).toMatchObject({
      code: 'offline',
      status: 0,
      detail: expect.stringContaining('重试'),
    })
    expect(await caught(client.publish({ id: 'a' }))).toMatchObject({ detail: expect.stringContaining('不会重复提交') })
  })
  it('is offline when the answer breaks off', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })
    const { client } = setup(() => new Response(broken))
    expect(await caught(client.list())).toMatchObject({ code: 'offline' })
  })
  it('lets an abort be an abort', async () => {
    const stop = new AbortController()
    const { client } = setup(() => {
      stop.abort()
      return Promise.reject(stop.signal.reason)
    })
    expect(await caught(client.list({}, { signal: stop.signal }))).toBe(stop.signal.reason)
  })
})
