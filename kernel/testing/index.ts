import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { createServer, type Server } from '#kernel/app'
import { fixedClock } from '#kernel/clock'
import { readConfig } from '#kernel/config'
import type { Api } from '#kernel/contract'
import { sessionCookie } from '#kernel/http'
import { migrate, readMigrations } from '#kernel/migrate'
import type { Kernel, ModuleDef, SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { type Client, createClient } from '../web/client.ts'

/** Real server, real PostgreSQL, a database of its own: what every behaviour test stands on. */
export interface TestServer {
  kernel: Kernel
  url: string
  clock: ReturnType<typeof fixedClock>
  /** superuser connection to this test's database */
  adminUrl: string
  /** the typed client as the holder of a session token, or as a stranger */
  client<A extends Api>(api: A, token?: string): Client<A>
  /** platform work in one transaction, for arranging a scene */
  system<T>(work: (ctx: SystemCtx) => Promise<T>): Promise<T>
  sql<R extends object = Record<string, unknown>>(text: string, params?: unknown[]): Promise<R[]>
  /** until every event emitted so far was consumed and no job waits */
  settled(): Promise<void>
  stop(): Promise<void>
}

export const adminUrl = (): string => {
  const url = process.env.TEST_DATABASE_URL
  if (!url) throw new Error('TEST_DATABASE_URL is missing: the global set-up of vitest starts a database and sets it')
  return url
}

export const onDatabase = (url: string, name: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.toString()
}

const asAdmin = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export interface Template {
  /** part of the template's name: change it when `prepare` changes */
  key: string
  prepare(adminUrl: string): Promise<void>
}

/** A migrated (and prepared) database is made once for a set of migrations and cloned for each test file. */
const templateFor = async (modules: readonly ModuleDef[], template?: Template): Promise<string> => {
  const hash = createHash('sha256')
  for (const { module, name, checksum } of await readMigrations(modules)) hash.update(`${module}/${name}/${checksum}\n`)
  hash.update(modules.map((module) => module.name).join()).update(template?.key ?? '')
  const name = `qt_tpl_${hash.digest('hex').slice(0, 16)}`
  await asAdmin(adminUrl(), async (admin) => {
    await admin.query('select pg_advisory_lock(hashtext($1))', [name])
    const { rows } = await admin.query<{ ready: boolean }>(
      "select coalesce(shobj_description(oid, 'pg_database') = 'ready', false) as ready from pg_database where datname = $1",
      [name],
    )
    if (rows[0]?.ready) return
    await admin.query(`drop database if exists ${name}`)
    await admin.query(`create database ${name}`)
    await migrate(onDatabase(adminUrl(), name), modules, { appPassword: 'test-only' })
    await template?.prepare(onDatabase(adminUrl(), name))
    await admin.query(`comment on database ${name} is 'ready'`)
  })
  return name
}

export const createDatabase = async (modules: readonly ModuleDef[], template?: Template) => {
  const name = `qt_${randomUUID().replaceAll('-', '')}`
  const source = await templateFor(modules, template)
  await asAdmin(adminUrl(), (admin) => admin.query(`create database ${name} template ${source} strategy file_copy`))
  return {
    url: onDatabase(adminUrl(), name),
    drop: () => asAdmin(adminUrl(), (admin) => admin.query(`drop database if exists ${name} with (force)`)),
  }
}

export interface TestOptions {
  template?: Template
  env?: Record<string, string>
  now?: string
}

export const startTestServer = async (
  modules: readonly ModuleDef[],
  options: TestOptions = {},
): Promise<TestServer> => {
  const database = await createDatabase(modules, options.template)
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-test-'))
  const clock = fixedClock(options.now ?? '2026-11-20T09:42:00+08:00')
  const appUrl = new URL(database.url)
  appUrl.username = 'qitong_app'
  appUrl.password = 'test-only'
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATA_DIR: folder,
    LOG_LEVEL: process.env.TEST_LOG ?? 'error',
    APP_DATABASE_URL: appUrl.toString(),
    SECRET_KEY: 'test-only-secret-of-at-least-32-characters',
    DB_POOL: '6',
    ...options.env,
  })
  const server = await createServer({ config, version: 'test', modules, adminUrl: database.url, clock, migrate: false })
  const url = await server.listen()
  return { ...facade(server, url, clock, database.url), stop: () => end(server, database.drop, folder) }
}

const facade = (server: Server, url: string, clock: TestServer['clock'], admin: string): Omit<TestServer, 'stop'> => ({
  kernel: server.kernel,
  url,
  clock,
  adminUrl: admin,
  client: (api, token) =>
    createClient(api, {
      base: url,
      fetch: (input, init) => {
        const headers = new Headers(init?.headers)
        if (token) headers.set('cookie', `${sessionCookie(server.kernel)}=${token}`)
        return fetch(input, { ...init, headers })
      },
    }),
  system: (work) => asSystem(server.kernel, work),
  sql: (text, params) => asAdmin(admin, async (client) => (await client.query(text, params)).rows),
  settled: async () => {
    for (;;) {
      await server.kernel.relay?.drain()
      const [row] = await server.kernel.database.query<{ n: number }>(
        'select ((select count(*) from kernel.outbox) + (select count(*) from graphile_worker.jobs where run_at <= now() and attempts < max_attempts))::int as n',
      )
      if (row!.n === 0) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  },
})

const end = async (server: Server, drop: () => Promise<unknown>, folder: string): Promise<void> => {
  await server.stop()
  await drop()
  await rm(folder, { recursive: true, force: true })
}
