import { existsSync } from 'node:fs'
import { access, chmod, constants, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { checkVersion, createCluster, readSecret } from './cluster.ts'
import { asStartError, PostgresStartError } from './errors.ts'
import { holdDirectory } from './lock.ts'
import { isRunning, processesIn, stopPostmaster, waitGone } from './processes.ts'
import { findPrograms, type Programs } from './programs.ts'
import { chooseUser } from './run-as.ts'
import { findPostmaster, launch } from './server.ts'
import { renderSettings } from './settings.ts'

export interface PostgresOptions {
  /** Holds everything of this database; made with mode 0700 when absent. */
  dir: string
  /** 0 or absent: the one used last, else a free one. */
  port?: number
  /** PostgreSQL settings over the defaults. */
  settings?: Record<string, string>
  /** Only throwaway databases may turn it off. */
  fsync?: boolean
  /** Folder of another PostgreSQL's programs, for example /usr/lib/postgresql/15/bin. */
  binDir?: string
  /** Chinese names of the long steps, for a progress display. */
  onProgress?: (step: string) => void
  log?: (message: string) => void
  /** Called once when the database ends without stop(): by a crash, or by someone's hand. */
  onExit?: () => void
}

export interface RunningPostgres {
  /** With the password in it: never log it. */
  url: string
  port: number
  pid: number
  /** False when a server left behind by a killed process was taken over. */
  started: boolean
  /** Fast shutdown; open transactions are rolled back. */
  stop(): Promise<void>
}

/** Starts the database that lives in `dir`, building it first when there is none. Throws PostgresStartError. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dir = resolve(options.dir)
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK)
    await refuseForeign(dir)
    const programs = await findPrograms(options.binDir)
    const release = await holdDirectory(dir)
    try {
      return await startHeld({ ...options, dir }, programs, release)
    } catch (error) {
      release()
      throw error
    }
  } catch (error) {
    throw asStartError(error, dir)
  }
}

// A mistyped folder would otherwise be handed to another user, with what is in it.
async function refuseForeign(dir: string): Promise<void> {
  const names = await readdir(dir)
  if (names.length === 0 || names.includes('lock') || names.includes('secret')) return
  throw new PostgresStartError(
    'postgres_foreign_folder',
    `${dir} 里有与数据库无关的文件（${names.slice(0, 3).join('、')}）：请为数据库指定一个空文件夹。`,
  )
}

async function startHeld(options: PostgresOptions, programs: Programs, release: () => void): Promise<RunningPostgres> {
  const { dir, log = () => {}, onProgress = () => {} } = options
  const cluster = join(dir, 'cluster')
  if (existsSync(cluster)) await checkVersion(cluster, programs.major)
  const secret = await readSecret(dir)
  const running = (pid: number, port: number, started: boolean): RunningPostgres => ({
    url: urlOf(port, secret),
    port,
    pid,
    started,
    stop: watch(cluster, pid, release, options.onExit),
  })
  const conf = renderSettings(options.settings ?? {}, options.fsync ?? true)
  const sameConf = (await readFile(join(dir, 'qitong.conf'), 'utf8').catch(() => '')) === conf
  const left = existsSync(cluster) ? await takeOver(cluster, options.port, secret, sameConf, log) : undefined
  if (left) return running(left.pid, left.port, false)

  await writeFile(join(dir, 'qitong.conf'), conf, { mode: 0o600 })
  const runAs = await chooseUser(dir, programs.postgres)
  if (!existsSync(cluster)) {
    onProgress('建立数据库')
    await createCluster(dir, programs, runAs, options.fsync ?? true)
  }
  onProgress('启动数据库')
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(dir, options.port)
    try {
      return running(await launch(dir, port, programs, runAs), port, true)
    } catch (error) {
      // Another program may have taken the free port in between.
      const again = error instanceof PostgresStartError && error.code === 'postgres_port_taken' && !options.port
      if (!again || attempt === 5) throw error
    }
  }
}

/**
 * A server that outlived its killed owner is kept when it answers and is set up as asked for; otherwise it and stray
 * backends are ended and its pid file, which may name a reused process number, is removed.
 */
async function takeOver(
  cluster: string,
  port: number | undefined,
  secret: string,
  sameConf: boolean,
  log: (message: string) => void,
): Promise<{ pid: number; port: number } | undefined> {
  const left = await findPostmaster(cluster)
  if (left) {
    const asWanted = sameConf && left.ready && (!port || port === left.port)
    if (asWanted && (await answers(urlOf(left.port, secret)))) {
      log(`took over the PostgreSQL left running, pid ${left.pid}`)
      return left
    }
    log(`stopping the PostgreSQL left running, pid ${left.pid}`)
    await stopPostmaster(left.pid)
  }
  for (const pid of await processesIn(cluster)) {
    log(`ending a stray PostgreSQL process, pid ${pid}`)
    await stopPostmaster(pid, 2_000)
    await waitGone(pid, 10_000)
  }
  await rm(join(cluster, 'postmaster.pid'), { force: true })
  return undefined
}

/** Tells when the postmaster is gone, and returns the way to stop it. */
function watch(cluster: string, pid: number, release: () => void, onExit = () => {}): () => Promise<void> {
  const timer = setInterval(async () => {
    if (await isRunning(pid)) return
    clearInterval(timer)
    if (!stopping) onExit()
  }, 1_000).unref()
  let stopping: Promise<void> | undefined
  const stop = async () => {
    clearInterval(timer)
    if (await isPostmaster(cluster, pid)) await stopPostmaster(pid)
    release()
  }
  return () => {
    stopping ??= stop()
    return stopping
  }
}

async function isPostmaster(cluster: string, pid: number): Promise<boolean> {
  return (await isRunning(pid)) && (await findPostmaster(cluster))?.pid === pid
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** The address of the database of `dir` when it runs, whoever runs it. */
export async function runningUrl(dir: string): Promise<string | undefined> {
  const running = existsSync(join(dir, 'cluster')) ? await findPostmaster(join(dir, 'cluster')) : undefined
  return running?.ready ? urlOf(running.port, await readSecret(dir)) : undefined
}

/** Works on the database of `dir`: the running one, or one started for the time of `work`. */
export async function withPostgres<T>(dir: string, work: (url: string) => Promise<T>): Promise<T> {
  const running = await runningUrl(dir)
  if (running) return work(running)
  const own = await startPostgres({ dir })
  try {
    return await work(own.url)
  } finally {
    await own.stop()
  }
}

function urlOf(port: number, secret: string): string {
  return `postgres://postgres:${secret}@127.0.0.1:${port}/postgres`
}

async function choosePort(dir: string, wanted: number | undefined): Promise<number> {
  const file = join(dir, 'port')
  const remembered = Number(await readFile(file, 'utf8').catch(() => 0)) || 0
  const port = (await freePort(wanted || remembered)) ?? (wanted ? undefined : await freePort(0))
  if (port === undefined)
    throw new PostgresStartError(
      'postgres_port_taken',
      `数据库端口 ${wanted} 已被占用：请停止占用它的程序，或换一个端口（不指定端口时自动选择空闲端口）。`,
    )
  await writeFile(file, `${port}\n`)
  await chmod(file, 0o644)
  return port
}

function freePort(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(undefined))
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}
