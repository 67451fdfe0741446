import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tasksApi } from '#platform/tasks/contract'
import { backEnd } from './browser-testing.ts'
import type { Approved, AppsServer } from './testing.ts'

export interface Received {
  headers: IncomingHttpHeaders
  body: string
  event: { id: string; type: string; source: string; subject: string; time: string; data: Record<string, unknown> }
}

/** A system that is told of events: keeps what it gets and answers what it is told to. */
export const startReceiver = async () => {
  const received: Received[] = []
  const answer = { status: 200, hold: undefined as Promise<unknown> | undefined }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', async () => {
      received.push({ headers: request.headers, body, event: JSON.parse(body) as Received['event'] })
      const { status } = answer
      await answer.hold
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const of = (type: string) => received.filter(({ event }) => event.type === type)
  return { base, received, of, answer, close: () => server.close() }
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>

/** As a receiver checks it, written from the description alone. */
export const isSignedBy = (secret: string, { headers, body }: Received): boolean => {
  const timestamp = String(headers['x-qitong-timestamp'])
  const expected = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return String(headers['x-qitong-signature']).split(', ').includes(`v1=${expected}`)
}

/** Pushes a to-do in the application's own name. */
export const pushTask = async (place: AppsServer, app: Approved, externalId: string, more: object) => {
  const { body } = await backEnd(place, app).own('tasks.push')
  return fetch(`${place.server.url}/api/open/tasks/${externalId}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ matter: '用印申请', title: '数据共享协议用印', outcomes: ['同意'], ...more }),
  })
}

/** The person gives the outcome. */
export const completeTask = async ({ server, tokens }: AppsServer, title: string, note?: string) => {
  const tasks = server.client(tasksApi, tokens.clerk)
  const [row] = (await tasks.tasks({ q: title })).rows
  await tasks.complete({ id: row!.id, outcome: '同意', note })
  await server.settled()
}
