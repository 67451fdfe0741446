import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Logger } from 'pino'
import type { Actor } from '#kernel/actor'
import type { Bus } from '#kernel/bus'
import type { Redactor } from '#kernel/classify'
import type { Clock } from '#kernel/clock'
import type { Config } from '#kernel/config'
import type { Api, Endpoint, EventDef, Method, OutputOf, ParsedOf, PayloadOf } from '#kernel/contract'
import type { KeyProvider, Keyring } from '#kernel/crypto'
import type { Database, Query, Row } from '#kernel/db'
import type { AppError } from '#kernel/errors'
import type { FileStore } from '#kernel/files'
import type { Keystore } from '#kernel/keystore'
import type { Metrics } from '#kernel/metrics'
import type { Outbound } from '#kernel/outbound'
import type { Realtime } from '#kernel/realtime'

/** One server process: what a handler may reach through `ctx.kernel`. */
export interface Kernel {
  readonly config: Config
  readonly version: string
  readonly modules: readonly ModuleDef[]
  readonly ports: Ports
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly bus: Bus
  readonly files: FileStore
  readonly outbound: Outbound
  readonly keys: Keyring
  readonly keystore: Keystore
  readonly keyProvider: KeyProvider
  readonly realtime: Realtime
  readonly metrics: Metrics
  readonly redactor: Redactor
  /** what the server still waits for before it is ready: migrations, demo data, web */
  readonly waiting: Set<string>
  readonly webFolder?: string
  /** looks at the outbox when woken */
  relay?: { wake(): void; drain(): Promise<void>; stop(): Promise<void> }
  jobs?: { stop(): Promise<void> }
}

/** What a handler holds: one transaction, one actor, and no other way to the database. */
export interface Ctx {
  /** drizzle on the transaction of a command, on the pool for a GET */
  readonly db: NodePgDatabase
  readonly sql: Query
  readonly now: Date
  readonly actor: Actor
  readonly requestId: string
  /** where the call comes from, as far as the trusted proxies tell */
  readonly from: { address: string; agent: string; device?: string }
  readonly kernel: Kernel
  /** true when the row's unit lies in the actor's data scope for the permission (default: the endpoint's own) */
  scope(unitId: SQLWrapper, permission?: string): SQL
  /** the same as text and parameters, for hand-written SQL; parameters are numbered from `from` */
  scopeText(column: string, from: number, permission?: string): { text: string; params: unknown[] }
  can(permission: string): boolean
  /** a row of the same transaction; consumers get it at least once */
  emit<E extends EventDef>(event: E, payload: PayloadOf<E>): void
  /** after the commit the pages of this person hear that they should look again; lost with the process, so never the only way to learn it */
  tell(personId: string, channel: string): void
  /** what the audit record of this command should name, beside what the kernel knows */
  audit(target: { type: string; id: string; label?: string; detail?: Row }): void
  /** sets the session cookie of the answer; null ends it */
  session(token: string | null, seconds: number): void
  /** sets the cookie by which this browser is known again at the next sign-in; it says who the browser is, never who the person is */
  device(token: string): void
}

export interface Upload {
  stream: Readable
  /** as the client named it: never a path, never trusted */
  name: string
  /** most bytes to accept */
  limit: number
}
/** The third argument is there for uploads only. */
export type Handler<E> = (ctx: Ctx, input: ParsedOf<E>, body: Upload) => Promise<OutputOf<E>>

/** One of several commands of a kind that share a transaction; each has an actor, effects and an answer of its own. */
export interface Flushed<I> {
  ctx: Ctx
  input: I
}
export interface Flush {
  /** commands of the same key follow one another in different transactions */
  key(input: never): string
  /** this one writes before it knows that it may: it takes a transaction of its own */
  alone?(input: never): boolean
  /**
   * Answers one result a command, in their order. What is refused is a rejected result that wrote nothing; an error that is thrown ends the
   * whole transaction, and each command is tried again by itself.
   */
  run(items: Flushed<never>[]): Promise<PromiseSettledResult<unknown>[]>
}
/** A hot command whose calls share transactions as they arrive; alone it is a batch of one. */
export const flushed = <I, O>(
  key: (input: I) => string,
  run: (items: Flushed<I>[]) => Promise<PromiseSettledResult<O>[]>,
  alone?: (input: I) => boolean,
): ((ctx: Ctx, input: I) => Promise<O>) & { flush: Flush } =>
  Object.assign(
    async (ctx: Ctx, input: I): Promise<O> => {
      const [result] = await run([{ ctx, input }])
      if (result?.status !== 'fulfilled') throw result?.reason
      return result.value
    },
    { flush: { key, run, ...(alone && { alone }) } as Flush },
  )
export type Handlers<A extends Api> = { [K in keyof A]: Handler<A[K]> & { flush?: Flush } }

/** What runs without a person: event consumers, jobs and seeds. */
export interface SystemCtx {
  readonly db: NodePgDatabase
  readonly sql: Query
  readonly now: Date
  readonly kernel: Kernel
  emit<E extends EventDef>(event: E, payload: PayloadOf<E>): void
  /** as in a command: a hint after the commit */
  tell(personId: string, channel: string): void
}

export interface Consumer {
  event: EventDef
  /** stable name: with the event's id it is the key that makes delivery idempotent */
  name: string
  run(ctx: SystemCtx, payload: unknown): Promise<void>
  /** false: this one does not concern it, no job is made */
  when?(payload: unknown): boolean
  /** false: at present nobody waits for any of these events, no job is made; asked once for a batch of events, after they were committed */
  wanted?(sql: Query): Promise<boolean>
}
interface Narrowed<P> {
  when?: (payload: P) => boolean
  wanted?: Consumer['wanted']
}
/** One transaction per event and consumer; run again after a crash, never twice after success. */
export const on = <E extends EventDef>(
  event: E,
  name: string,
  run: (ctx: SystemCtx, payload: PayloadOf<E>) => Promise<void>,
  { when, wanted }: Narrowed<PayloadOf<E>> = {},
): Consumer => ({
  event,
  name,
  run: (ctx, payload) => run(ctx, payload as PayloadOf<E>),
  ...(when && { when: (payload: unknown) => when(payload as PayloadOf<E>) }),
  ...(wanted && { wanted }),
})

export interface Job {
  name: `${string}.${string}`
  /** every day at `HH:MM`, Asia/Shanghai */
  daily?: string
  everyMinutes?: number
  /** one transaction for the run */
  run?(ctx: SystemCtx, payload: Row): Promise<void>
  /** long work that opens its own transactions and can be run again after a crash */
  runLong?(kernel: Kernel, payload: Row): Promise<void>
}

export interface PermissionDef {
  name: `${string}:${string}`
  title: string
  /** roles that hold it unless the province decides otherwise */
  roles: readonly Role[]
}
/** `clerk` is every public servant, in the own unit; the three administrators 三员 exclude each other. */
export type Role = 'clerk' | 'leader' | 'unit-admin' | 'system-admin' | 'security-admin' | 'auditor'

/** What a service offers to the kernel. */
export interface Ports {
  /** `unattended`: asked by a page that nobody has touched for a while, which keeps no session alive */
  authenticate?(kernel: Kernel, token: string | undefined, unattended?: boolean): Promise<Actor | null>
  scope?(actor: Actor, permission: string): ScopePredicate
  /** the people who lent the actor this permission 授权委托; their names stand in the audit record too */
  onBehalf?(actor: Actor, permission: string): readonly string[]
  /** asked for each call of a signed-in actor after its permission, and for each WebSocket; without it all is allowed */
  decide?(kernel: Kernel, request: AccessRequest): Promise<AccessDecision>
}

/** What a decision about access may look at. */
export interface AccessRequest {
  actor: Actor
  /** `module.endpoint`, or `kernel.realtime` */
  operation: string
  permission: string
  method: Method
  label: NonNullable<Endpoint['label']>
  address: string
  agent: string
  at: Date
}
/** `mask` lets the call through and masks sensitive values of its answer; `reason` is one Chinese sentence for the person. */
export type AccessDecision =
  | { outcome: 'allow' | 'mask' }
  | { outcome: 'step-up'; reason?: string }
  | { outcome: 'deny'; reason: string }
/** `text` uses `{column}` for the unit column and `$n` are added by the caller in the order of `params`. */
export interface ScopePredicate {
  sql(column: SQLWrapper): SQL
  text(column: string, from: number): { text: string; params: unknown[] }
}

/** What a module's demo data may use: the migrator's connection too, for COPY and index builds. */
export interface Seed {
  kernel: Kernel
  adminUrl: string
  people: number
  run<T>(work: (ctx: SystemCtx) => Promise<T>): Promise<T>
  progress(phase: string, done: number, total: number): void
}

/**
 * A route whose form a foreign standard fixes (SCIM), outside the contract layer. It checks who calls, audits and answers errors by itself;
 * JSON bodies are parsed with the kernel's limits. Cookies are not read here, so nothing ambient can be abused.
 */
export interface RawRequest {
  kernel: Kernel
  method: Method
  /** the path as asked, without the query */
  path: string
  params: Record<string, string>
  query: Record<string, string | string[] | undefined>
  headers: Record<string, string | string[] | undefined>
  body: unknown
  address: string
  requestId: string
}
export interface RawAnswer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}
export interface RawRoute {
  method: Method
  path: string
  handle(request: RawRequest): Promise<RawAnswer>
  /** says in its own form what went wrong before or outside `handle`: a body that is no JSON, too large or of another type, a server too busy */
  refuse?(request: RawRequest, error: AppError): Promise<RawAnswer>
}

/**
 * A foreign HTTP application under a path of its own (an OpenID provider): it gets Node's own request and answer with the body unread, and
 * checks who calls, audits and answers errors by itself. Never under /api, where the platform's cookie means something.
 */
export interface Mount {
  prefix: `/${string}`
  handle(kernel: Kernel, request: IncomingMessage, response: ServerResponse): Promise<void>
}

/** A column whose values `kernel.keys` sealed: what a rotation of the keys seals anew. */
export interface SealedColumn {
  table: `${string}.${string}`
  /** the primary key, one column */
  key: string
  column: string
  /** the place a box belongs to, from the key of its row */
  aad(key: string): string
}

export interface ModuleDef {
  name: string
  title: string
  /** modules and services whose contract or index this one imports */
  dependsOn: readonly string[]
  /** PostgreSQL schemas of others that its SQL reads */
  reads?: readonly string[]
  /** folder that holds `server/migrations`, as `import.meta.dirname` */
  folder: string
  api?: Api
  handlers?: Record<string, ((ctx: Ctx, input: never, body: Upload) => Promise<unknown>) & { flush?: Flush }>
  raw?: readonly RawRoute[]
  mounts?: readonly Mount[]
  permissions?: readonly PermissionDef[]
  events?: readonly EventDef[]
  on?: readonly Consumer[]
  jobs?: readonly Job[]
  ports?: Ports
  sealed?: readonly SealedColumn[]
  /** starts what lives as long as the server; answers how to end it */
  start?(kernel: Kernel): Promise<() => Promise<void>>
  /** demo data, run once after the migrations in order of dependence */
  seed?(seed: Seed): Promise<void>
}

export const defineModule = <A extends Api>(
  def: Omit<ModuleDef, 'api' | 'handlers'> & { api?: A; handlers?: Handlers<A> },
): ModuleDef => def as ModuleDef
