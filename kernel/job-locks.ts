import pg from 'pg'

/** any number of our own: the class of these advisory locks */
const CLASS = 7_305
const LOOK_MS = 1_000
/** so long a process that lives may take to hold its lock again, after the database was away */
const GRACE_MS = 5_000
/** so long after its end the record of a job may still be on its way */
const RECORD_MS = 10_000

// A machine that vanished without a word is noticed after half a minute.
const KEEPALIVE = 'set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3'
const LOCK = `select pg_advisory_lock_shared(${CLASS}, hashtext($1))`
const LIVING = `select objid::text as hash from pg_locks where locktype = 'advisory' and classid = ${CLASS} and objsubid = 2
  and database = (select oid from pg_database where datname = current_database())`
/** Nobody holds the lock of that name: whoever took those jobs is dead. It cannot come to life meanwhile: the lock is ours until the commit. */
const FREE_DEAD = `select graphile_worker.force_unlock_workers(array_agg(id)) from (
    select distinct locked_by as id from graphile_worker._private_jobs where locked_by is not null and locked_by <> $1) taken
  where pg_try_advisory_xact_lock(${CLASS}, hashtext(id)) having count(*) > 0`
/** Ours, and we know nothing of them: the answer that would have given them to us was lost. What was taken just now may be on its way to us. */
const FREE_UNKNOWN = `update graphile_worker._private_jobs set locked_by = null, locked_at = null
  where locked_by = $1 and locked_at < now() - interval '${GRACE_MS - LOOK_MS} milliseconds' and id <> all($2::bigint[])`

/**
 * graphile-worker gives back the jobs of a process that died after four hours. Here each process holds a session lock under the name by which
 * it takes jobs. When a lock goes, or the database was away, everybody who lives has some seconds to hold his own; then the jobs of the
 * names without a lock are free again. Every process looks; nobody has to be the first.
 */
export class JobLocks {
  readonly #url: string
  readonly #warn: (error: Error) => void
  #id = ''
  #session: pg.Client | undefined
  #isHeld = false
  #holding = Promise.withResolvers<null>()
  #isEnding = false
  #isStopped = false
  #isAway = false
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  /** the locks of all who lived at the last look */
  #living = new Set<string>()
  /** what died before this process began is looked for too */
  #sweepAt: number | undefined = Date.now() + GRACE_MS
  /** jobs of this process, until when they are at work or on their way to their record */
  readonly #jobs = new Map<string, number>()

  constructor(url: string, warn: (error: Error) => void) {
    this.#url = url
    this.#warn = warn
  }
  /** The name under which this process takes jobs: known before it takes the first. */
  own(id: string): void {
    this.#id = id
    this.#again()
  }
  /** Waits until the lock is held: whoever cannot be seen to live must not take a job. */
  readonly held = (): Promise<null> | null => (this.#isHeld || this.#isEnding ? null : this.#holding.promise)
  /** No job will be taken any more: nobody needs to wait for the lock. */
  ending(): void {
    this.#isEnding = true
    this.#holding.resolve(null)
  }
  began(jobId: string): void {
    this.#jobs.set(jobId, Number.POSITIVE_INFINITY)
  }
  ended(jobId: string): void {
    this.#jobs.set(jobId, Date.now() + RECORD_MS)
  }
  /** Somebody may have died, or a statement was done although its answer was lost. */
  doubt(): void {
    this.#sweepAt = Date.now() + GRACE_MS
  }
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#looking
    await this.#session?.end()
  }

  #again(): void {
    this.#looking = this.#look()
      .then(
        () => {
          this.#isAway = false
        },
        (error: Error) => {
          if (!this.#isAway) this.#warn(error)
          this.#isAway = true
          if (this.#session) this.#lose(this.#session)
        },
      )
      .finally(() => {
        if (!this.#isStopped) this.#timer = setTimeout(() => this.#again(), LOOK_MS)
      })
  }
  async #look(): Promise<void> {
    const client = await this.#hold()
    const { rows } = await client.query<{ hash: string }>(LIVING)
    const living = new Set(rows.map(({ hash }) => hash))
    if ([...this.#living].some((hash) => !living.has(hash))) this.doubt()
    this.#living = living
    for (const [job, until] of this.#jobs) if (until < Date.now()) this.#jobs.delete(job)
    if (this.#sweepAt === undefined || Date.now() < this.#sweepAt) return
    this.#sweepAt = undefined
    await client.query(FREE_DEAD, [this.#id])
    await client.query(FREE_UNKNOWN, [this.#id, [...this.#jobs.keys()]])
  }
  async #hold(): Promise<pg.Client> {
    if (this.#session) return this.#session
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'qitong-job-locks',
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
    })
    client.on('error', () => this.#lose(client))
    await client.connect()
    // From here on an error of its own, too, finds it and lets go of it.
    this.#session = client
    await client.query(KEEPALIVE)
    await client.query(LOCK, [this.#id])
    this.#isHeld = true
    this.#holding.resolve(null)
    return client
  }
  #lose(client: pg.Client): void {
    if (this.#session !== client) return
    this.#session = undefined
    if (this.#isHeld) this.#holding = Promise.withResolvers()
    this.#isHeld = false
    this.doubt()
    client.end().catch(() => undefined)
  }
}
