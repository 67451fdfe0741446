import type { IncomingMessage } from 'node:http'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Actor } from '#kernel/actor'
import { sessionCookie } from '#kernel/http'
import type { Kernel } from '#kernel/module'

export const assuranceNames = { 1: 'urn:qitong:aal:1', 2: 'urn:qitong:aal:2' } as const

const actors = new WeakMap<IncomingMessage, Promise<Actor | null>>()

/** Who is signed in to the platform in the browser that asks; read once a request. */
export const actorOf = (kernel: Kernel, request: IncomingMessage): Promise<Actor | null> => {
  const known = actors.get(request)
  if (known) return known
  const token = new RegExp(`(?:^|;\\s*)${sessionCookie(kernel)}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1]
  const asked = (async () => {
    const actor = token ? await kernel.ports.authenticate?.(kernel, token) : null
    return actor?.personId ? actor : null
  })()
  actors.set(request, asked)
  return asked
}

/** `loginTs` of OpenID Connect is in seconds. */
export const shownAt = (actor: Actor): number => Math.floor(actor.verifiedAt.getTime() / 1000)

/** Made of a payload it counts as known, so that it is saved and found again by the pages in between. */
const begin = (Session: Provider['Session'], uid: string) =>
  (Session as unknown as { instantiate(payload: object): InstanceType<Provider['Session']> }).instantiate({ uid })

/**
 * The platform's session is the sign-in. The provider's own session follows it: found by the platform session's id, and nobody's when there is
 * none, whatever its cookie says.
 */
export const followPlatformSession = (kernel: Kernel, provider: Provider): void => {
  const { Session } = provider
  const byCookie = Session.get.bind(Session)
  Session.get = async (ctx) => {
    const actor = await actorOf(kernel, ctx.req)
    const oidc = (ctx as KoaContextWithOIDC).oidc
    if (!actor) {
      const stranger = await byCookie(ctx)
      if (!stranger.accountId) return stranger
      const fresh = new Session()
      oidc.entity('Session', fresh)
      return fresh
    }
    const session = (await Session.findByUid(actor.sessionId)) ?? begin(Session, actor.sessionId)
    session.loginAccount({ accountId: actor.accountId, loginTs: shownAt(actor), acr: assuranceNames[actor.assurance] })
    oidc.entity('Session', session)
    return session
  }
}
