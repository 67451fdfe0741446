import type { ParsedOf } from '#kernel/contract'
import { AppError, notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { appsApi } from '../contract.ts'
import { findPerson } from './oidc/account.ts'
import { makeGrant, sidOf, splitScopes } from './oidc/grants.ts'
import { issuerAt, originOf, providerFor } from './oidc/mount.ts'

const SECONDS = 60

interface Target {
  client_id: string
  phone_url: string | null
  scopes: string[]
  first_party: boolean
  agreed: string[] | null
}

/**
 * 免登: somebody signed in opens an application in the phone's web view without being sent through the browser. The code is an authorization code
 * of this application, this person and this session, for its phone entry as redirect address; the application exchanges it with its own
 * credentials at the token endpoint, once. It has no PKCE, because nobody began on the application's side: its credentials stand in for that.
 */
export const oneTimeCode = async (ctx: Ctx, { id }: ParsedOf<typeof appsApi.oneTimeCode>) => {
  const { kernel, actor } = ctx
  const [target] = await ctx.sql<Target>(
    `select c.id as client_id, app.phone_url, c.scopes, app.first_party, (select k.scopes from apps.consent k where k.application_id = app.id and k.account_id = $2) as agreed
     from apps.application app join apps.client c on c.application_id = app.id and c.environment = 'production' where app.id = $1 and app.state = 'approved'`,
    [id, actor.accountId],
  )
  const known = target && (await findPerson(kernel, actor.accountId, { application_id: id, environment: 'production' }))
  if (!target?.phone_url || !known) throw notFound('应用')
  const scopes = ['openid', ...splitScopes(target.scopes).agreed.filter((scope) => scope !== 'openid')]
  const agreed = new Set(target.agreed)
  if (!target.first_party && !scopes.every((scope) => scope === 'openid' || agreed.has(scope)))
    throw new AppError(
      409,
      'consent-needed',
      '这个应用还没有得到您的同意。请先从桌面入口登录一次，看过它要的信息再同意。',
    )
  const provider = await providerFor(
    kernel,
    issuerAt(originOf(kernel, undefined) ?? `http://127.0.0.1:${kernel.config.PORT}`),
  )
  const client = await provider.Client.find(target.client_id)
  if (!client) throw notFound('应用')
  const { accountId, sessionId } = actor
  const grant = await makeGrant(kernel, provider, { client, accountId, sessionId, scopes })
  const code = await new provider.AuthorizationCode({
    client,
    accountId,
    grantId: grant.jti,
    scope: scopes.join(' '),
    redirectUri: target.phone_url,
    gty: 'authorization_code',
    authTime: Math.floor(actor.verifiedAt.getTime() / 1000),
    sid: sidOf(kernel, sessionId, client.clientId),
    expiresIn: SECONDS,
  }).save()
  const url = new URL(target.phone_url)
  url.searchParams.set('qt_code', code)
  ctx.audit({ type: 'application', id })
  return { code, url: url.href, expiresIn: SECONDS }
}
