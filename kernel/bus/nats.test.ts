import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { connect } from '@nats-io/transport-node'
import { afterEach, describe, expect, it } from 'vitest'
import { type Bus, createBus, type JsonValue } from './index.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

async function stopServer(server: ChildProcess) {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGKILL')
  await once(server, 'exit')
}

function startServer(port: number, ...args: string[]) {
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), ...args], { stdio: 'ignore' })
  closing.push(() => stopServer(server))
  return server
}

function openBus(url: string) {
  const errors: unknown[] = []
  const heard: { data: JsonValue; subject: string }[] = []
  const bus = createBus({ url, name: 'test', onError: (error) => errors.push(error) })
  closing.push(() => bus.close())
  return { bus, errors, heard, listen: (data: JsonValue, subject: string) => void heard.push({ data, subject }) }
}

const isHealthy = (bus: Bus, wanted = true) => expect.poll(() => bus.healthy(), { timeout: 15_000 }).toBe(wanted)

/** A subscription takes a moment to be known, so the hint is repeated, as hints may be, until it is heard. */
async function reaches(from: Bus, to: ReturnType<typeof openBus>, subject: string) {
  const mark = Math.random()
  const isHeard = () => {
    from.publish(subject, mark)
    return to.heard.some((message) => message.subject === subject && message.data === mark)
  }
  await expect.poll(isHeard, { timeout: 15_000 }).toBe(true)
}

describe('without a NATS server', () => {
  it('starts at once, works inside the process, says so once, and closes', async () => {
    const port = await freePort()
    const { bus, errors, heard, listen } = openBus(`nats://127.0.0.1:${port}`)
    bus.subscribe('a.*', listen)
    bus.publish('a.b', '内')
    await expect.poll(() => heard).toEqual([{ data: '内', subject: 'a.b' }])
    expect(bus.healthy()).toBe(false)
    await new Promise((done) => setTimeout(done, 800))
    expect(errors).toHaveLength(1)
    await bus.close()
    expect(bus.healthy()).toBe(false)
  })

  it('a URL that is none fails at once', () => {
    expect(() => createBus({ url: 'not a url', name: 'test', onError: () => {} })).toThrow(TypeError)
  })
})

const hasServer = spawnSync('nats-server', ['--version']).status === 0

// With CI set a missing tool must fail, not skip.
describe.skipIf(!hasServer && !process.env.CI)('with a nats-server (skipped when it is absent)', () => {
  it('carries hints both ways between two processes, once each', async () => {
    const port = await freePort()
    startServer(port)
    const [one, two] = [openBus(`nats://127.0.0.1:${port}`), openBus(`nats://127.0.0.1:${port}`)]
    one.bus.subscribe('notice.*', one.listen)
    two.bus.subscribe('notice.>', two.listen)
    two.bus.subscribe('other', two.listen)
    await isHealthy(one.bus)
    await isHealthy(two.bus)
    await reaches(one.bus, two, 'notice.warm')
    await reaches(two.bus, one, 'notice.warm')
    one.heard.length = 0
    two.heard.length = 0
    const data = { id: 7, 标题: '放假', list: [null, true, 1.5] }
    one.bus.publish('notice.published', data)
    two.bus.publish('notice.withdrawn', 2)
    await reaches(one.bus, two, 'notice.last')
    await reaches(two.bus, one, 'notice.last')
    for (const { heard, errors } of [one, two]) {
      expect(heard.filter(({ subject }) => subject === 'notice.published')).toEqual([
        { data, subject: 'notice.published' },
      ])
      expect(heard.filter(({ subject }) => subject === 'notice.withdrawn')).toHaveLength(1)
      expect(heard.some(({ subject }) => subject === 'other')).toBe(false)
      expect(errors.filter((error) => !/refused/i.test(String(error)))).toEqual([])
    }
  })

  it('finds a server that starts later, and again after each restart', async () => {
    const port = await freePort()
    const [one, two] = [openBus(`nats://127.0.0.1:${port}`), openBus(`nats://127.0.0.1:${port}`)]
    two.bus.subscribe('kept', two.listen)
    const stop = two.bus.subscribe('dropped', two.listen)
    for (let round = 0; round < 2; round += 1) {
      const server = startServer(port)
      await isHealthy(one.bus)
      await isHealthy(two.bus)
      await reaches(one.bus, two, 'kept')
      if (round === 0) await reaches(one.bus, two, 'dropped')
      await stopServer(server)
      await isHealthy(one.bus, false)
      await isHealthy(two.bus, false)
      if (round > 0) continue
      stop()
      two.bus.subscribe('added', two.listen)
      one.bus.publish('kept', 'lost while nobody carries it')
      two.bus.publish('kept', 'local still works')
      await expect.poll(() => two.heard.at(-1)?.data).toBe('local still works')
    }
    startServer(port)
    await isHealthy(one.bus)
    await reaches(one.bus, two, 'added')
    const before = two.heard.filter(({ subject }) => subject === 'dropped').length
    one.bus.publish('dropped', 1)
    await reaches(one.bus, two, 'kept')
    expect(two.heard.filter(({ subject }) => subject === 'dropped')).toHaveLength(before)
    expect(two.heard.some(({ data }) => data === 'lost while nobody carries it')).toBe(false)
  })

  it('survives what others send', async () => {
    const port = await freePort()
    startServer(port)
    const { bus, errors, ...rest } = openBus(`nats://127.0.0.1:${port}`)
    await isHealthy(bus)
    bus.subscribe('a', rest.listen)
    const stranger = await connect({ servers: `127.0.0.1:${port}` })
    const isReported = () => {
      stranger.publish('a', '{not json')
      return errors.some((error) => error instanceof SyntaxError)
    }
    await expect.poll(isReported, { timeout: 15_000 }).toBe(true)
    stranger.publish('a', '"still here"')
    await expect.poll(() => rest.heard.map(({ data }) => data)).toEqual(['still here'])
    await stranger.close()
  })

  it('signs in with the user of the URL, and not without', async () => {
    const port = await freePort()
    startServer(port, '--user', 'qitong', '--pass', 'p@ss:字')
    const known = openBus(`nats://qitong:${encodeURIComponent('p@ss:字')}@127.0.0.1:${port}`)
    await isHealthy(known.bus)
    const stranger = openBus(`nats://127.0.0.1:${port}`)
    await expect.poll(() => stranger.errors.map(String).join(), { timeout: 15_000 }).toMatch(/authorization/i)
    expect(stranger.bus.healthy()).toBe(false)
  })
})
