import { lookup } from 'node:dns/promises'
import { Agent, type Dispatcher } from 'undici'
import { ACCEPTED_ENCODINGS, readBody } from './body.ts'
import { OutboundError } from './errors.ts'
import { pinnedConnector, type Resolve } from './pinned-connector.ts'
import { compileRules, type Rule, readUrl, targetOf } from './rules.ts'

export type OutboundOptions = {
  allow: readonly Rule[]
  /** For everything together: names, connection, redirects, body. */
  timeoutMs: number
  /** Of a body, before and after decompression. */
  maxBytes: number
  maxRedirects: number
  resolve?: Resolve
}

export type OutboundRequest = {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** the most redirects to follow, never more than the gateway's own limit; 0 where only the named address may take what is sent */
  maxRedirects?: number
}

export type OutboundResponse = {
  /** Any status that is no redirect, errors of the other side included. */
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Decompressed. */
  body: Buffer
}

/** The only way out of the server. */
export type Outbound = {
  /** Throws OutboundError for everything that is not an answer. */
  request(url: string, init?: OutboundRequest): Promise<OutboundResponse>
  close(): Promise<void>
}

type Hop = {
  url: URL
  method: NonNullable<OutboundRequest['method']>
  headers: Record<string, string>
  body?: string | Uint8Array
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
// Any other header may be a credential, under whatever name.
const FOLLOWS_ACROSS_ORIGINS = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'user-agent'])

export function createOutbound(options: OutboundOptions): Outbound {
  const rules = compileRules(options.allow)
  const resolve: Resolve = options.resolve ?? ((host) => lookup(host, { all: true }))
  const { timeoutMs } = options
  const agent = new Agent({
    connect: pinnedConnector(rules, resolve, timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })

  async function follow(first: Hop, most: number, signal: AbortSignal): Promise<OutboundResponse> {
    let hop = first
    for (let left = Math.min(most, options.maxRedirects); ; left -= 1) {
      const target = targetOf(hop.url)
      if (!rules.opened(target)) throw new OutboundError('outbound.not-allowed', { host: target.host })
      const response = await send(agent, hop, signal)
      const { location } = response.headers
      if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string')
        return receive(hop, response, options.maxBytes)
      await response.body.dump()
      if (!(left > 0)) throw new OutboundError('outbound.too-many-redirects', { host: target.host })
      hop = nextHop(hop, response.statusCode, readUrl(location, hop.url))
    }
  }

  return {
    async request(url, init = {}) {
      const hop = {
        url: readUrl(url),
        method: init.method ?? 'GET',
        headers: readHeaders(init.headers),
        body: init.body,
      }
      const deadline = new AbortController()
      const expired = Promise.withResolvers<never>()
      const timer = setTimeout(() => {
        const error = new OutboundError('outbound.timeout', { host: hop.url.hostname })
        deadline.abort(error)
        // A request that still waits for its connection does not hear the signal.
        expired.reject(error)
      }, timeoutMs)
      try {
        return await Promise.race([
          follow(hop, init.maxRedirects ?? options.maxRedirects, deadline.signal),
          expired.promise,
        ])
      } catch (error) {
        throw asOutboundError(error, hop.url.hostname)
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => agent.destroy(),
  }
}

function send(agent: Agent, { url, method, headers, body }: Hop, signal: AbortSignal) {
  return agent.request({ origin: url.origin, path: url.pathname + url.search, method, headers, body, signal })
}

async function receive(hop: Hop, response: Dispatcher.ResponseData, maxBytes: number): Promise<OutboundResponse> {
  const { statusCode: status, headers, body } = response
  const isEmpty = hop.method === 'HEAD' || status === 204 || status === 304
  const encoding = isEmpty ? '' : String(headers['content-encoding'] ?? '')
  try {
    if (!isEmpty && Number(headers['content-length']) > maxBytes) throw new OutboundError('outbound.too-large')
    return { status, headers, body: await readBody(body, encoding, maxBytes) }
  } catch (error) {
    // Destroying an unread body is an error to its listeners, and there is nobody left to hear it.
    body.on('error', () => {}).destroy()
    throw isZlibError(error)
      ? new OutboundError('outbound.bad-response', { host: hop.url.hostname, cause: error })
      : error
  }
}

/** The request after a redirect, as browsers make it (Fetch standard, HTTP-redirect fetch), but stricter across origins. */
function nextHop({ url, method, headers, body }: Hop, status: number, next: URL): Hop {
  const becomesGet = status === 303 ? method !== 'HEAD' : method === 'POST' && status < 303
  const isElsewhere = next.origin !== url.origin
  if (isElsewhere && body !== undefined && !becomesGet)
    throw new OutboundError('outbound.redirect-denied', { host: next.hostname })
  const kept = Object.entries(headers).filter(
    ([name]) => !(isElsewhere && !FOLLOWS_ACROSS_ORIGINS.has(name)) && !(becomesGet && name.startsWith('content-')),
  )
  return {
    url: next,
    method: becomesGet ? 'GET' : method,
    headers: Object.fromEntries(kept),
    ...(becomesGet ? {} : { body }),
  }
}

function readHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  // The host is the URL's: another one would speak to a virtual host no rule allows.
  if (named.some(([name]) => name === 'host')) throw new TypeError('the Host header belongs to the URL')
  return { 'accept-encoding': ACCEPTED_ENCODINGS, ...Object.fromEntries(named) }
}

function asOutboundError(error: unknown, host: string): unknown {
  if (error instanceof OutboundError || errorCode(error) === 'UND_ERR_INVALID_ARG') return error
  return new OutboundError('outbound.failed', { host, cause: error })
}

function isZlibError(error: unknown): boolean {
  return /^(?:Z_|ERR__ERROR_)/.test(errorCode(error))
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
