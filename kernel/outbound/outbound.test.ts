import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createOutbound, type Outbound, type OutboundOptions } from './index.ts'

const KB = 1024
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(listener: RequestListener) {
  const server: Server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}` }
}

function gateway(ports: number[], options: Partial<OutboundOptions> = {}, allowPrivate = ['127.0.0.1/32']): Outbound {
  const allow = [{ hosts: ['*'], schemes: ['http' as const], ports, allowPrivate }]
  const outbound = createOutbound({ allow, timeoutMs: 5_000, maxBytes: 64 * KB, maxRedirects: 3, ...options })
  closing.push(() => outbound.close())
  return outbound
}

const refusal = (code: string) => expect.objectContaining({ name: 'OutboundError', code: `outbound.${code}` })
const redirect =
  (to: string, status = 302): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { location: to }).end()

describe('a request that may leave', () => {
  it('carries method, headers and body, and brings back the answer, errors too', async () => {
    const seen: { request: IncomingMessage; body: Buffer }[] = []
    const { port, url } = await serve(async (request, response) => {
      seen.push({ request, body: await buffer(request) })
      response.writeHead(422, { 'x-answer': '42' }).end('不行')
    })
    const headers = { Authorization: 'Bearer t', 'content-type': 'text/plain' }
    const answer = await gateway([port]).request(`${url}/a?b=c#d`, { method: 'PUT', headers, body: '内容' })
    expect(answer).toMatchObject({ status: 422, headers: { 'x-answer': '42' }, body: Buffer.from('不行') })
    expect(seen[0]!.request).toMatchObject({ method: 'PUT', url: '/a?b=c', headers: { authorization: 'Bearer t' } })
    expect(seen[0]!.body.toString()).toBe('内容')
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (data: string) => data],
  ] as const)('decompresses %s', async (encoding, compress) => {
    const text = '山东'.repeat(3_000)
    const { port, url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(text)),
    )
    expect((await gateway([port]).request(url)).body.toString()).toBe(text)
  })

  it('has no body for HEAD and 204, whatever encoding they announce', async () => {
    const { port, url } = await serve((request, response) =>
      response.writeHead(request.method === 'HEAD' ? 200 : 204, { 'content-encoding': 'gzip' }).end(),
    )
    const outbound = gateway([port])
    expect(await outbound.request(url, { method: 'HEAD' })).toMatchObject({ status: 200, body: Buffer.alloc(0) })
    expect(await outbound.request(url)).toMatchObject({ status: 204, body: Buffer.alloc(0) })
  })

  it('may not name another host', async () => {
    const attempt = gateway([80]).request('http://8.8.8.8/', { headers: { Host: 'inner' } })
    await expect(attempt).rejects.toThrow(TypeError)
  })
})

describe('addresses', () => {
  it.each([
    'http://127.0.0.1/',
    'http://0177.0.0.1/',
    'http://0x7f.0.0.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://127.1/',
    'http://①②⑦.0.0.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/',
    'http://localhost/',
    'http://localhost./',
  ])('%s is refused', async (url) => {
    await expect(gateway([80], {}, []).request(url)).rejects.toEqual(refusal('address-denied'))
  })

  it('a host or port outside the list is refused without asking for its name', async () => {
    let asked = 0
    const resolve = async () => {
      asked += 1
      return [{ address: '127.0.0.1', family: 4 }]
    }
    const { port } = await serve((_request, response) => response.end('x'))
    const allow = [{ hosts: ['a.example'], schemes: ['http' as const], ports: [port], allowPrivate: ['127.0.0.0/8'] }]
    const outbound = gateway([], { allow, resolve })
    for (const url of [`http://b.example:${port}/`, 'http://a.example/', `https://a.example:${port}/`]) {
      await expect(outbound.request(url)).rejects.toEqual(refusal('not-allowed'))
    }
    expect(asked).toBe(0)
    expect((await outbound.request(`http://a.example:${port}/`)).body.toString()).toBe('x')
  })

  it('a name is resolved once a connection and the socket bound to that answer', async () => {
    let hits = 0
    const { port } = await serve((_request, response) => {
      hits += 1
      response.writeHead(200, { connection: 'close' }).end('x')
    })
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1', '10.0.0.1']]
    let asked = 0
    const resolve = async () => answers[asked++]!.map((address) => ({ address, family: 4 }))
    const outbound = gateway([port], { resolve })
    expect((await outbound.request(`http://rebind.example:${port}/`)).body.toString()).toBe('x')
    expect(asked).toBe(1)
    await expect(outbound.request(`http://rebind.example:${port}/`)).rejects.toEqual(refusal('address-denied'))
    await expect(outbound.request(`http://rebind.example:${port}/`)).rejects.toEqual(refusal('address-denied'))
    expect([asked, hits]).toEqual([3, 1])
  })

  it('a name without an answer, or with nonsense for one, is no way out', async () => {
    const failing = async () => Promise.reject(new Error('SERVFAIL'))
    await expect(gateway([80], { resolve: failing }).request('http://a.example/')).rejects.toEqual(
      refusal('dns-failed'),
    )
    await expect(gateway([80], { resolve: async () => [] }).request('http://a.example/')).rejects.toEqual(
      refusal('dns-failed'),
    )
    const nonsense = async () => [{ address: 'localhost', family: 4 }]
    await expect(gateway([80], { resolve: nonsense }).request('http://a.example/')).rejects.toEqual(
      refusal('address-denied'),
    )
  })
})

describe('redirects', () => {
  it('are not followed where only the named address may take what is sent', async () => {
    const { port, url } = await serve(redirect('/elsewhere'))
    const sent = gateway([port]).request(url, { method: 'POST', body: '内容', maxRedirects: 0 })
    await expect(sent).rejects.toEqual(refusal('too-many-redirects'))
  })

  it('to a private address are refused, however it is written', async () => {
    for (const to of ['http://10.0.0.1:80/', 'http://[::ffff:169.254.169.254]:80/', '//2130706434:80/']) {
      const { port, url } = await serve(redirect(to))
      await expect(gateway([port, 80]).request(url)).rejects.toEqual(refusal('address-denied'))
    }
  })

  it('to a place outside the list, another scheme or hidden credentials are refused', async () => {
    const cases = {
      'http://127.0.0.1:1/': 'not-allowed',
      'file:///etc/passwd': 'bad-url',
      'http://u:p@127.0.0.1/': 'bad-url',
    }
    for (const [to, code] of Object.entries(cases)) {
      const { port, url } = await serve(redirect(to))
      await expect(gateway([port]).request(url)).rejects.toEqual(refusal(code))
    }
  })

  it('in a circle end', async () => {
    let hits = 0
    const { port, url } = await serve((_request, response) => {
      hits += 1
      response.writeHead(302, { location: '/again' }).end('body of a redirect')
    })
    await expect(gateway([port]).request(url)).rejects.toEqual(refusal('too-many-redirects'))
    expect(hits).toBe(4)
  })

  const headers = { Authorization: 'Bearer t', Cookie: 's=1', 'X-Api-Key': 'k', Accept: 'text/plain' }

  it('keep credentials within an origin and drop them across', async () => {
    const echo: RequestListener = (request, response) => response.end(JSON.stringify(request.headers))
    const other = await serve(echo)
    const { port, url } = await serve((request, response) => {
      if (request.url === '/here') return echo(request, response)
      return response.writeHead(302, { location: request.url === '/out' ? other.url : '/here' }).end()
    })
    const outbound = gateway([port, other.port])
    const within = JSON.parse((await outbound.request(`${url}/in`, { headers })).body.toString())
    expect(within).toMatchObject({ authorization: 'Bearer t', cookie: 's=1', 'x-api-key': 'k' })
    const across = JSON.parse((await outbound.request(`${url}/out`, { headers })).body.toString())
    expect(across.accept).toBe('text/plain')
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(across).not.toHaveProperty(name)
  })

  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'data'],
    [308, 'POST', 'data'],
  ])('%i after POST is %s', async (status, method, body) => {
    const { port, url } = await serve(async (request, response) => {
      if (request.url !== '/end') return response.writeHead(status, { location: '/end' }).end()
      return response.end(`${request.method} ${request.headers['content-type']} ${await buffer(request)}`)
    })
    const init = { method: 'POST' as const, headers: { 'content-type': 'text/plain' }, body: 'data' }
    const answer = await gateway([port]).request(url, init)
    expect(answer.body.toString()).toBe(`${method} ${body ? 'text/plain' : 'undefined'} ${body}`)
  })

  it('never hand a body to another origin', async () => {
    let hits = 0
    const other = await serve((_request, response) => {
      hits += 1
      response.end()
    })
    const { port, url } = await serve(redirect(other.url, 307))
    const attempt = gateway([port, other.port]).request(url, { method: 'POST', body: 'client_secret=1' })
    await expect(attempt).rejects.toEqual(refusal('redirect-denied'))
    expect(hits).toBe(0)
  })
})

describe('limits', () => {
  it.each([
    ['never answers', () => {}],
    [
      'stops in the middle of a body',
      (response: import('node:http').ServerResponse) => response.writeHead(200).write('half'),
    ],
    [
      'drips',
      (response: import('node:http').ServerResponse) => {
        const drip = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(drip))
      },
    ],
  ])('a server that %s is cut off', async (_what, answer) => {
    const { port, url } = await serve((_request, response) => void answer(response))
    await expect(gateway([port], { timeoutMs: 200 }).request(url)).rejects.toEqual(refusal('timeout'))
  })

  it('a resolver that never answers is cut off', async () => {
    const resolve = () => new Promise<never>(() => {})
    await expect(gateway([80], { timeoutMs: 100, resolve }).request('http://a.example/')).rejects.toEqual(
      refusal('timeout'),
    )
  })

  it('slow redirects share one deadline', async () => {
    const { port, url } = await serve((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 150)
    })
    await expect(gateway([port], { timeoutMs: 400, maxRedirects: 99 }).request(url)).rejects.toEqual(refusal('timeout'))
  })

  it('an endless body is stopped at the cap', async () => {
    let isGone = false
    const { port, url } = await serve((_request, response) => {
      response.on('close', () => {
        isGone = true
      })
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16 * KB)));
      }
      response.on('drain', pour)
      pour()
    })
    await expect(gateway([port]).request(url)).rejects.toEqual(refusal('too-large'))
    await expect.poll(() => isGone).toBe(true)
  })

  it('a body of exactly the cap is taken, one byte more is not, announced or not', async () => {
    const { port, url } = await serve((request, response) => {
      const body = Buffer.alloc(Number(request.url!.slice(2)))
      if (request.url![1] === 'a') response.end(body)
      else response.write(body, () => response.end())
    })
    const outbound = gateway([port], { maxBytes: 1_000 })
    for (const kind of ['a', 'c']) {
      expect((await outbound.request(`${url}/${kind}1000`)).body).toHaveLength(1_000)
      await expect(outbound.request(`${url}/${kind}1001`)).rejects.toEqual(refusal('too-large'))
    }
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('a %s bomb is stopped while it unpacks', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(50 * KB * KB))
    const { port, url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
    )
    expect(bomb.length).toBeLessThan(64 * KB)
    await expect(gateway([port]).request(url)).rejects.toEqual(refusal('too-large'))
  })

  it.each([
    ['gzip', Buffer.from('no gzip')],
    ['br', Buffer.from([0xff, 0xff, 1, 2, 3])],
    ['gzip', gzipSync('cut short in the middle').subarray(0, 20)],
    ['gzip, gzip', gzipSync(gzipSync('twice'))],
    ['compress', Buffer.from('x')],
  ])('an unreadable %s body is an error', async (encoding, body) => {
    const { port, url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    )
    await expect(gateway([port]).request(url)).rejects.toEqual(refusal('bad-response'))
  })

  it('a server that hangs up, or is not there, is an error', async () => {
    const { port, url } = await serve((_request, response) => void response.socket!.destroy())
    await expect(gateway([port]).request(url)).rejects.toEqual(refusal('failed'))
    await closing.pop()!()
    await closing.pop()!()
    await expect(gateway([port]).request(url)).rejects.toEqual(refusal('failed'))
  })
})
