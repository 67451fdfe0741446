import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { createDatabase } from '#kernel/testing'
import { freePort, type Running, startPlatform } from '../tools/processes.ts'
import { modules } from './modules.ts'

const hasNats = (() => {
  try {
    execFileSync('nats-server', ['--version'])
    return true
  } catch {
    return false
  }
})()
// Absent tools are skipped by name, except where CI promises them.
const skip = !hasNats && !process.env.CI

const PASSWORD = 'two-process-password'
let folder: string
let nats: ChildProcess
let natsPort: number
let database: Awaited<ReturnType<typeof createDatabase>>
let first: Running
let second: Running

const startNats = async (): Promise<void> => {
  nats = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(natsPort)], { stdio: ['ignore', 'ignore', 'pipe'] })
  await new Promise<void>((resolve) =>
    nats.stderr!.on('data', (text: Buffer) => text.includes('Server is ready') && resolve()),
  )
}

beforeAll(async () => {
  if (skip) return
  folder = await mkdtemp(path.join(tmpdir(), 'qitong-two-'))
  natsPort = freePort()
  await startNats()
  database = await createDatabase(modules)
  const app = new URL(database.url)
  app.username = 'qitong_app'
  app.password = 'test-only'
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    APP_DATABASE_URL: app.toString(),
    NATS_URL: `nats://127.0.0.1:${natsPort}`,
    DEMO_PEOPLE: '500',
    DEMO_PASSWORD: PASSWORD,
    SECRET_KEY: 'two-processes-share-one-secret-key-of-theirs',
  }
  first = startPlatform(env)
  await first.ready()
  second = startPlatform(env)
  await second.ready()
}, 180_000)
afterAll(async () => {
  if (skip) return
  await Promise.all([first.stop(), second.stop()])
  nats.kill('SIGKILL')
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const signIn = async (): Promise<string> => {
  const answer = await fetch(`${first.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'qitong' },
    body: JSON.stringify({ account: 'zhouwenqing', password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
  return answer.headers.get('set-cookie')!.split(';')[0]!
}
const signOut = (server: Running, cookie: string) =>
  fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie, 'x-requested-with': 'qitong' } })
const statusAt = async (server: Running, cookie: string) =>
  (await fetch(`${server.url}/api/sessions`, { headers: { cookie } })).status

describe.skipIf(skip)('two processes on one database', () => {
  it('share sessions, and ending one cuts the socket at the other within a second', async () => {
    const cookie = await signIn()
    expect(await statusAt(second, cookie)).toBe(200)
    const socket = new WebSocket(`${second.url.replace('http', 'ws')}/api/realtime`, { headers: { cookie } })
    await new Promise((resolve) => socket.once('message', resolve))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const began = Date.now()
    await signOut(first, cookie)
    expect(await closed).toBe(4401)
    await expect.poll(() => statusAt(second, cookie), { timeout: 2000, interval: 50 }).toBe(401)
    expect(Date.now() - began).toBeLessThan(2000)
  })
  it('go on without NATS: a session that ends is still refused everywhere, and hints return with it', async () => {
    const cookie = await signIn()
    expect(await statusAt(second, cookie)).toBe(200)
    nats.kill('SIGKILL')
    await new Promise((resolve) => nats.once('exit', resolve))
    await signOut(first, cookie)
    await expect.poll(() => statusAt(second, cookie), { timeout: 2000, interval: 50 }).toBe(401)
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200)
    await startNats()
    await expect
      .poll(async () => (await (await fetch(`${second.url}/metrics`)).text()).includes('qitong_bus_healthy 1'), {
        timeout: 15_000,
      })
      .toBe(true)
  })
})
