import type { ParsedOf } from '#kernel/contract'
import { randomToken, sha256 } from '#kernel/crypto'
import { conflict } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { appsApi } from '../contract.ts'
import { take } from './registered.ts'

/** Secrets begin with this, so that one that slipped into a repository can be found and recognised. */
const PREFIX = 'qts_'
const HOUR = 3600_000

/**
 * A new secret, shown this once. The one in use stays good for some hours beside it, so that nobody is cut off while it is being changed; older
 * ones end now. Only a hash is kept: 32 random bytes need no slow one (NIST SP 800-63B §3.1.2.2).
 */
export const renewSecret = async (
  ctx: Ctx,
  { environment, keepHours, ...seen }: ParsedOf<typeof appsApi.renewSecret>,
) => {
  const row = await take(ctx, 'secret', seen)
  const [client] = await ctx.sql<{ id: string; signs: boolean }>(
    'select id, jwks is not null as signs from apps.client where application_id = $1 and environment = $2',
    [row.id, environment],
  )
  if (!client) throw conflict('正式环境在应用批准上线后才有密钥，现在请先用测试环境。')
  if (client.signs) throw conflict('这个环境用公钥认证，不需要密钥。要改用密钥，请先在登记里去掉公钥。')
  const secret = `${PREFIX}${randomToken(32)}`
  const until = new Date(ctx.now.getTime() + keepHours * HOUR)
  await ctx.sql('delete from apps.secret where client_id = $1 and (expires_at is not null or $2)', [
    client.id,
    keepHours === 0,
  ])
  await ctx.sql('update apps.secret set expires_at = $2 where client_id = $1', [client.id, until])
  await ctx.sql('insert into apps.secret (hash, client_id, created_at) values ($1, $2, $3)', [
    sha256(secret),
    client.id,
    ctx.now,
  ])
  return { clientId: client.id, secret }
}
