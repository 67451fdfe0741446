import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Endpoint, Problem } from '#kernel/contract'
import { sha256 } from '#kernel/crypto'
import type { TestServer } from '#kernel/testing'
import { directoryApi } from '#platform/directory/contract'
import { type Caller, type Stage, startStage } from './fuzz-stage-testing.ts'
import {
  bodies,
  disguises,
  encoded,
  type Got,
  hangUp,
  hostileHeaders,
  queryOf,
  type Rand,
  type Sent,
  seeded,
  segments,
  send,
  shaped,
  spoiled,
  texts,
} from './fuzz-testing.ts'
import { matrix } from './matrix.ts'
import { foreign } from './matrix-foreign.ts'
import { modules } from './modules.ts'

/** Hostile input to every endpoint from every side: nothing crashes, nothing slips past the door, every refusal is one a person can read. */

let stage: Stage
let server: TestServer
let ids: string[] = []

// What makes things first, then what is done with them; who changes the policies and the keys changes what the others meet: last.
const turnOf = ([operation, { path }]: readonly [string, Endpoint]): number =>
  /^(access|keys)\./.test(operation) ? 2 : path.includes(':') ? 1 : 0
const endpoints = modules
  .flatMap((module) => Object.entries(module.api ?? {}).map(([name, it]) => [`${module.name}.${name}`, it] as const))
  .sort((a, b) => turnOf(a) - turnOf(b))

beforeAll(async () => {
  stage = await startStage()
  server = stage.server
})
afterAll(async () => {
  hangUp()
  await server.stop()
})

const admits = (operation: string, kind: Caller): boolean =>
  kind === 'application' ? matrix[operation]?.length === 0 : (matrix[operation]?.includes(kind) ?? false)

/** What is wrong with an answer, whoever asked for whatever; undefined when nothing is. */
const faultOf = ({ status, type, text }: Got, standard = false): string | undefined => {
  if (status === 0) return 'no answer'
  if (status >= 500) return 'the server failed'
  if (/<html|<!doctype/i.test(text) && type.includes('html')) return 'HTML'
  if (/node_modules|\n\s+at .+:\d+:\d+/.test(text)) return 'a stack'
  if (status < 400 || standard) return undefined
  if (!type.startsWith('application/problem+json')) return `not a problem but ${type}`
  const problem = Problem.safeParse(JSON.parse(text))
  if (!problem.success) return 'not the shape of a problem'
  return /[\u4e00-\u9fff]/.test(problem.data.detail) ? undefined : 'no Chinese sentence'
}

const shown = ({ method, path, headers, body }: Sent, { status, text }: Got): string =>
  `${method} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${JSON.stringify(body ?? '').slice(0, 300)} → ${status} ${text.slice(0, 300)}`

/** One call out of the shape of an endpoint: as it wants it, or spoiled in one place, or in its text, its path or its headers. */
const callOf = (rand: Rand, endpoint: Endpoint, kind: Caller, spoil: 'none' | 'value' | 'text'): Sent => {
  const whole = shaped(rand, endpoint.input, ids) as Record<string, unknown>
  const wanted = (spoil === 'value' ? spoiled(rand, whole) : whole) as Record<string, unknown>
  const input = wanted !== null && typeof wanted === 'object' ? wanted : {}
  const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_all, name: string) =>
    spoil === 'text' && rand() < 0.5 ? rand.pick(segments) : encoded(input[name] ?? whole[name]),
  )
  const rest = Object.fromEntries(Object.entries(input).filter(([key]) => !inPath.includes(key)))
  const headers = {
    ...stage.headersOf(kind),
    ...(kind === 'stranger' ? { 'x-forwarded-for': `192.0.2.${rand.below(250)}` } : {}),
    ...(spoil === 'text' ? hostileHeaders(rand) : {}),
  }
  const { method } = endpoint
  if (method === 'GET') return { method, path: path + queryOf(rand, rest), headers }
  if (endpoint.kind === 'upload')
    return {
      method,
      path: path + queryOf(rand, rest),
      headers: {
        'content-type': 'application/octet-stream',
        'x-file-name': encodeURIComponent('表\u202e.xlsx'),
        ...headers,
      },
      body: rand.pick(bodies),
    }
  const body = spoil === 'text' ? rand.pick(bodies) : JSON.stringify(wanted)
  return { method, path, headers: { 'content-type': 'application/json', ...headers }, body }
}

/** Ids of what there is now, as the callers see it: lists, and what was made on the way. */
const harvest = async (): Promise<void> => {
  const found = new Set([...Object.values(stage.world.units), ...Object.values(stage.world.people)].map(({ id }) => id))
  for (const [operation, { method, path }] of endpoints)
    if (method === 'GET' && !path.includes(':'))
      for (const kind of ['unit-admin', 'system-admin', 'clerk'] as const)
        if (admits(operation, kind)) {
          const { text } = await send(server.url, { method, path, headers: stage.headersOf(kind) })
          for (const [id] of text.slice(0, 20_000).matchAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)) found.add(id)
        }
  ids = [...found].slice(0, 400)
}

const administrators = ['unit-admin', 'system-admin', 'security-admin', 'auditor'] as const
/** Whom the endpoint is for, as far up as it goes. */
const holderOf = (operation: string): Caller =>
  administrators.find((kind) => admits(operation, kind)) ?? (admits(operation, 'clerk') ? 'clerk' : 'application')

/** Sends, as somebody new when the one before is no longer signed in; answers what is wrong. */
const judge = async (operation: string, kind: Caller, make: () => Sent): Promise<string[]> => {
  let sent = make()
  let got = await send(server.url, sent)
  if (got.status === 401 && admits(operation, kind) && kind !== 'stranger') {
    await stage.arrive(kind)
    sent = make()
    got = await send(server.url, sent)
  }
  const passed = got.status < 400 && !admits(operation, kind)
  const signedIn = kind === 'stranger' && got.cookies.some((line) => /^qt_session=./.test(line))
  const fault = faultOf(got) ?? (passed ? 'a refused caller passed' : signedIn ? 'a stranger is signed in' : undefined)
  return fault ? [`${operation} as ${kind}: ${fault}\n  ${shown(sent, got)}`] : []
}

/** Four at a time, in the same order each time. */
const everywhere = async (
  which: (turn: number) => boolean,
  attack: (operation: string, endpoint: Endpoint) => Promise<string[]>,
): Promise<string[]> => {
  const chosen = endpoints.filter((one) => which(turnOf(one)))
  const faults: string[] = []
  for (let at = 0; at < chosen.length; at += 4)
    faults.push(...(await Promise.all(chosen.slice(at, at + 4).map((one) => attack(...one)))).flat())
  return faults
}

describe('every endpoint, as a stranger, a clerk and the administrator or application it is for', () => {
  // More rounds dig deeper: FUZZ_ROUNDS=20 npm run test:unit -- app/fuzz.test.ts
  const rounds = Array.from({ length: Number(process.env.FUZZ_ROUNDS ?? 1) }, (_, at) => at + 1)
  it.each(rounds)(
    'survives what its shape lets in and what it does not, round %i',
    { timeout: 180_000 },
    async (round) => {
      const attack = async (operation: string, endpoint: Endpoint) => {
        const faults: string[] = []
        // Whoever is refused at the door is refused before the input is read.
        for (const kind of new Set<Caller>(['stranger', 'clerk', holderOf(operation)]))
          for (const spoil of admits(operation, kind) ? (['none', 'value', 'text'] as const) : (['none'] as const)) {
            const make = () => callOf(seeded(`${round} ${operation} ${kind} ${spoil}`), endpoint, kind, spoil)
            faults.push(...(await judge(operation, kind, make)))
          }
        return faults
      }
      await harvest()
      const faults = await everywhere((turn) => turn === 0, attack)
      await harvest()
      expect([...faults, ...(await everywhere((turn) => turn > 0, attack))]).toEqual([])
    },
  )

  it('bears lists asked with cursors, orders and searches that nobody gave it', async () => {
    const faults = await everywhere(
      () => true,
      async (operation, { method, path, input }) => {
        const shape = (input as { shape?: Record<string, unknown> }).shape ?? {}
        const fields = ['cursor', 'sort', 'q'].filter((field) => field in shape)
        if (method !== 'GET' || fields.length === 0) return []
        const rand = seeded(operation)
        const found: string[] = []
        for (const field of fields)
          for (let times = 0; times < 3; times++) {
            const value = rand() < 0.4 ? Buffer.from(rand.pick(texts)).toString('base64url') : rand.pick(texts)
            const asked = `${path.replaceAll(/:\w+/g, () => rand.pick(ids))}?${field}=${encoded(value)}`
            const kind = holderOf(operation)
            found.push(
              ...(await judge(operation, kind, () => ({ method, path: asked, headers: stage.headersOf(kind) }))),
            )
          }
        return found
      },
    )
    expect(faults).toEqual([])
  })
})

describe('who one is', () => {
  it('no token but the one that was given signs anybody in', async () => {
    const good = stage.tokens.get('unit-admin')!
    const hash = sha256(good)
    const forged = [
      '',
      good.slice(0, -1),
      `${good}A`,
      ` ${good}x`,
      good.toUpperCase(),
      [...good].reverse().join(''),
      Buffer.from(good).toString('base64'),
      Buffer.from(good).toString('hex'),
      hash.toString('hex'),
      hash.toString('base64'),
      hash.toString('base64url'),
      `qta_${hash.toString('base64url')}`,
      `${stage.tokens.get('application')!}=`,
      stage.tokens.get('application')!.slice(4),
      "' or '1'='1",
      "x'; select pg_sleep(9); --",
      '%',
      '\\x00',
      'undefined',
      'null',
      '[object Object]',
      'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
      'x'.repeat(201),
      'x'.repeat(6000),
      'qta_'.repeat(60),
    ].map((token) => Buffer.from(token).toString('latin1'))
    for (const path of ['/api/sessions', '/api/directory/root', '/api/open/directory/units'])
      for (const token of forged)
        for (const [name, value] of [
          ['authorization', `Bearer ${token}`],
          ['cookie', `qt_session=${encodeURIComponent(token)}`],
        ] as const) {
          const sent: Sent = { method: 'GET', path, headers: { [name]: value } }
          const got = await send(server.url, sent)
          expect(got.status, shown(sent, got)).toBe(401)
          expect(faultOf(got), shown(sent, got)).toBeUndefined()
        }
  })

  it('an address that a stranger wrote into a header is never believed further than the proxy', async () => {
    const got = await send(server.url, {
      method: 'GET',
      path: '/metrics',
      headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' },
    })
    expect(got.status).toBe(403)
  })
})

describe('what is no request', () => {
  /** Bytes as they are, past every client that would mend them. */
  const raw = (bytes: string | Buffer): Promise<string> =>
    new Promise((resolve) => {
      const { port, hostname } = new URL(server.url)
      const socket = net.connect(Number(port), hostname, () => socket.write(bytes))
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8')
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(text))
    })
  const get = (path: string, ...lines: string[]) =>
    [`GET ${path} HTTP/1.1`, 'host: x', ...lines, 'connection: close', '', ''].join('\r\n')
  const post = (lines: string[], body: string) =>
    ['POST /api/session HTTP/1.1', 'host: x', 'connection: close', ...lines, '', body].join('\r\n')

  it.each([
    ['a header with a control in it', get('/api/session', 'x-a: a\x00b')],
    ['a header that begins another', get('/api/session', 'x-a: a\rset-cookie: b')],
    ['a name that is no token', get('/api/session', 'x a: b')],
    ['headers beyond all measure', get('/api/session', `x-a: ${'a'.repeat(40_000)}`)],
    ['two lengths', post(['content-length: 1', 'content-length: 2'], '{}')],
    ['a length and chunks', post(['content-length: 2', 'transfer-encoding: chunked'], '0\r\n\r\n')],
    ['a chunk of no size', post(['transfer-encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n')],
    ['a coding nobody knows', post(['transfer-encoding: identity', 'content-length: 2'], '{}')],
    ['an expectation nobody can meet', get('/api/session', 'expect: miracles')],
    ['a method of its own', 'BREW /api/session HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a path with a space', get('/api/a b')],
    ['another protocol', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
    ['HTTP/2 by force', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a path that is no text', get('/api/notices/%ff%fe')],
    ['a tunnel', 'CONNECT example.invalid:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
    ['a mirror', 'TRACE /api/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ])('%s is refused with a sentence', async (_what, bytes) => {
    const [head = '', body = ''] = (await raw(bytes)).split('\r\n\r\n')
    if (bytes.toString().startsWith('CONNECT')) return expect(head).toBe('')
    expect(head).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(head.toLowerCase()).toContain('content-type: application/problem+json')
    expect(head.toLowerCase()).not.toContain('set-cookie')
    expect(Problem.parse(JSON.parse(body)).detail).toMatch(/[\u4e00-\u9fff]/)
  })

  it('without a host it is refused by Node itself, which says nothing', async () => {
    expect(await raw('GET /api/session HTTP/1.1\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  it.each(['/api/', '/', '/assets/', '/api/docs/assets/', '/oidc/', '/api/scim/v2/'])(
    'no path leads out of %s',
    async (prefix) => {
      for (const tail of ['../../package.json', '..%2f..%2fpackage.json', '%2e%2e/%2e%2e/package.json', ...segments]) {
        const sent: Sent = { method: 'GET', path: prefix + tail, headers: {} }
        const got = await send(server.url, sent)
        expect(faultOf(got, prefix === '/oidc/' || prefix === '/api/scim/v2/'), shown(sent, got)).toBeUndefined()
        expect(got.text, shown(sent, got)).not.toMatch(/"devDependencies"|root:.*:0:0/)
      }
    },
  )
})

describe('routes of foreign standards', () => {
  it('answer in their own form, and never with a failure', async () => {
    const routes = [
      ...foreign.filter((route) => route.includes(' ')).map((route) => route.split(' ') as [string, string]),
      ...['/auth', '/token', '/me', '/jwks', '/session/end', '/token/introspection', '/token/revocation'].flatMap(
        (path) => ['GET', 'POST'].map((method): [string, string] => [method, `/oidc${path}`]),
      ),
    ]
    for (const [method, route] of routes)
      for (const token of ['x'.repeat(40), stage.scim]) {
        const rand = seeded(`${method} ${route} ${token.length}`)
        const path =
          route.replaceAll(/:\w+/g, () => rand.pick([...segments, ...ids])) +
          queryOf(rand, { filter: `userName eq "${rand.pick(texts)}"`, startIndex: rand.pick(texts), client_id: 'x' })
        const type = route.includes('scim') ? 'application/scim+json' : 'application/x-www-form-urlencoded'
        const headers = { ...hostileHeaders(rand), 'content-type': type, authorization: `Bearer ${token}` }
        const sent: Sent = { method, path, headers, ...(method === 'GET' ? {} : { body: rand.pick(bodies) }) }
        const got = await send(server.url, sent)
        const own = got.type.includes('html') && route.startsWith('/oidc') ? { ...got, type: 'page' } : got
        expect(faultOf(own, true), shown(sent, got)).toBeUndefined()
        if (route.includes('scim') && token !== stage.scim) expect([400, 401, 404, 413, 414, 415]).toContain(got.status)
      }
  })
})

describe('names in disguise', () => {
  const named = async (name: string) => {
    const path = '/api/session'
    const body = JSON.stringify({ account: name, login: name, password: 'x'.repeat(12) })
    return send(server.url, {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'x-requested-with': 'qitong' },
      body,
    })
  }
  it('none signs in as somebody else, none makes the door fail', async () => {
    for (const name of disguises) {
      const got = await named(name)
      expect(got.status, name).toBeGreaterThanOrEqual(400)
      expect(faultOf(got), name).toBeUndefined()
    }
  })

  it('signs that turn text round are refused, those that nobody sees are dropped before anything is stored', async () => {
    await stage.arrive('unit-admin')
    const client = server.client(directoryApi, stage.tokens.get('unit-admin'))
    const make = (name: string) =>
      client.createUnit({ name, kind: 'division', level: 3, parentId: stage.world.units.office.id }).then(
        ({ id }) =>
          server
            .sql<{ name: string }>('select name from directory.unit where id = $1', [id])
            .then(([row]) => row!.name),
        ({ code }: { code: string }) => code,
      )
    expect(await make('督查\u200b\u2060\ufeff科')).toBe('督查科')
    for (const name of [
      '督查\u202e科',
      '\u2066督查\u2069',
      '督查\u0000',
      '督查\u001b[31m',
      '督\ud800查',
      '督查\u{e0041}',
    ])
      expect(await make(name), JSON.stringify(name)).toBe('invalid')
    const provisioned = async (displayName: string) => {
      const headers = { 'content-type': 'application/scim+json', authorization: `Bearer ${stage.scim}` }
      const body = JSON.stringify({ userName: 'a', displayName })
      return (await send(server.url, { method: 'POST', path: '/api/scim/v2/Users', headers, body })).text
    }
    expect(await provisioned('张\u202e伟')).toContain('invalidSyntax')
    expect(await provisioned('张伟')).not.toContain('invalidSyntax')
  })
})

it('and after all that the server is ready', async () => {
  expect((await send(server.url, { method: 'GET', path: '/readyz', headers: {} })).status).toBe(200)
})
