import net from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase, transaction, withConnection } from './db.ts'

/** PostgreSQL that says it is ready and ends the connection in the same packet, as one that is killed may. */
const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const ready = message('R', Buffer.alloc(4))
const idle = message('Z', Buffer.from('I'))
const fatal = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'))

let server: net.Server
let url: string
beforeAll(async () => {
  server = net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(Buffer.concat([ready, idle, fatal])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `postgres://nobody@127.0.0.1:${(server.address() as net.AddressInfo).port}/none`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

it('a connection that ends in the packet that opens it fails its work, not the process', async () => {
  const uncaught: unknown[] = []
  const note = (error: unknown): void => {
    uncaught.push(error)
  }
  process.on('uncaughtException', note)
  const database = openDatabase({ url, max: 4, statementTimeoutMs: 1000, onError: () => undefined })
  try {
    await expect(transaction(database.pool, ({ query }) => query('select 1'))).rejects.toThrow()
    await expect(database.streams.query('select 1')).rejects.toThrow()
    await expect(withConnection(url, (client) => client.query('select 1'))).rejects.toThrow()
    expect(uncaught).toEqual([])
  } finally {
    process.off('uncaughtException', note)
    await database.close()
  }
})
