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
  /** at once when everything it needs is remembered, which is nearly always */
  decide(request: AccessRequest): AccessDecision | Promise<AccessDecision>
  /** where a call comes from and what is known of its session */
  surroundings(request: AccessRequest): Promise<Around>
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
  /** what `loaded` gave, until it is forgotten */
  ready?: Loaded
  revision: string
  checkedAt: number
  minute: number
  decisions: Map<string, Verdict>
  sessions: Map<string, SeenSession>
  workdays: Map<string, boolean>
}

const forget = (memory: Memory): void => {
  memory.loaded?.then(
    ({ release }) => release(),
    () => undefined,
  )
  memory.loaded = undefined
  memory.ready = undefined
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
  loading.then(
    (loaded) => {
      if (memory.loaded === loading) memory.ready = loaded
    },
    () => {
      if (memory.loaded === loading) memory.loaded = undefined
    },
  )
  memory.loaded = loading
  return loading
}

const workdayOf = async (kernel: Kernel, { workdays }: Memory, day: string): Promise<boolean> => {
  const known = workdays.get(day)
  if (known !== undefined) return known
  const asked = await isWorkingDay(kernel.database.query, day)
  workdays.set(day, asked)
  return asked
}

/** Undefined when it has to be read. */
const knownSession = ({ sessions }: Memory, { actor, address }: AccessRequest): SessionState | null | undefined => {
  if (!actor.sessionId) return null
  const known = sessions.get(actor.sessionId)
  return known && (known.address === address || known.state.network === networkOf(address)) ? known.state : undefined
}

const sessionOf = async (kernel: Kernel, memory: Memory, zones: Zones, request: AccessRequest) => {
  const known = knownSession(memory, request)
  if (known !== undefined) return known
  const { actor, address } = request
  const state = await readSession(kernel, request, zones.find(address))
  if (memory.sessions.size >= SESSIONS) memory.sessions.clear()
  memory.sessions.set(actor.sessionId, { address, state })
  return state
}

const DAY_MS = 86_400_000

interface Around extends Surroundings {
  session: SessionState | null
  range: ZoneRange | undefined
}
const placed = (zones: Zones, request: AccessRequest, session: SessionState | null, workday: boolean): Around => {
  const patched = session?.patchedOn
  return {
    session,
    range: zones.find(request.address),
    zone: zoneOf(zones, request.address),
    platform: session?.platform ?? platformOf(request.agent),
    patchDays: patched ? Math.round((Date.parse(shanghaiDay(request.at)) - Date.parse(patched)) / DAY_MS) : null,
    workday,
    risk: session?.risk ?? 0,
  }
}
const around = async (kernel: Kernel, memory: Memory, zones: Zones, request: AccessRequest): Promise<Around> => {
  const [session, workday] = await Promise.all([
    sessionOf(kernel, memory, zones, request),
    workdayOf(kernel, memory, shanghaiDay(request.at)),
  ])
  return placed(zones, request, session, workday)
}

const present = ({ outcome, reason }: Verdict): AccessDecision => {
  if (outcome === 'allow' || outcome === 'mask') return { outcome }
  if (outcome === 'step-up') return { outcome, reason: reason ?? undefined }
  return { outcome, reason: reason ?? '访问策略不允许这样访问。' }
}

type Judge = (loaded: Loaded, request: AccessRequest, around: Around) => AccessDecision
/** Everything is known and nothing waits: what was forgotten meanwhile can be neither used nor remembered. */
const judgeWith =
  (memory: Memory, recorder: Recorder): Judge =>
  ({ no, set }, request, around) => {
    const input = inputOf(request, around, set.boundaries)
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

const isLate = ({ checkedAt }: Memory): boolean => Date.now() - checkedAt > POLL_MS * 2

const decideSlowly = async (
  kernel: Kernel,
  memory: Memory,
  judge: Judge,
  request: AccessRequest,
): Promise<AccessDecision> => {
  for (;;) {
    if (isLate(memory)) await look(kernel, memory)
    const loaded = await loadedOf(kernel, memory)
    const where = await around(kernel, memory, loaded.zones, request)
    if (memory.ready === loaded) return judge(loaded, request, where)
  }
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
  const judge = judgeWith(memory, recorder)
  const slowly = (request: AccessRequest) => decideSlowly(kernel, memory, judge, request)
  return {
    decide(request) {
      const { ready } = memory
      if (!ready || isLate(memory)) return slowly(request)
      const session = knownSession(memory, request)
      const workday = memory.workdays.get(shanghaiDay(request.at))
      if (session === undefined || workday === undefined) return slowly(request)
      return judge(ready, request, placed(ready.zones, request, session, workday))
    },
    async surroundings(request) {
      if (isLate(memory)) await look(kernel, memory)
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
