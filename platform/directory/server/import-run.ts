import { dayOf } from '#kernel/clock'
import type { Client } from '#kernel/db'
import { AppError } from '#kernel/errors'
import type { Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { TabularError } from '#kernel/tabular'
import { inBatches } from '#platform/transfer'
import { importAsked } from '../contract/transfer.ts'
import { withTable } from './import-file.ts'
import { Drift } from './import-people-sql.ts'
import { Places, type Scope } from './import-places.ts'
import { rowReader } from './import-rows.ts'
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
import { type Work, workOf } from './import-work.ts'
import { keepHeapLean } from './lean-heap.ts'

/** Rows of one transaction: longer ones keep other changes of the directory waiting, shorter ones cost more. */
const BATCH = 1000
/** So many faulty rows, and more than half of all: the columns are mapped wrongly. */
const MOST_FAULTY = 10_000
/** Starts without a single batch between them. */
const MOST_STARTS = 20
const HINT_MS = 500

/** The importer's scope as it was when the work was asked for: whole subtrees and single units. */
const scopeOf =
  (run: ImportRecord): Scope =>
  (column, from) => ({
    text: `exists (select 1 from directory.unit s join directory.unit t on t.id = any($${from}::uuid[]) and s.pre between t.pre and t.pre_end where s.id = ${column}
      union all select 1 where ${column} = any($${from + 1}::uuid[]))`,
    params: [run.scopeTrees, run.scopeUnits],
  })

const prepare = async (kernel: Kernel, run: ImportRecord): Promise<Work> => {
  const { query } = kernel.database
  const scope = scopeOf(run)
  const places = await asSystem(kernel, async ({ sql }) => {
    await sql('set local statement_timeout = 60000')
    return Places.load(sql, scope)
  })
  const home = places.get(run.unitId)
  if (!home?.inside)
    throw new AppError(409, 'import-unit', '导入所属的单位已撤销，或不再属于您的管理范围。请重新上传并选择单位。')
  const [person] = run.personId
    ? await query<{ name: string }>('select name from directory.person where id = $1', [run.personId])
    : []
  const author = { id: run.personId, name: person?.name ?? '系统', reason: `导入“${run.fileName}”` }
  return workOf(run.kind, { kernel, scope, places, home, author, today: dayOf(kernel.clock.now()) })
}

/** Tells the owner's pages to look again, not more often than they can. */
const hinter = (kernel: Kernel, run: ImportRecord) => {
  let last = 0
  return (now = false): void => {
    if (!run.personId || (!now && performance.now() - last < HINT_MS)) return
    last = performance.now()
    kernel.realtime.toPerson(run.personId, 'directory.import', { id: run.id })
  }
}

const check = async (kernel: Kernel, run: ImportRecord, signal: AbortSignal): Promise<void> => {
  const hint = hinter(kernel, run)
  const work = await prepare(kernel, run)
  const read = rowReader(run.kind, run.mapping, run.header.length, dayOf(kernel.clock.now()))
  await asSystem(kernel, ({ sql }) => restartCheck(sql, run))
  await withTable(kernel, run.fileId, `${run.id}-check`, async (table) => {
    for await (const batch of inBatches(table.batches({ signal }), BATCH, 1)) {
      signal.throwIfAborted()
      const verdicts = await work.check(
        kernel.database.query,
        batch.map(({ row, no }) => read(row, no)),
      )
      await asSystem(kernel, ({ sql, now }) => saveChecked(sql, run, verdicts, now))
      hint()
      if (run.faulty > MOST_FAULTY && run.faulty * 2 > run.checked)
        throw new AppError(
          422,
          'too-many-faults',
          `${run.checked} 行里有 ${run.faulty} 行有错误，检查已停止：多半是列对应错了。请核对对应关系后再检查。`,
        )
    }
  })
  if (run.checked === 0) throw new AppError(422, 'no-rows', '文件里只有表头，没有数据。请填写后重新上传。')
  await finish(kernel.database.query, run.id, 'checking', { state: 'checked', total: run.checked }, kernel.clock.now())
  hint(true)
}

const isTransient = (error: unknown): boolean => {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  // serialization failure, deadlock, a row that another command made at the same moment, a lock or statement that took too long
  return error instanceof Drift || ['40001', '40P01', '23505', '55P03', '57014'].includes(code ?? cause?.code ?? '')
}

const apply = async (kernel: Kernel, run: ImportRecord, signal: AbortSignal): Promise<void> => {
  const hint = hinter(kernel, run)
  const read = rowReader(run.kind, run.mapping, run.header.length, dayOf(kernel.clock.now()))
  let work = await prepare(kernel, run)
  await withTable(kernel, run.fileId, `${run.id}-apply`, async (table) => {
    const rest = table.batches(
      run.atSheet === null ? { signal } : { fromSheet: run.atSheet || undefined, fromRow: run.atRow + 1, signal },
    )
    for await (const batch of inBatches(rest, BATCH, run.applied + 1)) {
      signal.throwIfAborted()
      const past = { no: batch.at(-1)!.no, sheet: batch.at(-1)!.row.sheet, row: batch.at(-1)!.row.row }
      for (let tries = 1; ; tries++) {
        try {
          const refused = await refusedRows(kernel.database.query, run.id, batch[0]!.no, past.no)
          const drafts = batch.filter(({ no }) => !refused.has(no)).map(({ row, no }) => read(row, no))
          const checkpoint = await asSystem(kernel, async (ctx) => {
            await ctx.sql('set local statement_timeout = 300000')
            const verdicts = drafts.length > 0 ? await work.apply(ctx, drafts) : []
            if (run.faultyRows === 'refuse' && verdicts.some((verdict) => 'faults' in verdict))
              throw new AppError(
                409,
                'changed-since',
                `检查之后目录有了变化，第 ${batch[0]!.row.row} 至 ${past.row} 行里有的不再能导入。已导入的保留；请重新检查。`,
              )
            return moveCheckpoint(ctx.sql, run, past, { verdicts, skipped: refused.size }, ctx.now)
          })
          Object.assign(run, checkpoint)
          break
        } catch (error) {
          if (!isTransient(error) || tries === 5) throw error
          work = await prepare(kernel, run)
        }
      }
      hint()
    }
  })
  await finish(kernel.database.query, run.id, 'applying', { state: 'done' }, kernel.clock.now())
  hint(true)
}

/** A fault of the file ends the run with a sentence; anything else is left for another start. */
const settle = async (
  kernel: Kernel,
  run: ImportRecord & { starts: number },
  error: unknown,
  signal: AbortSignal,
): Promise<void> => {
  if (error instanceof Superseded || signal.aborted) return
  const expected = error instanceof AppError || error instanceof TabularError
  if (!expected) kernel.log.error({ err: error, id: run.id }, '导入中断，稍后再试')
  if (!expected && run.starts < MOST_STARTS) return
  const message = expected
    ? error.message
    : '导入多次中断，没有进展。请把文件名和时间告诉系统管理员；已导入的行不会丢失，也不会重复。'
  await finish(kernel.database.query, run.id, run.state, { state: 'failed', message }, kernel.clock.now())
  hinter(kernel, run)(true)
}

// The lock lives as long as the connection: a process that is killed lets go at once, and another one takes over.
const LOCK = "hashtextextended('directory.import/' || $1, 0)"

const withLock = async (kernel: Kernel, id: string, work: () => Promise<void>): Promise<void> => {
  const client: Client = await kernel.database.streams.connect()
  client.on('error', (error) => kernel.log.warn({ err: error }, '导入的锁连接断开'))
  try {
    // A machine that vanished without a word is noticed after half a minute.
    await client.query('set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3')
    const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${LOCK}) as got`, [id])
    if (rows[0]!.got) await work()
  } finally {
    client.release(true)
  }
}

/** Checks or applies an import from where it stands; does nothing when another process is at it. */
const runImport = (kernel: Kernel, id: string, signal: AbortSignal): Promise<void> =>
  withLock(kernel, id, async () => {
    const run = await startRun(kernel.database.query, id)
    if (!run) return
    keepHeapLean()
    const work = run.state === 'checking' ? check : apply
    await work(kernel, run, signal).catch((error: unknown) => settle(kernel, run, error, signal))
  })

/** Imports that ask for work and have none: new ones, and those whose process has died. */
const abandoned = async (kernel: Kernel): Promise<string[]> =>
  (
    await kernel.database.query<{ id: string }>(
      `select i.id from directory.import i where i.state in ('checking', 'applying') and not exists (
         select 1 from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 1
           and l.database = (select oid from pg_database where datname = current_database())
           and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('directory.import/' || i.id, 0))
       order by i.updated_at`,
      [],
      'directory.import-abandoned',
    )
  ).map(({ id }) => id)

const LOOK_MS = 2000
/** Imports at work in one process: more would only wait for each other. */
const AT_ONCE = 2

/**
 * Works on imports as long as the server lives: told by the event of a command, and looking every two seconds for what a crash left.
 * Not a job of the queue: one of minutes would hold up the end of a server.
 */
export const startImports = (kernel: Kernel): (() => Promise<void>) => {
  if (!kernel.config.JOBS) return async () => undefined
  const ending = new AbortController()
  const running = new Map<string, Promise<void>>()
  const warn = (error: Error): void => kernel.log.warn({ err: error }, '导入暂时不能继续，稍后再试')
  const look = async (): Promise<void> => {
    for (const id of await abandoned(kernel)) {
      if (running.size >= AT_ONCE || ending.signal.aborted) return
      if (running.has(id)) continue
      const run = runImport(kernel, id, ending.signal)
        .catch(warn)
        .finally(() => running.delete(id))
      running.set(id, run)
    }
  }
  const wake = (): void => void look().catch(warn)
  const timer = setInterval(wake, LOOK_MS)
  const unsubscribe = kernel.bus.subscribe(`event.${importAsked.name}`, wake)
  wake()
  return async () => {
    clearInterval(timer)
    unsubscribe()
    ending.abort()
    await Promise.all(running.values())
  }
}
