import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { Endpoint } from '#kernel/contract'
import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { type Granted, person, signInAs, unit } from '#platform/directory/testing'
import { matrix } from './matrix.ts'
import { foreign, open } from './matrix-foreign.ts'
import { type Kind, kinds } from './matrix-kinds.ts'
import { modules } from './modules.ts'

/** Calls every endpoint as every kind of caller: a changed permission or a new endpoint fails here until its line is written by hand. */

let server: TestServer
const tokens = new Map<Kind, string>()

const buildPlaces = async (ctx: SystemCtx) => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const county = await unit(ctx, { name: '博兴县', parent: province.id, kind: 'region', level: 3 })
  return { province, county, office: await unit(ctx, { name: '县政府办公室', parent: county.id }) }
}

beforeAll(async () => {
  server = await startTestServer(modules, { env: { METRICS_TOKEN: 'a-token-of-the-monitoring-system' } })
  const places = await server.system(buildPlaces)
  const grants: Record<Exclude<Kind, 'stranger'>, Granted[]> = {
    clerk: [],
    leader: [{ role: 'leader', scope: 'subtree', unitId: places.office.id }],
    'unit-admin': [{ role: 'unit-admin', scope: 'subtree', unitId: places.county.id }],
    'system-admin': [{ role: 'system-admin', scope: 'all' }],
    'security-admin': [{ role: 'security-admin', scope: 'all' }],
    auditor: [{ role: 'auditor', scope: 'all' }],
  }
  for (const [kind, granted] of Object.entries(grants)) {
    const { id } = await server.system((ctx) => person(ctx, { name: `测试${kind}`, unit: places.office.id }))
    tokens.set(kind as Kind, await signInAs(server, id, granted))
  }
})
afterAll(() => server.stop())

const headersOf = (kind: Kind): Record<string, string> => ({
  'x-requested-with': 'qitong',
  ...(tokens.has(kind) ? { cookie: `qt_session=${tokens.get(kind)}` } : {}),
})

const BAD_UPLOAD = { 'content-type': 'application/octet-stream', 'x-file-name': '%' }
/**
 * A caller is judged before the input is read. So whoever is admitted gets to an input that is surely refused and changes nothing: path
 * parameters that are no ids, a body that is no object, a file without a
 * readable name. A read without parameters simply runs.
 */
const call = async (endpoint: Endpoint, kind: Kind): Promise<{ status: number; code: string }> => {
  const { method, kind: form } = endpoint
  const answer = await fetch(`${server.url}${endpoint.path.replaceAll(/:\w+/g, 'x')}`, {
    method,
    headers: {
      ...headersOf(kind),
      ...(method === 'GET' ? {} : form === 'upload' ? BAD_UPLOAD : { 'content-type': 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: '[]' }),
  })
  const text = await answer.text()
  return { status: answer.status, code: answer.status < 400 ? '' : (JSON.parse(text) as { code: string }).code }
}

const endpoints = modules.flatMap((module) =>
  Object.entries(module.api ?? {}).map(([name, endpoint]) => [`${module.name}.${name}`, endpoint] as const),
)
/** Whom an endpoint turns away at the door; any other refusal is about the input and shows that the door was open. */
const isTurnedAway = ({ status, code }: { status: number; code: string }): boolean =>
  status === 401 || (status === 403 && ['forbidden', 'denied', 'step-up'].includes(code))

describe('the matrix', () => {
  it('has exactly one line for each endpoint', () => {
    expect(Object.keys(matrix).sort()).toEqual(endpoints.map(([operation]) => operation).sort())
  })

  it('admits whom its lines say, and nobody else', async () => {
    const found: Record<string, Kind[]> = {}
    const faults: string[] = []
    const judge = async ([operation, endpoint]: (typeof endpoints)[number]): Promise<void> => {
      const answers = await Promise.all(kinds.map(async (kind) => ({ kind, ...(await call(endpoint, kind)) })))
      found[operation] = answers.filter((answer) => !isTurnedAway(answer)).map(({ kind }) => kind)
      for (const { kind, status, code } of answers) {
        if (kind === 'stranger' && status === 403)
          faults.push(`${operation}: a stranger is told ${code}, not to sign in`)
        if (status >= 500) faults.push(`${operation}: ${kind} got ${status}`)
        if (endpoint.method !== 'GET' && status < 400)
          faults.push(`${operation}: ${kind} changed something with no input`)
      }
    }
    for (let at = 0; at < endpoints.length; at += 4) await Promise.all(endpoints.slice(at, at + 4).map(judge))
    expect(faults).toEqual([])
    expect(found).toEqual(
      Object.fromEntries(endpoints.map(([operation]) => [operation, [...(matrix[operation] ?? [])]])),
    )
    // two thousand calls: seconds on a quiet machine, more beside other tests
  }, 120_000)
})

describe('beside the contracts', () => {
  it('every route of a foreign standard is listed, and no session of ours opens it', async () => {
    const routes = modules.flatMap((module) => (module.raw ?? []).map(({ method, path }) => `${method} ${path}`))
    const mounts = modules.flatMap((module) => (module.mounts ?? []).map(({ prefix }) => prefix))
    expect([...routes, ...mounts].sort()).toEqual([...foreign].sort())
    for (const route of routes) {
      const [method, path] = route.split(' ') as [string, string]
      for (const kind of kinds) {
        const answer = await fetch(`${server.url}${path.replaceAll(/:\w+/g, 'x')}`, {
          method,
          headers: headersOf(kind),
        })
        expect(answer.status, `${route} as ${kind}`).toBe(401)
        await answer.body?.cancel()
      }
    }
  })
  it.each(Object.entries(open))('%s answers everybody %i', async (path, status) => {
    for (const kind of kinds) {
      const answer = await fetch(`${server.url}${path}`, { headers: headersOf(kind) })
      expect(answer.status, kind).toBe(status)
      await answer.body?.cancel()
    }
  })
  it('metrics are for the monitoring system alone', async () => {
    const ask = async (headers: Record<string, string>) => (await fetch(`${server.url}/metrics`, { headers })).status
    for (const kind of kinds) expect(await ask(headersOf(kind)), kind).toBe(403)
    expect(await ask({ authorization: 'Bearer a-token-of-the-monitoring-system' })).toBe(200)
  })
  it('the WebSocket stays open for whoever is signed in, and closes on a stranger', async () => {
    for (const kind of kinds) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/realtime`, { headers: headersOf(kind) })
      const first = await new Promise<string>((resolve, reject) => {
        socket.once('message', () => resolve('message'))
        socket.once('close', (code) => resolve(`closed ${code}`))
        socket.once('error', reject)
      })
      expect(first, kind).toBe(kind === 'stranger' ? 'closed 4401' : 'message')
      socket.terminate()
    }
  })
})
