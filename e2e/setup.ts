import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureDatabase } from '#kernel/migrate'
import { startPostgres } from '#kernel/postgres'
import { freePort, startPlatform } from '../tools/processes.ts'
import { demoPassword, SAMPLE } from './accounts.ts'
import { hasNats, killNats, startNats } from './nats.ts'

const START_MS = 240_000

/**
 * Starts the whole platform once for all browser tests, in a folder of its own, on a database that a test can move on in time, and stops it
 * after the last one. The first start of a newcomer is tested in app/start.test.ts.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-e2e-'))
  const bus = hasNats()
  if (!bus && process.env.CI) throw new Error('nats-server is missing: the test of a dead bus cannot run')
  const natsPort = String(freePort())
  if (bus) startNats(folder, natsPort)
  const postgres = await startPostgres({ dir: path.join(folder, 'postgres'), fsync: false })
  const env = {
    DATABASE_URL: await ensureDatabase(postgres.url, 'qitong'),
    DATA_DIR: folder,
    DEMO_PEOPLE: process.env.E2E_PEOPLE ?? '3000',
    DEMO_PASSWORD: demoPassword,
    OUTBOUND_ALLOW: `${SAMPLE}@127.0.0.1/32`,
    ...(bus ? { NATS_URL: `nats://127.0.0.1:${natsPort}` } : {}),
  }
  const platform = startPlatform(env)
  const stop = async (): Promise<void> => {
    await platform.stop()
    await killNats(folder)
    await postgres.stop()
    if (process.env.E2E_LOG) console.log(platform.output())
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await platform.ready(START_MS)
  } catch (error) {
    await stop()
    throw error
  }
  // read by the workers, which start later
  Object.assign(process.env, {
    E2E_URL: platform.url,
    E2E_ENV: JSON.stringify(env),
    ...(bus ? { E2E_NATS: natsPort } : {}),
  })
  return stop
}
