import { setTimeout as wait } from 'node:timers/promises'
import { type Query, queryOn, withConnection } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import { appendBatch, type Batch, hashBatch, type Taken } from './batch.ts'
import { type Checkpoint, checkpointText } from './checkpoint.ts'
import { type Frontier, frontierAt } from './frontier.ts'
import { type CheckpointSigner, ensureKeys, openRecordKeys, sealedSigner } from './keys.ts'
import { algorithm, readEdge } from './nodes.ts'
import { RECORD_COLUMNS } from './records.ts'
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
  recordKey: (id: string) => Uint8Array
  cursor: ReturnType<typeof createCursor>
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
    cursor: createCursor(),
    signer: await sealedSigner(query, kernel.keys),
    origin: head!.origin,
    terms: createTerms(query),
    signed: { size: last?.size ?? 0, at: Number.NEGATIVE_INFINITY },
  }
}

/** In the order of their numbers, and never more than the leader can hold at once. */
export const TAKE = `select no, ${RECORD_COLUMNS} from kernel.audit_intake where no > $1 order by no limit $2`

/**
 * Where the next batch begins. What commits late has a number that was passed by: whenever nothing is left the leader looks from the very
 * beginning again. Rows already moved stand in the way there until they are vacuumed, and a long transaction elsewhere keeps them; so such
 * a look, however long it takes, takes at most a twentieth of the time.
 */
const createCursor = () => {
  let [after, lookAgainAt] = [0, 0]
  return {
    async take(query: Query, most: number): Promise<Taken[]> {
      const fromStart = after === 0
      const began = performance.now()
      const rows = await query<Taken>(TAKE, [after, most], 'audit.take')
      const now = performance.now()
      if (fromStart) lookAgainAt = now + 20 * (now - began)
      const last = rows.at(-1)?.no ?? after
      after = rows.length < most && now >= lookAgainAt ? 0 : last
      return rows
    },
  }
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

/**
 * Moves batch after batch into the log. While the database appends one the next is hashed; it is read first, beyond the last number of the
 * one before, so that none is met twice. What fails ends the leadership: the next leader begins from what the database holds.
 */
const sequence = async (
  tree: Tree,
  options: Required<SequencerOptions>,
  signal: AbortSignal,
  signNow: () => Promise<void>,
): Promise<void> => {
  const { query, frontier, cursor, terms, recordKey } = tree
  const append = async (start: number, rows: readonly Taken[], batch: Batch): Promise<void> => {
    // A name without a record is harmless; a record whose name nobody can look for is not.
    await terms.add(rows.flatMap((row) => [row.actorName, row.targetLabel]))
    await appendBatch(query, start, rows, batch)
  }
  const take = () => watched(cursor.take(query, options.batch))
  let appending = Promise.resolve()
  let coming = take()
  while (!signal.aborted) {
    const rows = await coming
    const start = frontier.size()
    const batch = await hashBatch(rows, frontier, recordKey)
    await appending
    const full = rows.length === options.batch
    if (full) coming = take()
    if (rows.length > 0) appending = watched(append(start, rows, batch))
    const due = performance.now() - tree.signed.at >= options.checkpointMs
    if (!full || due) await appending
    if (due && frontier.size() > tree.signed.size) await signNow()
    if (full) continue
    await wait(options.idleMs, undefined, { signal })
    coming = take()
  }
  await appending
}
/** Awaited later, or, when told to stop, never: its failure must not surprise the process. */
const watched = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined)
  return promise
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
  await sequence(tree, options, signal, () => sign(kernel, tree))
}

/** One of these runs in each process; one of them at a time moves the log on. A process that dies loses its connection, and with it the lock. */
export const startSequencer = (kernel: Kernel, options: SequencerOptions = {}): Sequencer => {
  const settings = { batch: 1000, idleMs: 300, checkpointMs: 10_000, ...options }
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
