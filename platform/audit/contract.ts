import { z } from 'zod'
import { Day, defineApi, download, Empty, get, listInput, listOutput, Moment } from '#kernel/contract'

/** A position in the log, from 0: what RFC 9162 calls the leaf index. */
const Seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const Size = z.number().int().min(1, '条数须是正整数；空的日志没有可证明的内容。').max(Number.MAX_SAFE_INTEGER)
const Hash = z.string().regex(/^[0-9a-f]{64}$/)

export const AuditRow = z.object({
  seq: Seq,
  id: z.uuid(),
  at: Moment,
  /** null when the personal text of the record was erased */
  actorName: z.string().nullable(),
  accountId: z.uuid().nullable(),
  personId: z.uuid().nullable(),
  title: z.string(),
  action: z.string(),
  kind: z.enum(['command', 'read', 'export', 'refused', 'system', 'row']),
  address: z.string().nullable(),
  targetType: z.string().nullable(),
  targetId: z.string().nullable(),
  targetLabel: z.string().nullable(),
  requestId: z.string(),
})
export type AuditRow = z.infer<typeof AuditRow>

export const AuditCheckpoint = z.object({
  origin: z.string(),
  size: Size,
  root: Hash,
  at: Moment,
  algorithm: z.enum(['sm3', 'sha256']),
  keyId: z.uuid(),
  /** SM2, r ‖ s */
  signature: z.string().regex(/^[0-9a-f]{128}$/),
})
export type AuditCheckpoint = z.infer<typeof AuditCheckpoint>

/** RFC 9162 §2.1.3: the record's leaf is in the tree of `size` records whose root this is. */
export const InclusionProof = z.object({ seq: Seq, size: Size, leaf: Hash, path: z.array(Hash), root: Hash })
/** RFC 9162 §2.1.4: the first tree is a beginning of the second. */
export const ConsistencyProof = z.object({
  first: Size,
  second: Size,
  path: z.array(Hash),
  firstRoot: Hash,
  secondRoot: Hash,
})

export const AuditRecord = AuditRow.extend({
  detail: z.json(),
  /** RFC 8785 text whose hash is the leaf */
  leafText: z.string(),
  proof: InclusionProof,
  /** the first signed one that covers the record; null while it waits for it */
  checkpoint: AuditCheckpoint.nullable(),
  /** what the server checked for this answer */
  checks: z.object({
    personal: z.enum(['same', 'changed', 'erased']),
    leaf: z.boolean(),
    path: z.boolean(),
    signature: z.boolean().nullable(),
  }),
})
export type AuditRecord = z.infer<typeof AuditRecord>

export const AuditLogState = z.object({
  origin: z.string().nullable(),
  algorithm: z.enum(['sm3', 'sha256']),
  size: z.number().int(),
  /** records that are committed and wait for the leader, counted to 10,000 */
  unsequenced: z.number().int(),
  keys: z.array(z.object({ id: z.uuid(), publicKey: z.string(), createdAt: Moment })),
})

/** What devices report by themselves with each sign-in: on record like everything, and seldom what somebody looks for. */
export const routineActions: readonly string[] = ['access.posture']

export const auditFilters = {
  kind: AuditRow.shape.kind.optional(),
  /** the whole name, as the log has it */
  actor: z.string().trim().max(100).optional(),
  accountId: z.uuid().optional(),
  personId: z.uuid().optional(),
  targetId: z.string().trim().max(100).optional(),
  action: z.string().trim().max(100).optional(),
  requestId: z.string().trim().max(100).optional(),
  /** `hidden` leaves routine records out */
  routine: z.enum(['shown', 'hidden']).optional(),
  since: Day.optional(),
  /** this day included */
  until: Day.optional(),
}

export const auditApi = defineApi({
  audit: get('/api/audit', {
    summary: '审计记录',
    permission: 'audit:read',
    audit: 'sensitive',
    input: listInput(auditFilters),
    /** `partial`: so many names match that only the nearest were looked for */
    output: listOutput(AuditRow).extend({ partial: z.boolean().optional() }),
  }),
  record: get('/api/audit/records/:seq', {
    summary: '审计记录与证明',
    permission: 'audit:read',
    audit: 'sensitive',
    input: z.object({ seq: Seq }),
    output: AuditRecord,
  }),
  state: get('/api/audit/state', {
    summary: '审计日志状态',
    permission: 'audit:read',
    input: Empty,
    output: AuditLogState,
  }),
  checkpoints: get('/api/audit/checkpoints', {
    summary: '校验点',
    permission: 'audit:read',
    input: listInput({}),
    output: listOutput(AuditCheckpoint),
  }),
  inclusion: get('/api/audit/inclusion', {
    summary: '包含证明',
    permission: 'audit:read',
    input: z.object({ seq: Seq, size: Size }),
    output: InclusionProof,
  }),
  consistency: get('/api/audit/consistency', {
    summary: '一致性证明',
    permission: 'audit:read',
    input: z.object({ first: Size, second: Size }),
    output: ConsistencyProof,
  }),
  exportRecords: download('/api/audit/export', {
    summary: '导出审计记录',
    permission: 'audit:read',
    audit: 'export',
    input: z.object({
      format: z.enum(['ndjson', 'csv']),
      since: Day,
      until: Day,
      reason: z.string().trim().min(4, '请写明导出的理由，至少四个字。').max(200),
    }),
    timeoutMs: 60_000,
  }),
})
