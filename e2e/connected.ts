import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { APIRequestContext } from '@playwright/test'
import pg from 'pg'
import { ensureDatabase } from '#kernel/migrate'
import { startPostgres } from '#kernel/postgres'
import { startPlatform } from '../tools/processes.ts'
import { accounts, demoPassword, type Who } from './accounts.ts'
import { test as base, expect } from './fixtures.ts'

/** Where the sample application listens: the address registered for it in the demo data. */
export const SAMPLE = 'http://127.0.0.1:3901'
const STARTING = 240_000

/** A platform of its own that may call the sample application, with a database that a test can move on in time. */
export interface Connected {
  url: string
  sql(text: string, params?: unknown[]): Promise<void>
}

export const test = base.extend<object, { connected: Connected }>({
  connected: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
    async ({}, use) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'qitong-connected-'))
      const postgres = await startPostgres({ dir: path.join(folder, 'postgres'), fsync: false })
      const DATABASE_URL = await ensureDatabase(postgres.url, 'qitong')
      const platform = startPlatform({
        DATABASE_URL,
        DATA_DIR: folder,
        DEMO_PEOPLE: '500',
        DEMO_PASSWORD: demoPassword,
        OUTBOUND_ALLOW: `${SAMPLE}@127.0.0.1/32`,
      })
      try {
        await platform.ready(STARTING)
        const sql = async (text: string, params?: unknown[]): Promise<void> => {
          const client = new pg.Client({ connectionString: DATABASE_URL })
          await client.connect()
          await client.query(text, params).finally(() => client.end())
        }
        await use({ url: platform.url, sql })
      } finally {
        await platform.stop()
        await postgres.stop()
        await rm(folder, { recursive: true, force: true })
      }
    },
    { scope: 'worker', timeout: STARTING },
  ],
})
export { expect }

const headers = { 'x-requested-with': 'qitong' }
interface Registered {
  id: string
  revision: number
}

/** The API as one of the demo accounts, apart from the page's own session. */
export const apiAs = async (request: APIRequestContext, platform: string, who: Who) => {
  const call = async <T>(method: 'get' | 'post', path: string, data?: object): Promise<T> => {
    const answer = await request[method](`${platform}${path}`, { headers, data })
    expect(answer.status(), await answer.text()).toBe(200)
    return (await answer.json()) as T
  }
  await call('post', '/api/session', { account: accounts[who], password: demoPassword })
  const sample = async (): Promise<Registered> => {
    const list = who === 'unitAdmin' ? 'managed' : 'health'
    const { rows } = await call<{ rows: { id: string }[] }>('get', `/api/apps/${list}?q=便民预约`)
    return call('get', `/api/apps/registered/${rows[0]!.id}`)
  }
  return {
    sample,
    /** a command on the sample application as it stands */
    async post<T>(what: string, data: object = {}): Promise<T> {
      const { id, revision } = await sample()
      return call('post', `/api/apps/${id}/${what}`, { revision, ...data })
    },
  }
}
type Api = Awaited<ReturnType<typeof apiAs>>

/** The credentials of the sample application, its subscription included. */
export const connect = async (owner: Api) => {
  const { clientId, secret } = await owner.post<{ clientId: string; secret: string }>('secret', {
    environment: 'production',
  })
  const hook = await owner.post<{ secret: string; webhook: { id: string } }>('webhooks', {
    url: `${SAMPLE}/webhooks`,
    types: ['tasks.closed', 'apps.state-changed'],
  })
  return { CLIENT_ID: clientId, CLIENT_SECRET: secret, WEBHOOK_SECRET: hook.secret, hookId: hook.webhook.id }
}

/** The sample application in a process of its own. */
export const startSample = async (platform: string, env: Record<string, string>): Promise<ChildProcess> => {
  const app = spawn(process.execPath, [path.resolve(import.meta.dirname, '../examples/sample-app/server.ts')], {
    env: { ...process.env, ISSUER: `${platform}/oidc`, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(app.stdout!, 'data')
  return app
}
export const stopSample = async (app: ChildProcess | undefined): Promise<void> => {
  if (!app || app.exitCode !== null) return
  app.kill('SIGTERM')
  await once(app, 'exit')
}
