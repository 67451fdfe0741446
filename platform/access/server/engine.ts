import { networkOf } from '#kernel/addresses'
import type { AccessDecision, AccessRequest, Kernel } from '#kernel/module'
import { isWorkingDay } from '#platform/calendar'
import type { ZoneRange } from '../contract.ts'
import { platformOf } from '../platforms.ts'
import { defaultPolicy } from './default-policy.ts'
import { inputOf, keyOf, type Surroundings, shanghaiDay } from './input.ts'
import { createZones, type Zones, zoneOf } from './networks.ts'
import { compile, type PolicySet, type Verdict } from './policy.ts'
import { createRecorder, type Recorder } from './records.ts'
import { readSession, type SessionState } from './session-state.ts'

const POLL_MS = 500
const REMEMBERED = 100_000
const SESSIONS = 200_000

interface Loaded {
  no: number
  set: PolicySet
  release(): void
  zones: Zones
}

/** Decides for one process. What it remembers is forgotten within a second of a change, and at once when it cannot look. */
export interface Engine {
  decide(request: AccessRequest): Promise<AccessDecision>
  /** where a call comes from and what is known of its session */
  surroundings(
    request: AccessRequest,
  ): Promise<Surroundings & { session: SessionState | null; range: ZoneRange | undefined }>
  stop(): Promise<void>
}

/** A province that has no policy yet starts with the one this service brings. */
export const ensurePolicy = (kernel: Kernel): Promise<unknown> =>
  kernel.database.query(
    `insert into access.policy (id, text, note, policies, state, proposed_at, proposed_by_name, decided_at)
     select gen_random_uuid(), $1, '平台自带的起始策略', 5, 'active', $2, '平台', $2 where not exists (select 1 from access.policy)
     on conflict do nothing`,
    [defaultPolicy, kernel.clock.now()],
  )

const loadPolicy = async (kernel: Kernel): Promise<Omit<Loaded, 'zones'>> => {
  const [row] = await kernel.database.query<{ no: number; text: string }>(
    "select no, text from access.policy where state = 'active'",
  )
  const compiled = compile(row?.text ?? '')
  if (!('set' in compiled))
    throw new Error(`访问策略第 ${row?.no} 版不能用：${compiled.faults.map(({ message }) => message).join('；')}`)
  return { no: row!.no, set: compiled.set, release: compiled.release }
}
const loadZones = async (kernel: Kernel): Promise<Zones> =>
  createZones(
    await kernel.database.query<ZoneRange>('select range::text, zone, name, latitude, longitude from access.zone'),
  )

interface SeenSession {
  /** the last one it called from: most calls come from there again */
  address: string
  state: SessionState
}
interface Memory {
  loaded?: Promise<Loaded>
  revision: string
  checkedAt: number
  minute: number
  decisions: Map<string, Verdict>
  sessions: Map<string, SeenSession>
  workdays: Map<string, Promise<boolean>>
}

const forget = (memory: Memory): void => {
  memory.loaded?.then(
    ({ release }) => release(),
    () => undefined,
  )
  memory.loaded = undefined
  memory.decisions = new Map()
  memory.sessions = new Map()
  memory.workdays = new Map()
}

/** Looks at the revision row; true when something that decides has changed, or could not be looked at. */
const look = async (kernel: Kernel, memory: Memory): Promise<boolean> => {
  try {
    const [row] = await kernel.database.query<{ revision: string; sessions: string[] }>(
      `select r.no || '/' || c.mark as revision,
         array(select session_id::text from access.change where at > now() - interval '5 seconds') as sessions
       from access.revision r, calendar.revision c`,
      [],
      'access.revision',
    )
    for (const session of row!.sessions) memory.sessions.delete(session)
    const changed = row!.revision !== memory.revision
    if (changed) forget(memory)
    memory.revision = row!.revision
    memory.checkedAt = Date.now()
    return changed
  } catch {
    forget(memory)
    memory.checkedAt = 0
    return true
  }
}

const loadedOf = (kernel: Kernel, memory: Memory): Promise<Loaded> => {
  if (memory.loaded) return memory.loaded
  const loading = Promise.all([loadPolicy(kernel), loadZones(kernel)]).then(([policy, zones]) => ({ ...policy, zones }))
  loading.catch(() => {
    if (memory.loaded === loading) memory.loaded = undefined
  })
  memory.loaded = loading
  return loading
}

const workdayOf = (kernel: Kernel, memory: Memory, day: string): Promise<boolean> => {
  const known = memory.workdays.get(day)
  if (known) return known
  const asked = isWorkingDay(kernel.database.query, day)
  asked.catch(() => memory.workdays.delete(day))
  memory.workdays.set(day, asked)
  return asked
}

const sessionOf = async (kernel: Kernel, memory: Memory, zones: Zones, request: AccessRequest) => {
  const { sessionId } = request.actor
  if (!sessionId) return null
  const { address } = request
  const known = memory.sessions.get(sessionId)
  if (known && (known.address === address || known.state.network === networkOf(address))) return known.state
  const state = await readSession(kernel, request, zones.find(address))
  if (memory.sessions.size >= SESSIONS) memory.sessions.clear()
  memory.sessions.set(sessionId, { address, state })
  return state
}

const DAY_MS = 86_400_000

const around = async (kernel: Kernel, memory: Memory, zones: Zones, request: AccessRequest) => {
  const day = shanghaiDay(request.at)
  const [session, workday] = await Promise.all([
    sessionOf(kernel, memory, zones, request),
    workdayOf(kernel, memory, day),
  ])
  const patched = session?.patchedOn
  return {
    session,
    range: zones.find(request.address),
    zone: zoneOf(zones, request.address),
    platform: session?.platform ?? platformOf(request.agent),
    patchDays: patched ? Math.round((Date.parse(day) - Date.parse(patched)) / DAY_MS) : null,
    workday,
    risk: session?.risk ?? 0,
  }
}

const present = ({ outcome, reason }: Verdict): AccessDecision => {
  if (outcome === 'allow' || outcome === 'mask') return { outcome }
  if (outcome === 'step-up') return { outcome, reason: reason ?? undefined }
  return { outcome, reason: reason ?? '访问策略不允许这样访问。' }
}

const judge = async (kernel: Kernel, memory: Memory, recorder: Recorder, request: AccessRequest) => {
  const { no, set, zones } = await loadedOf(kernel, memory)
  const input = inputOf(request, await around(kernel, memory, zones, request), set.boundaries)
  const key = keyOf(input)
  let verdict = memory.decisions.get(key)
  if (!verdict) {
    verdict = set.decide(input)
    if (memory.decisions.size >= REMEMBERED) memory.decisions.clear()
    memory.decisions.set(key, verdict)
  }
  recorder.count({ key, input, verdict, policyNo: no, at: request.at })
  return present(verdict)
}

export const createEngine = (kernel: Kernel): Engine => {
  const memory: Memory = {
    revision: '',
    checkedAt: 0,
    minute: 0,
    decisions: new Map(),
    sessions: new Map(),
    workdays: new Map(),
  }
  const recorder = createRecorder(kernel)
  const recheck = () =>
    kernel.realtime.recheck().catch((error: Error) => kernel.log.warn({ err: error }, '复查长连接失败'))
  const poll = async (): Promise<void> => {
    const changed = await look(kernel, memory)
    // Time is an input too: sockets are looked through once a minute.
    const minute = Math.floor(kernel.clock.now().getTime() / 60_000)
    if (changed || minute !== memory.minute) await recheck()
    memory.minute = minute
  }
  let polling: Promise<void> | undefined
  const timer = setInterval(() => {
    polling ??= poll().finally(() => {
      polling = undefined
    })
  }, POLL_MS)
  const stopBus = kernel.bus.subscribe('event.access.>', () => void poll())
  const fresh = async (): Promise<void> => {
    if (Date.now() - memory.checkedAt > POLL_MS * 2) await look(kernel, memory)
  }
  return {
    async decide(request) {
      await fresh()
      return judge(kernel, memory, recorder, request)
    },
    async surroundings(request) {
      await fresh()
      const { zones } = await loadedOf(kernel, memory)
      return around(kernel, memory, zones, request)
    },
    async stop() {
      clearInterval(timer)
      stopBus()
      await polling
      await recorder.stop()
      forget(memory)
    },
  }
}
