import { z } from 'zod'

/**
 * The public face of a module, shared by server, browser and tests: endpoints and events as values.
 * Nothing here may touch Node or the DOM.
 */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `module:verb`, or one of two words: `public` (a stranger may call it) and `signed-in` (any account may). */
export type Permission = `${string}:${string}` | 'public' | 'signed-in'

/** json: values both ways. upload: raw bytes in, values out. download: values in, raw bytes out. */
export type EndpointKind = 'json' | 'upload' | 'download'

interface EndpointOptions<I extends z.ZodType, O extends z.ZodType> {
  /** one Chinese phrase, shown in the API reference and in the audit log */
  summary: string
  permission: Permission
  /** path parameters, query and body as one object */
  input: I
  output: O
  /** a dangerous command: the caller must have shown a factor in the last minutes, or is asked for one first */
  stepUp?: true
  /** the answer holds a secret that is told once: it is kept nowhere, and a repeat under the same idempotency key is refused */
  once?: true
  /** the classification of what it hands out or changes, one of the inputs of access policies; `internal` when absent */
  label?: 'public' | 'internal' | 'personal' | 'sensitive' | 'secret'
  /** commands are always audited, those that give something out as an `export` too; a read is audited when it is `sensitive` or an `export` */
  audit?: 'sensitive' | 'export'
  /** at most `max` calls in `seconds` for each account (each address for strangers) */
  limit?: { max: number; seconds: number }
  /** statement timeout of this endpoint in ms; the configured default when absent */
  timeoutMs?: number
  /** upload only: most bytes the body may hold */
  maxBytes?: number
  /** a command that opens and closes its own transactions, for work that must stream; it sees `ctx.pool` only */
  ownTransactions?: boolean
}

export interface Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType>
  extends EndpointOptions<I, O> {
  method: Method
  path: string
  kind: EndpointKind
}

type Options<I extends z.ZodType, O extends z.ZodType> = EndpointOptions<I, O>

const endpoint =
  (method: Method, kind: EndpointKind = 'json') =>
  <I extends z.ZodType, O extends z.ZodType>(path: string, options: Options<I, O>): Endpoint<I, O> => ({
    method,
    path,
    kind,
    ...options,
  })

export const get = endpoint('GET')
export const post = endpoint('POST')
export const put = endpoint('PUT')
export const patch = endpoint('PATCH')
export const del = endpoint('DELETE')
/** POST whose body is the file itself; the name travels in the `X-File-Name` header, percent-encoded. */
export const upload = endpoint('POST', 'upload')

/** A file on its way to the caller. `inline` only for what a browser may show without danger. */
export interface FileAnswer {
  stream: AsyncIterable<Uint8Array | string>
  name: string
  mediaType: string
  inline?: boolean
  size?: number
  /** a strong validator: the same one in If-None-Match answers 304 without reading the stream */
  etag?: string
  /** the stream is compressed already */
  encoding?: 'br' | 'gzip'
  /** text whose own media type a script of ours reads (a snapshot), instead of a file to keep */
  data?: boolean
}
const FileAnswer = z.custom<FileAnswer>()
const downloadEndpoint = endpoint('GET', 'download')
/** GET that answers with a file. */
export const download = <I extends z.ZodType>(path: string, options: Omit<Options<I, z.ZodType>, 'output'>) =>
  downloadEndpoint(path, { ...options, output: FileAnswer })

export type Api = Record<string, Endpoint>
export const defineApi = <A extends Api>(api: A): A => api

export type InputOf<E> = E extends Endpoint<infer I, z.ZodType> ? z.input<I> : never
export type ParsedOf<E> = E extends Endpoint<infer I, z.ZodType> ? z.output<I> : never
export type OutputOf<E> = E extends Endpoint<z.ZodType, infer O> ? z.output<O> : never

export interface EventDef<S extends z.ZodType = z.ZodType> {
  name: `${string}.${string}`
  schema: S
}
/** Names are `module.happened`; the payload is parsed when it is emitted and again when it is consumed. */
export const defineEvent = <S extends z.ZodType>(name: `${string}.${string}`, schema: S): EventDef<S> => ({
  name,
  schema,
})
export type PayloadOf<E> = E extends EventDef<infer S> ? z.output<S> : never

/** RFC 9457 problem details as this platform sends them. `code` is stable; `detail` is for the person. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  /** the request id: what a help desk asks for */
  instance: z.string(),
  /** faults of single fields, by path */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** what a machine may need to act: the current revision, the seconds to wait */
  extra: z.record(z.string(), z.json()).optional(),
})
export type Problem = z.infer<typeof Problem>

/** Input of every list: `sort` is a column of the list, `-` before it for descending; `cursor` is what `next` said. */
export const listInput = <F extends z.ZodRawShape>(filters: F) =>
  z.object({
    q: z.string().trim().max(100).optional(),
    sort: z.string().max(60).optional(),
    cursor: z.string().max(600).optional(),
    limit: z.number().int().min(1).max(200).default(50),
    ...filters,
  })
/** `total` is absent when counting would cost more than it tells (search shows "20+"). */
export const listOutput = <R extends z.ZodType>(row: R) =>
  z.object({ rows: z.array(row), next: z.string().nullable(), total: z.number().int().optional() })

export const Empty = z.object({})
export const Id = z.object({ id: z.uuid() })
/** A calendar day, `YYYY-MM-DD`, Asia/Shanghai. */
export const Day = z.iso.date()
/** A moment as the API carries it: ISO 8601 with offset. */
export const Moment = z.iso.datetime({ offset: true })
