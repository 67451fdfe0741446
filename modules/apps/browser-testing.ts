import { createHash, createPublicKey, type JsonWebKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { type AppsServer, CALLBACK } from './testing.ts'

/** A browser for the tests of sign-in: keeps cookies by path, follows nothing by itself. */
export const browser = (session?: string) => {
  const jar = new Map<string, { value: string; path: string }>()
  if (session) jar.set('qt_session', { value: session, path: '/' })
  const visit = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(url)
    const cookie = [...jar]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(init.headers as Record<string, string>), cookie },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const path = /path=([^;]+)/i.exec(line)?.[1] ?? '/'
      if (/expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, { value, path })
    }
    return answer
  }
  /** follows redirects inside the platform until it leaves for elsewhere, reaches one of our pages, or ends */
  const follow = async (url: string): Promise<URL> => {
    const { origin } = new URL(url)
    for (let at = url, left = 10; left > 0; left--) {
      const answer = await visit(at)
      const location = answer.headers.get('location')
      if (!location)
        throw new Error(`no redirect but ${answer.status} at ${at}: ${(await answer.text()).slice(0, 300)}`)
      const next = new URL(location, at)
      if (next.origin !== origin || !next.pathname.startsWith('/oidc/')) return next
      at = next.href
    }
    throw new Error('too many redirects')
  }
  return { visit, follow, jar }
}

export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export interface Ask {
  clientId: string
  challenge?: string
  scope?: string
  redirectUri?: string
  more?: Record<string, string>
}
export const authorizeUrl = (place: AppsServer, { clientId, challenge, scope, redirectUri, more }: Ask): string => {
  const url = new URL(`${place.server.url}/oidc/auth`)
  const params = {
    client_id: clientId,
    response_type: 'code',
    scope: scope ?? 'openid profile units',
    redirect_uri: redirectUri ?? CALLBACK,
    state: 's1',
    nonce: 'n1',
    ...(challenge ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}),
    ...more,
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url.href
}

export interface Credentials {
  clientId: string
  secret: string
}
const basic = ({ clientId, secret }: Credentials): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`

export interface Answer {
  status: number
  body: Record<string, unknown> & {
    access_token?: string
    refresh_token?: string
    id_token?: string
    error?: string
    active?: boolean
  }
}
/** A call of the application's own back end. */
export const backEnd = (place: AppsServer, who: Credentials) => {
  const post = async (path: string, form: Record<string, string>): Promise<Answer> => {
    const answer = await fetch(`${place.server.url}/oidc${path}`, {
      method: 'POST',
      headers: { authorization: basic(who), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    })
    const text = await answer.text()
    return { status: answer.status, body: text ? (JSON.parse(text) as Answer['body']) : {} }
  }
  return {
    exchange: (code: string, verifier: string, more: Record<string, string> = {}) =>
      post('/token', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: CALLBACK,
        code_verifier: verifier,
        ...more,
      }),
    refresh: (token: string) => post('/token', { grant_type: 'refresh_token', refresh_token: token }),
    own: (scope: string) => post('/token', { grant_type: 'client_credentials', scope }),
    introspect: (token: string) => post('/token/introspection', { token }),
    revoke: (token: string) => post('/token/revocation', { token }),
    post,
  }
}

export const userinfo = async (place: AppsServer, token: string): Promise<Answer> => {
  const answer = await fetch(`${place.server.url}/oidc/me`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

/** Signs in through the application with the platform session of somebody; answers the tokens. */
export const signInThrough = async (
  place: AppsServer,
  who: Credentials,
  session: string,
  ask: Omit<Ask, 'clientId'> = {},
) => {
  const { verifier, challenge } = pkce()
  const landed = await browser(session).follow(authorizeUrl(place, { clientId: who.clientId, challenge, ...ask }))
  const code = landed.searchParams.get('code')
  if (!code) throw new Error(`no code: ${landed.href}`)
  return { code, verifier, answer: await backEnd(place, who).exchange(code, verifier) }
}

/** The claims of a token whose signature the library of a client has to check; here they are only read. */
export const claimsIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A signed text as RFC 7515 writes it, with ES256; without a key an unsecured one (`alg` none). */
export const jwt = (payload: object, key?: KeyObject): string => {
  const text = `${part({ alg: key ? 'ES256' : 'none' })}.${part(payload)}`
  return `${text}.${key ? sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url') : ''}`
}

/** Whether one of the published keys signed it (RS256). */
export const isSigned = async (place: AppsServer, token: string): Promise<boolean> => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  const answer = await fetch(`${place.server.url}/oidc/jwks`)
  const { keys } = (await answer.json()) as { keys: (JsonWebKey & { kid: string })[] }
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid)!, format: 'jwk' })
  return verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))
}
