import { z } from 'zod'
import { defineApi, get, listInput, listOutput, Moment } from '#kernel/contract'

export const AuditRow = z.object({
  id: z.uuid(),
  at: Moment,
  actorName: z.string(),
  title: z.string(),
  action: z.string(),
  kind: z.enum(['command', 'read', 'export', 'refused', 'system']),
  address: z.string(),
  targetType: z.string().nullable(),
  targetId: z.string().nullable(),
  targetLabel: z.string().nullable(),
  requestId: z.string(),
})

export const auditApi = defineApi({
  audit: get('/api/audit', {
    summary: '审计记录',
    permission: 'audit:read',
    audit: 'sensitive',
    input: listInput({
      kind: AuditRow.shape.kind.optional(),
      actor: z.string().max(40).optional(),
      targetId: z.string().max(80).optional(),
    }),
    output: listOutput(AuditRow),
  }),
})
