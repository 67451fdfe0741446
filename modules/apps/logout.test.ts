import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAs } from '#platform/directory/testing'
import { sessionApi } from '#platform/identity/contract'
import { authorizeUrl, browser, claimsIn, isSigned, pkce, signInThrough, userinfo } from './browser-testing.ts'
import { sendLogouts } from './server/oidc/logout.ts'
import { type Approved, type AppsServer, approved, connection, startAppsServer } from './testing.ts'

let place: AppsServer
let app: Approved
let back: Server
let status = 200
const told: string[] = []

beforeAll(async () => {
  back = createServer(async (request, response) => {
    const form = new URLSearchParams((await buffer(request)).toString())
    told.push(form.get('logout_token') ?? '')
    response.writeHead(status).end()
  })
  await new Promise<void>((done) => back.listen(0, '127.0.0.1', done))
  const base = `http://127.0.0.1:${(back.address() as AddressInfo).port}`
  place = await startAppsServer({ env: { OUTBOUND_ALLOW: `${base}@127.0.0.1/32` } })
  app = await approved(place, { production: connection({ backchannelUri: `${base}/logout` }) })
})
afterAll(async () => {
  back.close()
  await place.server.stop()
})

describe('the end of a platform session', () => {
  it('is told to the application, signed, with the identifiers it knows; again when it did not listen', async () => {
    const { server } = place
    const session = await signInAs(server, place.people.colleague.id)
    const { answer } = await signInThrough(place, app, session)
    const known = claimsIn(answer.body.id_token!)
    status = 503
    await server.client(sessionApi, session).signOut({})
    await server.settled()
    await sendLogouts(server.kernel)
    expect(told.length).toBe(1)
    await sendLogouts(server.kernel)
    expect(told.length).toBe(1)
    status = 200
    server.clock.advance(3 * 60_000)
    await sendLogouts(server.kernel)
    expect(told.length).toBe(2)
    const token = told.at(-1)!
    expect(await isSigned(place, token)).toBe(true)
    expect(claimsIn(token)).toMatchObject({
      iss: `${server.url}/oidc`,
      aud: app.clientId,
      sub: known.sub,
      sid: known.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(claimsIn(token).nonce).toBeUndefined()
    server.clock.advance(24 * 3600_000)
    await sendLogouts(server.kernel)
    expect(told.length).toBe(2)
    server.clock.set(new Date())
  })
})

describe('a logout that the application begins', () => {
  const begin = async (session: string) => {
    const { answer } = await signInThrough(place, app, session)
    const person = browser(session)
    await person.follow(authorizeUrl(place, { clientId: app.clientId, challenge: pkce().challenge }))
    const url = new URL(`${place.server.url}/oidc/session/end`)
    url.searchParams.set('id_token_hint', answer.body.id_token!)
    url.searchParams.set('post_logout_redirect_uri', 'https://app.example.invalid/bye')
    const asked = await person.visit(url.href)
    const text = await asked.text()
    return { answer, person, asked, text, xsrf: /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '' }
  }
  const confirm = (person: ReturnType<typeof browser>, form: Record<string, string>) =>
    person.visit(`${place.server.url}/oidc/session/end/confirm`, {
      method: 'POST',
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

  it('asks on our page, ends the platform session, and returns where it was registered', async () => {
    const session = await signInAs(place.server, place.people.colleague.id)
    const { answer, person, asked, text, xsrf } = await begin(session)
    expect(text).toContain('退出齐通和所有应用')
    expect(asked.headers.get('content-security-policy')).toContain("form-action 'self' https://app.example.invalid")
    const done = await confirm(person, { xsrf, logout: 'yes' })
    expect(done.headers.get('location')).toBe('https://app.example.invalid/bye')
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(401)
    await expect
      .poll(async () => (await place.server.client(sessionApi, session).session()).signedIn, { timeout: 2000 })
      .toBe(false)
  })

  it('does nothing without the token against forgery', async () => {
    const session = await signInAs(place.server, place.people.colleague.id)
    const { answer, person } = await begin(session)
    await confirm(person, { xsrf: 'guessed', logout: 'yes' })
    expect((await userinfo(place, answer.body.access_token!)).status).toBe(200)
  })

  it('returns nowhere else', async () => {
    const url = `${place.server.url}/oidc/session/end?client_id=${app.clientId}&post_logout_redirect_uri=https://evil.example.invalid/`
    const answer = await browser(place.tokens.clerk).visit(url)
    expect(answer.headers.get('location') ?? '').toMatch(/^\/consent\/error/)
  })
})
