import { hashPassword, randomToken } from '#kernel/crypto'
import { startTestServer, type TestOptions, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { type Scene, scene } from '#platform/directory/testing'
import { search } from '#platform/search'
import { identityApi, type Session } from './contract.ts'
import { createAccount, identity, registerSmsProvider } from './index.ts'

/** A small province whose people sign in with real passwords, and a short-message provider that keeps what it was given. */

export const PASSWORD = 'correct horse battery'

export interface SignInScene extends Scene {
  server: TestServer
  /** every message, newest last */
  messages: { mobile: string; text: string }[]
}

export const startSignInScene = async (options: TestOptions = {}): Promise<SignInScene> => {
  const server = await startTestServer([directory, identity, search], options)
  const passwordHash = await hashPassword(PASSWORD)
  const made = await server.system(async (ctx) => {
    const placed = await scene(ctx)
    for (const [login, { id: personId }] of Object.entries(placed.people))
      await createAccount(ctx.sql, { personId, login: login.toLowerCase(), passwordHash })
    return placed
  })
  const messages: SignInScene['messages'] = []
  registerSmsProvider(server.kernel, {
    async send(mobile, text) {
      messages.push({ mobile, text })
    },
  })
  return { ...made, server, messages }
}

export const newDeviceToken = (): string => randomToken(32)

/** A browser: it keeps its two cookies. */
export const browser = (server: TestServer, device: string | undefined = newDeviceToken()) => {
  let token: string | undefined
  let known = device
  const call = async <T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-requested-with': 'qitong',
        'user-agent':
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0',
        cookie: [...(token ? [`qt_session=${token}`] : []), ...(known ? [`qt_device=${known}`] : [])].join('; '),
      },
      body: body && JSON.stringify(body),
    })
    const set = answer.headers.getSetCookie().join('\n')
    token = /qt_session=([^;]+)/.exec(set)?.[1] ?? token
    known = /qt_device=([^;]+)/.exec(set)?.[1] ?? known
    return { status: answer.status, body: (await answer.json()) as T }
  }
  return {
    call,
    device,
    token: () => token,
    api: () => server.client(identityApi, token),
    signIn: (account: string, password = PASSWORD) =>
      call<Session & { code: string }>('POST', '/api/session', { account, password }),
  }
}

/** The code of an error answer, or `ok`. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  )
