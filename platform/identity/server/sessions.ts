import type { Actor, SubjectKind } from '#kernel/actor'
import { dayOf } from '#kernel/clock'
import { randomToken, sha256 } from '#kernel/crypto'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel } from '#kernel/module'
import { readReaches } from './reaches.ts'
import { setReaches } from './scopes.ts'

interface SessionRecord {
  session_id: string
  created_at: Date
  expires_at: Date
  subject_kind: SubjectKind
  account_id: string
  person_id: string | null
  login: string
  name: string | null
  unit_id: string | null
  org_id: string | null
}
const findSession = `select s.id as session_id, s.created_at, s.expires_at, a.id as account_id, a.subject_kind, a.person_id, a.login, p.name, u.id as unit_id, o.id as org_id
  from identity.session s join identity.account a on a.id = s.account_id and not a.disabled
  left join directory.person p on p.id = a.person_id and p.status = 'active'
  left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
  left join directory.unit u on u.id = m.unit_id
  left join directory.unit o on o.no = m.org_no
  where s.token_hash = $1 and (a.person_id is null or p.id is not null)`
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
  const { roles, reaches } = await readReaches(kernel.database.query, {
    accountId: row.account_id,
    orgId: row.org_id,
    day: dayOf(now),
  })
  const actor: Actor = {
    accountId: row.account_id,
    subject: row.subject_kind,
    personId: row.person_id ?? '',
    name: row.name ?? row.login,
    unitId: row.unit_id ?? '',
    sessionId: row.session_id,
    roles,
    permissions: new Set(reaches.keys()),
    assurance: 1,
    verifiedAt: row.created_at,
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
