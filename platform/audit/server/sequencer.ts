import { setTimeout as wait } from 'node:timers/promises'
import { type Query, queryOn, withConnection } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import { type Checkpoint, checkpointText } from './checkpoint.ts'
import { type Frontier, frontierAt } from './frontier.ts'
import { type CheckpointSigner, ensureKeys, openRecordKeys, sealedSigner } from './keys.ts'
import { leafText, macs } from './leaf.ts'
import { leafHash } from './merkle.ts'
import { algorithm, isStored, readEdge, storedLevel } from './nodes.ts'
import { RECORD_COLUMNS, type RecordRow } from './records.ts'
import { createTerms } from './terms.ts'

/** The same on every process of a database: whoever holds it leads the log. */
export const LEADER_LOCK = 7_302_612

export interface SequencerOptions {
  /** most records of one batch */
  batch?: number
  /** how long a leader with nothing to do, and a process that does not lead, wait before they look again */
  idleMs?: number
  /** a grown log is signed this often */
  checkpointMs?: number
}
export interface Sequencer {
  leads(): boolean
  stop(): Promise<void>
}

/** What the leader knows while it leads. It alone moves the log on, so it need not read it again. */
interface Tree {
  query: Query
  frontier: Frontier
  recordKey: (id: string) => Buffer
  signer: CheckpointSigner
  origin: string
  terms: ReturnType<typeof createTerms>
  signed: { size: number; at: number }
}

const openTree = async (kernel: Kernel, query: Query): Promise<Tree> => {
  await ensureKeys(query, kernel.keys, kernel.clock.now())
  await query('update kernel.audit_head set origin = $1 where origin is null', [kernel.config.HOME_NODE])
  const [head] = await query<{ size: number; origin: string }>('select size, origin from kernel.audit_head')
  const [last] = await query<{ size: number }>('select max(size) as size from kernel.audit_checkpoint')
  return {
    query,
    frontier: frontierAt(algorithm, head!.size, await readEdge(query, head!.size)),
    recordKey: (await openRecordKeys(query, kernel.keys))!,
    signer: await sealedSigner(query, kernel.keys),
    origin: head!.origin,
    terms: createTerms(query),
    signed: { size: last?.size ?? 0, at: Number.NEGATIVE_INFINITY },
  }
}

const TAKE = `select no, ${RECORD_COLUMNS} from kernel.audit_intake order by no limit $1`

/** Moves one batch into the log, whole or not at all; answers how many records it held. */
const sequenceBatch = async (tree: Tree, batch: number): Promise<number> => {
  const rows = await tree.query<RecordRow & { no: number }>(TAKE, [batch], 'audit.take')
  if (rows.length === 0) return 0
  const start = tree.frontier.size()
  const hashes = rows.map((row) => macs(tree.recordKey(row.id), row))
  const leaves = rows.map((row, at) => leafHash(algorithm, Buffer.from(leafText(start + at, row, hashes[at]!))))
  const stored: { level: number; no: number; hash: Uint8Array }[] = []
  for (const leaf of leaves)
    tree.frontier.append(leaf, ({ height, index }, hash) => {
      if (isStored(height)) stored.push({ level: storedLevel(height), no: index, hash })
    })
  await tree.terms.add(rows.flatMap((row) => [row.actorName, row.targetLabel]))
  await tree.query(
    'select kernel.audit_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    [
      start,
      rows.map(({ no }) => no),
      leaves,
      hashes.map(({ actorName }) => actorName),
      hashes.map(({ address }) => address),
      hashes.map(({ targetLabel }) => targetLabel),
      hashes.map(({ detail }) => detail),
      stored.map(({ level }) => level),
      stored.map(({ no }) => no),
      stored.map(({ hash }) => hash),
    ],
    'audit.append',
  )
  return rows.length
}

const sign = async (kernel: Kernel, tree: Tree): Promise<void> => {
  const { frontier, signer, origin, query } = tree
  const point: Omit<Checkpoint, 'signature'> = {
    origin,
    size: frontier.size(),
    root: frontier.root().toString('hex'),
    at: kernel.clock.now().toISOString(),
    algorithm: algorithm.id,
    keyId: signer.keyId,
  }
  await query(
    `insert into kernel.audit_checkpoint (size, origin, algorithm, root, at, key_id, signature) values ($1, $2, $3, decode($4, 'hex'), $5, $6, $7)
     on conflict do nothing`,
    [point.size, origin, point.algorithm, point.root, point.at, point.keyId, await signer.sign(checkpointText(point))],
    'audit.sign',
  )
  tree.signed = { size: point.size, at: performance.now() }
}

/** Waits for the lock on a connection of its own, then leads until that connection ends: what it writes goes by the same one. */
const lead = async (
  kernel: Kernel,
  query: Query,
  options: Required<SequencerOptions>,
  signal: AbortSignal,
  leading: (yes: boolean) => void,
): Promise<void> => {
  while (!(await query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LEADER_LOCK]))[0]!.got)
    await wait(options.idleMs, undefined, { signal })
  leading(true)
  const tree = await openTree(kernel, query)
  await query('select kernel.audit_extend()')
  while (!signal.aborted) {
    const count = await sequenceBatch(tree, options.batch)
    const due = performance.now() - tree.signed.at >= options.checkpointMs
    if (due && tree.frontier.size() > tree.signed.size) await sign(kernel, tree)
    if (count < options.batch) await wait(options.idleMs, undefined, { signal })
  }
}

/** One of these runs in each process; one of them at a time moves the log on. A process that dies loses its connection, and with it the lock. */
export const startSequencer = (kernel: Kernel, options: SequencerOptions = {}): Sequencer => {
  const settings = { batch: 2000, idleMs: 300, checkpointMs: 10_000, ...options }
  const stopping = new AbortController()
  const { signal } = stopping
  let leads = false
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await withConnection(kernel.database.url, async (client) => {
        // Its queries fail with the connection; without a listener the process would.
        client.on('error', () => undefined)
        await lead(kernel, queryOn(client), settings, signal, (yes) => {
          leads = yes
        })
      }).catch((error: Error) => {
        if (!signal.aborted) kernel.log.warn({ err: error }, '审计日志入链中断，稍后再试')
      })
      leads = false
      await wait(1000, undefined, { signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    leads: () => leads,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
