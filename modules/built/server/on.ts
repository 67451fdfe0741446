import { on, type SystemCtx } from '#kernel/module'
import { instanceEnded } from '#platform/workflow/contract'
import { appPublished, promotionAsked, type RecordState } from '../contract.ts'
import { putFirstRecords } from './first-records.ts'
import { recountAround } from './keeper.ts'
import { decoded, selectCells } from './list.ts'
import { entityOfForm } from './live.ts'
import { wakePromotions } from './promote.ts'

interface Found {
  recordId: string
  formKey: string
  /** how the outcome of the last step counts, as its process says */
  counts: string | null
}
/** The record of a case, if it is one of ours, and whether the last word was a refusal. */
const recordOf = async ({ sql }: Pick<SystemCtx, 'sql'>, instanceId: string): Promise<Found | undefined> => {
  const [row] = await sql<Found>(
    `select r.id as "recordId", f.key as "formKey",
       (select o ->> 'counts' from workflow.history h, jsonb_array_elements(coalesce(d.graph -> 'nodes' -> h.node -> 'user' -> 'outcomes', '[]')) o
        where h.instance_id = i.id and h.outcome is not null and h.outcome in (o ->> 'key', o ->> 'name') order by h.no desc limit 1) as counts
     from workflow.instance i join workflow.definition d on d.id = i.definition_id join forms.record r on r.id = i.record_id
     join forms.form f on f.id = r.form_id where i.id = $1 and f.keeper = 'built'`,
    [instanceId],
    'built.case',
  )
  return row
}

export const consumers = [
  on(appPublished, 'built.first-records', putFirstRecords),
  on(promotionAsked, 'built.promote', async ({ kernel }) => wakePromotions(kernel)),
  on(instanceEnded, 'built.case-ended', async (ctx, { instanceId, status, parentId }) => {
    if (parentId !== null) return
    const found = await recordOf(ctx, instanceId)
    if (!found) return
    const live = await entityOfForm(ctx.sql, { key: found.formKey })
    const state: RecordState = status === 'terminated' ? 'withdrawn' : found.counts === 'reject' ? 'refused' : 'done'
    const [raw] = await ctx.sql<Record<string, unknown>>(
      `update ${live.table} r set state = $2, updated_at = $3 where r.id = $1 and r.state = 'running' returning ${selectCells(live)}`,
      [found.recordId, state, ctx.now],
    )
    if (raw) await recountAround(ctx, live, decoded(live, raw))
  }),
]
