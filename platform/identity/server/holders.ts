import { dayOf } from '#kernel/clock'
import type { SystemCtx } from '#kernel/module'
import { inEffect } from './reaches.ts'

const MOST = 200

/** People who hold a permission by a grant of their own today: whom the platform tells of what has no other addressee. */
export const peopleWith = async ({ sql, now }: Pick<SystemCtx, 'sql' | 'now'>, permission: string): Promise<string[]> =>
  (
    await sql<{ person_id: string }>(
      `select distinct a.person_id from identity.role_permission rp join identity.grant g on g.role = rp.role and ${inEffect('g')}
       join identity.account a on a.id = g.account_id and not a.disabled
       join directory.person p on p.id = a.person_id and p.status = 'active'
       where rp.permission = $1 order by a.person_id limit ${MOST}`,
      [permission, dayOf(now)],
    )
  ).map((row) => row.person_id)
