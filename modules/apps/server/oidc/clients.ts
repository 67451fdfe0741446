import type { AdapterPayload, Client, Provider } from 'oidc-provider'
import { sha256 } from '#kernel/crypto'
import type { Kernel } from '#kernel/module'
import { remember } from '../memory.ts'

/** What the provider's own metadata does not know of a client. */
export interface OurClient {
  application_id: string
  first_party: boolean
  subject_group: string
  environment: 'test' | 'production'
}
export const extraMetadata = ['application_id', 'first_party', 'subject_group', 'environment']
export const ours = (client: Client): OurClient => client as Client & OurClient

interface ClientRow extends OurClient {
  id: string
  name: string
  redirect_uris: string[]
  logout_uris: string[]
  backchannel_uri: string | null
  jwks: { keys: object[] } | null
  scopes: string[]
}

/** Of the environments, production is open while the application is in force, test from the first draft on. */
export const OPEN_CLIENT = `(app.state = 'approved' or (c.environment = 'test' and app.state in ('draft', 'checked', 'submitted')))`

/** A client as OpenID Connect Registration describes it; undefined when it may not be served now. */
export const clientMetadata = async (kernel: Kernel, id: string): Promise<AdapterPayload | undefined> => {
  const [row] = await kernel.database.query<ClientRow>(
    `select c.id, app.name, c.redirect_uris, c.logout_uris, c.backchannel_uri, c.jwks, c.scopes, c.environment, app.id as application_id, app.first_party, app.subject_group
     from apps.client c join apps.application app on app.id = c.application_id where c.id = $1 and ${OPEN_CLIENT}`,
    [id],
    'apps.client',
  )
  if (!row) return undefined
  const signsIn = row.redirect_uris.length > 0
  return {
    client_id: row.id,
    client_name: row.name,
    ...(row.jwks
      ? { jwks: row.jwks, token_endpoint_auth_method: 'private_key_jwt' }
      : // The library wants a value here and never sees the real one: `compareClientSecret` is ours.
        { client_secret: 'kept as a hash', token_endpoint_auth_method: 'client_secret_basic' }),
    redirect_uris: row.redirect_uris,
    response_types: signsIn ? ['code'] : [],
    grant_types: [
      'client_credentials',
      ...(signsIn ? ['authorization_code'] : []),
      ...(signsIn && row.scopes.includes('offline_access') ? ['refresh_token'] : []),
    ],
    subject_type: signsIn ? 'pairwise' : 'public',
    scope: ['openid', ...row.scopes].join(' '),
    require_auth_time: true,
    post_logout_redirect_uris: row.logout_uris,
    ...(row.backchannel_uri
      ? { backchannel_logout_uri: row.backchannel_uri, backchannel_logout_session_required: true }
      : {}),
    application_id: row.application_id,
    first_party: row.first_party,
    subject_group: row.subject_group,
    environment: row.environment,
  }
}

const secretBy = remember(async (kernel, hash) => {
  const [row] = await kernel.database.query<{ client_id: string; expires_at: Date | null }>(
    'select client_id, expires_at from apps.secret where hash = $1',
    [Buffer.from(hash, 'base64')],
    'apps.secret',
  )
  return row
})

/** Whether it is a secret of this client that is still good. What is compared is a hash of 32 random bytes, so time tells nothing. */
export const isSecretOf = async (kernel: Kernel, clientId: string, secret: string): Promise<boolean> => {
  const known = await secretBy(kernel, sha256(secret).toString('base64'))
  return known?.client_id === clientId && (known.expires_at === null || known.expires_at > kernel.clock.now())
}

/** A client is made of its registration once, and again when anything of an application has changed. */
export const rememberClients = (kernel: Kernel, { Client }: Provider): void => {
  const find = Client.find.bind(Client)
  const clientBy = remember((_kernel, id) => find(id))
  Client.find = (id) => clientBy(kernel, id)
}
