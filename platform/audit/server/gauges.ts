import type { Query } from '#kernel/db'
import type { Kernel } from '#kernel/module'

/** Records that wait for the leader, counted to 10,000. */
export const unsequenced = async (query: Query): Promise<number> =>
  (await query<{ n: number }>('select count(*)::int as n from (select 1 from kernel.audit_intake limit 10000) t'))[0]!.n

/** Seconds since the last checkpoint while the log has grown beyond it; 0 when everything is signed. */
const checkpointAge = async ({ database, clock }: Kernel): Promise<number> => {
  const [row] = await database.query<{ at: Date | null; grown: boolean }>(
    `select c.at, h.size > coalesce(c.size, 0) as grown from kernel.audit_head h
     left join lateral (select size, at from kernel.audit_checkpoint order by size desc limit 1) c on true`,
  )
  return row?.at && row.grown ? Math.max(0, (clock.now().getTime() - row.at.getTime()) / 1000) : 0
}

export const auditGauges = (kernel: Kernel): void => {
  kernel.metrics.gauge('qitong_audit_unsequenced', 'Audit records not yet in the log, counted to 10,000', () =>
    unsequenced(kernel.database.query),
  )
  kernel.metrics.gauge(
    'qitong_audit_checkpoint_age_seconds',
    'Age of the last checkpoint of a log that has grown since',
    () => checkpointAge(kernel),
  )
}
