import type { SystemCtx } from '#kernel/module'
import { putRecord } from './first-records.ts'
import { versionById } from './live.ts'

/** Quotas of this year for the office that the demo's clerk works in, so that whoever looks around can ask for a leave. */

interface Somebody {
  id: string
  unitId: string
  unitName: string
}
const colleagues = ({ sql }: SystemCtx): Promise<Somebody[]> =>
  sql<Somebody>(
    `select p.id, m.unit_id as "unitId", u.short_name as "unitName" from directory.post m join directory.person p on p.id = m.person_id and p.status = 'active'
     join directory.unit u on u.id = m.unit_id
     where m.valid_to is null and m.kind = 'main' and m.org_no = (select x.org_no from directory.post x join directory.person y on y.id = x.person_id
       where y.name = '周文清' and x.valid_to is null order by x.id limit 1) order by p.id limit 60`,
  )

export const putDemoQuotas = async (ctx: SystemCtx): Promise<void> => {
  const [row] = await ctx.sql<{ id: string }>(
    "select v.id from built.app a join built.version v on v.app_id = a.id and v.version = a.version where a.key = 'leave'",
  )
  if (!row) return
  const live = await versionById(ctx.kernel, ctx.sql, row.id)
  const [quota, standard] = [live.entities.get('quota'), live.entities.get('standard')]
  if (!quota || !standard) return
  const from = standard.fields.get('满')!.no
  const standards = await ctx.sql<{ id: string; from: number }>(
    `select id, f_${from}::int as from from ${standard.table} where removed_at is null order by f_${from} desc`,
  )
  const year = Number(ctx.now.toISOString().slice(0, 4))
  for (const [at, { id, unitId, unitName }] of (await colleagues(ctx)).entries()) {
    const begun = year - 2 - ((at * 7) % 33)
    const fits = standards.find((one) => one.from <= year - begun)
    if (!fits) continue
    const data = {
      人员: { id, name: '', unitName: '' },
      年度: year,
      参加工作: `${begun}-07-01`,
      标准: { id: fits.id, name: '' },
    }
    await putRecord(ctx, quota, { data, unitId, unitName })
  }
}
