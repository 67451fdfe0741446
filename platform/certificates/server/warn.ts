import type { SystemCtx } from '#kernel/module'
import { type CertificateRow, certificateExpiring } from '../contract.ts'
import { warningDue } from './rules.ts'

interface Due {
  id: string
  kind: CertificateRow['kind']
  holder_id: string | null
  not_after: Date
  warned_days: number | null
}

/** Tells of each certificate once for each threshold it passes; a day on which the job did not run is caught up by the next. */
export const warnOfExpiry = async (ctx: SystemCtx): Promise<void> => {
  const rows = await ctx.sql<Due>(
    `select id, kind, holder_id, not_after, warned_days from certificates.certificate
     where revoked_at is null and warned_days is distinct from 0 and not_after < $1::timestamptz + interval '31 days'
     order by not_after, id for update skip locked`,
    [ctx.now],
  )
  const due = rows.flatMap((row) => {
    const days = warningDue(row.not_after, row.warned_days, ctx.now)
    return days === null ? [] : [{ ...row, days }]
  })
  if (due.length === 0) return
  await ctx.sql(
    'update certificates.certificate c set warned_days = t.days from unnest($1::uuid[], $2::int[]) t (id, days) where c.id = t.id',
    [due.map(({ id }) => id), due.map(({ days }) => days)],
  )
  for (const { id, kind, holder_id: holderId, days } of due) ctx.emit(certificateExpiring, { id, kind, holderId, days })
}
