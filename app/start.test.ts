import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, postmasterOf, type Running, startPlatform } from '../tools/processes.ts'

const PASSWORD = 'start-test-password'
const small = (dataDir: string) => ({ DATA_DIR: dataDir, DEMO_PEOPLE: '500', DEMO_PASSWORD: PASSWORD })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qitong-start-'))
})
afterAll(async () => {
  const pid = await postmasterOf(path.join(folder, 'data'))
  if (pid) process.kill(pid, 'SIGQUIT')
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
})

const signIn = (server: Running) =>
  fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'qitong' },
    body: JSON.stringify({ account: 'zhouwenqing', password: PASSWORD }),
  })

describe('a start', () => {
  it('says in Chinese what is wrong with the settings, all at once', async () => {
    const server = startPlatform({ ...small(folder), PORT: 'abc', DB_POOL: '0' })
    expect(await server.exited).toBe(1)
    expect(server.output()).toMatch(/PORT[\s\S]*DB_POOL/)
  })
  it('refuses production on demo data, default secrets and an open cookie', async () => {
    const server = startPlatform({ ...small(folder), NODE_ENV: 'production', DEMO: 'true' })
    expect(await server.exited).toBe(1)
    for (const word of ['DEMO', 'DEMO_PASSWORD', 'PUBLIC_ORIGIN', 'SECRET_KEY']) expect(server.output()).toContain(word)
  })
  it('names a port that is taken and how to choose another', async () => {
    const port = freePort()
    const other = createServer().listen(port, '127.0.0.1')
    const server = startPlatform(small(folder), port)
    expect(await server.exited).toBe(1)
    expect(server.output()).toContain(`端口 ${port} 已被占用`)
    other.close()
  })
})

describe('the first start', () => {
  it('survives kill -9 at any moment, of the database too, and ends whole', { timeout: 240_000 }, async () => {
    const dataDir = path.join(folder, 'data')
    for (const [at, ms] of [700, 1800, 3200, 5000].entries()) {
      const victim = startPlatform(small(dataDir))
      await new Promise((resolve) => setTimeout(resolve, ms))
      await victim.stop('SIGKILL')
      const pid = await postmasterOf(dataDir)
      if (pid && at % 2 === 1) process.kill(pid, 'SIGKILL')
    }
    const server = startPlatform(small(dataDir))
    await server.ready()
    const answer = await signIn(server)
    expect(answer.status, server.output()).toBe(200)
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
    const root = await fetch(`${server.url}/api/directory/root`, { headers: { cookie } })
    expect(await root.json()).toMatchObject({ name: '山东省', peopleTotal: expect.toSatisfy((n: number) => n >= 500) })

    // What was acknowledged before kill -9 of both is there after the next start.
    const put = await fetch(`${server.url}/api/session/password`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', 'x-requested-with': 'qitong' },
      body: JSON.stringify({ current: PASSWORD, next: 'changed before the crash' }),
    })
    expect(put.status).toBe(200)
    const pid = await postmasterOf(dataDir)
    await server.stop('SIGKILL')
    process.kill(pid!, 'SIGKILL')
    const again = startPlatform(small(dataDir))
    await again.ready()
    expect((await signIn(again)).status).toBe(401)
    expect((await fetch(`${again.url}/api/directory/root`, { headers: { cookie } })).status).toBe(200)
    expect(await again.stop()).toBe(0)
    expect(again.output()).toContain('演示账号已在第一次启动时给出')
    expect(await postmasterOf(dataDir)).toBeUndefined()
  })
})
