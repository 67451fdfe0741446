import { hash } from 'node:crypto'
import type { Actor, SubjectKind } from '#kernel/actor'
import { dayOf } from '#kernel/clock'
import type { Kernel } from '#kernel/module'
import { readReaches } from './reaches.ts'
import { setReaches } from './scopes.ts'
import { createSessionUse } from './session-use.ts'

interface SessionRecord {
  session_id: string
  created_at: Date
  expires_at: Date
  ends_at: Date | null
  verified_at: Date | null
  assurance: 1 | 2
  device_id: string | null
  subject_kind: SubjectKind
  account_id: string
  person_id: string | null
  login: string
  name: string | null
  unit_id: string | null
  org_id: string | null
}
const findSession = `select s.id as session_id, s.created_at, s.expires_at, s.ends_at, s.verified_at, s.assurance, s.device_id, a.id as account_id, a.subject_kind, a.person_id, a.login, p.name, u.id as unit_id, o.id as org_id
  from identity.session s join identity.account a on a.id = s.account_id and not a.disabled
  left join directory.person p on p.id = a.person_id and p.status = 'active'
  left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
  left join directory.unit u on u.id = m.unit_id
  left join directory.unit o on o.no = m.org_no
  where s.token_hash = $1 and (a.person_id is null or p.id is not null)`
interface Cached {
  actor: Actor | null
  /** ms; moves while the session is in use */
  until: number
  /** ms; how far it may move */
  ends?: number
}

/**
 * Sessions this process has seen. One row tells every half second whether anything that decides "who may" has changed;
 * if it has, or cannot be read, everything remembered is dropped. The bus makes it faster, never right.
 */
interface SessionCache {
  /** `unattended`: a page asks by itself, so the session counts as idle */
  authenticate(token: string | undefined, unattended?: boolean): Promise<Actor | null>
  /** a factor was shown again in this session */
  verified(sessionId: string): void
  stop(): Promise<void>
}

const caches = new WeakMap<Kernel, SessionCache>()
export const cacheOf = (kernel: Kernel): SessionCache | undefined => caches.get(kernel)

const POLL_MS = 500
/** How far back a look asks for sessions verified elsewhere: many times the interval, for a node whose clock or database is late. */
const VERIFIED_MS = 10_000

const look = `select (select no from identity.revision)::text || '/' || (select structure from directory.version)::text as revision,
  array(select id::text from identity.session where verified_at > $1) as verified`

const hashOf = (token: string): string => hash('sha256', token, 'base64')

/** Sessions by the hash of their token, and by their own id. Tokens themselves stay until the next look: a page calls several times in a row. */
const rememberSessions = () => {
  let cache = new Map<string, Cached>()
  let keys = new Map<string, string>()
  let recent = new Map<string, Cached>()
  const forgetTokens = (): void => {
    recent = new Map()
  }
  return {
    forgetTokens,
    find(token: string): Cached | undefined {
      const found = recent.get(token) ?? cache.get(hashOf(token))
      if (found) recent.set(token, found)
      return found
    },
    forgetAll(): void {
      cache = new Map()
      keys = new Map()
      forgetTokens()
    },
    forget(sessionId: string): void {
      const key = keys.get(sessionId)
      if (key) cache.delete(key)
      forgetTokens()
    },
    remember(token: string, key: string, found: Cached): void {
      if (cache.size >= 200_000) return
      cache.set(key, found)
      recent.set(token, found)
      if (found.actor) keys.set(found.actor.sessionId, key)
    },
  }
}

export const createSessionCache = (kernel: Kernel): SessionCache => {
  const memory = rememberSessions()
  let revision = ''
  let checkedAt = 0
  const sockets = watchSockets(kernel, memory.forget)
  const inUse = createSessionUse(kernel)
  const used = (found: Cached, unattended = false): Actor | null => {
    if (found.actor && !unattended) inUse.use(found, found.actor.sessionId, kernel.clock.now().getTime())
    return found.actor
  }
  const poll = async (): Promise<void> => {
    const now = kernel.clock.now()
    try {
      const [row] = await kernel.database.query<{ revision: string; verified: string[] }>(
        look,
        [new Date(now.getTime() - VERIFIED_MS)],
        'identity.revision',
      )
      const changed = row!.revision !== revision
      if (changed) memory.forgetAll()
      memory.forgetTokens()
      for (const sessionId of row!.verified) memory.forget(sessionId)
      revision = row!.revision
      checkedAt = Date.now()
      await sockets.cutEnded(changed)
    } catch {
      memory.forgetAll()
      checkedAt = 0
    }
  }
  const timer = setInterval(poll, POLL_MS)
  const stopBus = kernel.bus.subscribe('event.identity.>', () => void poll())
  const made: SessionCache = {
    async authenticate(token, unattended) {
      if (!token || token.length > 200) return null
      // A process whose poll stopped (a blocked loop, a lost database) trusts nothing it remembers.
      if (Date.now() - checkedAt > POLL_MS * 2) await poll()
      const known = memory.find(token)
      if (known && known.until > kernel.clock.now().getTime()) return used(known, unattended)
      const seen = revision
      const key = hashOf(token)
      const found = await load(kernel, key)
      if (seen === revision) memory.remember(token, key, found)
      return used(found, unattended)
    },
    verified(sessionId) {
      memory.forget(sessionId)
      kernel.bus.publish('event.identity.verified', {})
    },
    stop() {
      clearInterval(timer)
      stopBus()
      return inUse.stop()
    },
  }
  caches.set(kernel, made)
  return made
}

const stillLive = `select s.id, s.expires_at from identity.session s join identity.account a on a.id = s.account_id and not a.disabled
  left join directory.person p on p.id = a.person_id
  where s.id = any($1::uuid[]) and s.expires_at > $2 and (a.person_id is null or p.status = 'active')`

/** Cuts the WebSockets of sessions that ended, ran out or whose account was disabled; asks only when there is a reason to. */
const watchSockets = (kernel: Kernel, forget: (sessionId: string) => void) => {
  let live = new Map<string, number>()
  return {
    async cutEnded(changed: boolean): Promise<void> {
      const now = kernel.clock.now()
      const open = [...kernel.realtime.sessions()]
      const doubtful = open.some((id) => (live.get(id) ?? 0) <= now.getTime())
      if (open.length === 0 || (!changed && !doubtful)) return
      const rows = await kernel.database.query<{ id: string; expires_at: Date }>(
        stillLive,
        [open, now],
        'identity.live',
      )
      live = new Map(rows.map((row) => [row.id, row.expires_at.getTime()]))
      for (const id of open.filter((each) => !live.has(each))) {
        // This look may have seen the end before the revision did: whoever lost the socket is not let in by what is remembered either.
        forget(id)
        kernel.realtime.cut(id)
      }
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
    assurance: row.assurance,
    verifiedAt: row.verified_at ?? row.created_at,
    deviceId: row.device_id ?? undefined,
  }
  setReaches(actor, reaches)
  return { actor, until: row.expires_at.getTime(), ends: row.ends_at?.getTime() }
}
