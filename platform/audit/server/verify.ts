import { type Checkpoint, isCheckpointSound } from './checkpoint.ts'
import {
  CSV_COLUMNS,
  cellsOf,
  type EndLine,
  type HeaderLine,
  Line,
  leafTextOf,
  type RecordLine,
} from './export-lines.ts'
import { type Frontier, frontierAt } from './frontier.ts'
import { macs, type PersonalField, personalFields } from './leaf.ts'
import { algorithms, type HashAlgorithm, leafHash, verifyConsistency } from './merkle.ts'

/** Checks an export by itself: no database, no network, no secret of the platform. */

export interface Fault {
  /** the record it is about, from 0; absent when it is about the file or a checkpoint */
  seq?: number
  what: string
}
export interface Verdict {
  origin: string | null
  from: number
  to: number
  records: number
  /** records whose personal text was erased; their place in the log is proved all the same */
  erased: number
  checkpoints: number
  /** the keys whose signatures were accepted */
  publicKeys: string[]
  faults: Fault[]
}

const fieldNames: Record<PersonalField, string> = {
  actorName: '姓名',
  address: '来访地址',
  targetLabel: '对象名称',
  detail: '细节',
}
const BLOCK = 256
const MOST_GAPS = 1_000_000
const nth = (seq: number): string => `第 ${seq + 1} 条`

/** One line of text, or the cells of a row of a CSV. */
export type Source = AsyncIterable<string> | AsyncIterable<string[]>

interface State {
  verdict: Verdict
  trusted: readonly string[] | undefined
  header?: HeaderLine
  algorithm: HashAlgorithm
  frontier?: Frontier
  /** the record that should come next */
  next: number
  /** skipped so far; what comes later all the same is out of order, the rest is missing */
  gaps: Set<number>
  /** a gap or a disorder leaves the roots behind it unknown */
  broken: boolean
  /** up to here a signed root agreed */
  provedTo: number
  /** the block of 256 that was completed last */
  block?: { no: number; hash: string }
  end?: EndLine
}

const fault = ({ verdict }: State, what: string, seq?: number): void => {
  verdict.faults.push(seq === undefined ? { what } : { seq, what })
}

const open = (state: State, line: HeaderLine): void => {
  if (state.header) {
    fault(state, '文件有两个开头。')
    return
  }
  state.header = line
  Object.assign(state.verdict, { origin: line.origin, from: line.from, to: line.to })
  state.algorithm = algorithms[line.algorithm]
  state.next = state.provedTo = line.from
  try {
    state.frontier = frontierAt(
      state.algorithm,
      line.from,
      line.edge.map((hash) => Buffer.from(hash, 'hex')),
    )
  } catch {
    fault(state, '开头的树边与起始位置不符。')
  }
}

/** Where the record stands in the file, against where its number says. */
const place = (state: State, seq: number): void => {
  if (seq === state.next && seq < state.header!.to) {
    state.next++
    return
  }
  state.broken = true
  if (seq < state.next) {
    if (state.gaps.delete(seq)) fault(state, `不在自己的位置上：它排在${nth(state.next - 1)}之后。`, seq)
    else fault(state, '重复出现，或早于本文件的范围。', seq)
    return
  }
  if (seq >= state.header!.to) {
    fault(state, '超出本文件的范围。', seq)
    return
  }
  if (seq - state.next + state.gaps.size > MOST_GAPS)
    fault(state, `${nth(state.next)}至${nth(seq - 1)}缺失。`, state.next)
  else for (let missing = state.next; missing < seq; missing++) state.gaps.add(missing)
  state.next = seq + 1
}

const checkPersonal = (state: State, line: RecordLine): void => {
  const own = line.key === null ? undefined : macs(Buffer.from(line.key, 'hex'), line)
  if (!own) state.verdict.erased++
  for (const field of personalFields)
    if (own ? own[field] !== line.hashes[field] : line[field] !== null)
      fault(state, `${fieldNames[field]}与记录时的不同（或其杂凑、核对密钥被改过）。`, line.seq)
}

const record = (state: State, line: RecordLine): void => {
  state.verdict.records++
  place(state, line.seq)
  checkPersonal(state, line)
  const leaf = leafHash(state.algorithm, Buffer.from(leafTextOf(line)))
  if (leaf.toString('hex') !== line.leaf)
    fault(state, '内容与叶子的杂凑不符：时间、接口、对象编号等字段或杂凑被改过。', line.seq)
  if (!state.broken)
    state.frontier?.append(Buffer.from(line.leaf, 'hex'), ({ height, index }, hash) => {
      if (height === 8) state.block = { no: index, hash: Buffer.from(hash).toString('hex') }
    })
}

const block = (state: State, no: number, hash: string): void => {
  if (state.broken) return
  if (state.block?.no !== no) fault(state, `第 ${no + 1} 块的树根不在自己的位置上。`)
  else if (state.block.hash !== hash)
    fault(
      state,
      `${nth(no * BLOCK)}至${nth(no * BLOCK + BLOCK - 1)}中有记录连同它的叶子一起被改写（或这一块的树根被改过）。`,
      no * BLOCK,
    )
}

const isSigned = (state: State, point: Checkpoint): boolean => {
  const title = `${point.size} 条时的校验点`
  if (point.origin !== state.header!.origin || point.algorithm !== state.header!.algorithm)
    fault(state, `${title}与开头的来源或算法不同。`)
  const key = state.header!.keys.find(({ id }) => id === point.keyId)?.publicKey ?? ''
  if (state.trusted && !state.trusted.includes(key)) {
    fault(state, `${title}所用的公钥不是给定的那一把。`)
    return false
  }
  if (!isCheckpointSound(point, key)) {
    fault(state, `${title}的签名不成立：校验点或公钥被改过。`)
    return false
  }
  state.verdict.checkpoints++
  if (!state.verdict.publicKeys.includes(key)) state.verdict.publicKeys.push(key)
  return true
}

const checkpoint = (state: State, point: Checkpoint): void => {
  const signed = isSigned(state, point)
  if (state.broken || !state.frontier) return
  if (point.size !== state.frontier.size()) fault(state, `${point.size} 条时的校验点不在自己的位置上。`)
  else if (point.root !== state.frontier.root().toString('hex'))
    fault(
      state,
      `${point.size} 条时的树根与记录不符：${nth(state.provedTo)}至${nth(point.size - 1)}中有记录连同它的叶子一起被改写，或校验点被改过。`,
    )
  else if (signed) state.provedTo = point.size
}

const finish = (state: State, line: EndLine): void => {
  const { header, frontier, verdict } = state
  if (state.end) {
    fault(state, '文件有两个结尾。')
    return
  }
  state.end = line
  if (line.records !== verdict.records) fault(state, `结尾写明 ${line.records} 条，文件里有 ${verdict.records} 条。`)
  isSigned(state, line.point)
  if (state.broken || !frontier || frontier.size() !== header!.to) return
  const proof = {
    first: header!.to,
    second: line.point.size,
    path: line.consistency.map((hash) => Buffer.from(hash, 'hex')),
    firstRoot: frontier.root(),
    secondRoot: Buffer.from(line.point.root, 'hex'),
  }
  if (verifyConsistency(state.algorithm, proof)) return
  const rewritten = `${nth(state.provedTo)}至${nth(header!.to - 1)}中有记录连同它的叶子一起被改写，或`
  fault(
    state,
    `记录不在 ${line.point.size} 条时签名的树里：${state.provedTo < header!.to ? rewritten : ''}结尾、开头的证明被改过。`,
  )
}

/** Whatever the file lacks in the end. */
const close = (state: State): void => {
  const { header, verdict, gaps } = state
  if (!header) {
    fault(state, '文件没有开头，不是审计记录的导出文件。')
    return
  }
  for (const seq of gaps) fault(state, '缺失。', seq)
  if (state.next < header.to)
    fault(state, `${nth(state.next)}至${nth(header.to - 1)}缺失：文件在这里中断。`, state.next)
  if (!state.end) fault(state, `文件没有结尾，在${nth(Math.max(state.next - 1, header.from))}之后被截断。`)
  if (state.broken) fault(state, '记录缺失或次序不对，这之后的树根无法核对。')
  verdict.to = header.to
}

const take = (state: State, line: Line): void => {
  if (line.type === 'header') open(state, line)
  else if (!state.header) return
  else if (state.end) fault(state, '结尾之后还有内容。')
  else if (line.type === 'record') record(state, line)
  else if (line.type === 'block') block(state, line.no, line.hash)
  else if (line.type === 'checkpoint') checkpoint(state, line.point)
  else finish(state, line)
}

/** Canonical or not at all: a line that reads the same but is written otherwise was touched. */
const parse = (text: string): Line | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? Line.safeParse(value).data : undefined
  } catch {
    return undefined
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((cell, at) => cell === b[at])

/** One line of the file, the `at`th from 1. */
const readLine = (state: State, row: string | string[], at: number): void => {
  const cells = typeof row === 'string' ? undefined : row
  if (cells && at === 1) {
    if (!same(cells, CSV_COLUMNS)) fault(state, '第 1 行的列名被改过。')
    return
  }
  const line = parse(cells ? (cells.at(-1) ?? '') : (row as string))
  if (!line) {
    const where = state.header ? `，应在${nth(state.next)}附近` : ''
    fault(state, `第 ${at} 行读不懂${where}：有字节被改过。`, state.header && state.next)
    return
  }
  if (cells && !same(cells.slice(0, -1), cellsOf(line).slice(0, -1)))
    fault(state, `第 ${at} 行表格里的内容与核对材料不同。`, line.type === 'record' ? line.seq : undefined)
  take(state, line)
}

/** Reads an export to its end. `trusted` are the public keys the reader holds from elsewhere; without them those of the file are believed. */
export const verifyExport = async (source: Source, trusted?: readonly string[]): Promise<Verdict> => {
  const verdict: Verdict = {
    origin: null,
    from: 0,
    to: 0,
    records: 0,
    erased: 0,
    checkpoints: 0,
    publicKeys: [],
    faults: [],
  }
  const state: State = {
    verdict,
    trusted,
    algorithm: algorithms.sm3,
    next: 0,
    gaps: new Set(),
    broken: false,
    provedTo: 0,
  }
  const rows = source[Symbol.asyncIterator]()
  for (let at = 1; ; at++) {
    const read = await rows.next().catch(() => undefined)
    if (!read) fault(state, `文件从第 ${at} 行起读不下去：被截断，或有字节被改过。`)
    if (!read || read.done) break
    readLine(state, read.value, at)
  }
  close(state)
  return verdict
}
