import { writeAudits } from '#kernel/audit'
import { mayHaveCommitted, type Transaction, transaction } from '#kernel/db'
import type { Flush, Kernel } from '#kernel/module'
import { writeOutbox } from '#kernel/outbox'
import { auditOf, type Call, contextOf, type Effects } from './call.ts'
import { type Known, keepAnswers, releaseClaims, remembered } from './once.ts'

/**
 * Hot commands share a transaction: what arrives while another batch is under way goes together in the next one, so that under load a
 * command costs a share of a round trip and of a disk write. Each is all or nothing by itself and is answered after the common commit.
 */

/** Two: one computes while the other waits for the disk. */
const LANES = 2
const MOST = 64
/** So few are not worth a second transaction. */
const FEW = 8

interface Waiting {
  call: Call
  effects: Effects
  key: string
  resolve(result: unknown): void
  reject(error: unknown): void
  alone(): Promise<unknown>
}

class Queue {
  readonly #waiting: Waiting[] = []
  readonly #busy = new Set<string>()
  #lanes = 0
  #soon = false

  push(one: Waiting): void {
    this.#waiting.push(one)
    if (this.#soon) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#lanes < LANES) {
      const batch = this.#take()
      if (batch.length === 0) return
      this.#lanes++
      void runBatch(batch).finally(() => {
        for (const { key } of batch) this.#busy.delete(key)
        this.#lanes--
        this.#pump()
      })
    }
  }

  /**
   * The oldest whose key nobody of this process is at; the rest keep their places. A share for each free lane: callers who were answered together
   * come back together, and would for ever go in one batch while the other lane stands still.
   */
  #take(): Waiting[] {
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const most = Math.min(MOST, Math.max(FEW, Math.ceil(this.#waiting.length / (LANES - this.#lanes))))
    for (const one of this.#waiting.splice(0)) {
      const free = batch.length < most && !this.#busy.has(one.key)
      if (free) this.#busy.add(one.key)
      ;(free ? batch : later).push(one)
    }
    this.#waiting.push(...later)
    return batch
  }
}

const queues = new WeakMap<Kernel, Map<string, Queue>>()
const queueOf = ({ kernel, operation }: Call): Queue => {
  const known = queues.get(kernel) ?? new Map<string, Queue>()
  queues.set(kernel, known)
  const queue = known.get(operation) ?? new Queue()
  known.set(operation, queue)
  return queue
}

type Outcome = { value: unknown; replayed: boolean } | { error: unknown }

const outcomesOf = async (tx: Transaction, batch: Waiting[], known: Known[]): Promise<Outcome[]> => {
  const fresh = batch.filter((_, index) => known[index] === undefined)
  const { run } = (batch[0] as Waiting).call.handler.flush as Flush
  const results =
    fresh.length > 0
      ? await run(
          fresh.map(({ call, effects }) => ({
            ctx: contextOf(call, tx.db, tx.query, effects),
            input: call.input as never,
          })),
        )
      : []
  let next = 0
  return known.map((before): Outcome => {
    if (before) return 'error' in before ? before : { value: before.response, replayed: true }
    const result = results[next++]
    return result?.status === 'fulfilled' ? { value: result.value, replayed: false } : { error: result?.reason }
  })
}

/** Audit, events and kept answers of those that were done; the keys of those that were refused are given back. */
const lastWrites = ({ query }: Transaction, batch: Waiting[], known: Known[], outcomes: Outcome[]) => {
  const { kernel } = (batch[0] as Waiting).call
  const now = kernel.clock.now()
  const done = batch.flatMap((one, index) => {
    const outcome = outcomes[index] as Outcome
    return 'error' in outcome || outcome.replayed ? [] : [{ ...one, result: outcome.value }]
  })
  const refused = batch.filter((_, index) => known[index] === undefined && 'error' in (outcomes[index] as Outcome))
  const events = done.flatMap(({ effects }) => effects.events)
  return [
    ...(done.length > 0
      ? [
          writeAudits(
            query,
            done.map(({ call, effects }) => auditOf(call, 'command', effects, now)),
          ),
        ]
      : []),
    ...(events.length > 0 ? [writeOutbox(query, events, kernel.config.HOME_NODE, now)] : []),
    ...keepAnswers(query, done),
    ...releaseClaims(
      query,
      refused.map(({ call }) => call),
    ),
  ]
}

const settle = (batch: Waiting[], outcomes: Outcome[]): void => {
  const { kernel } = (batch[0] as Waiting).call
  let emitted = false
  for (const [index, { effects, resolve, reject }] of batch.entries()) {
    const outcome = outcomes[index] as Outcome
    if ('error' in outcome) {
      reject(outcome.error)
      continue
    }
    if (!outcome.replayed) {
      effects.hints.send(kernel)
      emitted ||= effects.events.length > 0
    }
    resolve(outcome.value)
  }
  if (emitted) kernel.relay?.wake()
}

const runBatch = async (batch: Waiting[]): Promise<void> => {
  const { kernel } = (batch[0] as Waiting).call
  const requests = batch.map(({ call }) => call.requestId.replaceAll(/[^\w-]/g, '')).join(' ')
  try {
    let known: Known[] = []
    const outcomes = await transaction(
      kernel.database.pool,
      async (tx) => {
        known = await remembered(
          batch.map(({ call }) => call),
          tx.query,
        )
        return outcomesOf(tx, batch, known)
      },
      {
        setup: `set local qitong.request = '${requests}'`,
        last: (tx, made) => lastWrites(tx, batch, known, made),
      },
    )
    settle(batch, outcomes)
  } catch (error) {
    // Done or not, nobody knows: to run them again might do them twice. Whoever sent a key may come again with it.
    if (mayHaveCommitted(error)) {
      for (const { reject } of batch) reject(error)
      return
    }
    kernel.log.warn({ err: error, commands: batch.length }, '一批合并提交没有写成，改为逐件提交')
    // One that cannot be written must not take the others with it.
    for (const { alone, resolve, reject } of batch) await alone().then(resolve, reject)
  }
}

/** Answers as the command itself would; `alone` runs it by itself, should the common transaction fail. */
export const flush = (call: Call, effects: Effects, alone: () => Promise<unknown>): Promise<unknown> => {
  const key = (call.handler.flush as Flush).key(call.input as never)
  return new Promise((resolve, reject) => {
    queueOf(call).push({ call, effects, key, resolve, reject, alone })
  })
}
