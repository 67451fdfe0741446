import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClient } from '#kernel/web'
import { backEnd, signInThrough, userinfo } from './browser-testing.ts'
import { appsApi } from './contract.ts'
import { type Node, startNode } from './nodes-testing.ts'
import { type Approved, type AppsServer, approved, startAppsServer } from './testing.ts'
import { type Receiver, startReceiver } from './webhook-testing.ts'

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
// Three processes are started, each of which reads the whole platform: on a busy machine that takes a while.
const STARTING = 180_000

let place: AppsServer
let receiver: Receiver
let app: Approved
let nats: ChildProcess
let here: Node
let there: Node

const startNats = async (): Promise<string> => {
  nats = spawn('nats-server', ['-a', '127.0.0.1', '-p', '-1'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  for await (const text of nats.stderr!) {
    said += String(text)
    if (said.includes('Server is ready')) break
  }
  return `nats://${/Listening for client connections on (127\.0\.0\.1:\d+)/.exec(said)![1]}`
}
const start = (env: Record<string, string> = {}): Promise<Node> =>
  startNode(place, { OUTBOUND_ALLOW: `${receiver.base}@127.0.0.1/32`, ...env })

beforeAll(async () => {
  if (skip) return
  receiver = await startReceiver()
  place = await startAppsServer({ env: { JOBS: 'false' } })
  // From here on the work is done by processes that can be killed.
  await place.server.kernel.relay?.stop()
  app = await approved(place, { scopes: ['profile', 'tasks.push', 'events.receive'], desktopUrl: `${receiver.base}/` })
  const NATS_URL = await startNats()
  ;[here, there] = await Promise.all([start({ NATS_URL }), start({ NATS_URL })])
}, STARTING)
afterAll(async () => {
  if (skip) return
  nats.kill('SIGKILL')
  await Promise.all([here, there].map((node) => node?.kill('SIGKILL')))
  receiver.close()
  await place.server.stop()
})

/** The same people at another node. */
const at = ({ url }: Node): AppsServer => ({ ...place, server: { ...place.server, url } })
const asAt = (node: Node, who: 'admin' | 'operator') =>
  createClient(appsApi, {
    base: node.url,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('cookie', `qt_session=${place.tokens[who]}`)
      return fetch(input, { ...init, headers })
    },
  })

describe.skipIf(skip)('two nodes whose nats-server has died', () => {
  it('refuse a suspended application everything within a second, wherever it was suspended', async () => {
    const { answer } = await signInThrough(at(there), app, place.tokens.clerk, { scope: 'openid profile' })
    const own = await backEnd(at(there), app).own('tasks.push')
    const headers = { authorization: `Bearer ${own.body.access_token}` }
    const push = async (number: string) => {
      const task = { assignee: { personId: place.people.clerk.id }, url: `${receiver.base}/1` }
      const body = JSON.stringify({ matter: '用印申请', title: '数据共享协议用印', ...task })
      const init = { method: 'PUT', headers: { ...headers, 'content-type': 'application/json' }, body }
      return (await fetch(`${there.url}/api/open/tasks/${number}`, init)).status
    }
    const standing = async () => [
      (await userinfo(at(there), answer.body.access_token!)).status,
      (await backEnd(at(there), app).own('tasks.push')).status,
      await push('known'),
    ]
    expect(await standing()).toEqual([200, 200, 200])
    nats.kill('SIGKILL')
    await once(nats, 'exit')
    const { revision } = await asAt(here, 'operator').registered({ id: app.id })
    const stopped = await asAt(here, 'operator').suspend({ id: app.id, revision, reason: '发现漏洞' })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(await standing()).toEqual([401, 401, 401])
    expect(await push('never')).toBe(401)
    await asAt(here, 'operator').resume({ id: app.id, revision: stopped.revision })
    await expect.poll(standing, { timeout: 5000, interval: 50 }).toEqual([200, 200, 200])
    expect(await place.server.sql("select 1 from tasks.task where external_id = 'never'")).toEqual([])
  })
})

describe.skipIf(skip)('senders killed in the middle of delivery', () => {
  it(
    'lose no event; what comes twice has the same identifier and the same body',
    async () => {
      const { webhook } = await asAt(here, 'admin').createWebhook({
        id: app.id,
        url: `${receiver.base}/events`,
        types: ['tasks.closed'],
      })
      const release = Promise.withResolvers<void>()
      receiver.answer.hold = release.promise
      const ping = async (node: Node) => (await asAt(node, 'admin').pingWebhook({ id: webhook.id })).eventId
      const told = [await ping(here), await ping(here), await ping(here), await ping(here), await ping(here)]
      await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0), { timeout: 15_000 })
      await Promise.all([here.kill('SIGKILL'), there.kill('SIGKILL')])
      release.resolve()
      receiver.answer.hold = undefined
      const before = receiver.received.map(({ event }) => event.id)
      here = await start()
      // as if the two minutes of the dead ones' leases had passed
      await place.server.sql("update apps.delivery set next_at = now() where state = 'waiting'")
      told.push(await ping(here))
      const left = () => place.server.sql("select state from apps.delivery where state <> 'delivered'")
      await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 30_000 })
      expect(new Set(receiver.received.map(({ event }) => event.id))).toEqual(new Set(told))
      expect(new Set(before).size).toBe(before.length)
      const again = receiver.received.slice(before.length)
      for (const id of before) {
        const [first, second] = [receiver.received, again].map((all) => all.find(({ event }) => event.id === id))
        expect(second?.body).toBe(first!.body)
      }
    },
    STARTING,
  )
})
