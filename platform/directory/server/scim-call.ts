import { sha256 } from '#kernel/crypto'
import type { Kernel, RawRequest, SystemCtx } from '#kernel/module'
import { ScimError } from './scim-error.ts'
import { closedTo } from './verdict.ts'
import { worldOf } from './viewer.ts'

export interface Client {
  id: string
  title: string
  unitId: string
  /** guards and masks that close people and fields to it; empty for one that may read what is protected */
  hidden: readonly number[]
  masked: readonly number[]
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
  /** what the audit record says beside the attributes a call spoke of */
  noted: Record<string, unknown>
}

const BEARER = /^Bearer ([\w~+/.=-]{1,200})$/i

/** $1 to $4 of every query over users and groups: the subtree's unit, the client, and what is closed to it. */
export const scopeParams = ({ client }: ScimCall): unknown[] => [client.unitId, client.id, client.hidden, client.masked]

interface Registered extends Pick<Client, 'id' | 'title' | 'unitId'> {
  enabled: boolean
  readsProtected: boolean
  pre: number
}
/** A client looks from the top of its subtree and belongs to no unit: rules hold for it as for a stranger (docs/decisions/0005). */
const closedFor = async (
  kernel: Kernel,
  { readsProtected, pre }: Registered,
): Promise<Pick<Client, 'hidden' | 'masked'>> => {
  if (readsProtected) return { hidden: [], masked: [] }
  const { rules, guards } = await worldOf(kernel)
  const closed = closedTo({ personId: '', pre, rankOrder: 99, orgs: [] }, rules, guards)
  return { hidden: closed.hiddenAway, masked: closed.maskedAway }
}

/** Whose token it is; 401 for none, a wrong one or one that was switched off: `known` is called before, with the client if there is one. */
export const clientOf = async (
  { sql, now, kernel }: Pick<SystemCtx, 'sql' | 'now' | 'kernel'>,
  request: RawRequest,
  known: (title: string) => void,
): Promise<Client> => {
  const header = request.headers.authorization
  const token = BEARER.exec(typeof header === 'string' ? header : '')?.[1]
  const [client] = token
    ? await sql<Registered>(
        `select c.id, c.title, c.unit_id as "unitId", c.enabled, c.reads_protected as "readsProtected", u.pre
         from directory.scim_client c join directory.unit u on u.id = c.unit_id where c.token_hash = $1`,
        [sha256(token)],
      )
    : []
  if (client) known(client.title)
  if (!client?.enabled) throw new ScimError(401, '令牌无效或已停用。请向系统管理员核对。')
  // By the minute: a busy client must not write this row with every call.
  await sql(
    `update directory.scim_client set last_used_at = $2::timestamptz where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [client.id, now],
  )
  return { id: client.id, title: client.title, unitId: client.unitId, ...(await closedFor(kernel, client)) }
}

export const baseOf = ({ kernel, headers }: RawRequest): string =>
  `${kernel.config.PUBLIC_ORIGIN ?? `http://${String(headers.host ?? 'localhost')}`}/api/scim/v2`
