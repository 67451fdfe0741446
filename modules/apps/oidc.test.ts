import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAs } from '#platform/directory/testing'
import { authorizeUrl, backEnd, browser, claimsIn, isSigned, pkce, signInThrough, userinfo } from './browser-testing.ts'
import { type Approved, type AppsServer, approved, CALLBACK, refusal, startAppsServer } from './testing.ts'

let place: AppsServer
let app: Approved
let other: Approved
let third: Approved

beforeAll(async () => {
  place = await startAppsServer()
  app = await approved(place, { scopes: ['profile', 'units', 'duties', 'mobile', 'offline_access'] })
  other = await approved(place, { scopes: ['profile'] })
  third = await approved(place, { scopes: ['profile', 'units'] }, { firstParty: false })
})
afterAll(() => place.server.stop())

const full = 'openid profile units duties mobile offline_access'

describe('discovery', () => {
  it('says what is offered, and nothing insecure', async () => {
    const answer = await fetch(`${place.server.url}/oidc/.well-known/openid-configuration`)
    const found = (await answer.json()) as Record<string, unknown>
    expect(found).toMatchObject({
      issuer: `${place.server.url}/oidc`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
      backchannel_logout_supported: true,
      end_session_endpoint: `${place.server.url}/oidc/session/end`,
    })
    expect(found.grant_types_supported).toEqual(
      expect.arrayContaining(['authorization_code', 'refresh_token', 'client_credentials']),
    )
    expect(found.grant_types_supported).not.toContain('implicit')
  })

  it('shows public keys only', async () => {
    const { keys } = (await (await fetch(`${place.server.url}/oidc/jwks`)).json()) as { keys: Record<string, string>[] }
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256'])
    expect(keys.some((key) => 'd' in key)).toBe(false)
  })
})

describe('signing in through the platform', () => {
  it('takes the platform session, tells who it is, and signs for it', async () => {
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: full })
    expect(answer.status).toBe(200)
    expect(await isSigned(place, answer.body.id_token!)).toBe(true)
    const payload = claimsIn(answer.body.id_token!)
    expect(payload).toMatchObject({
      iss: `${place.server.url}/oidc`,
      aud: app.clientId,
      nonce: 'n1',
      acr: 'urn:qitong:aal:1',
      auth_time: expect.any(Number),
    })
    const info = await userinfo(place, answer.body.access_token!)
    expect(info.body).toEqual({
      sub: payload.sub,
      name: '周文清',
      title: '副科长',
      unit: { id: place.units.documents.id, name: '文电科' },
      org: { id: place.units.office.id, name: '博兴县人民政府办公室' },
      duties: [],
      phone_number: '15400002716',
    })
  })

  it('tells no more than was granted', async () => {
    const { answer } = await signInThrough(place, other, place.tokens.clerk, { scope: 'openid profile' })
    expect(Object.keys((await userinfo(place, answer.body.access_token!)).body).sort()).toEqual(['name', 'sub'])
    const { challenge } = pkce()
    const refused = await browser(place.tokens.clerk).follow(
      authorizeUrl(place, { clientId: other.clientId, challenge, scope: 'openid mobile' }),
    )
    expect(refused.searchParams.get('error')).toBe('invalid_scope')
  })

  it('shows one person under another identifier to each group of applications', async () => {
    const sub = async (who: Approved) =>
      claimsIn((await signInThrough(place, who, place.tokens.clerk, { scope: 'openid profile' })).answer.body.id_token!)
        .sub
    const [first, second] = [await sub(app), await sub(other)]
    expect(first).not.toBe(second)
    expect(await sub(app)).toBe(first)
    const group = { scopes: ['profile' as const], subjectGroup: 'boxing-office' }
    const [left, right] = [await approved(place, group), await approved(place, group)]
    expect(await sub(left)).toBe(await sub(right))
  })

  it('sends a stranger to sign in and goes on where it was', async () => {
    const { verifier, challenge } = pkce()
    const guest = browser()
    const landed = await guest.follow(authorizeUrl(place, { clientId: app.clientId, challenge, scope: full }))
    expect(landed.pathname).toMatch(/^\/consent\/login\/[\w-]+$/)
    guest.jar.set('qt_session', { value: place.tokens.clerk, path: '/' })
    const uid = landed.pathname.split('/').at(-1)
    const back = await guest.follow(`${place.server.url}/oidc/interaction/${uid}`)
    expect(`${back.origin}${back.pathname}`).toBe(CALLBACK)
    expect((await backEnd(place, app).exchange(back.searchParams.get('code')!, verifier)).status).toBe(200)
  })

  it("does not let one browser go on with what another one's began", async () => {
    const { challenge } = pkce()
    const attacker = browser()
    const landed = await attacker.follow(authorizeUrl(place, { clientId: app.clientId, challenge }))
    const uid = landed.pathname.split('/').at(-1)
    const victim = browser(place.tokens.clerk)
    const page = await victim.follow(`${place.server.url}/oidc/interaction/${uid}`)
    expect(`${page.pathname}${page.search}`).toBe('/consent/error?code=expired')
    const stolen = await attacker.follow(`${place.server.url}/oidc/auth/${uid}`)
    expect(stolen.searchParams.get('code')).toBeNull()
  })

  it('answers prompt=none without a page', async () => {
    const ask = (session?: string) =>
      browser(session).follow(
        authorizeUrl(place, { clientId: app.clientId, challenge: pkce().challenge, more: { prompt: 'none' } }),
      )
    expect((await ask(place.tokens.clerk)).searchParams.get('code')).not.toBeNull()
    expect((await ask()).searchParams.get('error')).toBe('login_required')
  })

  it('asks for a factor again on prompt=login and on max_age', async () => {
    for (const more of [{ prompt: 'login' }, { max_age: '0' }] as Record<string, string>[]) {
      const session = await signInAs(place.server, place.people.colleague.id)
      const token = Buffer.from(session)
      await place.server.sql(
        "update identity.session set created_at = created_at - interval '1 hour' where token_hash = sha256($1::bytea)",
        [token],
      )
      const landed = await browser(session).follow(
        authorizeUrl(place, { clientId: app.clientId, challenge: pkce().challenge, more }),
      )
      expect(landed.pathname).toMatch(/^\/consent\/again\//)
    }
  })

  it('keeps out whom the application is not for', async () => {
    const landed = await browser(place.tokens.lixia).follow(
      authorizeUrl(place, { clientId: app.clientId, challenge: pkce().challenge }),
    )
    expect(`${landed.pathname}${landed.search}`).toBe('/consent/error?code=audience')
  })
})

describe('consent', () => {
  const ask = async () => {
    const { verifier, challenge } = pkce()
    const person = browser(place.tokens.clerk)
    const landed = await person.follow(authorizeUrl(place, { clientId: third.clientId, challenge }))
    return { verifier, person, landed, uid: landed.pathname.split('/').at(-1)! }
  }

  it('is asked once by a third party, by whoever signed in', async () => {
    const { as } = place
    const { verifier, person, uid, landed } = await ask()
    expect(landed.pathname).toBe(`/consent/${uid}`)
    expect(await as('clerk').consent({ uid })).toMatchObject({
      learns: ['姓名', '所在单位'],
      returnHost: 'app.example.invalid',
    })
    expect(await refusal(as('waterClerk').consent({ uid }))).toMatchObject({ code: 'consent-gone' })
    expect(await refusal(as('waterClerk').answerConsent({ uid, accept: true }))).toMatchObject({ code: 'consent-gone' })
    const { returnTo } = await as('clerk').answerConsent({ uid, accept: true })
    const back = await person.follow(returnTo)
    expect((await backEnd(place, third).exchange(back.searchParams.get('code')!, verifier)).status).toBe(200)
    const again = await ask()
    expect(again.landed.searchParams.get('code')).not.toBeNull()
  })

  it('taken back ends the tokens', async () => {
    const { as } = place
    const { answer } = await signInThrough(place, third, place.tokens.clerk)
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(200)
    await as('clerk').withdrawConsent({ id: third.id })
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(401)
    expect((await ask()).landed.pathname).toMatch(/^\/consent\//)
  })

  it('refused goes back as access_denied', async () => {
    const { person, uid } = await ask()
    const { returnTo } = await place.as('clerk').answerConsent({ uid, accept: false })
    expect((await person.follow(returnTo)).searchParams.get('error')).toBe('access_denied')
  })
})

describe('tokens', () => {
  it('are kept as hashes', async () => {
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: full })
    const [row] = await place.server.sql<{ dump: string }>(
      "select string_agg(payload::text || encode(id_hash, 'hex'), '') as dump from apps.oidc",
    )
    for (const token of [answer.body.access_token!, answer.body.refresh_token!]) expect(row!.dump).not.toContain(token)
    const [secret] = await place.server.sql('select 1 from apps.secret where hash = sha256($1::bytea)', [
      Buffer.from(app.secret),
    ])
    expect(secret).toBeDefined()
  })

  it('are renewed once; the second use of a refresh token ends the whole sign-in', async () => {
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: full })
    expect(answer.body.refresh_token).toBeDefined()
    const back = backEnd(place, app)
    const renewed = await back.refresh(answer.body.refresh_token!)
    expect(renewed).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
    expect(renewed.body.refresh_token).not.toBe(answer.body.refresh_token)
    expect(await back.refresh(answer.body.refresh_token!)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await back.refresh(renewed.body.refresh_token!)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await userinfo(place, renewed.body.access_token!)).status).toBe(401)
  })

  it('die with the platform session', async () => {
    const { server } = place
    const session = await signInAs(server, place.people.colleague.id)
    const { answer } = await signInThrough(place, app, session, { scope: full })
    await server.sql('delete from identity.session where token_hash = sha256($1::bytea)', [Buffer.from(session)])
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(401)
    expect((await backEnd(place, app).introspect(answer.body.access_token!)).body.active).toBe(false)
    expect((await backEnd(place, app).refresh(answer.body.refresh_token!)).status).toBe(400)
  })

  it('die with the suspension of the application, and live again after it', async () => {
    const { as } = place
    const one = await approved(place, {
      scopes: ['profile', 'directory.read'],
      directoryUnits: [place.units.office.id],
    })
    const { answer } = await signInThrough(place, one, place.tokens.clerk, { scope: 'openid profile' })
    const own = await backEnd(place, one).own('directory.read')
    const call = () =>
      fetch(`${place.server.url}/api/open/directory/units`, {
        headers: { authorization: `Bearer ${own.body.access_token}` },
      })
    expect((await call()).status).toBe(200)
    const { revision } = await as('operator').registered({ id: one.id })
    await as('operator').suspend({ id: one.id, revision, reason: '发现漏洞' })
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(401)
    await expect.poll(async () => (await call()).status, { timeout: 1000, interval: 50 }).toBe(401)
    expect((await backEnd(place, one).own('directory.read')).body.error).toBe('invalid_client')
  })

  it('are looked at and revoked by their own application only', async () => {
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: full })
    const token = answer.body.access_token!
    expect((await backEnd(place, app).introspect(token)).body.active).toBe(true)
    expect((await backEnd(place, other).introspect(token)).body.active).toBe(false)
    await backEnd(place, other).revoke(token)
    expect((await userinfo(place, token)).status).toBe(200)
    await backEnd(place, app).revoke(token)
    expect((await userinfo(place, token)).status).toBe(401)
  })

  it('of a person open nothing but userinfo', async () => {
    const { answer } = await signInThrough(place, app, place.tokens.clerk, { scope: full })
    for (const path of ['/api/open/directory/units', '/api/apps', '/api/session/list'])
      expect(
        (
          await fetch(`${place.server.url}${path}`, {
            headers: { authorization: `Bearer ${answer.body.access_token}` },
          })
        ).status,
      ).not.toBe(200)
  })
})

describe('secrets', () => {
  it('are changed without a gap; the old one ends at its hour', async () => {
    const { as, server } = place
    const one = await approved(place)
    const { revision } = await as('admin').registered({ id: one.id })
    const next = await as('admin').renewSecret({ id: one.id, revision, environment: 'production', keepHours: 1 })
    expect((await backEnd(place, one).own('')).status).toBe(200)
    expect((await backEnd(place, next).own('')).status).toBe(200)
    await server.sql('update apps.secret set expires_at = $2 where client_id = $1 and expires_at is not null', [
      one.clientId,
      new Date(server.clock.now().getTime() - 1000),
    ])
    await expect.poll(async () => (await backEnd(place, one).own('')).status, { timeout: 1000, interval: 50 }).toBe(401)
    expect((await backEnd(place, next).own('')).status).toBe(200)
  })
})

describe('a phone web view', () => {
  it('signs in by a code that is good once, for this application only', async () => {
    const one = await approved(place, { scopes: ['profile'] })
    const { code, url } = await place.as('clerk').oneTimeCode({ id: one.id })
    expect(new URL(url).searchParams.get('qt_code')).toBe(code)
    const form = { grant_type: 'authorization_code', code, redirect_uri: 'https://app.example.invalid/m' }
    expect((await backEnd(place, other).post('/token', form)).body.error).toBe('invalid_grant')
    const answer = await backEnd(place, one).post('/token', form)
    expect(answer.status).toBe(200)
    expect((await userinfo(place, answer.body.access_token!)).body.name).toBe('周文清')
    expect((await backEnd(place, one).post('/token', form)).body.error).toBe('invalid_grant')
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(401)
    expect(await refusal(place.as('lixia').oneTimeCode({ id: one.id }))).toMatchObject({ code: 'not-found' })
    expect(await refusal(place.as('clerk').oneTimeCode({ id: third.id }))).toMatchObject({ code: 'consent-needed' })
  })
})
