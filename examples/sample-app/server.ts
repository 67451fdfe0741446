import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as client from 'openid-client'

/**
 * A small system that signs people in through Qitong: node examples/sample-app/server.ts
 * ISSUER, CLIENT_ID and CLIENT_SECRET come from the registration in 应用中心, PORT from its callback address.
 */
const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET = '', PORT = '3901' } = process.env
const base = `http://127.0.0.1:${PORT}`

interface Session {
  /** while the person is away signing in */
  asked?: { state: string; verifier: string; nonce: string }
  accessToken?: string
  subject?: string
}
// A real system keeps its sessions in a database.
const sessions = new Map<string, Session>()

const config = await client.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  // A platform on this machine has no certificate; anywhere else leave this out.
  { execute: ISSUER.startsWith('http://127.0.0.1') ? [client.allowInsecureRequests] : [] },
)

const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const page = (response: ServerResponse, title: string, body: string, status = 200): void => {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><body style="font:18px/1.6 sans-serif;margin:10vh auto;max-width:32em;padding:0 16px"><h1>${title}</h1>${body}`)
}
const redirect = (response: ServerResponse, to: string): void => {
  response.writeHead(303, { location: to })
  response.end()
}

const sessionOf = (request: IncomingMessage, response: ServerResponse): Session => {
  const known = /(?:^|;\s*)sample=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  const found = known && sessions.get(known)
  if (found) return found
  const id = client.randomState()
  const made: Session = {}
  sessions.set(id, made)
  response.setHeader('set-cookie', `sample=${id}; HttpOnly; SameSite=Lax; Path=/`)
  return made
}

const signIn = async (session: Session, response: ServerResponse): Promise<void> => {
  const asked = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  }
  session.asked = asked
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${base}/callback`,
    scope: 'openid profile units',
    state: asked.state,
    nonce: asked.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(asked.verifier),
    code_challenge_method: 'S256',
  })
  redirect(response, url.href)
}

const callback = async (session: Session, url: URL, response: ServerResponse): Promise<void> => {
  const { asked } = session
  delete session.asked
  if (!asked || !url.searchParams.has('code')) return page(response, '没有登录', '<a href="/">重新登录</a>', 400)
  const tokens = await client.authorizationCodeGrant(config, url, {
    expectedState: asked.state,
    expectedNonce: asked.nonce,
    pkceCodeVerifier: asked.verifier,
    idTokenExpected: true,
  })
  session.accessToken = tokens.access_token
  session.subject = tokens.claims()?.sub
  redirect(response, '/')
}

/** Asks each time: whoever may no longer sign in, or an application that was suspended, is out at once. */
const home = async (session: Session, response: ServerResponse): Promise<void> => {
  const { accessToken, subject } = session
  if (!accessToken || !subject) return page(response, '便民预约', '<a href="/login">用齐通登录</a>')
  try {
    const person = await client.fetchUserInfo(config, accessToken, subject)
    const { name = '' } = (person.unit ?? {}) as { name?: string }
    page(
      response,
      '便民预约',
      `<p>您好，${html(person.name ?? '')}（${html(name)}）。</p><a href="/login">重新登录</a>`,
    )
  } catch (error) {
    if (!(error instanceof client.WWWAuthenticateChallengeError)) throw error
    delete session.accessToken
    page(response, '登录已失效', '<p>平台已收回登录。</p><a href="/login">重新登录</a>', 401)
  }
}

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', base)
  const session = sessionOf(request, response)
  if (url.pathname === '/health') return page(response, '正常', '')
  if (url.pathname === '/login') return signIn(session, response)
  if (url.pathname === '/callback') return callback(session, url, response)
  if (url.pathname === '/') return home(session, response)
  page(response, '没有这个页面', '<a href="/">首页</a>', 404)
}

createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error)
    if (!response.headersSent) page(response, '登录没有成功', '<a href="/login">重试</a>', 502)
  })
}).listen(Number(PORT), '127.0.0.1', () => console.log(`sample app at ${base}`))
