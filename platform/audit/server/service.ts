import { invalid } from '#kernel/errors'
import type { Handlers } from '#kernel/module'
import type { auditApi } from '../contract.ts'
import { exportRecords } from './export.ts'
import { unsequenced } from './gauges.ts'
import { algorithm } from './nodes.ts'
import { proveConsistency, proveInclusion, readRecord } from './proofs.ts'
import { CHECKPOINT_COLUMNS, type CheckpointRow, presentCheckpoint } from './rows.ts'
import { listAudit } from './search.ts'

export const handlers: Handlers<typeof auditApi> = {
  audit: listAudit,
  record: readRecord,
  async state(ctx) {
    const [head] = await ctx.sql<{ origin: string | null; size: number }>('select origin, size from kernel.audit_head')
    const keys = await ctx.sql<{ id: string; public_key: string; created_at: Date }>(
      "select id, public_key, created_at from kernel.audit_key where purpose = 'sign' order by created_at desc",
    )
    return {
      origin: head!.origin,
      algorithm: algorithm.id,
      size: head!.size,
      unsequenced: await unsequenced(ctx.sql),
      keys: keys.map((key) => ({ id: key.id, publicKey: key.public_key, createdAt: key.created_at.toISOString() })),
    }
  },
  async checkpoints(ctx, { cursor, limit }) {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor)
    if (!Number.isSafeInteger(before)) throw invalid('翻页标记有误，请从第一页看起。')
    const rows = await ctx.sql<CheckpointRow>(
      `select ${CHECKPOINT_COLUMNS} from kernel.audit_checkpoint where size < $1 order by size desc limit $2`,
      [before, limit + 1],
    )
    const page = rows.slice(0, limit).map(presentCheckpoint)
    return { rows: page, next: rows.length > limit ? String(page.at(-1)!.size) : null }
  },
  inclusion: (ctx, { seq, size }) => proveInclusion(ctx.sql, seq, size),
  consistency: (ctx, { first, second }) => proveConsistency(ctx.sql, first, second),
  exportRecords,
}
