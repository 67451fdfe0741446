import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { Kernel, Mount } from '#kernel/module'
import { answerInteraction } from './interaction.ts'
import { readKeys, rotateKeys } from './keys.ts'
import { createProvider, PREFIX } from './provider.ts'

interface Served {
  provider: Provider
  answer: ReturnType<Provider['callback']>
}
interface Providers {
  kids: string
  lookAgainAt: number
  served: Map<string, Served>
}
const byKernel = new WeakMap<Kernel, Promise<Providers>>()

/** A new key is published a day before it signs, so that nodes need not agree on the minute. */
const KEYS_MS = 60_000

const build = async (kernel: Kernel, before?: Providers): Promise<Providers> => {
  let keys = await readKeys(kernel)
  if (keys.length === 0) {
    await rotateKeys(kernel)
    keys = await readKeys(kernel)
  }
  const kids = keys.map(({ kid }) => kid).join()
  const lookAgainAt = performance.now() + KEYS_MS
  return { kids, lookAgainAt, served: before?.kids === kids ? before.served : new Map() }
}

const providersOf = async (kernel: Kernel): Promise<Providers> => {
  const known = await byKernel.get(kernel)?.catch(() => undefined)
  if (known && performance.now() < known.lookAgainAt) return known
  const asked = build(kernel, known)
  byKernel.set(kernel, asked)
  return asked
}

export const issuerAt = (origin: string): string => `${origin}${PREFIX}`

export const providerFor = async (kernel: Kernel, issuer: string): Promise<Provider> =>
  (await servedFor(kernel, issuer)).provider

const servedFor = async (kernel: Kernel, issuer: string): Promise<Served> => {
  const { served } = await providersOf(kernel)
  const known = served.get(issuer)
  if (known) return known
  const provider = createProvider(kernel, issuer, await readKeys(kernel))
  const made = { provider, answer: provider.callback() }
  served.set(issuer, made)
  return made
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** The one public address; without one, for development, the own machine by the name and port it was called. */
export const originOf = (kernel: Kernel, host: string | undefined): string | undefined => {
  if (kernel.config.PUBLIC_ORIGIN) return new URL(kernel.config.PUBLIC_ORIGIN).origin
  const url = URL.parse(`http://${host ?? ''}`)
  return url && LOOPBACK.has(url.hostname) ? url.origin : undefined
}

/** The library takes its addresses from these headers: they say the public address, whatever a caller or a proxy wrote. */
const pretend = (request: IncomingMessage, origin: string): void => {
  const { host, protocol } = new URL(origin)
  request.headers['x-forwarded-host'] = host
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  const rewritten = request as IncomingMessage & { originalUrl?: string }
  rewritten.originalUrl = request.url ?? PREFIX
  request.url = rewritten.originalUrl.slice(PREFIX.length) || '/'
}

const handle = async (kernel: Kernel, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const origin = originOf(kernel, request.headers.host)
  if (!origin) {
    response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' })
    response.end('请系统管理员设置 PUBLIC_ORIGIN 后再用统一认证。')
    return
  }
  const { provider, answer } = await servedFor(kernel, issuerAt(origin))
  const url = request.url ?? ''
  const isInteraction = request.method === 'GET' && url.startsWith(`${PREFIX}/interaction/`)
  pretend(request, origin)
  if (isInteraction) await answerInteraction(kernel, provider, request, response)
  else await answer(request, response)
}

export const oidcMount: Mount = { prefix: PREFIX, handle }
