import type { Client } from '#kernel/db'
import { AppError } from '#kernel/errors'
import type { Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { TabularError } from '#kernel/tabular'
import { lineReader } from './fields.ts'
import { inBatches } from './files.ts'
import type { ImportOwner, ImportRecord } from './owner.ts'
import { finish, moveCheckpoint, refusedRows, restartCheck, Superseded, saveChecked, startRun } from './store.ts'

/** Rows of one transaction: longer ones keep other changes waiting, shorter ones cost more. */
const BATCH = 1000
/** So many faulty rows, and more than half of all: the columns are mapped wrongly. */
const MOST_FAULTY = 10_000
/** Starts without a single batch between them. */
const MOST_STARTS = 20
/** of one batch, when it met what another command did at the same moment */
const MOST_TRIES = 5
const LOOK_MS = 2000

const tell = <K extends string>(kernel: Kernel, { topic }: ImportOwner<K>, run: ImportRecord<K>): void =>
  kernel.realtime.toPerson(run.personId, topic, { id: run.id })

const check = async <K extends string>(
  kernel: Kernel,
  owner: ImportOwner<K>,
  run: ImportRecord<K>,
  signal: AbortSignal,
): Promise<void> => {
  const { schema } = owner
  const work = await owner.prepare(kernel, run)
  const read = lineReader(owner.fields(run.kind), run.mapping)
  await asSystem(kernel, ({ sql }) => restartCheck(sql, schema, run))
  await owner.files.withTable(kernel, run.fileId, `${run.id}-check`, async (table) => {
    for await (const batch of inBatches(table.batches({ signal }), BATCH, 1)) {
      signal.throwIfAborted()
      const lines = batch.map(({ row, no }) => read(row, no))
      const verdicts = await work.check(kernel.database.query, lines)
      await asSystem(kernel, ({ sql, now }) => saveChecked(sql, schema, run, verdicts, now))
      tell(kernel, owner, run)
      if (run.faulty > MOST_FAULTY && run.faulty * 2 > run.checked)
        throw new AppError(
          422,
          'too-many-faults',
          `${run.checked} 行里有 ${run.faulty} 行有错误，检查已停止：多半是列对应错了。请核对对应关系后再检查。`,
        )
    }
  })
  if (run.checked === 0) throw new AppError(422, 'no-rows', '文件里只有表头，没有数据。请填写后重新上传。')
  const { query } = kernel.database
  await finish(query, schema, run.id, 'checking', { state: 'checked', total: run.checked }, kernel.clock.now())
}

/** serialization failure, deadlock, a row that another command made at the same moment, a lock or statement that took too long */
const isTransient = (error: unknown): boolean => {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return ['40001', '40P01', '23505', '55P03', '57014'].includes(code ?? cause?.code ?? '')
}

type Batch = { row: { sheet: string; row: number }; no: number }[]
const pastOf = (batch: Batch) => {
  const { no, row } = batch.at(-1)!
  return { no, sheet: row.sheet, row: row.row }
}

const apply = async <K extends string>(
  kernel: Kernel,
  owner: ImportOwner<K>,
  run: ImportRecord<K>,
  signal: AbortSignal,
): Promise<void> => {
  const { schema } = owner
  const { query } = kernel.database
  const read = lineReader(owner.fields(run.kind), run.mapping)
  let work = await owner.prepare(kernel, run)
  await owner.files.withTable(kernel, run.fileId, `${run.id}-apply`, async (table) => {
    const from = run.atSheet === null ? {} : { fromSheet: run.atSheet || undefined, fromRow: run.atRow + 1 }
    for await (const batch of inBatches(table.batches({ ...from, signal }), BATCH, run.applied + 1))
      for (let tries = 1; ; tries++) {
        signal.throwIfAborted()
        try {
          const past = pastOf(batch)
          const refused = await refusedRows(query, schema, run.id, batch[0]!.no, past.no)
          const lines = batch.filter(({ no }) => !refused.has(no)).map(({ row, no }) => read(row, no))
          const checkpoint = await asSystem(kernel, async (ctx) => {
            await ctx.sql('set local statement_timeout = 300000')
            const verdicts = lines.length > 0 ? await work.apply(ctx, lines) : []
            if (run.faultyRows === 'refuse' && verdicts.some((verdict) => 'faults' in verdict))
              throw new AppError(
                409,
                'changed-since',
                '检查之后数据有了变化，有的行不再能导入。已导入的保留；请重新检查。',
              )
            return moveCheckpoint(ctx.sql, schema, run, past, { verdicts, skipped: refused.size }, ctx.now)
          })
          Object.assign(run, checkpoint)
          tell(kernel, owner, run)
          break
        } catch (error) {
          if (!isTransient(error) || tries === MOST_TRIES) throw error
          work = await owner.prepare(kernel, run)
        }
      }
  })
  await finish(query, schema, run.id, 'applying', { state: 'done' }, kernel.clock.now())
}

/** A fault of the file ends the run with a sentence; anything else is left for another start. */
const settle = async <K extends string>(
  kernel: Kernel,
  { schema, what }: ImportOwner<K>,
  run: ImportRecord<K>,
  error: unknown,
  signal: AbortSignal,
): Promise<void> => {
  if (error instanceof Superseded || signal.aborted) return
  const expected = error instanceof AppError || error instanceof TabularError
  if (!expected) kernel.log.error({ err: error, id: run.id }, `${what}导入中断，稍后再试`)
  if (!expected && run.starts < MOST_STARTS) return
  const message = expected
    ? error.message
    : '导入多次中断，没有进展。请把文件名和时间告诉系统管理员；已导入的行不会丢失，也不会重复。'
  await finish(kernel.database.query, schema, run.id, run.state, { state: 'failed', message }, kernel.clock.now())
}

// The lock lives as long as the connection: a process that is killed lets go at once, and another one takes over.
const LOCK = 'hashtextextended($1, 0)'
const runImport = async <K extends string>(
  kernel: Kernel,
  owner: ImportOwner<K>,
  id: string,
  signal: AbortSignal,
): Promise<void> => {
  const client: Client = await kernel.database.streams.connect()
  client.on('error', (error) => kernel.log.warn({ err: error }, '导入的锁连接断开'))
  try {
    // a machine that vanished without a word is noticed after half a minute
    await client.query('set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3')
    const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${LOCK}) as got`, [
      `${owner.schema}.import/${id}`,
    ])
    const run = rows[0]!.got ? await startRun<K>(kernel.database.query, owner.schema, id) : undefined
    if (!run) return
    await (run.state === 'checking' ? check : apply)(kernel, owner, run, signal).catch((error: unknown) =>
      settle(kernel, owner, run, error, signal),
    )
    tell(kernel, owner, run)
  } finally {
    client.release(true)
  }
}

/**
 * Works on the imports of an owner as long as the server lives: told by the event of a command, and looking every two seconds for what a crash
 * left. Not a job of the queue: one that was killed stays locked there for hours, and one of minutes would hold up the end of a server.
 */
export const startImports = <K extends string>(kernel: Kernel, owner: ImportOwner<K>): (() => Promise<void>) => {
  if (!kernel.config.JOBS) return async () => undefined
  const ending = new AbortController()
  let running: Promise<void> | undefined
  const look = async (): Promise<void> => {
    const open = await kernel.database.query<{ id: string }>(
      `select id from ${owner.schema}.import where state in ('checking', 'applying') order by updated_at`,
      [],
      `${owner.schema}.import-open`,
    )
    for (const { id } of open) if (!ending.signal.aborted) await runImport(kernel, owner, id, ending.signal)
  }
  const wake = (): void => {
    running ??= look()
      .catch((error: Error) => kernel.log.warn({ err: error }, `${owner.what}导入暂时不能继续，稍后再试`))
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(wake, LOOK_MS)
  const unsubscribe = kernel.bus.subscribe(`event.${owner.asked.name}`, wake)
  wake()
  return async () => {
    clearInterval(timer)
    unsubscribe()
    ending.abort()
    await running
  }
}
