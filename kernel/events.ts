import { type Query, type Row, transaction } from '#kernel/db'
import type { Consumer, Kernel } from '#kernel/module'
import { Hints, systemContext } from '#kernel/system'

const BATCH = 500
export const CONSUME = 'kernel.consume'

type ByEvent = ReadonlyMap<string, readonly Consumer[]>

/** Those of the batch's events that wait for something now. The events were read before: whoever began to wait before they were written is seen. */
const awake = async (sql: Query, consumers: ByEvent, names: ReadonlySet<string>): Promise<ByEvent> => {
  const found = await Promise.all(
    [...names].map(async (name): Promise<[string, Consumer[]]> => {
      const all = consumers.get(name) ?? []
      const wanted = await Promise.all(all.map(async (one) => one.wanted?.(sql) ?? true))
      return [name, all.filter((_, index) => wanted[index])]
    }),
  )
  return new Map(found)
}

const concernedBy = (consumers: ByEvent, { name, payload }: { name: string; payload: unknown }): Consumer[] =>
  (consumers.get(name) ?? []).filter(({ when }) => when?.(payload) ?? true)

/** Moves a batch of outbox rows to the job queue, one job for each consumer; answers how many rows it moved. */
const relayBatch = async (kernel: Kernel, all: ByEvent): Promise<string[]> =>
  transaction(kernel.database.pool, async ({ query }) => {
    const rows = await query<{ no: number; event_id: string; name: string; payload: unknown; home_node: string }>(
      'select no, event_id, name, payload, home_node from kernel.outbox order by no limit $1 for update skip locked',
      [BATCH],
      'kernel.outbox.take',
    )
    if (rows.length === 0) return []
    const consumers = await awake(query, all, new Set(rows.map(({ name }) => name)))
    const jobs = rows.flatMap((row) =>
      concernedBy(consumers, row).map((consumer) => ({
        identifier: CONSUME,
        payload: {
          eventId: row.event_id,
          name: row.name,
          consumer: consumer.name,
          payload: row.payload,
          homeNode: row.home_node,
        },
        max_attempts: 25,
      })),
    )
    const writes: Promise<unknown>[] = []
    if (jobs.length > 0)
      writes.push(
        query(
          `select 1 from graphile_worker.add_jobs(array(
             select json_populate_record(null::graphile_worker.job_spec, j) from json_array_elements($1::json) j))`,
          [JSON.stringify(jobs)],
        ),
      )
    writes.push(query('delete from kernel.outbox where no = any($1)', [rows.map((row) => row.no)]))
    await Promise.all(writes)
    return rows.map((row) => row.name)
  })

export interface Relay {
  /** a command of this process committed events: do not wait for the next look */
  wake(): void
  /** resolves when the outbox was seen empty */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** Looks when woken, and every second for what another process or a crash left behind. */
export const startRelay = (kernel: Kernel, all: readonly Consumer[]): Relay => {
  const consumers = new Map<string, Consumer[]>()
  for (const consumer of all)
    consumers.set(consumer.event.name, [...(consumers.get(consumer.event.name) ?? []), consumer])
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  const sweep = async (): Promise<void> => {
    do {
      again = false
      for (;;) {
        const names = await relayBatch(kernel, consumers)
        for (const name of new Set(names)) kernel.bus.publish(`event.${name}`, { name })
        if (names.length < BATCH) break
      }
    } while (again && !stopped)
  }
  const wake = (): void => {
    if (stopped) return
    if (running) again = true
    else
      running = sweep()
        .catch((error: Error) => kernel.log.error({ err: error }, '转发事件失败，稍后再试'))
        .finally(() => {
          running = undefined
        })
  }
  const timer = setInterval(wake, 1000)
  return {
    wake,
    async drain() {
      wake()
      while (running) await running
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** The job that hands one event to one consumer, in one transaction with the mark that it was handed over. */
export const consumeJob =
  (kernel: Kernel, all: readonly Consumer[]) =>
  async (job: Row): Promise<void> => {
    const consumer = all.find((candidate) => candidate.name === job.consumer && candidate.event.name === job.name)
    if (!consumer) throw new Error(`no consumer ${String(job.consumer)} for ${String(job.name)}`)
    const payload = consumer.event.schema.parse(job.payload)
    const hints = new Hints()
    let emitted = false
    await transaction(kernel.database.pool, async (tx) => {
      const marked = await tx.query(
        'insert into kernel.consumed (event_id, consumer) values ($1, $2) on conflict do nothing returning 1',
        [job.eventId, consumer.name],
        'kernel.consumed.mark',
      )
      if (marked.length > 0)
        emitted = (await systemContext(kernel, tx, hints, (ctx) => consumer.run(ctx, payload))).emitted
    })
    hints.send(kernel)
    if (emitted) kernel.relay?.wake()
  }
