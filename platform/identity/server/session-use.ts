import type { Kernel } from '#kernel/module'

/** A session as this process remembers it, in ms; without `ends` its end does not move. */
interface Used {
  until: number
  ends?: number
}

const FLUSH_MS = 1000
/** An end may come one step early, and no session is written more often than that. */
const STEP_MS = 60_000
const STEPS = 20

// Whatever another node is writing at this moment needs no second hand: nobody waits, so nobody deadlocks.
const move = `with due as (
    select s.id, t.until from identity.session s join unnest($1::uuid[], $2::timestamptz[]) t (id, until) on t.id = s.id
    where s.expires_at < t.until for update of s skip locked)
  update identity.session s set expires_at = due.until from due where s.id = due.id`

export const idleMs = (kernel: Pick<Kernel, 'config'>): number => kernel.config.SESSION_IDLE_MINUTES * 60_000

/** Moves the end of the sessions in use: remembered at once, written once a second for all of them together. */
export const createSessionUse = (kernel: Kernel) => {
  const idle = idleMs(kernel)
  const step = Math.min(idle / STEPS, STEP_MS)
  let due = new Map<string, number>()
  const flush = async (): Promise<void> => {
    if (due.size === 0) return
    const moved = due
    due = new Map()
    const ends = [...moved.values()].map((until) => new Date(until))
    await kernel.database.query(move, [[...moved.keys()], ends], 'identity.session-use').catch((error: Error) => {
      kernel.log.warn({ reason: error.message }, '会话的使用时间没有记上，下一次再记')
      due = new Map([...moved, ...due])
    })
  }
  const timer = setInterval(flush, FLUSH_MS)
  return {
    use(session: Used, sessionId: string, now: number): void {
      const { ends = 0 } = session
      const until = Math.min(ends, now + idle)
      // The last step is short: it reaches the very end.
      if (until <= session.until || (until < ends && until - session.until < step)) return
      session.until = until
      due.set(sessionId, until)
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await flush()
    },
  }
}
