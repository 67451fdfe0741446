import { dayOf } from '#kernel/clock'
import { tooMany } from '#kernel/errors'
import type { Kernel } from '#kernel/module'

/**
 * How often an application may call, counted over all nodes. A node takes calls from the database in shares of what is left and hands them out by
 * itself: few writes, and what a silent node keeps unused is at most a fortieth.
 */
const SHARE = 40

const periods = {
  minute: { ms: 60_000, startOf: (now: Date) => Math.floor(now.getTime() / 60_000) * 60_000 },
  day: { ms: 24 * 3600_000, startOf: (now: Date) => Date.parse(`${dayOf(now)}T00:00:00+08:00`) },
}
type Period = keyof typeof periods
export type Limits = Record<Period, number>

interface Lease {
  startsAt: number
  left: number
  /** what all nodes had taken when this one last asked */
  used: number
  exhausted: boolean
  asking?: Promise<void>
}
const leases = new WeakMap<Kernel, Map<string, Lease>>()

const leaseOf = (kernel: Kernel, key: string, startsAt: number): Lease => {
  const all = leases.get(kernel) ?? new Map<string, Lease>()
  leases.set(kernel, all)
  const known = all.get(key)
  if (known?.startsAt === startsAt) return known
  const fresh: Lease = { startsAt, left: 0, used: 0, exhausted: false }
  all.set(key, fresh)
  return fresh
}

const TAKE = `insert into apps.quota as q (application_id, period, starts_at, used) values ($1, $2, $3, $4)
  on conflict (application_id, period, starts_at) do update set used = q.used + $4 where q.used + $4 <= $5 returning used`

/** Takes a share; when that much is not left, half of it, down to the last call. */
const ask = async (
  kernel: Kernel,
  lease: Lease,
  applicationId: string,
  period: Period,
  limit: number,
): Promise<void> => {
  const startsAt = new Date(lease.startsAt)
  for (let share = Math.max(1, Math.floor((limit - lease.used) / SHARE)); share >= 1; share = Math.floor(share / 2)) {
    const [row] = await kernel.database.query<{ used: number }>(
      TAKE,
      [applicationId, period, startsAt, share, limit],
      'apps.quota',
    )
    if (!row) continue
    lease.used = row.used
    lease.left += share
    return
  }
  lease.exhausted = true
}

const take = async (kernel: Kernel, applicationId: string, period: Period, limit: number): Promise<boolean> => {
  for (;;) {
    const startsAt = periods[period].startOf(kernel.clock.now())
    const lease = leaseOf(kernel, `${applicationId}/${period}`, startsAt)
    if (lease.left > 0) {
      lease.left -= 1
      return true
    }
    if (lease.exhausted) return false
    lease.asking ??= ask(kernel, lease, applicationId, period, limit).finally(() => {
      lease.asking = undefined
    })
    await lease.asking
  }
}

/** Counts one call, or refuses it with the seconds to wait. */
export const spend = async (kernel: Kernel, applicationId: string, limits: Limits): Promise<void> => {
  for (const period of ['minute', 'day'] as const) {
    if (await take(kernel, applicationId, period, limits[period])) continue
    const { ms, startOf } = periods[period]
    const now = kernel.clock.now()
    const seconds = Math.max(1, Math.ceil((startOf(now) + ms - now.getTime()) / 1000))
    const span = period === 'minute' ? '每分钟' : '每日'
    throw tooMany(
      seconds,
      `应用的调用超过${span} ${limits[period]} 次的上限，请 ${seconds} 秒后再试，或向平台申请提高配额。`,
    )
  }
}
