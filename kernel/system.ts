import { type Transaction, transaction } from '#kernel/db'
import type { Kernel, SystemCtx } from '#kernel/module'
import { type PendingEvent, pendingEvent, writeOutbox } from '#kernel/outbox'

/** What pages should hear once the transaction stands: each person of each channel once. */
export class Hints {
  readonly #waiting = new Map<string, { personId: string; channel: string }>()
  readonly tell = (personId: string, channel: string): void => {
    this.#waiting.set(`${channel} ${personId}`, { personId, channel })
  }
  send({ realtime }: Pick<Kernel, 'realtime'>): void {
    for (const { personId, channel } of this.#waiting.values()) realtime.toPerson(personId, channel)
  }
}

/** Runs platform work (no person acts) on a transaction that is already open; its events are written at its end, and `emitted` says whether there were any. */
export const systemContext = async <T>(
  kernel: Kernel,
  tx: Transaction,
  hints: Hints,
  work: (ctx: SystemCtx) => Promise<T>,
): Promise<{ result: T; emitted: boolean }> => {
  const events: PendingEvent[] = []
  const now = kernel.clock.now()
  const result = await work({
    db: tx.db,
    sql: tx.query,
    now,
    kernel,
    emit: (event, payload) => {
      events.push(pendingEvent(event, payload))
    },
    tell: hints.tell,
  })
  if (events.length > 0) await writeOutbox(tx.query, events, kernel.config.HOME_NODE, now)
  return { result, emitted: events.length > 0 }
}

/** The same in a transaction of its own. */
export const asSystem = async <T>(kernel: Kernel, work: (ctx: SystemCtx) => Promise<T>): Promise<T> => {
  const hints = new Hints()
  const { result, emitted } = await transaction(kernel.database.pool, (tx) => systemContext(kernel, tx, hints, work))
  hints.send(kernel)
  if (emitted) kernel.relay?.wake()
  return result
}
