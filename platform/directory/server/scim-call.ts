import { sha256 } from '#kernel/crypto'
import type { Kernel, RawRequest, SystemCtx } from '#kernel/module'
import { ScimError } from './scim-error.ts'

export interface Client {
  id: string
  title: string
  unitId: string
}
/** One call of one client, in one transaction. */
export interface ScimCall {
  sql: SystemCtx['sql']
  now: Date
  kernel: Kernel
  emit: SystemCtx['emit']
  client: Client
  /** the address that locations begin with */
  base: string
}

const BEARER = /^Bearer ([\w~+/.=-]{1,200})$/i

/** Whose token it is; 401 for none, a wrong one or one that was switched off. */
export const clientOf = async ({ sql, now }: Pick<SystemCtx, 'sql' | 'now'>, request: RawRequest): Promise<Client> => {
  const header = request.headers.authorization
  const token = BEARER.exec(typeof header === 'string' ? header : '')?.[1]
  const [client] = token
    ? await sql<Client>(
        'select id, title, unit_id as "unitId" from directory.scim_client where token_hash = $1 and enabled',
        [sha256(token)],
      )
    : []
  if (!client) throw new ScimError(401, '令牌无效或已停用。请向系统管理员核对。')
  // By the minute: a busy client must not write this row with every call.
  await sql(
    `update directory.scim_client set last_used_at = $2::timestamptz where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [client.id, now],
  )
  return client
}

export const baseOf = ({ kernel, headers }: RawRequest): string =>
  `${kernel.config.PUBLIC_ORIGIN ?? `http://${String(headers.host ?? 'localhost')}`}/api/scim/v2`
