import type { Adapter, AdapterPayload } from 'oidc-provider'
import { errors } from 'oidc-provider'
import { sha256 } from '#kernel/crypto'
import type { Kernel } from '#kernel/module'
import { clientMetadata } from './clients.ts'

/**
 * The provider's store. Token values are kept as hashes only; a token lives as long as its grant, and a grant as long as the platform session
 * it was made in, the account, and the application: that is one join of primary keys whenever a token is looked up, so nothing has to be told
 * when one of them ends.
 */
const ALIVE = `join apps.oidc g on g.kind = 'Grant' and g.id_hash = coalesce(t.grant_hash, t.id_hash) and g.expires_at > now()
  join identity.session s on s.id = g.session_id and s.expires_at > $3
  join identity.account a on a.id = s.account_id and not a.disabled
  left join directory.person p on p.id = a.person_id
  join apps.client c on c.id = g.client_id join apps.application app on app.id = c.application_id and app.state not in ('suspended', 'retired')`
const FIND = 'select t.payload, t.consumed_at from apps.oidc t'
const findBound = `${FIND} ${ALIVE} where t.kind = $1 and t.id_hash = $2 and t.expires_at > now() and (p.id is null or p.status = 'active')`
const findFree = `${FIND} where t.kind = $1 and t.id_hash = $2 and t.expires_at > now()`
const BOUND = new Set(['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant'])

const INSERT = `insert into apps.oidc (kind, id_hash, uid, grant_hash, client_id, issuer, payload, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))`
const UPDATE =
  'do update set id_hash = excluded.id_hash, payload = excluded.payload, expires_at = excluded.expires_at, consumed_at = null'
const upsertById = `${INSERT} on conflict (kind, id_hash) ${UPDATE}`
/** A session is found by the platform session it stands for; the value of its own cookie means nothing. */
const upsertByUid = `${INSERT} on conflict (uid) where uid is not null ${UPDATE}`

interface Stored {
  payload: AdapterPayload
  consumed_at: Date | null
}
const present = (row: Stored | undefined, id?: string): AdapterPayload | undefined =>
  row && {
    ...row.payload,
    ...(id === undefined ? {} : { jti: id }),
    ...(row.consumed_at ? { consumed: Math.floor(row.consumed_at.getTime() / 1000) } : {}),
  }

const isUuid = (text: unknown): text is string =>
  typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** Ties a grant to the platform session it was made in; a grant that is not tied is dead. */
export const bindGrant = (kernel: Kernel, grantId: string, sessionId: string): Promise<unknown> =>
  kernel.database.query(
    "update apps.oidc set session_id = $2 where kind = 'Grant' and id_hash = $1",
    [sha256(grantId), sessionId],
    'apps.oidc.bind',
  )

export const createAdapter = (kernel: Kernel, issuer: string) => {
  const { query } = kernel.database
  return (kind: string): Adapter => ({
    async upsert(id, { jti: _jti, ...payload }, expiresIn) {
      const uid = kind === 'Session' ? (payload.uid ?? null) : null
      const values = [kind, sha256(id), uid, payload.grantId ? sha256(payload.grantId) : null]
      const client = isUuid(payload.clientId) ? payload.clientId : null
      const all = [...values, client, issuer, JSON.stringify(payload), expiresIn]
      await (uid === null ? query(upsertById, all, 'apps.oidc.upsert') : query(upsertByUid, all, 'apps.oidc.session'))
    },
    async find(id) {
      if (kind === 'Client') return isUuid(id) ? clientMetadata(kernel, id) : undefined
      const [row] = BOUND.has(kind)
        ? await query<Stored>(findBound, [kind, sha256(id), kernel.clock.now()], 'apps.oidc.bound')
        : await query<Stored>(findFree, [kind, sha256(id)], 'apps.oidc.free')
      return present(row, id)
    },
    async findByUid(uid) {
      const [row] = await query<Stored>(
        `${FIND} where t.kind = $1 and t.uid = $2 and t.expires_at > now()`,
        [kind, uid],
        'apps.oidc.uid',
      )
      return present(row)
    },
    findByUserCode: async () => undefined,
    async consume(id) {
      const rows = await query(
        'update apps.oidc set consumed_at = now() where kind = $1 and id_hash = $2 and consumed_at is null returning 1',
        [kind, sha256(id)],
        'apps.oidc.consume',
      )
      // The library has looked before; of two that looked at once only one may go on.
      if (rows.length === 0) throw new errors.InvalidGrant('already used')
    },
    async destroy(id) {
      await query('delete from apps.oidc where kind = $1 and id_hash = $2', [kind, sha256(id)], 'apps.oidc.destroy')
    },
    async revokeByGrantId(grantId) {
      await query('delete from apps.oidc where grant_hash = $1', [sha256(grantId)], 'apps.oidc.revoke')
    },
  })
}
