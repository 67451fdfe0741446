import { EventEmitter } from 'node:events'
import { type CronItem, Logger, parseCronItems, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import pg from 'pg'
import type { Row } from '#kernel/db'
import { CONSUME, consumeJob } from '#kernel/events'
import { JobLocks } from '#kernel/job-locks'
import type { Consumer, Job, Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'

// graphile-worker's cron knows UTC only; Shanghai keeps no summer time, so eight hours is exact.
const dailyUtc = (time: string): string => {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return `${minute} ${(hour + 16) % 24} * * *`
}

const cronItems = (jobs: readonly Job[]): CronItem[] =>
  jobs.flatMap((job): CronItem[] => {
    const match = job.daily ? dailyUtc(job.daily) : job.everyMinutes ? `*/${job.everyMinutes} * * * *` : undefined
    return match
      ? [{ task: job.name, match, options: { maxAttempts: 5, backfillPeriod: 0 }, identifier: job.name }]
      : []
  })

/** An ERROR is the answer of a server; FATAL, or no answer at all, means that the connection is gone. */
const isLost = (error: unknown): boolean => (error as { severity?: string }).severity !== 'ERROR'

/**
 * What graphile-worker stands on: connections of its own, for LISTEN and long jobs must not take those of people's requests. The library
 * writes down what became of a job without waiting for it, and asks again for a few codes only: a connection that is lost at that moment would
 * end the process. So this pool waits for a database that is away, and what was asked of a lost connection fails with a code for which
 * the library asks again.
 */
class PatientPool extends pg.Pool {
  constructor(connectionString: string, lost: (error: Error) => void) {
    super({ connectionString, max: 5, application_name: 'qitong-jobs' })
    const askAgain = (error: Error): never => {
      if (!isLost(error)) throw error
      lost(error)
      throw Object.assign(error, { code: '40001' })
    }
    this.on('error', lost)
    this.on('connect', (client) => {
      // Without a listener of its own a connection that dies while in use would end the process.
      client.on('error', lost)
      const query = client.query.bind(client) as (...args: unknown[]) => unknown
      client.query = ((...args: unknown[]) => {
        const asked = query(...args)
        return asked instanceof Promise ? asked.catch(askAgain) : asked
      }) as typeof client.query
    })
  }
  override connect(): Promise<pg.PoolClient>
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | undefined {
    if (!callback) return this.#patiently()
    super.connect(callback)
    return undefined
  }
  async #patiently(): Promise<pg.PoolClient> {
    for (;;) {
      try {
        return await super.connect()
      } catch (error) {
        if (this.ending || !isLost(error)) throw error
        await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
      }
    }
  }
}
const AWAY_MS = 1_000

export interface JobRunner {
  stop(): Promise<void>
}

export const startJobs = async (
  kernel: Kernel,
  jobs: readonly Job[],
  consumers: readonly Consumer[],
): Promise<JobRunner> => {
  const consume = consumeJob(kernel, consumers)
  const taskList: TaskList = { [CONSUME]: (payload) => consume(payload as Row) }
  for (const job of jobs)
    taskList[job.name] = async (payload) => {
      const row = (payload ?? {}) as Row
      await job.runLong?.(kernel, row)
      await asSystem(kernel, async (ctx) => job.run?.(ctx, row))
    }
  let stopping = false
  const lost = (error: Error): void => {
    locks.doubt()
    if (!stopping) kernel.log.warn({ reason: error.message }, '任务队列的数据库连接断开')
  }
  const pool = new PatientPool(kernel.database.url, lost)
  const locks = new JobLocks(kernel.database.url, lost)
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => locks.own(workerPool.id))
  events.on('job:start', ({ job }) => locks.began(job.id))
  events.on('job:complete', ({ job }) => locks.ended(job.id))
  const runner = await run({
    events,
    pgPool: pool,
    // Asked before each job is taken; no job of ours carries a flag.
    forbiddenFlags: locks.held,
    taskList,
    parsedCronItems: parseCronItems(cronItems(jobs)),
    concurrency: 4,
    pollInterval: 1000,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => {
      if (level === 'error') kernel.log.error(message)
      else if (level === 'warning') kernel.log.warn(message)
    }),
  })
  return {
    async stop() {
      stopping = true
      const stopped = runner.stop()
      locks.ending()
      await stopped
      await locks.stop()
      await pool.end()
    },
  }
}
