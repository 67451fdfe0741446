import type { Client, Grant, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { hmacSm3 } from '#kernel/crypto'
import type { Kernel } from '#kernel/module'
import { identityScopes } from '../../contract.ts'
import { actorOf } from './browser.ts'
import { ours } from './clients.ts'
import { bindGrant } from './store.ts'

/** How the application knows this sign-in when it ends; to be derived again then from what the grant says. */
export const sidOf = (kernel: Kernel, sessionId: string, clientId: string): string =>
  hmacSm3(kernel.keys.blindIndex('apps.sid', sessionId), clientId).toString('base64url')

const aboutPeople = new Set<string>(['openid', ...Object.keys(identityScopes)])

/** What a person can agree to, and what only the application's own token may carry. */
export const splitScopes = (asked: Iterable<string>): { agreed: string[]; refused: string[] } => {
  const all = [...asked]
  return {
    agreed: all.filter((scope) => aboutPeople.has(scope)),
    refused: all.filter((scope) => !aboutPeople.has(scope)),
  }
}

interface NewGrant {
  client: Client
  accountId: string
  sessionId: string
  scopes: Iterable<string>
}
/** A grant of these scopes, tied to the platform session. */
export const makeGrant = async (
  kernel: Kernel,
  provider: Provider,
  { client, accountId, sessionId, scopes }: NewGrant,
): Promise<Grant> => {
  const grant = new provider.Grant({ clientId: client.clientId, accountId })
  const { agreed, refused } = splitScopes(scopes)
  grant.addOIDCScope(agreed.join(' '))
  if (refused.length > 0) grant.rejectOIDCScope(refused.join(' '))
  await bindGrant(kernel, await grant.save(), sessionId)
  return grant
}

const hasAgreed = async (kernel: Kernel, accountId: string, client: Client, scopes: readonly string[]) => {
  if (ours(client).first_party) return true
  const [row] = await kernel.database.query<{ scopes: string[] }>(
    'select scopes from apps.consent where account_id = $1 and application_id = $2',
    [accountId, ours(client).application_id],
    'apps.consent',
  )
  const known = new Set(row?.scopes)
  return row !== undefined && scopes.every((scope) => scope === 'openid' || known.has(scope))
}

/** The grant an authorization request goes on with; the library asks the person for what it lacks. */
export const loadExistingGrant =
  (kernel: Kernel, provider: () => Provider) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, requestParamOIDCScopes: asked } = ctx.oidc
    const actor = await actorOf(kernel, ctx.req)
    if (!client || !session || !actor) return undefined
    const knownId = session.grantIdFor(client.clientId)
    const known = knownId ? await provider().Grant.find(knownId) : undefined
    const { agreed } = splitScopes(asked)
    const granted = new Set(known?.getOIDCScopeEncountered().split(' '))
    if (known && [...asked].every((scope) => granted.has(scope))) return known
    if (!(await hasAgreed(kernel, actor.accountId, client, agreed))) return undefined
    session.sidFor(client.clientId, sidOf(kernel, actor.sessionId, client.clientId))
    return makeGrant(kernel, provider(), { client, ...actor, scopes: asked })
  }
