import { type CronItem, Logger, parseCronItems, run, type TaskList } from 'graphile-worker'
import pg from 'pg'
import type { Row } from '#kernel/db'
import { CONSUME, consumeJob } from '#kernel/events'
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
  // Own connections: LISTEN and long jobs must not take those of people's requests.
  const pool = new pg.Pool({ connectionString: kernel.database.url, max: 5, application_name: 'qitong-jobs' })
  let stopping = false
  const lost = (error: Error): void => {
    if (!stopping) kernel.log.warn({ reason: error.message }, '任务队列的数据库连接断开')
  }
  pool.on('error', lost)
  // Without a listener of its own a connection that dies while in use would end the process.
  pool.on('connect', (client) => client.on('error', lost))
  const runner = await run({
    pgPool: pool,
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
      await runner.stop()
      await pool.end()
    },
  }
}
