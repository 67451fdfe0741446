import { createRequire } from 'node:module'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { constantTimeEqual } from '#kernel/crypto'
import { AppError, forbidden } from '#kernel/errors'
import type { Kernel } from '#kernel/module'
import { openapi } from '#kernel/openapi'

const swaggerFolder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const docsPage = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>齐通接口</title>
<link rel="stylesheet" href="/api/docs/assets/swagger-ui.css"><div id="docs"></div>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></html>`
const docsScript = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', docExpansion: 'none', filter: true,
  requestInterceptor: (r) => { r.headers['X-Requested-With'] = 'qitong'; return r } })`

/** Health, readiness, metrics, the API reference, the WebSocket and the built web. */
export const operations = async (app: FastifyInstance, kernel: Kernel): Promise<void> => {
  app.get('/healthz', async () => ({ ok: true, version: kernel.version }))
  app.get('/readyz', async (_request, reply) => {
    const waiting = await notReady(kernel)
    return reply.status(waiting.length === 0 ? 200 : 503).send({ ready: waiting.length === 0, waiting })
  })
  app.get('/metrics', async (request, reply) => {
    refuseScraper(kernel, request)
    return reply.type('text/plain; version=0.0.4').send(await kernel.metrics.text())
  })
  const document = openapi(kernel.modules, kernel.version)
  app.get('/api/openapi.json', async () => document)
  app.get('/api/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(docsPage))
  app.get('/api/docs/start.js', async (_request, reply) => reply.type('text/javascript').send(docsScript))
  await app.register(fastifyStatic, {
    root: swaggerFolder,
    prefix: '/api/docs/assets/',
    decorateReply: false,
    index: false,
  })
  app.get('/api/realtime', { websocket: true }, async (socket, request) => {
    const mayStay = () => mayConnect(kernel, request)
    const actor = (await mayStay()) ? request.actor : null
    const { origin, host } = request.headers
    kernel.realtime.accept(socket, actor, { origin, host, mayStay })
  })
  app.all('/api/*', async () => {
    throw new AppError(404, 'no-endpoint', '没有这个接口，请对照接口文档。')
  })
  if (kernel.webFolder) await web(app, kernel.webFolder)
  else
    app.setNotFoundHandler(() => {
      throw nothingThere()
    })
}

const nothingThere = () => new AppError(404, 'not-found', '没有这个页面或文件。')

/** Whoever may not stay connected from there is a stranger to the WebSocket; the page polls and is told why. */
const mayConnect = async (kernel: Kernel, { actor, ip, headers }: FastifyRequest): Promise<boolean> => {
  if (!actor) return false
  const decision = await kernel.ports.decide?.(kernel, {
    actor,
    operation: 'kernel.realtime',
    permission: 'signed-in',
    method: 'GET',
    label: 'internal',
    address: ip,
    agent: headers['user-agent'] ?? '',
    at: kernel.clock.now(),
  })
  return decision === undefined || decision.outcome === 'allow' || decision.outcome === 'mask'
}

const notReady = async (kernel: Kernel): Promise<string[]> => {
  const database = await kernel.database.query('select 1').then(
    () => true,
    () => false,
  )
  return [...kernel.waiting, ...(database ? [] : ['database'])]
}

const refuseScraper = (kernel: Kernel, request: FastifyRequest): void => {
  const token = kernel.config.METRICS_TOKEN
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  const local = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)
  if (token ? !given || !constantTimeEqual(given, token) : !local) throw forbidden('指标只对监控系统开放。')
}

/** Hashed assets live for a year; the page that names them is asked for anew each time. */
const web = async (app: FastifyInstance, folder: string): Promise<void> => {
  await app.register(fastifyStatic, {
    root: folder,
    prefix: '/',
    wildcard: false,
    index: false,
    preCompressed: true,
    setHeaders: (reply, file) => {
      reply.header(
        'cache-control',
        file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
  app.setNotFoundHandler((request, reply) => {
    const { method, url } = request
    if (method !== 'GET' || url.startsWith('/api/') || /\.[a-z0-9]{2,5}$/i.test(url.split('?')[0]!))
      throw nothingThere()
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  })
}
