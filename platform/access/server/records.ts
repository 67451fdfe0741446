import { sha256 } from '#kernel/crypto'
import type { Kernel } from '#kernel/module'
import type { AccessInput } from '../contract.ts'
import type { Verdict } from './policy.ts'

interface Seen {
  key: string
  input: AccessInput
  verdict: Verdict
  policyNo: number
  at: Date
}
interface Count extends Omit<Seen, 'key' | 'at'> {
  hash: Buffer
  hour: Date
  calls: number
}

const FLUSH_MS = 10_000
const HOUR_MS = 3_600_000
// A flood of different inputs is written earlier than the clock would.
const MOST = 20_000

/** Counts decisions in memory and adds them to the hour's row every ten seconds; a killed process loses that much of its statistics. */
export interface Recorder {
  count(seen: Seen): void
  stop(): Promise<void>
}

export const createRecorder = (kernel: Kernel): Recorder => {
  let counts = new Map<string, Count>()
  let [hour, policyNo] = [0, 0]
  let writing: Promise<void> = Promise.resolve()
  const flush = (): Promise<void> => {
    const batch = [...counts.values()]
    counts = new Map()
    if (batch.length > 0)
      writing = writing
        .then(() => write(kernel, batch))
        .catch((error: Error) => kernel.log.warn({ err: error }, '访问决定的统计没有写入'))
    return writing
  }
  const timer = setInterval(() => void flush(), FLUSH_MS)
  return {
    count({ key, input, verdict, policyNo: no, at }) {
      const now = Math.floor(at.getTime() / HOUR_MS)
      // One batch is of one hour and one set of policies, so that the key of the decision is the key here too.
      if (now !== hour || no !== policyNo) void flush()
      hour = now
      policyNo = no
      const known = counts.get(key)
      if (known) known.calls++
      else counts.set(key, { input, verdict, policyNo, hash: sha256(key), hour: new Date(hour * HOUR_MS), calls: 1 })
      if (counts.size >= MOST) void flush()
    },
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}

const write = async (kernel: Kernel, batch: readonly Count[]): Promise<void> => {
  // In one order everywhere, so that two processes never wait for each other.
  const rows = batch.toSorted((a, b) => a.hash.compare(b.hash) || a.hour.getTime() - b.hour.getTime())
  const inputs = [...new Map(rows.map((row) => [row.hash.toString('hex'), row])).values()]
  const { query } = kernel.database
  await query(
    `insert into access.input as i (hash, input, last_at) select * from unnest($1::bytea[], $2::jsonb[], $3::timestamptz[])
     on conflict (hash) do update set last_at = excluded.last_at where i.last_at < excluded.last_at`,
    [inputs.map(({ hash }) => hash), inputs.map(({ input }) => JSON.stringify(input)), inputs.map(({ hour }) => hour)],
  )
  await query(
    `insert into access.hour as h (hour, hash, outcome, reason, policy_no, calls)
     select * from unnest($1::timestamptz[], $2::bytea[], $3::text[], $4::text[], $5::int[], $6::int[])
     on conflict (hour, hash, outcome, policy_no) do update set calls = h.calls + excluded.calls`,
    [
      rows.map(({ hour }) => hour),
      rows.map(({ hash }) => hash),
      rows.map(({ verdict }) => verdict.outcome),
      rows.map(({ verdict }) => verdict.reason),
      rows.map(({ policyNo }) => policyNo),
      rows.map(({ calls }) => calls),
    ],
  )
}

const KEEP_DAYS = 30

/** Drops what is older than the retention of its table says. */
export const prune = async (kernel: Kernel): Promise<void> => {
  const { query } = kernel.database
  const now = kernel.clock.now()
  await query(`delete from access.hour where hour < $1::timestamptz - make_interval(days => ${KEEP_DAYS})`, [now])
  await query(`delete from access.input where last_at < $1::timestamptz - make_interval(days => ${KEEP_DAYS})`, [now])
  await query(`delete from access.session where at < $1::timestamptz - interval '7 days'`, [now])
  await query(`delete from access.place where last_at < $1::timestamptz - interval '180 days'`, [now])
  await query(`delete from access.change where at < now() - interval '1 day'`)
}
