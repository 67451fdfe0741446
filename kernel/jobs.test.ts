import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, it, vi } from 'vitest'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { JobLocks } from '#kernel/job-locks'
import { ensureDatabase } from '#kernel/migrate'
import type { Kernel } from '#kernel/module'
import { startPostgres } from '#kernel/postgres'
import { startTestServer } from '#kernel/testing'
import { slowModule } from './testing/slow-job.ts'

// Several processes that start on a busy machine, and jobs that are longer than the time after which the dead are given up.
vi.setConfig({ testTimeout: 120_000 })
const LONG_MS = 16_000
const WITHIN = { timeout: 40_000, interval: 100 }

const WORKER = fileURLToPath(new URL('./testing/worker-process.ts', import.meta.url))
type Worker = ChildProcess & { pid: number }
const startWorker = async (started: ChildProcess[], { config, database }: Kernel): Promise<Worker> => {
  const { DATA_DIR, SECRET_KEY } = config
  const child = spawn(process.execPath, [WORKER], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      NODE_ENV: 'test',
      PORT: '0',
      LOG_LEVEL: 'silent',
      DB_POOL: '2',
      DATA_DIR,
      SECRET_KEY,
      APP_DATABASE_URL: database.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  await once(child.stdout, 'data')
  return child as Worker
}
const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

type Sql = <R extends object>(text: string, params?: unknown[]) => Promise<R[]>
const add = (sql: Sql, job: { name: string; ms?: number; fails?: boolean }) =>
  sql("select graphile_worker.add_job('probe.slow', $1::json)", [JSON.stringify(job)])
/** which processes began, or ended, the job of that name, in their order */
const who = async (sql: Sql, name: string, what: 'begun' | 'done' = 'begun'): Promise<number[]> =>
  (
    await sql<{ name: string }>('select name from probe.thing where name like $1 order by id', [`${name} ${what} %`])
  ).map((row) => Number(row.name.split(' ').at(-1)))

describe.concurrent('jobs of a process that is killed', () => {
  it('are run by another one within seconds, and what a live one works at is left to it', async ({ expect }) => {
    const { kernel, sql, stop } = await startTestServer([await slowModule()], { env: { JOBS: 'no' } })
    const workers: ChildProcess[] = []
    try {
      const busy = await startWorker(workers, kernel)
      const long = ['one', 'two', 'three', 'four']
      for (const name of long) await add(sql, { name, ms: LONG_MS })
      for (const name of long) await expect.poll(() => who(sql, name), WITHIN).toEqual([busy.pid])
      // The busy one has no hand free: the next job goes to whoever comes next.
      const doomed = await startWorker(workers, kernel)
      await add(sql, { name: 'killed', ms: 60_000 })
      await expect.poll(() => who(sql, 'killed'), WITHIN).toEqual([doomed.pid])
      await startWorker(workers, kernel)
      await kill(doomed)
      await expect.poll(() => who(sql, 'killed'), { ...WITHIN, timeout: 15_000 }).toHaveLength(2)
      expect((await who(sql, 'killed')).filter((pid) => pid === doomed.pid)).toHaveLength(1)
      for (const name of long) await expect.poll(() => who(sql, name, 'done'), WITHIN).toEqual([busy.pid])
      for (const name of long) expect(await who(sql, name)).toEqual([busy.pid])
    } finally {
      await Promise.all(workers.map(kill))
      await stop()
    }
  })
})

describe.concurrent('the lock of a process', () => {
  it('is held before the first job is taken, and again before the next when its connection was lost', async ({
    expect,
  }) => {
    const { kernel, sql, stop } = await startTestServer([await slowModule()], { env: { JOBS: 'no' } })
    const locks = new JobLocks(kernel.database.url, () => undefined)
    const isFree = async () =>
      (await sql<{ free: boolean }>("select pg_try_advisory_lock(7305, hashtext('pool-of-this')) as free"))[0]?.free
    try {
      expect(locks.held()).toBeInstanceOf(Promise)
      expect(await isFree()).toBe(true)
      locks.own('pool-of-this')
      await locks.held()
      expect(locks.held()).toBeNull()
      expect(await isFree()).toBe(false)
      await sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'qitong-job-locks' and datname = current_database()",
      )
      await expect.poll(() => locks.held() === null, { timeout: 5_000, interval: 5 }).toBe(false)
      await locks.held()
      expect(await isFree()).toBe(false)
    } finally {
      await locks.stop()
    }
    expect(await isFree()).toBe(true)
    await stop()
  })
})

describe.concurrent('a lost connection', () => {
  it('in the moment in which a failure is written down ends nobody: the job is tried again', async ({ expect }) => {
    const { sql, stop } = await startTestServer([await slowModule()])
    try {
      await sql(`create sequence public.cuts; grant usage on sequence public.cuts to public;
        create function public.cut() returns trigger language plpgsql as $$ begin
          if nextval('public.cuts') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end $$;
        create trigger cut before update on graphile_worker._private_jobs for each row
          when (new.last_error is distinct from old.last_error) execute function public.cut()`)
      await add(sql, { name: 'failing', fails: true })
      await expect.poll(() => who(sql, 'failing', 'done'), WITHIN).toEqual([process.pid])
      expect(await who(sql, 'failing')).toHaveLength(2)
      expect(await sql('select 1 from graphile_worker.jobs')).toEqual([])
    } finally {
      await stop()
    }
  })
  it('that took a job whose name nobody heard gives it back; what is at work goes on', async ({ expect }) => {
    const { sql, stop } = await startTestServer([await slowModule()])
    try {
      await add(sql, { name: 'at work', ms: LONG_MS })
      await expect.poll(() => who(sql, 'at work'), WITHIN).toHaveLength(1)
      await sql(
        `with taken as (select locked_by from graphile_worker._private_jobs), made as (
           select (graphile_worker.add_job('probe.slow', '{"name":"unheard"}', run_at => now() + interval '1 hour')).id)
         select 1 from taken, made`,
      )
      await sql(
        `update graphile_worker._private_jobs set run_at = now(), attempts = 1, locked_at = now() - interval '1 minute',
           locked_by = (select locked_by from graphile_worker._private_jobs where locked_by is not null)
         where locked_by is null`,
      )
      await sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'qitong-jobs' and datname = current_database()",
      )
      await expect.poll(() => who(sql, 'unheard', 'done'), WITHIN).toHaveLength(1)
      await expect.poll(() => who(sql, 'at work', 'done'), WITHIN).toHaveLength(1)
      expect(await who(sql, 'at work')).toHaveLength(1)
    } finally {
      await stop()
    }
  })
})

describe.concurrent('kill -9 of PostgreSQL', () => {
  it('while a job fails and another one works: both processes live, the one is tried again, the other is not taken over', async ({
    expect,
  }) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'qitong-jobs-'))
    const dir = path.join(folder, 'postgres')
    const workers: ChildProcess[] = []
    let postgres = await startPostgres({ dir, fsync: false })
    const adminUrl = await ensureDatabase(postgres.url, 'jobs')
    const server = await createServer({
      config: readConfig({
        NODE_ENV: 'test',
        PORT: '0',
        DATA_DIR: path.join(folder, 'data'),
        LOG_LEVEL: 'silent',
        DB_POOL: '4',
      }),
      version: 'test',
      modules: [await slowModule()],
      adminUrl,
    })
    try {
      const { database } = server.kernel
      await add(database.query, { name: 'slow', ms: LONG_MS })
      await expect.poll(() => who(database.query, 'slow'), WITHIN).toEqual([process.pid])
      const other = await startWorker(workers, server.kernel)
      await add(database.query, { name: 'failing', ms: 1_500, fails: true })
      await expect.poll(() => who(database.query, 'failing'), WITHIN).toHaveLength(1)
      process.kill(postgres.pid, 'SIGKILL')
      await postgres.stop()
      // It fails now, and there is nobody to write it down.
      await sleep(2_500)
      postgres = await startPostgres({ dir, fsync: false })
      await expect.poll(() => who(database.query, 'failing', 'done').catch(() => []), WITHIN).toHaveLength(1)
      await expect.poll(() => who(database.query, 'slow', 'done').catch(() => []), WITHIN).toEqual([process.pid])
      expect(await who(database.query, 'slow')).toEqual([process.pid])
      expect(other.exitCode).toBeNull()
    } finally {
      await Promise.all(workers.map(kill))
      await server.stop()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
