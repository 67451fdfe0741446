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
import { person, unit } from '#platform/directory/testing'
import { createAccount } from '#platform/identity'
import { publishGraph } from '#platform/workflow'
import { workflowApi } from '#platform/workflow/contract'
import { faultGraphs } from '#platform/workflow/testing'
import { CASE_TABLES, caseModules } from './cases-modules.ts'
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
  /** what failed when its database was killed waits ever longer for its next attempt; from here on nobody waits for that; ends it */
  hurry(): () => Promise<void>
  kill(what: 'server' | 'database', nth: number): Promise<void>
  deaths(): number
  stop(): Promise<void>
}

export interface Office {
  ground: CasesGround
  repeated: number
  begun: number
  /** cases that their clerk saw closed, and how often each was signed by all */
  closed: { id: string; rounds: number }[]
  /** what was acknowledged, as the history names it */
  acknowledged: string[]
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
  for (const graph of faultGraphs(signers.map(({ id }) => id)))
    await publishGraph(ctx, { xml: '<xml/>', graph, unitId: root.id })
  const tokens = []
  for (const { id } of signers) tokens.push(await signIn(ctx, id))
  return { clerk: await signIn(ctx, clerk.id), signers: tokens }
}

const sqlOf =
  (adminUrl: string): CasesGround['sql'] =>
  (text, params) =>
    withConnection(adminUrl, (client) => {
      // Its queries fail with the connection; without a listener the process would.
      client.on('error', () => undefined)
      return queryOn(client)(text, params)
    })
const clientOf = (base: string, token: string): Client<typeof workflowApi> =>
  createClient(workflowApi, {
    base,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      return fetch(input, { ...init, headers, signal: AbortSignal.timeout(20_000) })
    },
  })
const hurry = (sql: CasesGround['sql']): (() => Promise<void>) => {
  let working: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    working = sql('update graphile_worker._private_jobs set run_at = now() where last_error is not null').catch(
      () => undefined,
    )
  }, 1000)
  return async () => {
    clearInterval(timer)
    await working
  }
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
  const sql = sqlOf(adminUrl)
  const first = await createServer({
    config: readConfig({ ...env, PORT: '0', DATA_DIR: path.join(folder, 'first'), JOBS: 'no' }),
    version: 'faults',
    modules: caseModules,
    adminUrl,
  })
  const people = await asSystem(first.kernel, arrange).finally(() => first.stop())
  await sql(CASE_TABLES)
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, async (_, nth) => {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      return { url, ...keeper({ ...env, PORT: String(port), DATA_DIR: path.join(folder, `data-${nth}`) }, url) }
    }),
  )
  return {
    ...people,
    client: (token, nth) => clientOf(servers[nth % SERVERS]?.url ?? '', token),
    sql,
    ready: async () => void (await Promise.all(servers.map(({ ready }) => ready()))),
    hurry: () => hurry(sql),
    kill: async (what, nth) => (what === 'server' ? servers[nth % SERVERS]?.kill() : database.kill()),
    deaths: () => servers.reduce((sum, { deaths }) => sum + deaths(), 0),
    async stop() {
      for (const { kill } of servers) await kill()
      await database.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}
