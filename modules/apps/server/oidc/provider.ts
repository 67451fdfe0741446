import {
  type ClientAuthMethod,
  type Configuration,
  interactionPolicy,
  type JWK,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'
import type { Kernel } from '#kernel/module'
import { endPlatformSession } from '#platform/identity'
import { apiScopes, identityScopes } from '../../contract.ts'
import { claimsByScope, findAccount, findPerson } from './account.ts'
import { actorOf, assuranceNames, followPlatformSession } from './browser.ts'
import { extraMetadata, isSecretOf, ours, rememberClients } from './clients.ts'
import { loadExistingGrant } from './grants.ts'
import { loggedOut, logoutSource, renderError } from './pages.ts'
import { createAdapter } from './store.ts'
import { subjectOf } from './subject.ts'
import { newToken } from './tokens.ts'

export const PREFIX = '/oidc'
const SIGNING = ['RS256', 'ES256'] as const
const MINUTE = 60
const HOUR = 3600

const { base, Check, Prompt } = interactionPolicy

/** Who is outside the audience of an application is told so before anything else is asked. */
const policy = (kernel: Kernel) => {
  const prompts = base()
  const outside = new Check('audience', 'outside the audience of the application', 'access_denied', async (ctx) => {
    const { client, session } = ctx.oidc
    if (!client || !session?.accountId) return Check.NO_NEED_TO_PROMPT
    return (await findPerson(kernel, session.accountId, ours(client))) === undefined
  })
  prompts.add(new Prompt({ name: 'audience', requestable: false }, outside), 1)
  return prompts
}

const cookies = (kernel: Kernel, issuer: string): Configuration['cookies'] => {
  const common = { httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:'), signed: true } as const
  return {
    keys: [kernel.keys.blindIndex('apps.oidc.cookies', '1').toString('base64url')],
    names: { session: 'qt_oidc', interaction: 'qt_oidc_interaction', resume: 'qt_oidc_resume' },
    long: { ...common, path: PREFIX },
    short: common,
  }
}

const features = (): Configuration['features'] => ({
  devInteractions: { enabled: false },
  backchannelLogout: { enabled: true },
  clientCredentials: { enabled: true },
  // A client may look only at its own tokens.
  introspection: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
  revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
  rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource: loggedOut },
})

const ttl: Configuration['ttl'] = {
  AccessToken: 30 * MINUTE,
  AuthorizationCode: MINUTE,
  ClientCredentials: 30 * MINUTE,
  IdToken: HOUR,
  Interaction: 30 * MINUTE,
  // What is bound to a platform session never outlives it.
  Grant: 72 * HOUR,
  RefreshToken: 72 * HOUR,
  Session: 72 * HOUR,
}

const configuration = (kernel: Kernel, issuer: string, keys: JWK[], provider: () => Provider): Configuration => ({
  adapter: createAdapter(kernel, issuer),
  jwks: { keys },
  allowOmittingSingleRegisteredRedirectUri: false,
  acrValues: Object.values(assuranceNames),
  claims: { ...claimsByScope, sid: null, auth_time: null, iss: null },
  scopes: ['openid', ...Object.keys(identityScopes), ...Object.keys(apiScopes)],
  clientAuthMethods: ['client_secret_basic', 'private_key_jwt'] satisfies ClientAuthMethod[],
  clientBasedCORS: () => false,
  cookies: cookies(kernel, issuer),
  enabledJWA: {
    idTokenSigningAlgValues: [...SIGNING],
    userinfoSigningAlgValues: [...SIGNING],
    introspectionSigningAlgValues: [...SIGNING],
    authorizationSigningAlgValues: [...SIGNING],
    requestObjectSigningAlgValues: [...SIGNING],
    clientAuthSigningAlgValues: [...SIGNING, 'PS256'],
  },
  expiresWithSession: () => false,
  extraClientMetadata: { properties: extraMetadata },
  features: features(),
  // Whatever goes out goes through the outbound gateway, from our own queue.
  fetch: () => Promise.reject(new Error('the provider itself opens no connection')),
  findAccount: findAccount(kernel),
  // Renewal ends with the platform session: whoever was granted it gets it, without the ceremony real offline access would need.
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  interactions: { policy: policy(kernel), url: (_ctx, { uid }) => `${PREFIX}/interaction/${uid}` },
  loadExistingGrant: loadExistingGrant(kernel, provider),
  pairwiseIdentifier: (_ctx, accountId, client) => subjectOf(kernel, ours(client).subject_group, accountId),
  pkce: { required: () => true },
  renderError,
  responseTypes: ['code'],
  rotateRefreshToken: true,
  subjectTypes: ['public', 'pairwise'],
  ttl,
})

// A path that is no route of the library's has no context of its own.
const hasEnded = (ctx: { oidc?: KoaContextWithOIDC['oidc']; status: number }): boolean =>
  ctx.oidc?.route === 'end_session_confirm' && ctx.oidc.params?.logout !== undefined && ctx.status === 303

/** A provider for one issuer with these keys. */
export const createProvider = (kernel: Kernel, issuer: string, keys: JWK[]): Provider => {
  const provider: Provider = new Provider(
    issuer,
    configuration(kernel, issuer, keys, () => provider),
  )
  // The forwarded headers are ours alone, see mount.ts.
  provider.proxy = true
  followPlatformSession(kernel, provider)
  rememberClients(kernel, provider)
  newToken(provider)
  const { prototype } = provider.Client
  prototype.compareClientSecret = function compare(secret) {
    return isSecretOf(kernel, this.clientId, secret)
  }
  // Told by our own queue once the platform session is gone, see logout.ts.
  prototype.backchannelLogout = async () => undefined
  provider.use(async (ctx, next) => {
    await next()
    const actor = hasEnded(ctx as { oidc?: KoaContextWithOIDC['oidc']; status: number })
      ? await actorOf(kernel, ctx.req)
      : null
    if (actor) await endPlatformSession(kernel, actor.sessionId)
  })
  provider.on('server_error', (_ctx, error) => kernel.log.error({ err: error }, '统一认证出错'))
  return provider
}
