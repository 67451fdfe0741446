import { EVERYTHING, type registerRecords } from '#platform/forms'
import type { Access } from '#platform/forms/contract'
import { accessOfCase } from '#platform/workflow'
import { scopeClause } from './scope.ts'

export const READ: Access = { rest: 'read', fields: {} }

interface Row {
  instanceId: string | null
  own: boolean
}
/** Records of cases: as their processes open them to whoever applies or handles; read by who approves for the unit. A bundle's has several. */
export const caseRecords: Parameters<typeof registerRecords>[2] = {
  async access(ctx, recordId) {
    const approve = scopeClause(ctx, 'c.unit_id', 3, 'matters:approve')
    const rows = await ctx.sql<Row>(
      `select c.instance_id as "instanceId", c.applicant_id = $2 or ${approve.text} as own from matters.case_file c where c.record_id = $1 order by c.id`,
      [recordId, ctx.actor.personId, ...approve.params],
    )
    const found: Access[] = rows.some(({ own }) => own) ? [READ] : []
    for (const { instanceId } of rows) {
      const access = instanceId && (await accessOfCase(ctx, instanceId))
      if (access) found.push(access)
    }
    return found.find(({ rest }) => rest === EVERYTHING.rest) ?? found.at(-1) ?? null
  },
}
