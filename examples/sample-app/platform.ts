import * as client from 'openid-client'

/** Everything this system says to Qitong: who is it that signs in, and here is something for them to do. */

const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET = '', PORT = '3901' } = process.env
export const base = `http://127.0.0.1:${PORT}`
const local = ISSUER.startsWith('http://127.0.0.1')

const config = await client.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  // A platform on this machine has no certificate; anywhere else leave this out.
  { execute: local ? [client.allowInsecureRequests] : [] },
)

/** What must be the same when the person comes back. */
export interface Asked {
  state: string
  verifier: string
  nonce: string
}
export interface SignedIn {
  accessToken: string
  idToken: string
  /** the person, as only this application knows them */
  sub: string
}

export const beginSignIn = async (): Promise<{ asked: Asked; url: string }> => {
  const asked = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${base}/callback`,
    scope: 'openid profile units',
    state: asked.state,
    nonce: asked.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(asked.verifier),
    code_challenge_method: 'S256',
  })
  return { asked, url: url.href }
}

const signedIn = (tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers): SignedIn => ({
  accessToken: tokens.access_token,
  idToken: tokens.id_token!,
  sub: tokens.claims()!.sub,
})

export const finishSignIn = async (asked: Asked, callback: URL): Promise<SignedIn> =>
  signedIn(
    await client.authorizationCodeGrant(config, callback, {
      expectedState: asked.state,
      expectedNonce: asked.nonce,
      pkceCodeVerifier: asked.verifier,
      idTokenExpected: true,
    }),
  )

/** 免登: the phone opened this system with a code of its own; nobody asked here, so there is nothing to compare. */
export const signInByCode = async (code: string): Promise<SignedIn> =>
  signedIn(await client.genericGrantRequest(config, 'authorization_code', { code, redirect_uri: `${base}/m` }))

export const signOutUrl = (idToken: string): string =>
  client.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: `${base}/bye` }).href

/** Undefined when the platform has taken the sign-in back. */
export const whoIs = async ({ accessToken, sub }: SignedIn): Promise<{ name: string; unit: string } | undefined> => {
  try {
    const person = await client.fetchUserInfo(config, accessToken, sub)
    const { name = '' } = (person.unit ?? {}) as { name?: string }
    return { name: person.name ?? '', unit: name }
  } catch (error) {
    if (error instanceof client.WWWAuthenticateChallengeError) return undefined
    throw error
  }
}

/** The platform said no; `message` is its sentence. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

let own: { token: string; until: number } | undefined
/** The token of the application itself: one for half an hour, not one a call. */
const ownToken = async (): Promise<string> => {
  if (own && Date.now() < own.until) return own.token
  try {
    const answer = await client.clientCredentialsGrant(config, { scope: 'tasks.push' })
    own = { token: answer.access_token, until: Date.now() + (answer.expires_in! - 60) * 1000 }
    return own.token
  } catch (error) {
    if (error instanceof client.WWWAuthenticateChallengeError)
      throw new Refused(error.status, '平台不认这个应用：密钥不对，或者应用已被停用。')
    if (error instanceof client.ResponseBodyError) throw new Refused(error.status, `换不到访问令牌：${error.error}`)
    throw error
  }
}

const call = async (
  method: string,
  path: string,
  body?: object,
): Promise<{ state: string; outcome: string | null }> => {
  const answer = await fetch(new URL(`/api/open/tasks/${path}`, ISSUER), {
    method,
    headers: { authorization: `Bearer ${await ownToken()}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  // Taken back before its time: the next call asks for another one.
  if (answer.status === 401) own = undefined
  const said = (await answer.json()) as { state: string; outcome: string | null; detail?: string }
  if (!answer.ok) throw new Refused(answer.status, said.detail ?? `平台答复了 ${answer.status}`)
  return said
}

/** The number is ours: pushing it again changes the to-do and makes no second one. */
export const pushTask = (number: string, sub: string, title: string, summary: string) =>
  call('PUT', number, {
    assignee: { sub },
    matter: '预约审核',
    title,
    summary,
    url: `${base}/`,
    fromName: '便民预约',
    outcomes: ['同意预约', '改约'],
  })
export const readTask = (number: string) => call('GET', number)
export const closeTask = (number: string) => call('PUT', `${number}/closed`, { outcome: '窗口已办结' })
export const cancelTask = (number: string) => call('DELETE', number)
