import type { Client } from '#kernel/db'
import { AppError } from '#kernel/errors'
import type { Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { TabularError } from '#kernel/tabular'
import { importAsked } from '../contract.ts'
import { inBatches, withTable } from './import.ts'
import { lineReader } from './import-fields.ts'
import {
  finish,
  type ImportRecord,
  moveCheckpoint,
  refusedRows,
  restartCheck,
  Superseded,
  saveChecked,
  startRun,
} from './import-store.ts'
import { loadWorld } from './import-world.ts'
import { applyLines, checkLines, repetition } from './import-write.ts'

const BATCH = 1000
const MOST_STARTS = 20

const worldOf = (kernel: Kernel, run: ImportRecord) =>
  asSystem(kernel, async ({ sql }) => {
    await sql('set local statement_timeout = 60000')
    return loadWorld(sql, { trees: run.scopeTrees, units: run.scopeUnits }, run.unitId)
  })

const check = async (kernel: Kernel, run: ImportRecord, signal: AbortSignal): Promise<void> => {
  const world = await worldOf(kernel, run)
  const read = lineReader(run.kind, run.mapping)
  const repeated = repetition(run.kind, world)
  await asSystem(kernel, ({ sql }) => restartCheck(sql, run))
  await withTable(kernel, run.fileId, `${run.id}-check`, async (table) => {
    for await (const batch of inBatches(table.batches({ signal }), BATCH, 1)) {
      signal.throwIfAborted()
      const lines = batch.map(({ row, no }) => read(row, no))
      const verdicts = await checkLines(kernel.database.query, run.kind, lines, world, repeated)
      await asSystem(kernel, ({ sql, now }) => saveChecked(sql, run, verdicts, now))
      tell(kernel, run)
    }
  })
  if (run.checked === 0) throw new AppError(422, 'no-rows', '文件里只有表头，没有数据。请填写后重新上传。')
  await finish(kernel.database.query, run.id, 'checking', { state: 'checked', total: run.checked }, kernel.clock.now())
}

const tell = (kernel: Kernel, run: ImportRecord): void =>
  kernel.realtime.toPerson(run.personId, 'matters.import', { id: run.id })

const apply = async (kernel: Kernel, run: ImportRecord, signal: AbortSignal): Promise<void> => {
  const world = await worldOf(kernel, run)
  const read = lineReader(run.kind, run.mapping)
  await withTable(kernel, run.fileId, `${run.id}-apply`, async (table) => {
    const rest = table.batches(
      run.atSheet === null ? { signal } : { fromSheet: run.atSheet || undefined, fromRow: run.atRow + 1, signal },
    )
    for await (const batch of inBatches(rest, BATCH, run.applied + 1)) {
      signal.throwIfAborted()
      const past = { no: batch.at(-1)!.no, sheet: batch.at(-1)!.row.sheet, row: batch.at(-1)!.row.row }
      const refused = await refusedRows(kernel.database.query, run.id, batch[0]!.no, past.no)
      const lines = batch.filter(({ no }) => !refused.has(no)).map(({ row, no }) => read(row, no))
      const checkpoint = await asSystem(kernel, async ({ sql, now }) => {
        await sql('set local statement_timeout = 300000')
        const verdicts =
          lines.length > 0 ? await applyLines(sql, run.kind, lines, world, { personId: run.personId, now }) : []
        if (run.faultyRows === 'refuse' && verdicts.some((verdict) => 'faults' in verdict))
          throw new AppError(409, 'changed-since', '检查之后目录有了变化，有的行不再能导入。已导入的保留；请重新检查。')
        return moveCheckpoint(sql, run, past, { verdicts, skipped: refused.size }, now)
      })
      Object.assign(run, checkpoint)
      tell(kernel, run)
    }
  })
  await finish(kernel.database.query, run.id, 'applying', { state: 'done' }, kernel.clock.now())
}

/** A fault of the file ends the run with a sentence; anything else is left for another start. */
const settle = async (kernel: Kernel, run: ImportRecord, error: unknown, signal: AbortSignal): Promise<void> => {
  if (error instanceof Superseded || signal.aborted) return
  const expected = error instanceof AppError || error instanceof TabularError
  if (!expected) kernel.log.error({ err: error, id: run.id }, '事项导入中断，稍后再试')
  if (!expected && run.starts < MOST_STARTS) return
  const message = expected
    ? error.message
    : '导入多次中断，没有进展。请把文件名和时间告诉系统管理员；已导入的行不会丢失，也不会重复。'
  await finish(kernel.database.query, run.id, run.state, { state: 'failed', message }, kernel.clock.now())
}

// The lock lives as long as the connection: a process that is killed lets go at once, and another one takes over.
const LOCK = "hashtextextended('matters.import/' || $1, 0)"
const runImport = async (kernel: Kernel, id: string, signal: AbortSignal): Promise<void> => {
  const client: Client = await kernel.database.streams.connect()
  client.on('error', (error) => kernel.log.warn({ err: error }, '导入的锁连接断开'))
  try {
    const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${LOCK}) as got`, [id])
    const run = rows[0]!.got ? await startRun(kernel.database.query, id) : undefined
    if (!run) return
    await (run.state === 'checking' ? check : apply)(kernel, run, signal).catch((error: unknown) =>
      settle(kernel, run, error, signal),
    )
    tell(kernel, run)
  } finally {
    client.release(true)
  }
}

const LOOK_MS = 2000
/** Works on imports as long as the server lives: told by the event of a command, and looking for what a crash left. */
export const startImports = (kernel: Kernel): (() => Promise<void>) => {
  if (!kernel.config.JOBS) return async () => undefined
  const ending = new AbortController()
  let running: Promise<void> | undefined
  const look = async (): Promise<void> => {
    const open = await kernel.database.query<{ id: string }>(
      "select id from matters.import where state in ('checking', 'applying') order by updated_at",
      [],
      'matters.import-open',
    )
    for (const { id } of open) if (!ending.signal.aborted) await runImport(kernel, id, ending.signal)
  }
  const wake = (): void => {
    running ??= look()
      .catch((error: Error) => kernel.log.warn({ err: error }, '事项导入暂时不能继续，稍后再试'))
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(wake, LOOK_MS)
  const unsubscribe = kernel.bus.subscribe(`event.${importAsked.name}`, wake)
  wake()
  return async () => {
    clearInterval(timer)
    unsubscribe()
    ending.abort()
    await running
  }
}
