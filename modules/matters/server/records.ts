import type { registerRecords } from '#platform/forms'
import { scopeClause } from './scope.ts'

/** Records of cases: the applicant's, read by whoever handles them or approves for the unit; written while something is to be supplied. */
export const caseRecords: Parameters<typeof registerRecords>[2] = {
  async access(ctx, recordId) {
    const approve = scopeClause(ctx, 'c.unit_id', 3, 'matters:approve')
    const [row] = await ctx.sql<{ writing: boolean }>(
      `select bool_or(c.applicant_id = $2 and c.state = 'supplement') as writing from matters.case_file c where c.record_id = $1 and (c.applicant_id = $2 or ${approve.text}
         or exists (select 1 from workflow.history h where h.instance_id = c.instance_id and (h.person_id = $2 or h.owner_id = $2 or position($2::text in h.log::text) > 0)))
       having count(*) > 0`,
      [recordId, ctx.actor.personId, ...approve.params],
    )
    return row ? { rest: row.writing ? 'write' : 'read', fields: {} } : null
  },
}
