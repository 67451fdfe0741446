import type { z } from 'zod'
import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { AuditRow, identityApi } from '../contract.ts'

interface Record {
  id: string
  at: Date
  actor_name: string
  title: string
  action: string
  kind: z.infer<typeof AuditRow>['kind']
  address: string
  target_type: string | null
  target_id: string | null
  target_label: string | null
  request_id: string
}

/** Newest first, by keyset: the log only grows, pages never shift. */
export const listAudit = async (ctx: Ctx, input: ParsedOf<typeof identityApi.audit>) => {
  const before = input.cursor?.split('~')
  if (before && (before.length !== 2 || Number.isNaN(Date.parse(before[0]!))))
    throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<Record>(
    `select id, at, actor_name, title, action, kind, address, target_type, target_id, target_label, request_id from kernel.audit
     where ($1::text is null or kind = $1) and ($2::text is null or actor_name = $2) and ($3::text is null or target_id = $3)
       and ($4::timestamptz is null or (at, id) < ($4, $5::uuid))
     order by at desc, id desc limit $6`,
    [
      input.kind ?? null,
      input.actor ?? null,
      input.targetId ?? null,
      before?.[0] ?? null,
      before?.[1] ?? null,
      input.limit + 1,
    ],
  )
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      actorName: row.actor_name,
      title: row.title,
      action: row.action,
      kind: row.kind,
      address: row.address,
      targetType: row.target_type,
      targetId: row.target_id,
      targetLabel: row.target_label,
      requestId: row.request_id,
    })),
    next: rows.length > input.limit && last ? `${last.at.toISOString()}~${last.id}` : null,
  }
}
