import type { Query } from '#kernel/db'
import { AppError } from '#kernel/errors'
import { frontierAt } from './frontier.ts'
import { algorithms, cover, fold, type Range } from './merkle.ts'

/** The tree as the database keeps it: leaves beside their records, and of the inner nodes only every eighth level. */

const LEVEL = 8
export const BLOCK = 2 ** LEVEL
/** What new logs use; a checkpoint names its own. */
export const algorithm = algorithms.sm3

const gone = () => new AppError(410, 'audit.detached', '这一段记录已按保管期限移出日志，请到归档的分区里核对。')

interface Wanted {
  level: number
  from: number
  count: number
}

/** The stored hashes from which a whole subtree is folded: its own, or up to 128 of the level below. */
const wantedFor = ({ height, index }: { height: number; index: number }): Wanted => {
  const count = 2 ** (height % LEVEL)
  return { level: Math.floor(height / LEVEL), from: index * count, count }
}

const LEAVES = `select w.no as at, array_agg(h.leaf order by h.seq) as hashes
  from unnest($1::bigint[], $2::bigint[]) with ordinality as w(start, n, no)
  cross join lateral (select seq, leaf from kernel.audit_log where seq >= w.start and seq < w.start + w.n order by seq limit 256) h group by 1`
const NODES = `select w.no as at, array_agg(h.hash order by h.no) as hashes
  from unnest($1::bigint[], $2::bigint[], $3::smallint[]) with ordinality as w(start, n, level, no)
  cross join lateral (select no, hash from kernel.audit_node where level = w.level and no >= w.start and no < w.start + w.n order by no limit 256) h
  group by 1`

const read = async (query: Query, wanted: readonly Wanted[], inner: boolean): Promise<Buffer[][]> => {
  if (wanted.length === 0) return []
  const params: number[][] = [wanted.map(({ from }) => from), wanted.map(({ count }) => count)]
  const rows = inner
    ? await query<{ at: number; hashes: Buffer[] }>(NODES, [...params, wanted.map(({ level }) => level)], 'audit.nodes')
    : await query<{ at: number; hashes: Buffer[] }>(LEAVES, params, 'audit.leaves')
  const found = new Map(rows.map(({ at, hashes }) => [at, hashes]))
  return wanted.map(({ count }, at) => {
    const hashes = found.get(at + 1) ?? []
    if (hashes.length !== count) throw gone()
    return hashes
  })
}

/** The root over hashes of one level. */
const rootOver = (hashes: readonly Buffer[]): Buffer => {
  const tree = frontierAt(algorithm, 0, [])
  for (const hash of hashes) tree.append(hash)
  return tree.root()
}

/** The hashes of whole subtrees, in the order given, by two queries. */
const readSubtrees = async (query: Query, parts: readonly { height: number; index: number }[]): Promise<Buffer[]> => {
  const wanted = parts.map(wantedFor)
  const [leaves, nodes] = await Promise.all([
    read(
      query,
      wanted.filter(({ level }) => level === 0),
      false,
    ),
    read(
      query,
      wanted.filter(({ level }) => level > 0),
      true,
    ),
  ])
  return wanted.map(({ level }) => rootOver((level === 0 ? leaves : nodes).shift()!))
}

/** The whole subtrees of a tree's right edge, as `frontierAt` takes them. */
export const readEdge = (query: Query, size: number): Promise<Buffer[]> =>
  readSubtrees(query, cover({ start: 0, end: size }))

/** The hash of each range, each a node of some tree of the log. */
export const readRanges = async (query: Query, ranges: readonly Range[]): Promise<Buffer[]> => {
  const parts = ranges.map(cover)
  const hashes = await readSubtrees(query, parts.flat())
  return parts.map((own) => fold(algorithm, hashes.splice(0, own.length)))
}

/** Whether a completed subtree is one of those that are stored. */
export const isStored = (height: number): boolean => height > 0 && height % LEVEL === 0
export const storedLevel = (height: number): number => height / LEVEL
