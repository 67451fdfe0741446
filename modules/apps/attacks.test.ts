import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizeUrl, backEnd, browser, jwt, pkce, signInThrough, userinfo } from './browser-testing.ts'
import { type Approved, type AppsServer, approved, CALLBACK, connection, startAppsServer } from './testing.ts'

let place: AppsServer
let app: Approved
let other: Approved

beforeAll(async () => {
  place = await startAppsServer()
  app = await approved(place, { scopes: ['profile', 'offline_access'] })
  other = await approved(place, { scopes: ['profile'] })
})
afterAll(() => place.server.stop())

const scope = 'openid profile'
const land = async (more: Parameters<typeof authorizeUrl>[1]) =>
  browser(place.tokens.clerk).follow(authorizeUrl(place, { scope, ...more }))
const freshCode = async () => {
  const { verifier, challenge } = pkce()
  const landed = await land({ clientId: app.clientId, challenge })
  return { verifier, code: landed.searchParams.get('code')! }
}

describe('an authorization request', () => {
  it.each([
    ['another host', 'https://evil.example.invalid/callback'],
    ['a longer path', `${CALLBACK}/../evil`],
    ['more of a query', `${CALLBACK}?next=https://evil.example.invalid`],
    ['http', CALLBACK.replace('https', 'http')],
    ['user information', CALLBACK.replace('https://', 'https://app.example.invalid@evil.invalid/')],
    ['nothing', ''],
    ['a script', 'javascript:alert(1)'],
  ])('never leads to what is not registered: %s', async (_kind, redirectUri) => {
    const landed = await land({ clientId: app.clientId, challenge: pkce().challenge, redirectUri })
    expect(landed.origin).toBe(place.server.url)
    expect(landed.pathname).toBe('/consent/error')
    expect(landed.search).not.toContain('evil')
  })

  it.each([
    ['no PKCE', {}],
    ['plain PKCE', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
    ['a short challenge', { code_challenge: 'x', code_challenge_method: 'S256' }],
    ['an implicit answer', { response_type: 'token', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }],
    [
      'a hybrid answer',
      { response_type: 'code id_token', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
    ],
    ['an unsigned request object', { request: jwt({ scope: 'openid mobile' }) }],
    ['a request from elsewhere', { request_uri: 'https://evil.example.invalid/request' }],
    [
      'prompts that exclude each other',
      { prompt: 'none login', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
    ],
  ])('gets no code with %s', async (_kind, more: Record<string, string>) => {
    const landed = await land({ clientId: app.clientId, more })
    // What would have been answered in the fragment is refused there.
    const said = new URLSearchParams(`${landed.search.slice(1)}&${landed.hash.slice(1)}`)
    expect([said.get('code'), said.get('access_token')]).toEqual([null, null])
    expect(said.get('error')).not.toBeNull()
  })

  it('of an unknown client ends on our page', async () => {
    for (const clientId of [crypto.randomUUID(), "' or 1=1 --", '../../etc', '\u0000'])
      expect((await land({ clientId, challenge: pkce().challenge })).pathname).toBe('/consent/error')
  })
})

describe('a code', () => {
  it('is good once; the second use ends what the first one brought', async () => {
    const { code, verifier, answer } = await signInThrough(place, app, place.tokens.clerk, { scope })
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(200)
    expect(await backEnd(place, app).exchange(code, verifier)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(401)
    expect((await backEnd(place, app).refresh(answer.body.refresh_token!)).status).toBe(400)
  })

  it('used twice at the same moment brings tokens once at most', async () => {
    const { code, verifier } = await freshCode()
    const answers = await Promise.all([1, 2, 3, 4].map(() => backEnd(place, app).exchange(code, verifier)))
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  it('belongs to one client, one verifier and one address', async () => {
    const wrong: [string, () => Promise<{ status: number; body: { error?: string } }>][] = [
      [
        'another client',
        async () => {
          const { code, verifier } = await freshCode()
          return backEnd(place, other).exchange(code, verifier)
        },
      ],
      ['another verifier', async () => backEnd(place, app).exchange((await freshCode()).code, pkce().verifier)],
      [
        'no verifier',
        async () => {
          const { code } = await freshCode()
          return backEnd(place, app).post('/token', { grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
        },
      ],
      [
        'another address',
        async () => {
          const { code, verifier } = await freshCode()
          return backEnd(place, app).exchange(code, verifier, { redirect_uri: `${CALLBACK}2` })
        },
      ],
    ]
    for (const [kind, attempt] of wrong) {
      const { status, body } = await attempt()
      expect([kind, status, body.error]).toEqual([kind, 400, 'invalid_grant'])
    }
  })
})

describe('a client', () => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const claims = (clientId: string, aud: string) => {
    const iat = Math.floor(Date.now() / 1000)
    return { iss: clientId, sub: clientId, aud, jti: crypto.randomUUID(), iat, exp: iat + 60 }
  }
  const assertion = (clientId: string, audience: string, key = keys.privateKey) => jwt(claims(clientId, audience), key)
  const withAssertion = async (clientId: string, client_assertion: string) => {
    const answer = await fetch(`${place.server.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      }),
    })
    return answer.status
  }

  it('is not believed with a wrong, empty or foreign secret', async () => {
    for (const secret of ['', 'wrong', other.secret, `${app.secret} `, 'kept as a hash'])
      expect((await backEnd(place, { clientId: app.clientId, secret }).own('')).status).toBe(secret ? 401 : 400)
  })

  it('with a key of its own signs, and nothing else will do', async () => {
    const jwk = keys.publicKey.export({ format: 'jwk' }) as { kty: 'EC' }
    const one = await approved(place, { production: connection() })
    await place.server.sql('update apps.client set jwks = $2 where id = $1', [
      one.clientId,
      JSON.stringify({ keys: [{ ...jwk, alg: 'ES256', use: 'sig' }] }),
    ])
    const issuer = `${place.server.url}/oidc`
    const good = assertion(one.clientId, issuer)
    expect(await withAssertion(one.clientId, good)).toBe(200)
    expect(await withAssertion(one.clientId, good)).toBe(401)
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    expect(await withAssertion(one.clientId, assertion(one.clientId, issuer, stranger))).toBe(401)
    expect(await withAssertion(one.clientId, assertion(one.clientId, 'https://elsewhere.invalid'))).toBe(401)
    expect(await withAssertion(one.clientId, jwt(claims(one.clientId, issuer)))).toBe(401)
    expect((await backEnd(place, one).own('')).status).toBe(401)
  })

  it('gets no scope it was not granted, nor another way to tokens', async () => {
    expect((await backEnd(place, app).own('directory.read')).body.error).toBe('invalid_scope')
    for (const grant_type of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code', '__proto__', ''])
      expect((await backEnd(place, app).post('/token', { grant_type, username: 'a', password: 'b' })).status).toBe(400)
  })
})

describe('anything', () => {
  it('broken is refused, never a crash', async () => {
    const base = `${place.server.url}/oidc`
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const attempts: [string, RequestInit][] = [
      ['/token', { method: 'POST', body: '{"a":', headers: { 'content-type': 'application/json' } }],
      ['/token', { method: 'POST', body: 'grant_type=a&grant_type=b', headers: form }],
      ['/token', { method: 'POST', body: 'x'.repeat(200_000), headers: form }],
      ['/token', { method: 'POST', body: '%E0%A4%A&%00=%00', headers: form }],
      ['/token', { method: 'POST', body: '', headers: { ...form, authorization: 'Basic !!!' } }],
      ['/token', { method: 'POST', body: '', headers: { ...form, authorization: `Basic ${'A'.repeat(5000)}` } }],
      ['/me', { headers: { authorization: 'Bearer ' } }],
      ['/me', { headers: { authorization: `Bearer ${'a.b.c'.repeat(100)}` } }],
      ['/me', { headers: { authorization: `Bearer ${jwt({ sub: 'x' })}` } }],
      ['/auth?client_id[]=1&client_id[]=2', {}],
      ['/auth/..%2f..%2f', {}],
      ['/interaction/..', {}],
      ['/reg', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
      ['/%', {}],
    ]
    for (const [path, init] of attempts) {
      const answer = await fetch(`${base}${path}`, { ...init, redirect: 'manual' })
      expect([path, answer.status >= 300 && answer.status < 500]).toEqual([path, true])
    }
    expect((await backEnd(place, app).own('')).status).toBe(200)
  })
})
