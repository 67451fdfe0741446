import type { Kernel } from '#kernel/module'

/** Calls by application and hour, never by person; gathered in the process and written every few seconds. */
const FLUSH_MS = 5000
const HOUR = 3600_000

interface Count {
  applicationId: string
  hour: number
  calls: number
  refused: number
}
const counts = new WeakMap<Kernel, Map<string, Count>>()

export const countCall = (kernel: Kernel, applicationId: string, refused = false): void => {
  const all = counts.get(kernel) ?? new Map<string, Count>()
  counts.set(kernel, all)
  const hour = Math.floor(kernel.clock.now().getTime() / HOUR) * HOUR
  const key = `${applicationId}/${hour}`
  const count = all.get(key) ?? { applicationId, hour, calls: 0, refused: 0 }
  if (refused) count.refused += 1
  else count.calls += 1
  all.set(key, count)
}

const WRITE = `with fresh as (
    select * from unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::int[]) t (application_id, hour, calls, refused)
  ), counted as (
    insert into apps.usage as u select * from fresh
    on conflict (application_id, hour) do update set calls = u.calls + excluded.calls, refused = u.refused + excluded.refused)
  update apps.application a set last_call_at = $5 where a.id in (select application_id from fresh where calls > 0)`

/** Writes what was counted since; what cannot be written now is kept for the next time. */
export const flushUsage = async (kernel: Kernel): Promise<void> => {
  const all = [...(counts.get(kernel)?.values() ?? [])]
  if (all.length === 0) return
  counts.delete(kernel)
  try {
    await kernel.database.query(
      WRITE,
      [
        all.map(({ applicationId }) => applicationId),
        all.map(({ hour }) => new Date(hour)),
        all.map(({ calls }) => calls),
        all.map(({ refused }) => refused),
        kernel.clock.now(),
      ],
      'apps.usage',
    )
  } catch (error) {
    kernel.log.warn({ err: error }, '应用调用次数未能写入')
    const since = counts.get(kernel) ?? new Map<string, Count>()
    for (const count of all) {
      const key = `${count.applicationId}/${count.hour}`
      const known = since.get(key)
      since.set(
        key,
        known ? { ...count, calls: count.calls + known.calls, refused: count.refused + known.refused } : count,
      )
    }
    counts.set(kernel, since)
  }
}

export const startUsage = (kernel: Kernel): (() => Promise<void>) => {
  const timer = setInterval(() => void flushUsage(kernel), FLUSH_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await flushUsage(kernel)
  }
}
