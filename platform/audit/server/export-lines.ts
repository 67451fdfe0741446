import { z } from 'zod'
import { leafText } from './leaf.ts'

/**
 * The lines of an export, for NDJSON as they are, for CSV in the last column of each row. Each value is bound to the tree or to a
 * signature: nothing stands in the file that could be changed unseen. docs/operate/audit.md describes the format.
 */

export const FORMAT = 'qitong-audit-export/1'

const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Text = z.string().nullable()
const Checkpoint = z.strictObject({
  origin: z.string(),
  size: Position.min(1),
  root: Hash,
  at: z.string(),
  algorithm: z.enum(['sm3', 'sha256']),
  keyId: z.string(),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
})

const Header = z.strictObject({
  type: z.literal('header'),
  format: z.literal(FORMAT),
  origin: z.string(),
  algorithm: z.enum(['sm3', 'sha256']),
  /** the first record, and the one after the last */
  from: Position,
  to: Position,
  /** the whole subtrees of the records before the first, largest first */
  edge: z.array(Hash),
  keys: z.array(z.strictObject({ id: z.string(), publicKey: z.string() })),
})
const Record = z.strictObject({
  type: z.literal('record'),
  seq: Position,
  at: z.string(),
  kind: z.string(),
  actorName: Text,
  title: z.string(),
  action: z.string(),
  targetType: Text,
  targetId: Text,
  targetLabel: Text,
  address: Text,
  accountId: Text,
  personId: Text,
  sessionId: Text,
  requestId: z.string(),
  homeNode: z.string(),
  id: z.string(),
  detail: Text,
  /** keyed hashes of the personal text, which the leaf holds in its place */
  hashes: z.strictObject({ actorName: Hash, address: Hash, targetLabel: Hash.nullable(), detail: Hash.nullable() }),
  /** opens this record's keyed hashes, no other's; null when the text was erased */
  key: Hash.nullable(),
  leaf: Hash,
})
/** The root of a whole block of 256 records: tells where a change is that took the leaf along. */
const Block = z.strictObject({ type: z.literal('block'), no: Position, hash: Hash })
const Signed = z.strictObject({ type: z.literal('checkpoint'), point: Checkpoint })
const End = z.strictObject({
  type: z.literal('end'),
  records: Position,
  /** a signed tree of which the exported records are part, and the proof that it continues the tree of the last of them */
  point: Checkpoint,
  consistency: z.array(Hash),
})

export const Line = z.discriminatedUnion('type', [Header, Record, Block, Signed, End])
export type Line = z.infer<typeof Line>
export type HeaderLine = z.infer<typeof Header>
export type RecordLine = z.infer<typeof Record>
export type EndLine = z.infer<typeof End>

/** The leaf as the record's own line has it. */
export const leafTextOf = (line: RecordLine): string => leafText(line.seq, line, line.hashes)

export const CSV_COLUMNS = ['内容', '第几条', '时间', '谁', '做了什么', '种类', '对象', '来自', '请求编号', '核对材料']
const kinds: { [kind: string]: string } = {
  command: '办理',
  read: '查看',
  export: '导出',
  refused: '被拒绝',
  system: '系统',
  row: '行变更',
}
const shanghai = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
})
const local = (at: string): string => (Number.isNaN(Date.parse(at)) ? at : shanghai.format(new Date(at)))
const names = { header: '开头', block: '每 256 条的树根', checkpoint: '校验点', end: '结尾' }

/** The row a person reads beside the line; the verifier writes it again and compares. */
export const cellsOf = (line: Line): string[] => {
  const text = JSON.stringify(line)
  if (line.type !== 'record') return [names[line.type], '', '', '', '', '', '', '', '', text]
  return [
    '记录',
    String(line.seq + 1),
    local(line.at),
    line.actorName ?? '',
    line.title,
    kinds[line.kind] ?? line.kind,
    line.targetLabel ?? line.targetId ?? '',
    line.address ?? '',
    line.requestId,
    text,
  ]
}
