import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { randomToken, sha256 } from '#kernel/crypto'
import { queryOn, withConnection } from '#kernel/db'
import { newId } from '#kernel/ids'
import { ensureDatabase } from '#kernel/migrate'
import type { SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { type Client, createClient } from '#kernel/web'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, unit } from '#platform/directory/testing'
import { createAccount, identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { publishGraph, workflow } from '#platform/workflow'
import { workflowApi } from '#platform/workflow/contract'
import { markedApproval } from '#platform/workflow/testing'
import { freePort, keepDatabase, keeper } from './ground.ts'

const SERVERS = 2
/** who signs together, and who decides */
const SIGNERS = 4

/** Two server processes on one database, people who handle cases, and all of it to be killed at will. */
export interface CasesGround {
  clerk: string
  signers: string[]
  /** the typed client of a person at one of the servers */
  client(token: string, server: number): Client<typeof workflowApi>
  sql<R extends object>(text: string, params?: unknown[]): Promise<R[]>
  ready(): Promise<void>
  kill(what: 'server' | 'database', nth: number): Promise<void>
  deaths(): number
  stop(): Promise<void>
}

const signIn = async (ctx: SystemCtx, personId: string): Promise<string> => {
  const accountId = await createAccount(ctx.sql, { personId, login: `case-${personId}`, passwordHash: '' })
  const token = randomToken(32)
  await ctx.sql(
    `insert into identity.session (id, token_hash, account_id, created_at, expires_at, address, agent)
     values ($1, $2, $3, $4, $4::timestamptz + interval '12 hours', '127.0.0.1', 'faults')`,
    [newId(), sha256(token), accountId, ctx.now],
  )
  return token
}

const arrange = async (ctx: SystemCtx) => {
  const root = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const office = await unit(ctx, { name: '县政府办公室', parent: root.id, kind: 'government' })
  const add = (name: string) => person(ctx, { name, unit: office.id })
  const clerk = await add('周文清')
  const signers = []
  for (let nth = 0; nth < SIGNERS; nth++) signers.push(await add(`会签${'甲乙丙丁'[nth]}`))
  const graph = markedApproval(signers.map(({ id }) => id))
  await publishGraph(ctx, { xml: '<xml/>', graph, unitId: root.id })
  const tokens = []
  for (const { id } of signers) tokens.push(await signIn(ctx, id))
  return { clerk: await signIn(ctx, clerk.id), signers: tokens }
}

export const openCasesGround = async (): Promise<CasesGround> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-cases-'))
  const database = await keepDatabase(path.join(folder, 'postgres'))
  const adminUrl = await ensureDatabase(database.url, 'faults')
  const env = {
    FAULTS: 'cases',
    NODE_ENV: 'test',
    DATABASE_URL: adminUrl,
    SECRET_KEY: randomToken(32),
    LOG_LEVEL: 'silent',
    DB_POOL: '8',
    NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
  }
  const sql: CasesGround['sql'] = (text, params) => withConnection(adminUrl, (client) => queryOn(client)(text, params))
  const first = await createServer({
    config: readConfig({ ...env, PORT: '0', DATA_DIR: path.join(folder, 'first'), JOBS: 'no' }),
    version: 'faults',
    modules: [calendar, search, directory, identity, tasks, workflow],
    adminUrl,
  })
  const people = await asSystem(first.kernel, arrange).finally(() => first.stop())
  await sql('create schema faults')
  await sql('create table faults.mark (instance_id uuid not null)')
  await sql('grant usage on schema faults to qitong_app; grant select, insert on faults.mark to qitong_app')
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, async (_, nth) => {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      return { url, ...keeper({ ...env, PORT: String(port), DATA_DIR: path.join(folder, `data-${nth}`) }, url) }
    }),
  )
  return {
    ...people,
    client: (token, nth) =>
      createClient(workflowApi, {
        base: servers[nth % SERVERS]?.url ?? '',
        fetch: (input, init) => {
          const headers = new Headers(init?.headers)
          headers.set('authorization', `Bearer ${token}`)
          return fetch(input, { ...init, headers, signal: AbortSignal.timeout(20_000) })
        },
      }),
    sql,
    ready: async () => void (await Promise.all(servers.map(({ ready }) => ready()))),
    kill: async (what, nth) => (what === 'server' ? servers[nth % SERVERS]?.kill() : database.kill()),
    deaths: () => servers.reduce((sum, { deaths }) => sum + deaths(), 0),
    async stop() {
      for (const { kill } of servers) await kill()
      await database.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}
