import type { SystemCtx } from '#kernel/module'
import { EVERYTHING, openRecord } from '#platform/forms'
import type { Data } from '#platform/forms/contract'
import { type LiveEntity, versionById } from './live.ts'

/** In whose name the platform itself puts something in. */
const PLATFORM = { personId: '00000000-0000-7000-8000-000000000000', name: '平台' }

export const putRecord = (
  ctx: SystemCtx,
  { form }: LiveEntity,
  { data, unitId, unitName }: { data: Data; unitId: string; unitName: string },
) =>
  openRecord(ctx, {
    formId: form.id,
    given: data,
    access: EVERYTHING,
    by: { ...PLATFORM, unitName },
    unitId,
    source: 'built',
  })

/** What an application has from the start, in the name of the unit that keeps it; once, before anybody has put something in. */
export const putFirstRecords = async (ctx: SystemCtx, { appId }: { appId: string }): Promise<void> => {
  const [row] = await ctx.sql<{ id: string; unitId: string; unitName: string }>(
    `select v.id, a.owner_unit as "unitId", u.short_name as "unitName" from built.app a
     join built.version v on v.app_id = a.id and v.version = a.version join directory.unit u on u.id = a.owner_unit where a.id = $1 for update of a`,
    [appId],
  )
  if (!row) return
  const live = await versionById(ctx.kernel, ctx.sql, row.id)
  const records = live.definition.records ?? []
  for (const target of live.entities.values()) {
    const own = records.filter(({ entity }) => entity === target.entity.key)
    const [begun] = own.length > 0 ? await ctx.sql(`select 1 from ${target.table} limit 1`) : [1]
    if (begun) continue
    for (const { data } of own) await putRecord(ctx, target, { ...row, data })
  }
}
