import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { AccessDecision, AccessRequest, ModuleDef } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { probeApi, probeModule } from './testing/probe.ts'

let server: TestServer
let asked: AccessRequest[] = []
let decision: AccessDecision = { outcome: 'allow' }

beforeAll(async () => {
  const probe = await probeModule()
  const module: ModuleDef = {
    ...probe,
    ports: {
      ...probe.ports,
      async decide(_kernel, request) {
        asked.push(request)
        return decision
      },
      onBehalf: (_actor, permission) => (permission === 'probe:write' ? ['林沐阳'] : []),
    },
    mounts: [
      {
        prefix: '/foreign',
        async handle(_kernel, request, response) {
          const chunks: Buffer[] = []
          for await (const chunk of request) chunks.push(chunk as Buffer)
          response.setHeader('content-type', 'text/plain')
          response.end(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`)
        },
      },
    ],
  }
  server = await startTestServer([module])
})
afterAll(() => server.stop())
afterEach(() => {
  decision = { outcome: 'allow' }
  asked = []
})

const as = (who?: string) => server.client(probeApi, who)

describe('a decision about access', () => {
  it('is asked with what it may look at, after the permission and not for strangers', async () => {
    await as('reader').contact()
    expect(asked).toMatchObject([
      { operation: 'probe.contact', permission: 'probe:read', method: 'GET', label: 'sensitive', address: '127.0.0.1' },
    ])
    asked = []
    await expect(as('nobody').contact()).rejects.toMatchObject({ code: 'forbidden' })
    await expect(as().contact()).rejects.toMatchObject({ code: 'unauthenticated' })
    await as('reader').ping({})
    expect(asked).toEqual([])
  })

  it('denies with its reason and leaves a record', async () => {
    decision = { outcome: 'deny', reason: '这台设备没有登记。' }
    await expect(as('reader').contact()).rejects.toMatchObject({
      status: 403,
      code: 'denied',
      detail: '这台设备没有登记。',
    })
    const rows = await server.sql(
      "select detail from kernel.audit where kind = 'refused' and action = 'probe.contact' and actor_name = 'readers'",
    )
    expect(rows).toContainEqual({ detail: { input: { reason: 'denied' } } })
  })

  it('masks sensitive values of an answer, and lets no file out', async () => {
    decision = { outcome: 'mask' }
    expect(await as('reader').contact()).toEqual({ name: '王小青', posts: [{ mobile: '138****2716' }] })
    await expect(as('reader').load({ id: 'any' })).rejects.toMatchObject({ code: 'denied' })
  })

  it('asks for a factor', async () => {
    decision = { outcome: 'step-up' }
    await expect(as('reader').contact()).rejects.toMatchObject({ status: 403, code: 'step-up' })
  })

  it('keeps a WebSocket out', async () => {
    decision = { outcome: 'deny', reason: '不在办公时间。' }
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/realtime`, {
      headers: { cookie: 'qt_session=reader' },
    })
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4401)
    expect(asked).toMatchObject([{ operation: 'kernel.realtime' }])
  })
})

describe('a dangerous command', () => {
  it('wants a factor shown within ten minutes', async () => {
    expect(await as('writer').purge()).toEqual({})
    server.clock.advance(9 * 60_000)
    await expect(as('writer').purge()).rejects.toMatchObject({ status: 403, code: 'step-up' })
  })
})

describe('a lent permission', () => {
  it('puts the name of who lent it beside the name of who used it', async () => {
    await as('writer').make({ name: '借来的' })
    const rows = await server.sql<{ actor_name: string; detail: object }>(
      "select actor_name, detail from kernel.audit where action = 'probe.make'",
    )
    expect(rows).toMatchObject([{ actor_name: 'writer', detail: { onBehalfOf: ['林沐阳'] } }])
  })
})

describe('before anything is read', () => {
  it('refuses whoever may not call, whatever the input looks like', async () => {
    const broken = (who?: string) =>
      fetch(`${server.url}/api/probe/things`, {
        method: 'POST',
        body: '{"name": 5}',
        headers: {
          'content-type': 'application/json',
          'x-requested-with': 'qitong',
          ...(who ? { cookie: `qt_session=${who}` } : {}),
        },
      })
    expect((await broken()).status).toBe(401)
    expect((await broken('nobody')).status).toBe(403)
    expect((await broken('writer')).status).toBe(400)
  })
})

describe('a mounted application', () => {
  it('gets method, path and body as they came, behind the security headers', async () => {
    const answer = await fetch(`${server.url}/foreign/token?a=1`, {
      method: 'POST',
      body: 'grant_type=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(await answer.text()).toBe('POST /foreign/token?a=1 grant_type=x')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const json = await fetch(`${server.url}/foreign/x`, {
      method: 'PUT',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(await json.text()).toBe('PUT /foreign/x {"a":1}')
  })
})
