import type { ParsedOf } from '#kernel/contract'
import type { Query } from '#kernel/db'
import { AppError, invalid, notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { AuditCheckpoint, AuditRecord, auditApi } from '../contract.ts'
import { isCheckpointSound } from './checkpoint.ts'
import { openRecordKeys } from './keys.ts'
import { leafText, macs, personalFields } from './leaf.ts'
import { consistencyRanges, inclusionRanges, leafHash, MerkleError, type Range, verifyInclusion } from './merkle.ts'
import { algorithm, readRanges } from './nodes.ts'
import { LOG_COLUMNS, type LogRow, macsOf } from './records.ts'
import { CHECKPOINT_COLUMNS, type CheckpointRow, presentCheckpoint } from './rows.ts'

/** Proofs are made of what the database holds, and checked before they are given: a log that was tampered with shows itself here. */

const sizeOf = async (query: Query): Promise<number> =>
  (await query<{ size: number }>('select size from kernel.audit_head'))[0]!.size

/** What the caller asked for does not exist in any tree: said in one sentence, never guessed. */
const rangesOf = (make: () => Range[]): Range[] => {
  try {
    return make()
  } catch (error) {
    if (error instanceof MerkleError) throw invalid(error.message)
    throw error
  }
}
const withinLog = async (query: Query, size: number): Promise<void> => {
  const grown = await sizeOf(query)
  if (size > grown) throw new AppError(400, 'audit.beyond', `日志现有 ${grown} 条，没有 ${size} 条时的树。请改小条数。`)
}
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')

export const proveInclusion = async (query: Query, seq: number, size: number) => {
  const ranges = rangesOf(() => inclusionRanges(seq, size))
  await withinLog(query, size)
  const [leaf, root, ...path] = await readRanges(query, [
    { start: seq, end: seq + 1 },
    { start: 0, end: size },
    ...ranges,
  ])
  return { seq, size, leaf: hex(leaf!), path: path.map(hex), root: hex(root!) }
}

export const proveConsistency = async (query: Query, first: number, second: number) => {
  const ranges = rangesOf(() => consistencyRanges(first, second))
  await withinLog(query, second)
  const [firstRoot, secondRoot, ...path] = await readRanges(query, [
    { start: 0, end: first },
    { start: 0, end: second },
    ...ranges,
  ])
  return { first, second, path: path.map(hex), firstRoot: hex(firstRoot!), secondRoot: hex(secondRoot!) }
}

/** The first checkpoint of at least `size` records. */
export const checkpointCovering = async (query: Query, size: number): Promise<AuditCheckpoint | undefined> => {
  const [row] = await query<CheckpointRow>(
    `select ${CHECKPOINT_COLUMNS} from kernel.audit_checkpoint where size >= $1 order by size limit 1`,
    [size],
  )
  return row && presentCheckpoint(row)
}

const publicKeyOf = async (query: Query, keyId: string): Promise<string> =>
  (
    await query<{ k: string }>("select public_key as k from kernel.audit_key where id = $1 and purpose = 'sign'", [
      keyId,
    ])
  )[0]?.k ?? ''

/** Whether the personal text still is what its keyed hashes were made of. */
const personalOf = (row: LogRow, recordKey: Uint8Array): AuditRecord['checks']['personal'] => {
  if (row.actorName === null) return 'erased'
  const [own, stored] = [macs(recordKey, row), macsOf(row)]
  return personalFields.every((field) => own[field] === stored[field]) ? 'same' : 'changed'
}

export const readRecord = async (ctx: Ctx, { seq }: ParsedOf<typeof auditApi.record>): Promise<AuditRecord> => {
  const [row] = await ctx.sql<LogRow>(`select ${LOG_COLUMNS} from kernel.audit_log where seq = $1`, [seq])
  const keys = await openRecordKeys(ctx.sql, ctx.kernel.keys)
  if (!row || !keys) throw notFound('这条审计记录')
  ctx.audit({ type: 'audit-record', id: String(seq) })
  const checkpoint = (await checkpointCovering(ctx.sql, seq + 1)) ?? null
  const proof = await proveInclusion(ctx.sql, seq, checkpoint?.size ?? (await sizeOf(ctx.sql)))
  const text = leafText(seq, row, macsOf(row))
  const root = Buffer.from(checkpoint?.root ?? proof.root, 'hex')
  const leaf = leafHash(algorithm, Buffer.from(text))
  const {
    leaf: _leaf,
    actorNameMac: _a,
    addressMac: _b,
    targetLabelMac: _c,
    detailMac: _d,
    homeNode: _h,
    sessionId: _s,
    ...shown
  } = row
  return {
    ...shown,
    kind: row.kind as AuditRecord['kind'],
    detail: row.detail === null ? null : JSON.parse(row.detail),
    leafText: text,
    proof,
    checkpoint,
    checks: {
      personal: personalOf(row, keys(row.id)),
      leaf: hex(leaf) === row.leaf,
      path: verifyInclusion(algorithm, {
        index: seq,
        size: proof.size,
        leaf,
        path: proof.path.map((step) => Buffer.from(step, 'hex')),
        root,
      }),
      signature: checkpoint && isCheckpointSound(checkpoint, await publicKeyOf(ctx.sql, checkpoint.keyId)),
    },
  }
}
