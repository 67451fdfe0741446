import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { readClasses } from '#kernel/classify'
import type { ModuleDef } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { probeApi, probeModule } from './testing/probe.ts'
import { ApiError } from './web/api-error.ts'

let server: TestServer
let module: ModuleDef
beforeAll(async () => {
  module = await probeModule()
  server = await startTestServer([module])
})
afterAll(() => server.stop())

const as = (who?: string) => server.client(probeApi, who)
const refusal = async (work: Promise<unknown>): Promise<ApiError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}
const raw = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init)
const command = (who: string, body: unknown, headers: Record<string, string> = {}) =>
  raw('/api/probe/things', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      cookie: `qt_session=${who}`,
      'content-type': 'application/json',
      'x-requested-with': 'qitong',
      ...headers,
    },
  })

describe('who may call', () => {
  it('asks a stranger to sign in, and refuses an account without the permission', async () => {
    expect(await refusal(as().list())).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(await refusal(as('nobody').list())).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await refusal(as('reader').make({ name: 'x' }))).toMatchObject({ status: 403 })
  })
  it('audits the refusal of somebody who is signed in', async () => {
    await refusal(as('nobody').list())
    const rows = await server.sql(
      "select 1 from kernel.audit where kind = 'refused' and action = 'probe.list' and actor_name = 'nobody12'",
    )
    expect(rows.length).toBeGreaterThan(0)
  })
  it('refuses a command that a foreign page could send', async () => {
    const withoutHeader = await command('writer', { name: 'x' }, { 'x-requested-with': '' })
    expect(withoutHeader.status).toBe(403)
    const foreign = await command('writer', { name: 'x' }, { origin: 'https://evil.example' })
    expect(await foreign.json()).toMatchObject({ code: 'forgery' })
  })
})

describe('input and output', () => {
  it('reads numbers and booleans out of a query', async () => {
    expect(await as().ping({ n: 7, loud: true })).toEqual({ n: 7, loud: true })
  })
  it('names each wrong field in Chinese', async () => {
    const error = await refusal(as('writer').make({ name: '' }))
    expect(error).toMatchObject({ status: 400, code: 'invalid' })
    expect(error.errors).toEqual([{ path: 'name', message: expect.stringMatching(/[\u4e00-\u9fff]/) }])
  })
  it('never lets a column out that the contract does not list', async () => {
    expect(Object.keys(await as('writer').make({ name: 'plain' })).sort()).toEqual(['count', 'id', 'name'])
  })
  it('refuses JSON that is broken, too deep, not an object, or too large', async () => {
    for (const body of ['{"name":', '[1]', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`])
      expect((await command('writer', body)).status).toBe(400)
    expect((await command('writer', { name: 'x'.repeat(1_100_000) })).status).toBe(413)
    expect((await command('writer', '{"__proto__":{"x":1},"name":"p"}')).status).toBe(400)
  })
  it('answers problem+json with the request id and without internals', async () => {
    const answer = await raw('/api/probe/crash')
    expect(answer.status).toBe(500)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const problem = (await answer.json()) as { instance: string; detail: string }
    expect(problem.instance).toBe(answer.headers.get('x-request-id'))
    expect(JSON.stringify(problem)).not.toContain('internal detail')
  })
  it('stops a query that takes longer than its endpoint allows', async () => {
    expect(await refusal(as().sleep({ ms: 2000 }))).toMatchObject({ status: 503, code: 'timeout' })
  })
  it('limits the rate where the contract says so', async () => {
    await as().limited()
    await as().limited()
    expect(await refusal(as().limited())).toMatchObject({ status: 429, code: 'too-many' })
  })
})

describe('commands', () => {
  it('commit with their audit record and their event, or not at all', async () => {
    const made = await as('writer').make({ name: 'whole' })
    const [row] = await server.sql<{ target_label: string; request_id: string }>(
      'select target_label, request_id from kernel.audit where target_id = $1',
      [made.id],
    )
    expect(row).toMatchObject({ target_label: 'whole' })
    expect(await refusal(as('writer').make({ name: 'bad' }))).toMatchObject({ status: 409, code: 'conflict' })
    expect(await server.sql("select 1 from probe.thing where name = 'bad'")).toEqual([])
    expect(await server.sql("select 1 from kernel.audit where target_label = 'bad'")).toEqual([])
  })
  it('with the same key happen once, even when sent ten times at once', async () => {
    const key = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => as('writer').make({ name: 'once', wait: 0.05 }, { idempotencyKey: key })),
    )
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
    expect(await server.sql("select 1 from probe.thing where name = 'once'")).toHaveLength(1)
    expect(await refusal(as('writer').make({ name: 'other' }, { idempotencyKey: key }))).toMatchObject({
      code: 'key-reused',
    })
  })
  it('mask what is sensitive in the audit record of a sensitive read', async () => {
    await as('reader').secret({ mobile: '13812342716' })
    const [row] = await server.sql<{ detail: { input: { mobile: string } } }>(
      "select detail from kernel.audit where action = 'probe.secret'",
    )
    expect(row!.detail.input.mobile).toBe('138****2716')
  })
})

describe('events', () => {
  it('reach a consumer once, also when it fails after having written', async () => {
    const plain = await as('writer').make({ name: 'heard' })
    const failing = await as('writer').make({ name: 'fails-once' })
    await server.settled()
    await server.sql('update graphile_worker._private_jobs set run_at = now() where last_error is not null')
    await expect
      .poll(() => server.sql('select times from probe.heard where id = any($1)', [[plain.id, failing.id]]), {
        timeout: 10_000,
      })
      .toEqual([{ times: 1 }, { times: 1 }])
  })
})

describe('files', () => {
  it('come back as they went, typed by their content and never run by a browser', async () => {
    const html = new Blob(['<html><script>alert(1)</script></html>'], { type: 'image/png' })
    const saved = await as('writer').save({}, { file: html, fileName: '../../图 片.png' })
    expect(saved).toMatchObject({ size: 38 })
    expect(saved.name).not.toContain('/')
    const answer = await raw(`/api/probe/files/${saved.id}`, { headers: { cookie: 'qt_session=reader' } })
    expect(await answer.text()).toBe(await html.text())
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })
  it('are refused past their size', async () => {
    const error = await refusal(as('writer').save({}, { file: new Blob(['x'.repeat(70_000)]), fileName: 'big.txt' }))
    expect(error.status).toBe(413)
  })
})

describe('operations', () => {
  it('tell health, readiness, metrics and the API', async () => {
    expect((await raw('/healthz')).status).toBe(200)
    expect((await raw('/readyz')).status).toBe(200)
    expect(await (await raw('/metrics')).text()).toContain('qitong_http_request_seconds')
    const document = (await (await raw('/api/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, { post?: { 'x-permission': string } }>
    }
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/api/probe/things/{id}/raise']?.post?.['x-permission']).toBe('probe:write')
    expect((await raw('/api/docs')).status).toBe(200)
    expect((await raw('/api/docs/assets/swagger-ui.css')).status).toBe(200)
    expect(await (await raw('/api/nothing-here')).json()).toMatchObject({ code: 'no-endpoint' })
  })
  it('send security headers', async () => {
    const { headers } = await raw('/healthz')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('the application role', () => {
  it('changes rows, never definitions, and adds to the audit log without changing it', async () => {
    const { query } = server.kernel.database
    await expect(query('create table probe.more (x int)')).rejects.toThrow(/permission denied/)
    await expect(query('drop table probe.thing')).rejects.toThrow(/must be owner/)
    for (const table of ['kernel.audit_intake', 'kernel.audit_log']) {
      await expect(query(`update ${table} set title = 'x'`)).rejects.toThrow(/permission denied/)
      await expect(query(`delete from ${table}`)).rejects.toThrow(/permission denied/)
    }
    await expect(query('truncate probe.thing')).rejects.toThrow(/permission denied/)
  })
  it('finds a class, a purpose and a retention on every column', async () => {
    const { missing, columns } = await readClasses(server.kernel.database.query, ['kernel', 'probe'])
    expect(missing).toEqual([])
    expect(columns.find(({ column }) => column === 'mobile')).toMatchObject({
      dataClass: 'sensitive',
      purpose: '测试',
      retention: '1 天',
    })
  })
})

describe('realtime', () => {
  const connect = (who?: string, headers: Record<string, string> = {}) =>
    new WebSocket(`${server.url.replace('http', 'ws')}/api/realtime`, {
      headers: { ...(who ? { cookie: `qt_session=${who}` } : {}), ...headers },
    })
  const closing = (socket: WebSocket) => new Promise<number>((resolve) => socket.on('close', resolve))
  const next = (socket: WebSocket) =>
    new Promise<{ channel: string }>((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))))

  it('admits an account, not a stranger, not a foreign page', async () => {
    expect(await closing(connect())).toBe(4401)
    expect(await closing(connect('reader', { origin: 'https://evil.example' }))).toBe(4401)
    const socket = connect('reader')
    expect(await next(socket)).toMatchObject({ channel: 'connected' })
    socket.close()
  })
  it('carries a hint to the person it is for, and ends with the session', async () => {
    const [mine, other] = [connect('reader'), connect('writer')]
    await Promise.all([next(mine), next(other)])
    const heard: string[] = []
    other.on('message', (data) => heard.push(String(data)))
    const hint = next(mine)
    server.kernel.realtime.toPerson('00000000-0000-7000-8000-000000000070', 'inbox', { unread: 3 })
    expect(await hint).toMatchObject({ type: 'hint', channel: 'inbox', data: { unread: 3 } })
    const closed = closing(mine)
    server.kernel.realtime.endSession('00000000-0000-7000-8000-000000000700')
    expect(await closed).toBe(4401)
    expect(heard).toEqual([])
    other.close()
  })
})

describe('the end of a server', () => {
  it('finishes the request in flight and takes no new one', async () => {
    const ending = await startTestServer([module])
    const inFlight = ending.client(probeApi).nap({ ms: 600 })
    await new Promise((resolve) => setTimeout(resolve, 150))
    const stopped = ending.stop()
    expect(await inFlight).toEqual({ done: true })
    await stopped
    await expect(fetch(`${ending.url}/healthz`)).rejects.toThrow()
  })
})

describe('migrations', () => {
  it('refuse a file that was edited after it ran, and leave nothing of one that fails', async () => {
    const { migrate } = await import('#kernel/migrate')
    const edited = await probeModule(`create schema probe; -- edited`)
    await expect(migrate(server.adminUrl, [edited])).rejects.toThrow(/被改过/)
    const broken = {
      ...(await probeModule('create schema later; create table later.x (id int); select nonsense;')),
      name: 'later',
    }
    await expect(migrate(server.adminUrl, [module, broken])).rejects.toThrow(/已回退/)
    expect(await server.sql("select 1 from pg_namespace where nspname = 'later'")).toEqual([])
  })
})
