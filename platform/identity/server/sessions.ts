import type { Actor } from '#kernel/actor'
import { dayOf } from '#kernel/clock'
import { randomToken, sha256 } from '#kernel/crypto'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel } from '#kernel/module'
import { type Reach, setReaches } from './scopes.ts'

interface SessionRecord {
  session_id: string
  expires_at: Date
  account_id: string
  person_id: string | null
  login: string
  name: string | null
  unit_id: string | null
  org_id: string | null
}
interface GrantRecord {
  role: string
  scope: 'self' | 'unit' | 'subtree' | 'all'
  unit_id: string | null
}

const findSession = `select s.id as session_id, s.expires_at, a.id as account_id, a.person_id, a.login, p.name, u.id as unit_id, o.id as org_id
  from identity.session s join identity.account a on a.id = s.account_id and not a.disabled
  left join directory.person p on p.id = a.person_id and p.status = 'active'
  left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
  left join directory.unit u on u.id = m.unit_id
  left join directory.unit o on o.no = m.org_no
  where s.token_hash = $1 and (a.person_id is null or p.id is not null)`
const findGrants = `select role, scope, unit_id from identity.grant
  where account_id = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)`

/** Every public servant is a clerk of the own unit without a grant row: 1.4 million rows that say nothing are not kept. */
const IMPLICIT_ROLE = 'clerk'

const reachesOf = (
  grants: readonly GrantRecord[],
  byRole: ReadonlyMap<string, readonly string[]>,
): Map<string, Reach> => {
  const gathered = new Map<string, Reach>()
  for (const { role, scope, unit_id } of grants)
    for (const permission of byRole.get(role) ?? []) {
      const known = gathered.get(permission) ?? { subtrees: [], units: [] }
      if (known === 'all' || scope === 'all') gathered.set(permission, 'all')
      else if (unit_id && scope === 'subtree')
        gathered.set(permission, { ...known, subtrees: [...known.subtrees, unit_id] })
      else if (unit_id && scope === 'unit') gathered.set(permission, { ...known, units: [...known.units, unit_id] })
      else gathered.set(permission, known)
    }
  return gathered
}

interface Cached {
  actor: Actor | null
  until: number
}

/**
 * Sessions this process has seen. One row tells every half second whether anything that decides "who may" has changed;
 * if it has, or cannot be read, everything remembered is dropped. The bus makes it faster, never right.
 */
export interface SessionCache {
  authenticate(token: string | undefined): Promise<Actor | null>
  forget(): void
  stop(): void
}

const POLL_MS = 500

export const createSessionCache = (kernel: Kernel): SessionCache => {
  let cache = new Map<string, Cached>()
  let revision = ''
  let checkedAt = 0
  const forget = (): void => {
    cache = new Map()
  }
  const poll = async (): Promise<void> => {
    try {
      const [row] = await kernel.database.query<{ no: string }>(
        'select (select no from identity.revision)::text || $1 || (select structure from directory.version)::text as no',
        ['/'],
        'identity.revision',
      )
      if (row!.no !== revision) forget()
      revision = row!.no
      checkedAt = Date.now()
    } catch {
      forget()
      checkedAt = 0
    }
  }
  const timer = setInterval(poll, POLL_MS)
  const stopBus = kernel.bus.subscribe('event.identity.>', () => void poll())
  return {
    async authenticate(token) {
      if (!token || token.length > 200) return null
      // A process whose poll stopped (a blocked loop, a lost database) trusts nothing it remembers.
      if (Date.now() - checkedAt > POLL_MS * 2) await poll()
      const key = sha256(token).toString('base64')
      const known = cache.get(key)
      if (known && known.until > kernel.clock.now().getTime()) return known.actor
      const seen = revision
      const found = await load(kernel, key)
      if (seen === revision && cache.size < 200_000) cache.set(key, found)
      return found.actor
    },
    forget,
    stop() {
      clearInterval(timer)
      stopBus()
    },
  }
}

// A stranger's random tokens must not fill the cache for long.
const UNKNOWN_MS = 2000

const load = async (kernel: Kernel, key: string): Promise<Cached> => {
  const now = kernel.clock.now()
  const [row] = await kernel.database.query<SessionRecord>(
    findSession,
    [Buffer.from(key, 'base64')],
    'identity.session',
  )
  if (!row || row.expires_at <= now) return { actor: null, until: now.getTime() + UNKNOWN_MS }
  const [grants, roles] = await Promise.all([
    kernel.database.query<GrantRecord>(findGrants, [row.account_id, dayOf(now)], 'identity.grants'),
    kernel.database.query<{ role: string; permission: string }>(
      'select role, permission from identity.role_permission',
      [],
      'identity.roles',
    ),
  ])
  if (row.org_id) grants.push({ role: IMPLICIT_ROLE, scope: 'subtree', unit_id: row.org_id })
  const byRole = new Map<string, string[]>()
  for (const { role, permission } of roles) byRole.set(role, [...(byRole.get(role) ?? []), permission])
  const reaches = reachesOf(grants, byRole)
  const actor: Actor = {
    accountId: row.account_id,
    personId: row.person_id ?? '',
    name: row.name ?? row.login,
    unitId: row.unit_id ?? '',
    sessionId: row.session_id,
    permissions: new Set(reaches.keys()),
  }
  setReaches(actor, reaches)
  return { actor, until: row.expires_at.getTime() }
}

/** Opens a session: the token goes to the browser once, the database keeps its hash. */
export const openSession = async (
  ctx: Pick<Ctx, 'sql' | 'now' | 'kernel'>,
  accountId: string,
  from: { address: string; agent: string },
) => {
  const token = randomToken(32)
  const seconds = Math.round(ctx.kernel.config.SESSION_HOURS * 3600)
  await ctx.sql(
    'insert into identity.session (id, token_hash, account_id, created_at, expires_at, address, agent) values ($1, $2, $3, $4, $5, $6, $7)',
    [
      newId(),
      sha256(token),
      accountId,
      ctx.now,
      new Date(ctx.now.getTime() + seconds * 1000),
      from.address,
      from.agent.slice(0, 300),
    ],
  )
  return { token, seconds }
}
