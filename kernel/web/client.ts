import { v4 as uuid } from 'uuid'
import type { Api, Endpoint, FileAnswer, InputOf, OutputOf } from '#kernel/contract'
import { type ApiError, answerError, offlineError, parseJson } from './api-error.ts'
import { isUnattended } from './attention.ts'
import { wire } from './request.ts'
import { stepUp } from './step-up.ts'

export interface ClientOptions {
  /** for tests and for cookies outside a browser; the global one by default */
  fetch?: typeof fetch
  /** what stands before the paths of the contract, e.g. `http://127.0.0.1:3000` */
  base?: string
  onUnauthenticated?: (error: ApiError) => void
}

export interface CallOptions {
  signal?: AbortSignal
  /** uploads: the bytes; a `File` brings its name along */
  file?: Blob
  fileName?: string
  /** give the same one again to repeat a command whose answer was lost; a fresh one by default */
  idempotencyKey?: string
}

/** A download answers with the raw `Response`; everything else with its value. */
type Answer<E> = OutputOf<E> extends FileAnswer ? Response : OutputOf<E>
type Input<E> = Record<string, never> extends InputOf<E> ? [input?: InputOf<E>] : [input: InputOf<E>]

export interface Call<E extends Endpoint = Endpoint> {
  (...args: [...Input<E>, options?: CallOptions]): Promise<Answer<E>>
  /** the address itself, for `<a href>` and `<img src>` of a download */
  url(...args: Input<E>): string
  /** first words of the query key: the first segment after /api, and the endpoint's name in its contract */
  key: readonly [module: string, endpoint: string]
}

export type Client<A extends Api> = { readonly [K in keyof A]: Call<A[K]> }

/** One typed function an endpoint. Safe to import and to use outside a browser. */
export function createClient<A extends Api>(api: A, options: ClientOptions = {}): Client<A> {
  const calls = Object.entries(api).map(([name, endpoint]) => [name, makeCall(name, endpoint, options)])
  return Object.fromEntries(calls) as Client<A>
}

function makeCall(name: string, endpoint: Endpoint, options: ClientOptions) {
  const base = options.base ?? ''
  const module = endpoint.path.split('/')[2] ?? ''
  const call = (input?: unknown, more: CallOptions = {}) => send(endpoint, input, options, more)
  return Object.assign(call, {
    url: (input?: unknown) => base + wire(endpoint, input).url,
    key: [module, name] as const,
  })
}

async function send(endpoint: Endpoint, input: unknown, options: ClientOptions, more: CallOptions): Promise<unknown> {
  const { url, body } = wire(endpoint, input)
  const doFetch = options.fetch ?? globalThis.fetch
  // made once: a repeated command carries the same key
  const headers = headersOf(endpoint, body, more)
  const ask = () =>
    doFetch((options.base ?? '') + url, {
      method: endpoint.method,
      headers,
      body: endpoint.kind === 'upload' ? more.file : body,
      signal: more.signal,
      credentials: 'same-origin',
    }).catch((cause: unknown) => {
      throw more.signal?.aborted ? cause : offlineError(endpoint.method !== 'GET', cause)
    })
  let response = await ask()
  let error = response.ok ? undefined : await answerError(response)
  if (error?.code === 'step-up' && (await stepUp(error.detail))) {
    response = await ask()
    error = response.ok ? undefined : await answerError(response)
  }
  if (error) {
    if (error.status === 401) options.onUnauthenticated?.(error)
    throw error
  }
  if (endpoint.kind === 'download') return response
  const text = await response.text().catch((cause: unknown) => {
    throw more.signal?.aborted ? cause : offlineError(endpoint.method !== 'GET', cause)
  })
  return text === '' ? {} : parseJson(text)
}

function headersOf(endpoint: Endpoint, body: string | undefined, more: CallOptions): Record<string, string> {
  // a header no foreign form can send: the server takes it as proof against cross-site requests
  const headers: Record<string, string> = { 'X-Requested-With': 'qitong', Accept: 'application/json' }
  if (isUnattended()) headers['X-Unattended'] = '1'
  if (endpoint.method !== 'GET') headers['Idempotency-Key'] = more.idempotencyKey ?? uuid()
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (endpoint.kind === 'upload') {
    const file = more.file
    if (!file) throw new TypeError(`${endpoint.path}: an upload needs { file }`)
    // the true type is sniffed from the bytes by the server; the file's own claim would pick a wrong body parser
    headers['Content-Type'] = 'application/octet-stream'
    headers['X-File-Name'] = encodeURIComponent(more.fileName ?? ('name' in file ? String(file.name) : 'file'))
  }
  return headers
}
