import { PassThrough, type Writable } from 'node:stream'
import type { ParsedOf } from '#kernel/contract'
import { type Query, transaction } from '#kernel/db'
import { AppError } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { csvWriter } from '#kernel/tabular'
import type { auditApi } from '../contract.ts'
import type { Checkpoint } from './checkpoint.ts'
import { CSV_COLUMNS, cellsOf, FORMAT, type HeaderLine, type Line, type RecordLine } from './export-lines.ts'
import { openRecordKeys } from './keys.ts'
import { consistencyRanges } from './merkle.ts'
import { algorithm, BLOCK, readEdge, readRanges } from './nodes.ts'
import { checkpointCovering } from './proofs.ts'
import { LOG_COLUMNS, type LogRow } from './records.ts'
import { CHECKPOINT_COLUMNS, type CheckpointRow, presentCheckpoint } from './rows.ts'
import { boundsOf } from './search.ts'

const PAGE = 1000
const hex = (hash: Buffer): string => hash.toString('hex')

interface Span {
  from: number
  to: number
  point: Checkpoint
}

/**
 * The first and the last record of the days, by the index of moments alone. Without the fence PostgreSQL looks for the least position
 * from the beginning of the log, through everything older than the days.
 */
export const exportSpan = `select min(seq) as "from", max(seq) + 1 as to from (select seq from kernel.audit_log
  where at >= $1 and at < $2 and seq < (select max(size) from kernel.audit_checkpoint) offset 0) days`

/** The records of the days that a checkpoint covers already: what was signed seconds ago at the latest. */
const spanOf = async (ctx: Ctx, { since, until }: ParsedOf<typeof auditApi.exportRecords>): Promise<Span> => {
  const [first, last] = boundsOf(since, until)
  const [found] = await transaction(
    ctx.kernel.database.pool,
    ({ query }) => query<{ from: number | null; to: number }>(exportSpan, [first, last]),
    { setup: 'set transaction read only; set local statement_timeout = 120000' },
  )
  if (found?.from === null || !found)
    throw new AppError(
      404,
      'audit.nothing',
      '这些日子里没有已签入校验点的记录。请换一段时间，刚产生的记录过十几秒再导出。',
    )
  const point = (await checkpointCovering(ctx.sql, found.to))!
  return { from: found.from, to: found.to, point }
}

const checkpointsIn = async (query: Query, { from, to }: Span): Promise<Checkpoint[]> =>
  (
    await query<CheckpointRow>(
      `select ${CHECKPOINT_COLUMNS} from kernel.audit_checkpoint where size > $1 and size <= $2 order by size`,
      [from, to],
    )
  ).map(presentCheckpoint)

const header = async (query: Query, span: Span, points: readonly Checkpoint[]): Promise<HeaderLine> => {
  const used = [...new Set([...points, span.point].map(({ keyId }) => keyId))]
  const keys = await query<{ id: string; publicKey: string }>(
    'select id, public_key as "publicKey" from kernel.audit_key where id = any($1) order by created_at',
    [used],
  )
  return {
    type: 'header',
    format: FORMAT,
    origin: span.point.origin,
    algorithm: algorithm.id,
    from: span.from,
    to: span.to,
    edge: (await readEdge(query, span.from)).map(hex),
    keys,
  }
}

const recordLine = (row: LogRow, key: Buffer): RecordLine => {
  const { leaf, actorNameMac: actorName, addressMac: address, targetLabelMac, detailMac, ...own } = row
  return {
    type: 'record',
    ...own,
    hashes: { actorName, address, targetLabel: targetLabelMac, detail: detailMac },
    key: row.actorName === null ? null : hex(key),
    leaf,
  }
}

/** Records in order, each block's root and each checkpoint behind the record that completes it. */
async function* linesOf(query: Query, span: Span, recordKey: (id: string) => Buffer): AsyncGenerator<Line> {
  const points = await checkpointsIn(query, span)
  yield await header(query, span, points)
  let next = 0
  for (let at = span.from; at < span.to; at += PAGE) {
    const end = Math.min(at + PAGE, span.to)
    const [rows, blocks] = await Promise.all([
      query<LogRow>(`select ${LOG_COLUMNS} from kernel.audit_log where seq >= $1 and seq < $2 order by seq`, [at, end]),
      query<{ no: number; hash: Buffer }>(
        'select no, hash from kernel.audit_node where level = 1 and no >= $1 and no < $2 order by no',
        [Math.floor(at / BLOCK), Math.floor(end / BLOCK)],
      ),
    ])
    const roots = new Map(blocks.map(({ no, hash }) => [no, hash]))
    for (const row of rows) {
      yield recordLine(row, recordKey(row.id))
      const size = row.seq + 1
      const no = size / BLOCK - 1
      const root = roots.get(no)
      if (root && no * BLOCK >= span.from) yield { type: 'block', no, hash: hex(root) }
      if (points[next]?.size === size) yield { type: 'checkpoint', point: points[next++]! }
    }
  }
  const { point, to, from } = span
  const consistency = (await readRanges(query, consistencyRanges(to, point.size))).map(hex)
  yield { type: 'end', records: to - from, point, consistency }
}

const writeNdjson = async (out: Writable, lines: AsyncIterable<Line>): Promise<void> => {
  for await (const line of lines)
    if (!out.write(`${JSON.stringify(line)}\n`)) await new Promise<void>((resolve) => out.once('drain', resolve))
  out.end()
}
const writeCsv = async (out: Writable, lines: AsyncIterable<Line>): Promise<void> => {
  const writer = csvWriter(out, { columns: CSV_COLUMNS.map((title) => ({ title })) })
  for await (const line of lines) await writer.write(cellsOf(line))
  await writer.end()
}
const MEDIA_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' }

/** A file that proves itself without this database, streamed: a year needs no more memory than a day. */
export const exportRecords = async (ctx: Ctx, input: ParsedOf<typeof auditApi.exportRecords>) => {
  const span = await spanOf(ctx, input)
  const recordKey = (await openRecordKeys(ctx.sql, ctx.kernel.keys))!
  ctx.audit({
    type: 'audit-log',
    id: `${span.from}-${span.to}`,
    label: `第 ${span.from + 1} 至 ${span.to} 条`,
    detail: { reason: input.reason },
  })
  const out = new PassThrough()
  const lines = linesOf(ctx.kernel.database.query, span, recordKey)
  const write = input.format === 'csv' ? writeCsv : writeNdjson
  write(out, lines).catch((error: Error) => out.destroy(error))
  const name = `审计记录-${input.since}-${input.until}.${input.format}`
  return { stream: out, name, mediaType: MEDIA_TYPES[input.format] }
}
