import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createProbe } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { randomToken, sha256 } from '#kernel/crypto'
import { queryOn, withConnection } from '#kernel/db'
import { newId } from '#kernel/ids'
import { ensureDatabase } from '#kernel/migrate'
import type { SystemCtx } from '#kernel/module'
import { startPostgres } from '#kernel/postgres'
import { asSystem } from '#kernel/system'
import { directory } from '#platform/directory'
import { scene } from '#platform/directory/testing'
import { createAccount, grantRole, identity } from '#platform/identity'
import { search } from '#platform/search'

/** A database cluster and a server process of its own, to be killed and started again at will. */
export interface Ground {
  /** address of the server, the same after every start */
  url: string
  /** session of an administrator of 博兴县 */
  token: string
  units: { home: string; water: string; supply: string }
  /** SQL as the owner of the database */
  sql<R extends object>(text: string, params?: unknown[]): Promise<R[]>
  /** until the server answers; starts it when nothing runs */
  ready(): Promise<void>
  kill(what: Fault): Promise<void>
  /** how often the server process ended although nobody had killed it */
  deaths(): number
  stop(): Promise<void>
}
export const faults = ['server', 'database'] as const
export type Fault = (typeof faults)[number]

export const freePort = async (): Promise<number> => {
  const probe = createProbe().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

const signIn = async (ctx: SystemCtx, personId: string, unitId: string): Promise<string> => {
  const accountId = await createAccount(ctx.sql, { personId, login: `fault-${personId}`, passwordHash: '' })
  await grantRole(ctx.sql, { accountId, role: 'unit-admin', scope: 'subtree', unitId, now: ctx.now })
  const token = randomToken(32)
  await ctx.sql(
    `insert into identity.session (id, token_hash, account_id, created_at, expires_at, address, agent)
     values ($1, $2, $3, $4, $4::timestamptz + interval '12 hours', '127.0.0.1', 'faults')`,
    [newId(), sha256(token), accountId, ctx.now],
  )
  return token
}

/** Migrations, a small province and an administrator, made by a server that is not killed. */
const prepare = async (env: Record<string, string>, adminUrl: string) => {
  const server = await createServer({
    config: readConfig({ ...env, JOBS: 'no' }),
    version: 'faults',
    modules: [directory, identity, search],
    adminUrl,
  })
  try {
    return await asSystem(server.kernel, async (ctx) => {
      const { units, people } = await scene(ctx)
      const token = await signIn(ctx, people.clerk.id, units.boxing.id)
      return { token, units: { home: units.boxing.id, water: units.water.id, supply: units.supply.id } }
    })
  } finally {
    await server.stop()
  }
}

/** One server process at a time; starting waits until it answers. */
export const keeper = (env: Record<string, string>, url: string) => {
  let child: ChildProcess | undefined
  let killed = false
  let deaths = 0
  let starting: Promise<void> | undefined
  const isUp = async (): Promise<boolean> =>
    (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined))?.status === 200
  const start = async (): Promise<void> => {
    if (!child) {
      killed = false
      const made = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
        env: { ...process.env, ...env },
        stdio: ['pipe', 'ignore', 'inherit'],
      })
      made.once('exit', () => {
        if (!killed) deaths++
        child = undefined
      })
      child = made
    }
    while (child && !(await isUp())) await new Promise((resolve) => setTimeout(resolve, 25))
    // It ended while it started: the database may be away. Once more.
    if (!child) await start()
  }
  return {
    ready: (): Promise<void> => {
      starting ??= start().finally(() => {
        starting = undefined
      })
      return starting
    },
    async kill() {
      const running = child
      if (!running) return
      killed = true
      running.kill('SIGKILL')
      if (running.exitCode === null && running.signalCode === null) await once(running, 'exit')
    },
    deaths: () => deaths,
  }
}

export const keepDatabase = async (dir: string) => {
  let running = await startPostgres({ dir })
  return {
    url: running.url,
    /** as a power cut leaves it: nothing is flushed that was not yet; started again on the same port, it recovers from its log */
    async kill() {
      process.kill(running.pid, 'SIGKILL')
      await running.stop()
      running = await startPostgres({ dir })
    },
    stop: () => running.stop(),
  }
}

export const openGround = async (): Promise<Ground> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-faults-'))
  const database = await keepDatabase(path.join(folder, 'postgres'))
  const adminUrl = await ensureDatabase(database.url, 'faults')
  const port = await freePort()
  const env = {
    NODE_ENV: 'test',
    PORT: String(port),
    DATA_DIR: path.join(folder, 'data'),
    DATABASE_URL: adminUrl,
    SECRET_KEY: randomToken(32),
    LOG_LEVEL: 'silent',
    DB_POOL: '8',
    NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
  }
  const { token, units } = await prepare(env, adminUrl)
  const server = keeper(env, `http://127.0.0.1:${port}`)
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    units,
    sql: (text, params) => withConnection(adminUrl, (client) => queryOn(client)(text, params)),
    ready: server.ready,
    kill: (what) => (what === 'server' ? server.kill() : database.kill()),
    deaths: server.deaths,
    async stop() {
      await server.kill()
      await database.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}
