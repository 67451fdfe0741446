import { Readable } from 'node:stream'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import websocket from '@fastify/websocket'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Actor } from '#kernel/actor'
import type { Endpoint, FileAnswer } from '#kernel/contract'
import { AppError, invalid, tooMany } from '#kernel/errors'
import { fileHeaders } from '#kernel/files'
import type { Kernel, ModuleDef, RawAnswer, RawRequest, RawRoute } from '#kernel/module'
import { toAppError, toProblem } from '#kernel/problems'
import type { Call, SessionChange } from './http/call.ts'
import { clean, coerceQuery } from './http/coerce.ts'
import { admit, execute } from './http/execute.ts'
import { securityHeaders } from './http/headers.ts'
import { mount } from './http/mount.ts'
import { operations } from './http/operations.ts'
import { requestId } from './http/request-id.ts'
import { refuseExpectation, refuseUnreadable } from './http/unreadable.ts'

/** The only file that knows Fastify (with its two neighbours in http/): routes come from contracts. */

const isSecure = ({ config }: Pick<Kernel, 'config'>): boolean => config.PUBLIC_ORIGIN?.startsWith('https://') ?? false
/** Over https no neighbouring host or plain page can set a cookie of this name (RFC 6265bis §4.1.3.2). */
const cookieName = (kernel: Pick<Kernel, 'config'>, name: string): string =>
  isSecure(kernel) ? `__Host-${name}` : name
export const sessionCookie = (kernel: Pick<Kernel, 'config'>): string => cookieName(kernel, 'qt_session')
const deviceCookie = (kernel: Pick<Kernel, 'config'>): string => cookieName(kernel, 'qt_device')
/** Browsers keep no cookie longer than 400 days (RFC 6265bis §5.5); each sign-in renews it. */
const DEVICE_SECONDS = 400 * 86_400
const JSON_LIMIT = 1024 * 1024

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null
  }
}

export const buildHttp = async (kernel: Kernel): Promise<FastifyInstance> => {
  const app = Fastify({
    loggerInstance: kernel.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: JSON_LIMIT,
    trustProxy: kernel.config.TRUST_PROXY.length > 0 ? kernel.config.TRUST_PROXY : false,
    // In-flight requests finish at shutdown; idle keep-alive connections do not hold it up.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: sendProblem,
  })
  app.server.on('checkExpectation', refuseExpectation)
  await plugins(app, kernel)
  app.decorateRequest('actor', null)
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  // An answer given while the server ends must not leave a kept-alive connection that it would then wait for.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close')
    done()
  })
  app.addContentTypeParser(
    /^application\/[a-z0-9.-]+\+json/,
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched'
    kernel.metrics.request(request.method, route, reply.statusCode, reply.elapsedTime)
    const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }
    if (reply.statusCode >= 500) request.log.warn(line, '请求出错')
    else request.log.debug(line, '请求')
    done()
  })
  app.setErrorHandler(sendProblem)
  await operations(app, kernel)
  for (const module of kernel.modules) {
    routesOf(app, kernel, module)
    for (const route of module.raw ?? []) rawRoute(app, kernel, route)
    for (const one of module.mounts ?? []) await mount(app, kernel, one)
  }
  return app
}

const sendProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const known = toAppError(error)
  if (known.status >= 500 && known.code === 'internal') request.log.error({ err: error }, '未预料的错误')
  const wait = known.extra?.retryAfter
  if (typeof wait === 'number') reply.header('retry-after', wait)
  return reply.status(known.status).type('application/problem+json').send(toProblem(known, request.id))
}

const plugins = async (app: FastifyInstance, kernel: Kernel): Promise<void> => {
  const headers = await securityHeaders(isSecure(kernel))
  // First of all: what is refused below goes out with them too.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done()
  })
  await app.register(compress, { threshold: 2048, encodings: ['br', 'gzip'], brotliOptions: { params: { 1: 4 } } })
  await app.register(cookie)
  await app.register(websocket, { options: { maxPayload: 64 * 1024 } })
  await app.register(rateLimit, {
    global: false,
    keyGenerator: (request) => request.actor?.accountId ?? request.ip,
    errorResponseBuilder: (_request, context) => tooMany(Math.ceil(context.ttl / 1000)),
    hook: 'preHandler',
  })
  await app.register(underPressure, {
    // Many tests share a process and a machine: how late they run is no pressure on anybody. 0 is never.
    maxEventLoopDelay: kernel.config.NODE_ENV === 'test' ? 0 : 3000,
    retryAfter: 5,
    pressureHandler: (request, _reply, type, delay) => {
      // Nothing measured yet, as in the first second of a start, is no pressure.
      if (delay === Number.POSITIVE_INFINITY) return
      request.log.warn({ type }, '系统繁忙')
      throw new AppError(503, 'busy', '系统繁忙，请稍后再试。您的内容没有丢失。', { extra: { retryAfter: 5 } })
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return
    reply.header('cache-control', 'no-store')
    request.actor = (await kernel.ports.authenticate?.(kernel, tokenOf(kernel, request), isUnattended(request))) ?? null
    refuseForgery(kernel, request)
  })
}

const tokenOf = (kernel: Kernel, request: FastifyRequest): string | undefined => {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')
  return bearer?.[1] ?? request.cookies[sessionCookie(kernel)]
}

/** A page says that nobody is at it; a WebSocket that comes back by itself cannot say so. */
const isUnattended = (request: FastifyRequest): boolean =>
  request.headers['x-unattended'] !== undefined || request.headers.upgrade !== undefined

/**
 * Cross-site request forgery: beside SameSite cookies, a command needs a header that a foreign form cannot send,
 * and an Origin, when the browser names one, that is ours. Calls with a bearer token carry no ambient credential.
 */
const refuseForgery = (kernel: Kernel, request: FastifyRequest): void => {
  const raw = RAW_PREFIXES.some((prefix) => request.url.startsWith(prefix))
  if (raw || request.method === 'GET' || request.method === 'HEAD' || request.headers.authorization) return
  const origin = request.headers.origin
  const own = kernel.config.PUBLIC_ORIGIN ?? `${request.protocol}://${request.headers.host}`
  if (
    request.headers['x-requested-with'] !== 'qitong' ||
    (origin !== undefined && new URL(own).host !== hostOf(origin))
  )
    throw new AppError(403, 'forgery', '这个请求不是从本平台的页面发出的，已被拒绝。请回到平台页面再操作。')
}
const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : '')

const routesOf = (app: FastifyInstance, kernel: Kernel, module: ModuleDef): void => {
  for (const [name, endpoint] of Object.entries(module.api ?? {})) {
    const handler = module.handlers?.[name]
    if (!handler) throw new Error(`${module.name}.${name} has no handler`)
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      bodyLimit: endpoint.kind === 'upload' ? Number.MAX_SAFE_INTEGER : JSON_LIMIT,
      config: endpoint.limit
        ? { rateLimit: { max: endpoint.limit.max, timeWindow: endpoint.limit.seconds * 1000 } }
        : {},
      handler: async (request, reply) => {
        const call: Call = {
          kernel,
          endpoint,
          operation: `${module.name}.${name}`,
          handler,
          actor: request.actor,
          input: undefined,
          requestId: request.id,
          address: request.ip,
          agent: request.headers['user-agent'] ?? '',
          device: deviceOf(kernel, request),
        }
        const { masked } = await admit(call)
        call.input = endpoint.input.parse(inputOf(request, endpoint))
        call.body = endpoint.kind === 'upload' ? uploadOf(request, endpoint, kernel) : undefined
        call.idempotencyKey = keyOf(request)
        const { output, session, device } = await execute(call, masked)
        if (endpoint.kind === 'download') return sendFile(request, reply, output as FileAnswer)
        if (session) applySession(reply, kernel, session)
        if (device) reply.setCookie(deviceCookie(kernel), device, { ...cookieOptions(kernel), maxAge: DEVICE_SECONDS })
        return output
      },
    })
  }
}

const deviceOf = (kernel: Kernel, request: FastifyRequest): string | undefined => {
  const token = request.cookies[deviceCookie(kernel)]
  return token !== undefined && /^[\w-]{32,100}$/.test(token) ? token : undefined
}

const cookieOptions = (kernel: Kernel) =>
  ({
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(kernel),
  }) as const

const applySession = (reply: FastifyReply, kernel: Kernel, { token, seconds }: SessionChange): void => {
  const options = cookieOptions(kernel)
  if (token === null) reply.clearCookie(sessionCookie(kernel), options)
  else reply.setCookie(sessionCookie(kernel), token, { ...options, maxAge: seconds })
}

const RAW_PREFIXES = ['/api/scim/']

/** Routes of foreign standards: their own media types, bearer tokens only. */
const rawRoute = (app: FastifyInstance, kernel: Kernel, route: RawRoute): void => {
  if (!RAW_PREFIXES.some((prefix) => route.path.startsWith(prefix)))
    throw new Error(`${route.path} is no place for a raw route`)
  const asked = (request: FastifyRequest): RawRequest => ({
    kernel,
    method: route.method,
    path: request.url.split('?')[0]!,
    params: request.params as Record<string, string>,
    query: request.query as RawRequest['query'],
    headers: request.headers,
    body: request.body,
    address: request.ip,
    requestId: request.id,
  })
  const send = (reply: FastifyReply, { status, headers, body }: RawAnswer): FastifyReply =>
    reply
      .status(status)
      .headers(headers ?? {})
      .send(body === undefined ? undefined : JSON.stringify(body))
  app.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const { body } = request
      const given = { ...asked(request), body: body instanceof Readable ? body : clean(body) }
      return send(reply, await route.handle(given))
    },
    ...(route.refuse
      ? {
          errorHandler: async (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
            const known = toAppError(error)
            if (known.code === 'internal') request.log.error({ err: error }, '未预料的错误')
            return send(reply, await route.refuse!(asked(request), known))
          },
        }
      : {}),
  })
}

const inputOf = (request: FastifyRequest, endpoint: Endpoint): unknown => {
  const given = { ...(request.query as object), ...(request.params as object) }
  const query = coerceQuery(endpoint.input, clean(given) as Record<string, unknown>)
  if (endpoint.method === 'GET' || endpoint.kind === 'upload') return query
  const body = request.body
  if (body === undefined || body === null) return query
  if (typeof body !== 'object' || Array.isArray(body) || body instanceof Readable)
    throw invalid('提交的内容须是一个 JSON 对象。')
  const inPath = Object.keys(request.params as object)
  return { ...query, ...(clean(body) as object), ...Object.fromEntries(inPath.map((key) => [key, query[key]])) }
}

const keyOf = (request: FastifyRequest): string | undefined => {
  const key = request.headers['idempotency-key']
  if (key === undefined || request.method === 'GET') return undefined
  if (typeof key !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key))
    throw invalid('幂等键须是一个 UUID。')
  return key
}

const uploadOf = (request: FastifyRequest, endpoint: Endpoint, kernel: Kernel) => {
  const stream = request.body instanceof Readable ? request.body : Readable.from([])
  const limit = endpoint.maxBytes ?? kernel.config.UPLOAD_MAX_MB * 1024 * 1024
  if (Number(request.headers['content-length'] ?? 0) > limit)
    throw new AppError(413, 'too-large', `文件超过 ${Math.floor(limit / 1024 / 1024)} MB 的上限，请压缩或分开上传。`)
  const raw = request.headers['x-file-name']
  try {
    return { stream, name: decodeURIComponent(typeof raw === 'string' ? raw : '未命名'), limit }
  } catch {
    throw invalid('文件名的编码有误。')
  }
}

// A phone or an office suite opens these by their type; as attachments no browser runs them.
const OPENED_BY_TYPE = new Set([
  'text/vcard; charset=utf-8',
  'text/csv; charset=utf-8',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
])

const sendFile = (request: FastifyRequest, reply: FastifyReply, file: FileAnswer): FastifyReply => {
  if (file.etag) reply.header('etag', `"${file.etag}"`).header('cache-control', 'private, no-cache')
  // The stream of an unchanged file is never begun: FileAnswer streams are lazy.
  if (file.etag && request.headers['if-none-match'] === `"${file.etag}"`) return reply.status(304).send()
  if (file.size !== undefined) reply.header('content-length', file.size)
  if (file.encoding) reply.header('content-encoding', file.encoding).header('vary', 'accept-encoding')
  if (file.data) reply.type(file.mediaType)
  else reply.headers(fileHeaders(file, file.inline ? 'inline' : 'attachment'))
  if (OPENED_BY_TYPE.has(file.mediaType)) reply.type(file.mediaType)
  return reply.send(file.stream instanceof Readable ? file.stream : Readable.from(file.stream))
}
