import type { Actor } from '#kernel/actor'
import { sha256 } from '#kernel/crypto'
import type { Kernel } from '#kernel/module'
import { type ApiScope, apiScopes, type Environment } from '../contract.ts'
import { remember } from './memory.ts'
import { OPEN_CLIENT } from './oidc/clients.ts'
import { type Limits, spend } from './quota.ts'
import { countCall } from './usage.ts'

/** What stands behind an application that calls in its own name. */
export interface Caller {
  applicationId: string
  environment: Environment
  unitId: string
  scopes: ReadonlySet<ApiScope>
}
interface Known {
  actor: Actor
  limits: Limits
  until: number
}
const callers = new WeakMap<Actor, Caller>()

/** The application behind a call; undefined for people. */
export const callerOf = (actor: Actor): Caller | undefined => callers.get(actor)

interface TokenRow {
  application_id: string
  name: string
  unit_id: string
  environment: Environment
  scopes: string[]
  quota_minute: number
  quota_day: number
  expires_at: Date
}
/** The scopes are those of the token as far as the application still has them. */
const FIND = `select app.id as application_id, app.name, app.unit_id, c.environment, app.quota_minute, app.quota_day, t.expires_at,
    array(select s from unnest(string_to_array(t.payload ->> 'scope', ' ')) s where s = any(c.scopes)) as scopes
  from apps.oidc t join apps.client c on c.id = t.client_id join apps.application app on app.id = c.application_id
  where t.kind = 'ClientCredentials' and t.id_hash = $1 and t.expires_at > now() and ${OPEN_CLIENT}`

const isApiScope = (scope: string): scope is ApiScope => Object.hasOwn(apiScopes, scope)

const tokenBy = remember(async (kernel, hash): Promise<Known | undefined> => {
  const [row] = await kernel.database.query<TokenRow>(FIND, [Buffer.from(hash, 'base64')], 'apps.token')
  if (!row) return undefined
  const scopes = new Set(row.scopes.filter(isApiScope))
  const actor: Actor = {
    accountId: row.application_id,
    subject: 'application',
    personId: '',
    name: row.name,
    unitId: row.unit_id,
    sessionId: '',
    roles: new Set(),
    permissions: new Set([...scopes].map((scope) => apiScopes[scope].permission)),
    assurance: 1,
    // An application shows no factor: what asks for one is not for it.
    verifiedAt: new Date(0),
    applicationId: row.application_id,
  }
  const { application_id: applicationId, environment, unit_id: unitId } = row
  callers.set(actor, { applicationId, environment, unitId, scopes })
  const limits = { minute: row.quota_minute, day: row.quota_day }
  return { actor, limits, until: row.expires_at.getTime() }
})

/** The application that holds a token of the client credentials grant, its call counted against its quota; null for any other token. */
export const readToken = async (kernel: Kernel, token: string): Promise<Actor | null> => {
  if (token.length > 200) return null
  const known = await tokenBy(kernel, sha256(token).toString('base64'))
  if (!known || known.until <= Date.now()) return null
  const { applicationId } = callers.get(known.actor)!
  try {
    await spend(kernel, applicationId, known.limits)
  } catch (error) {
    countCall(kernel, applicationId, true)
    throw error
  }
  countCall(kernel, applicationId)
  return known.actor
}
