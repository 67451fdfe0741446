import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { APIRequestContext } from '@playwright/test'
import pg from 'pg'
import { startPlatform } from '../tools/processes.ts'
import { accounts, demoPassword, SAMPLE, type Who } from './accounts.ts'
import { test as base, expect } from './fixtures.ts'
import { killNats, startNats } from './nats.ts'

/** What e2e/setup.ts started; absent where the tests run against a platform that somebody else started. */
const started = (): Record<'DATABASE_URL' | 'DATA_DIR', string> => JSON.parse(process.env.E2E_ENV ?? '{}')

/** The platform of all tests, whose database a test can move on in time. */
interface Connected {
  url: string
  sql(text: string, params?: unknown[]): Promise<void>
}
/** A second node on the same database, and the bus between the two. */
interface Second {
  url: string
  /** kills the bus; it is started again after the test */
  killBus(): Promise<void>
}

const sql = async (text: string, params?: unknown[]): Promise<void> => {
  const client = new pg.Client({ connectionString: started().DATABASE_URL })
  await client.connect()
  await client.query(text, params).finally(() => client.end())
}

const STARTING = 120_000
export const test = base.extend<{ connected: Connected; second: Second }>({
  connected: async ({ baseURL }, use, info) => {
    info.skip(process.env.E2E_ENV === undefined, 'needs the database of e2e/setup.ts')
    await use({ url: baseURL!, sql })
  },
  second: [
    async ({ connected: _connected }, use, info) => {
      const [env, port] = [started(), process.env.E2E_NATS]
      info.skip(port === undefined, 'needs nats-server')
      const node = startPlatform({ ...env, JOBS: 'false' })
      try {
        await node.ready(STARTING)
        await use({ url: node.url, killBus: () => killNats(env.DATA_DIR) })
      } finally {
        await node.stop()
        await killNats(env.DATA_DIR)
        startNats(env.DATA_DIR, port!)
      }
    },
    { timeout: STARTING },
  ],
})
export { expect, SAMPLE }

const headers = { 'x-requested-with': 'qitong' }
interface Registered {
  id: string
  revision: number
}

/** The API as one of the demo accounts, apart from the page's own session. */
export const apiAs = async (request: APIRequestContext, platform: string, who: Who) => {
  const call = async <T>(method: 'get' | 'post' | 'delete', path: string, data?: object): Promise<T> => {
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
    /** no subscription of an earlier test is left */
    async forgetHooks(): Promise<void> {
      const { id } = await sample()
      const { rows } = await call<{ rows: Registered[] }>('get', `/api/apps/${id}/webhooks`)
      for (const hook of rows) await call('delete', `/api/apps/webhooks/${hook.id}`, { revision: hook.revision })
    },
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
  await owner.forgetHooks()
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
