import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createBus } from '#kernel/bus'
import { Redactor, readClasses } from '#kernel/classify'
import { type Clock, systemClock } from '#kernel/clock'
import { type Config, ConfigError } from '#kernel/config'
import { hmacSm3, type KeyProvider, passphraseProvider, randomToken } from '#kernel/crypto'
import { openDatabase } from '#kernel/db'
import { startRelay } from '#kernel/events'
import { createLocalFileStore } from '#kernel/files'
import { buildHttp } from '#kernel/http'
import { startJobs } from '#kernel/jobs'
import { openKeystore } from '#kernel/keystore'
import { createMetrics } from '#kernel/metrics'
import { APP_ROLE, inOrder, migrate } from '#kernel/migrate'
import type { Kernel, ModuleDef, Ports, Seed } from '#kernel/module'
import { createOutbound, type Rule } from '#kernel/outbound'
import { createRealtime } from '#kernel/realtime'
import { asSystem } from '#kernel/system'

export type { Kernel } from '#kernel/module'

export interface ServerOptions {
  config: Config
  version: string
  modules: readonly ModuleDef[]
  /** the connection that may change definitions; used for migrations only */
  adminUrl: string
  clock?: Clock
  /** guards the data keys; by the master secret when absent */
  keyProvider?: KeyProvider
  webFolder?: string
  waiting?: readonly string[]
  /** false when the caller migrated already (tests clone a template) */
  migrate?: boolean
  onProgress?: (step: string) => void
}

export interface Server {
  readonly kernel: Kernel
  /** opens the port; answers the address */
  listen(): Promise<string>
  /** demo data of every module, each once; safe to run again after a crash */
  seed(progress: Seed['progress']): Promise<void>
  /** finishes requests in flight, then closes everything this process opened */
  stop(): Promise<void>
}

/** The master secret: given by the operator, or made once and kept in the data folder, readable by its owner only. */
export const masterSecret = async (config: Pick<Config, 'SECRET_KEY' | 'DATA_DIR'>): Promise<string> => {
  if (config.SECRET_KEY) return config.SECRET_KEY
  const folder = path.join(config.DATA_DIR, 'secrets')
  const file = path.join(folder, 'master')
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known) return known
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(file, randomToken(48), { mode: 0o600, flag: 'wx' }).catch((error: { code?: string }) => {
    if (error.code !== 'EEXIST') throw error
  })
  return readFile(file, 'utf8')
}

const subSecret = (master: string, purpose: string): Buffer => hmacSm3(Buffer.from(master), purpose)

const withUser = (url: string, user: string, password: string): string => {
  const changed = new URL(url)
  changed.username = user
  changed.password = password
  return changed.toString()
}

const openAll = async (options: ServerOptions, master: string, appPassword: string): Promise<Kernel> => {
  const { config } = options
  const redactor = new Redactor()
  const log = pino({
    level: config.LOG_LEVEL,
    base: { node: config.HOME_NODE },
    formatters: { log: (line) => redactor.redactLog(line) },
  })
  const database = openDatabase({
    url: config.APP_DATABASE_URL ?? withUser(options.adminUrl, APP_ROLE, appPassword),
    max: config.DB_POOL,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    onError: (error) => log.warn({ reason: error.message }, '数据库连接断开'),
  })
  const bus = await createBus({
    url: config.NATS_URL,
    name: `qitong-${config.HOME_NODE}`,
    onError: (error) => log.warn({ err: error }, '消息总线'),
  })
  const modules = inOrder(options.modules)
  const { columns } = await readClasses(database.query, ['kernel', ...modules.map((module) => module.name)])
  redactor.learn(columns)
  const clock = options.clock ?? systemClock
  const keyProvider = options.keyProvider ?? passphraseProvider(master)
  const keystore = await openKeystore({
    query: database.query,
    provider: keyProvider,
    first: subSecret(master, 'data'),
    now: clock.now(),
    onError: (error) => log.warn({ err: error }, '数据密钥没有读到'),
  })
  return {
    config,
    version: options.version,
    modules,
    ports: Object.assign({}, ...modules.map((module) => module.ports ?? {})) as Ports,
    database,
    clock,
    log,
    bus,
    files: await createLocalFileStore(path.join(config.DATA_DIR, 'files')),
    outbound: createOutbound({
      allow: config.OUTBOUND_ALLOW.map(outboundRule),
      timeoutMs: 15_000,
      maxBytes: 32 * 1024 * 1024,
      maxRedirects: 3,
    }),
    keys: keystore.ring,
    keystore,
    keyProvider,
    realtime: createRealtime(bus, config.PUBLIC_ORIGIN),
    metrics: createMetrics(),
    redactor,
    waiting: new Set(options.waiting),
    webFolder: options.webFolder,
  }
}

/** `[http://]host[:port][@network]`: https and its usual port unless said; the network opens private addresses, for an intranet. */
const outboundRule = (text: string): Rule => {
  const match = /^(?:(https?):\/\/)?([^:@/]+)(?::(\d+))?(?:@(\S+))?$/.exec(text)
  if (!match)
    throw new ConfigError(`环境变量 OUTBOUND_ALLOW 里的“${text}”看不懂，请写成 主机:端口，如 api.example.gov.cn:443。`)
  const [, scheme, host, port, network] = match
  return {
    hosts: [host!],
    schemes: [scheme === 'http' ? 'http' : 'https'],
    ...(port ? { ports: [Number(port)] } : {}),
    ...(network ? { allowPrivate: [network] } : {}),
  }
}

const gauges = ({ metrics, database, realtime, bus }: Kernel): void => {
  metrics.gauge('qitong_db_connections', 'Open database connections', () => database.pool.totalCount)
  metrics.gauge('qitong_db_waiting', 'Requests waiting for a database connection', () => database.pool.waitingCount)
  metrics.gauge('qitong_realtime_connections', 'Open WebSockets', () => realtime.connections())
  metrics.gauge('qitong_bus_healthy', 'Bus reachable', () => (bus.healthy() ? 1 : 0))
  metrics.gauge('qitong_outbox_rows', 'Events not yet relayed', async () =>
    database
      .query<{ n: number }>('select count(*)::int as n from (select 1 from kernel.outbox limit 10000) t')
      .then((rows) => rows[0]!.n),
  )
}

const seedAll = async (kernel: Kernel, adminUrl: string, progress: Seed['progress']): Promise<void> => {
  for (const module of kernel.modules) {
    const key = `seeded.${module.name}`
    const [done] = await kernel.database.query('select 1 from kernel.state where key = $1', [key])
    if (done || !module.seed) continue
    await module.seed({
      kernel,
      adminUrl,
      people: kernel.config.DEMO_PEOPLE,
      run: (work) => asSystem(kernel, work),
      progress,
    })
    await kernel.database.query("insert into kernel.state (key, value) values ($1, 'true')", [key])
  }
}

const PATIENCE_MS = 8000
/** an upload may be on its way */
const REQUESTS_MS = 25_000

/** What does not end in its time is left behind and named: a server that is told to stop must not wait for ever. Nothing committed is lost. */
const patiently = async (
  kernel: Kernel,
  part: string,
  end: Promise<unknown> | undefined,
  ms = PATIENCE_MS,
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late')
  })
  const ended = await Promise.race([end, late])
  clearTimeout(timer)
  if (ended === 'late') kernel.log.error({ part }, '停机时等得太久，不再等它')
}

/** Composes one server process. Order matters: migrations, connections, services, routes. */
export const createServer = async (options: ServerOptions): Promise<Server> => {
  const master = await masterSecret(options.config)
  const appPassword = subSecret(master, 'database').toString('hex')
  // Where the operator gave the application's own connection, its password is the operator's too.
  const setPassword = options.config.APP_DATABASE_URL ? undefined : appPassword
  if (options.migrate !== false)
    await migrate(options.adminUrl, options.modules, { appPassword: setPassword, onProgress: options.onProgress })
  const kernel = await openAll(options, master, appPassword)
  gauges(kernel)
  const stops: (() => Promise<void>)[] = []
  for (const module of kernel.modules) if (module.start) stops.unshift(await module.start(kernel))
  const consumers = kernel.modules.flatMap((module) => module.on ?? [])
  let http: FastifyInstance | undefined
  kernel.relay = startRelay(kernel, consumers)
  if (kernel.config.JOBS)
    kernel.jobs = await startJobs(
      kernel,
      kernel.modules.flatMap((module) => module.jobs ?? []),
      consumers,
    )
  return {
    kernel,
    async listen() {
      http = await buildHttp(kernel)
      return http.listen({ port: kernel.config.PORT, host: kernel.config.HOST })
    },
    seed: (progress) => seedAll(kernel, options.adminUrl, progress),
    async stop() {
      // Sockets first, so that http.close() waits only for requests in flight.
      kernel.realtime.close()
      await patiently(kernel, 'http', http?.close(), REQUESTS_MS)
      await patiently(kernel, 'jobs', kernel.jobs?.stop())
      await patiently(kernel, 'relay', kernel.relay?.stop())
      for (const stop of stops) await patiently(kernel, 'service', stop())
      kernel.keystore.stop()
      await patiently(kernel, 'bus, outbound', Promise.all([kernel.bus.close(), kernel.outbound.close()]))
      await patiently(kernel, 'database', kernel.database.close())
    },
  }
}
