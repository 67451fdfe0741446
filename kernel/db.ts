import type { Writable } from 'node:stream'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'

// Days stay text: a Date would shift them by the server's zone. int8 columns here are counts and preorder numbers, far below 2^53.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export type Row = Record<string, unknown>
/** Hand-written SQL with parameters `$1…`; `name` makes it a prepared statement. */
export type Query = <R extends object = Row>(text: string, params?: readonly unknown[], name?: string) => Promise<R[]>

export type Client = pg.PoolClient
export type Pool = pg.Pool

export interface Database {
  /** pipelined: queries written together travel together; no COPY and no cursors here */
  readonly pool: Pool
  /** plain connections for COPY, LISTEN and long work */
  readonly streams: Pool
  readonly db: NodePgDatabase
  readonly query: Query
  readonly url: string
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  max: number
  statementTimeoutMs: number
  onError(error: Error): void
}

/**
 * Statements of one turn of the event loop leave in one write to the socket: pg writes each by itself, and a system call costs more than most
 * statements take to say. The connection is pg's own; without it everything is written as before.
 */
const together = (client: Pick<Client, 'query'> | Pool): void => {
  const { stream } = (client as { connection?: { stream: Writable } }).connection ?? {}
  if (!stream || stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

export const queryOn =
  (target: Pick<Client, 'query'> | Pool): Query =>
  async <R extends object = Row>(text: string, params?: readonly unknown[], name?: string) => {
    const values = params as unknown[] | undefined
    together(target)
    // pg copies a description of a query property by property, which takes longer than parsing its answer.
    const asked =
      name === undefined ? target.query<R & Row>(text, values) : target.query<R & Row>({ text, values, name })
    return (await asked).rows
  }

/** One question with parameters `asked.p1`…; each answer keeps the order of its rows. */
export interface Question {
  /** of the prepared statement */
  name: string
  /** of the parameters, in PostgreSQL's words */
  types: readonly string[]
  text: string
}
interface Asking {
  params: readonly unknown[]
  resolve(rows: Row[]): void
  reject(error: unknown): void
}
const asking = new WeakMap<Query, Map<Question, Asking[]>>()

const statementOf = ({ types, text }: Question): string => {
  const columns = types.map((_, at) => `p${at + 1}`).join(', ')
  const given = types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')
  return `select asked.no as asked_no, answer.* from unnest(${given}) with ordinality as asked (${columns}, no)
    cross join lateral (select row_number() over () as answer_no, found.* from (${text}) found) answer order by asked.no, answer.answer_no`
}

const askAll = async (query: Query, question: Question, all: readonly Asking[]): Promise<void> => {
  try {
    const params = question.types.map((_, at) => all.map((one) => one.params[at]))
    const rows = await query<Row & { asked_no: number }>(statementOf(question), params, question.name)
    const answers = all.map((): Row[] => [])
    for (const { asked_no, answer_no, ...row } of rows) answers[asked_no - 1]?.push(row)
    for (const [at, { resolve }] of all.entries()) resolve(answers[at] ?? [])
  } catch (error) {
    for (const { reject } of all) reject(error)
  }
}

/** Questions that differ only in their parameters and are asked in one turn go to the database as one statement. */
export const askTogether = <R extends object = Row>(
  query: Query,
  question: Question,
  params: readonly unknown[],
): Promise<R[]> =>
  new Promise<Row[]>((resolve, reject) => {
    const open = asking.get(query) ?? new Map<Question, Asking[]>()
    asking.set(query, open)
    const all = open.get(question) ?? []
    all.push({ params, resolve, reject })
    if (all.length > 1) return
    open.set(question, all)
    process.nextTick(() => {
      open.delete(question)
      void askAll(query, question, all)
    })
  }) as Promise<R[]>

export const openDatabase = (options: DatabaseOptions): Database => {
  const common = { connectionString: options.url, application_name: 'qitong', connectionTimeoutMillis: 10_000 }
  const pool = new pg.Pool({
    ...common,
    max: options.max,
    idleTimeoutMillis: 60_000,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    pipeline: true,
  } as pg.PoolConfig)
  const streams = new pg.Pool({ ...common, max: Math.max(4, Math.floor(options.max / 2)), idleTimeoutMillis: 10_000 })
  for (const one of [pool, streams]) {
    one.on('error', options.onError)
    // The pool listens to idle clients only. One that dies while it is out, or in the packet that says it is ready, must fail its queries, not the process.
    one.on('connect', (client) => client.on('error', () => undefined))
  }
  return {
    pool,
    streams,
    db: drizzle(pool),
    query: queryOn(pool),
    url: options.url,
    async close() {
      await Promise.all([pool.end(), streams.end()])
    },
  }
}

export interface Transaction {
  client: Client
  db: NodePgDatabase
  query: Query
}

const inDoubt = new WeakSet<object>()

/**
 * Was the connection lost between COMMIT and its answer? Then nobody knows whether the work was done, and only an idempotency key makes it
 * safe to try again. An ERROR of the server is an answer; FATAL, or no answer at all, is not.
 */
export const mayHaveCommitted = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && inDoubt.has(error)

/** No answer, or the last word of a connection that ends. */
const isLost = (error: unknown): boolean => (error as { severity?: string }).severity !== 'ERROR'

const committed = async (client: Client, last: Promise<unknown>[]): Promise<void> => {
  const commit = client.query('commit')
  try {
    await Promise.all([...last, commit])
  } catch (error) {
    if (isLost(error)) inDoubt.add(error as object)
    throw error
  }
  // PostgreSQL answers ROLLBACK to the COMMIT of a failed transaction: that is not a success.
  if ((await commit).command !== 'COMMIT') throw new Error('transaction was rolled back by the server')
}

/**
 * Runs `work` in one transaction. BEGIN and whatever `last` writes travel with their neighbours in one burst:
 * a command costs one round trip per decision it takes, none for its frame.
 */
export const transaction = async <T>(
  pool: Pool,
  work: (tx: Transaction) => Promise<T>,
  options: { setup?: string; last?: (tx: Transaction, result: T) => Promise<unknown>[] } = {},
): Promise<T> => {
  const client = await pool.connect()
  const tx: Transaction = { client, db: drizzle(client), query: queryOn(client) }
  let broken: Error | undefined
  try {
    together(client)
    const begun = client.query(options.setup ? `begin; ${options.setup}` : 'begin')
    begun.catch(() => undefined)
    const result = await work(tx)
    await begun
    together(client)
    await committed(client, options.last?.(tx, result) ?? [])
    return result
  } catch (error) {
    await client.query('rollback').catch((fault: Error) => {
      broken = fault
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** A plain connection of its own for the length of `work`: loads, COPY, definitions. */
export const withConnection = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, application_name: 'qitong' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
