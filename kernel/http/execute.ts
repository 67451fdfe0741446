import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Actor } from '#kernel/actor'
import { writeAudit } from '#kernel/audit'
import type { Endpoint } from '#kernel/contract'
import { type Query, queryOn, type Transaction, transaction } from '#kernel/db'
import { AppError, forbidden, unauthenticated } from '#kernel/errors'
import type { Ctx, Kernel, ScopePredicate, Upload } from '#kernel/module'
import { type PendingEvent, pendingEvent, writeOutbox } from '#kernel/outbox'

export interface Call {
  kernel: Kernel
  endpoint: Endpoint
  /** `module.endpoint`, the operation's name in audit, metrics and OpenAPI */
  operation: string
  handler: (ctx: Ctx, input: never, body: Upload) => Promise<unknown>
  actor: Actor | null
  /** parsed after the caller was admitted: a stranger learns nothing of what it should look like */
  input: unknown
  body?: Upload
  requestId: string
  address: string
  agent: string
  /** the token of the device cookie */
  device?: string
  idempotencyKey?: string
}

const STRANGER: Actor = {
  accountId: '',
  subject: 'natural-person',
  personId: '',
  name: '访客',
  unitId: '',
  sessionId: '',
  roles: new Set(),
  permissions: new Set(),
  assurance: 1,
  verifiedAt: new Date(0),
}
const NOTHING: ScopePredicate = { sql: () => sql`false`, text: () => ({ text: 'false', params: [] }) }

/** A factor shown this many minutes ago still stands for a dangerous command (OWASP ASVS 5.0 §7.5). */
const FRESH_MINUTES = 10

const stepUp = (reason = '这项操作需要再次确认是您本人。') => new AppError(403, 'step-up', reason)
const denied = (reason: string) => new AppError(403, 'denied', reason)

/** Deny by default: whoever the endpoint does not admit ends here, before its input is read and any of its code runs. */
const judge = async ({ kernel, endpoint, actor, operation, address, agent }: Call): Promise<{ masked: boolean }> => {
  const { permission } = endpoint
  const at = kernel.clock.now()
  // What a stranger may do nobody is kept from: the way in, and the page that says why.
  if (permission === 'public') return { masked: false }
  if (!actor) throw unauthenticated()
  // What any person may do is not what any application may: those hold only what they were granted by name.
  if (permission === 'signed-in' && actor.applicationId) throw forbidden('这个接口只供人员使用，应用不能调用。')
  if (permission !== 'signed-in' && !actor.permissions.has(permission)) throw forbidden()
  const label = endpoint.label ?? 'internal'
  const request = { actor, operation, permission, method: endpoint.method, label, address, agent, at }
  const decision = (await kernel.ports.decide?.(kernel, request)) ?? { outcome: 'allow' }
  if (decision.outcome === 'deny') throw denied(decision.reason)
  if (decision.outcome === 'step-up') throw stepUp(decision.reason)
  if (endpoint.stepUp && at.getTime() - actor.verifiedAt.getTime() > FRESH_MINUTES * 60_000) throw stepUp()
  return { masked: decision.outcome === 'mask' }
}

/** Says whether the answer must be masked, or throws; refusals of signed-in people are audited. */
export const admit = async (call: Call): Promise<{ masked: boolean }> => {
  try {
    return await judge(call)
  } catch (error) {
    if (call.actor) await auditRefusal(call, (error as AppError).code)
    throw error
  }
}

interface Effects {
  events: PendingEvent[]
  target?: Parameters<Ctx['audit']>[0]
  session?: SessionChange
  device?: string
}

/** What the answer does to the caller's session cookie. */
export interface SessionChange {
  token: string | null
  seconds: number
}
export interface Answer {
  output: unknown
  session?: SessionChange
  device?: string
}

const contextOf = (call: Call, db: Ctx['db'], query: Query, effects: Effects): Ctx => {
  const actor = call.actor ?? STRANGER
  const predicate = (permission: string = call.endpoint.permission): ScopePredicate =>
    (call.actor && call.kernel.ports.scope?.(call.actor, permission)) || NOTHING
  return {
    db,
    sql: query,
    now: call.kernel.clock.now(),
    actor,
    requestId: call.requestId,
    from: { address: call.address, agent: call.agent, device: call.device },
    kernel: call.kernel,
    scope: (column, permission) => predicate(permission).sql(column),
    scopeText: (column, from, permission) => predicate(permission).text(column, from),
    can: (permission) => actor.permissions.has(permission),
    emit: (event, payload) => {
      effects.events.push(pendingEvent(event, payload))
    },
    audit: (target) => {
      effects.target = target
    },
    session: (token, seconds) => {
      effects.session = { token, seconds }
    },
    device: (token) => {
      effects.device = token
    },
  }
}

/** Whoever uses a lent permission acts in another's name: both stand in the record. */
const targetOf = ({ kernel, actor, endpoint }: Call, { target }: Effects): Effects['target'] => {
  const lenders = actor ? (kernel.ports.onBehalf?.(actor, endpoint.permission) ?? []) : []
  if (lenders.length === 0) return target
  return { type: '', id: '', ...target, detail: { ...target?.detail, onBehalfOf: lenders } }
}

const auditWrite = (call: Call, query: Query, kind: 'command' | 'read' | 'export', effects: Effects, now: Date) =>
  writeAudit(query, {
    at: now,
    homeNode: call.kernel.config.HOME_NODE,
    actor: call.actor,
    requestId: call.requestId,
    address: call.address,
    action: call.operation,
    title: call.endpoint.summary,
    kind,
    target: targetOf(call, effects),
    detail: call.kernel.redactor.redact(call.input),
  })

const run = (call: Call, ctx: Ctx): Promise<unknown> => call.handler(ctx, call.input as never, call.body as Upload)
const timeoutOf = (endpoint: Endpoint) =>
  endpoint.timeoutMs ? `set local statement_timeout = ${Math.floor(endpoint.timeoutMs)}` : undefined
/** Rows that the database itself records as changed name the request; the id is the server's own (genReqId). */
const setupOf = ({ endpoint, requestId }: Call) =>
  [`set local qitong.request = '${requestId.replaceAll(/[^\w-]/g, '')}'`, timeoutOf(endpoint)]
    .filter(Boolean)
    .join('; ')

/** A GET: no transaction, unless its statement timeout is its own. */
const read = async (call: Call, effects: Effects): Promise<unknown> => {
  const { kernel, endpoint } = call
  const setup = timeoutOf(endpoint)
  const result = setup
    ? await transaction(kernel.database.pool, (tx) => run(call, contextOf(call, tx.db, tx.query, effects)), {
        setup: `set transaction read only; ${setup}`,
      })
    : await run(call, contextOf(call, kernel.database.db, kernel.database.query, effects))
  if (endpoint.audit)
    await auditWrite(
      call,
      kernel.database.query,
      endpoint.audit === 'export' ? 'export' : 'read',
      effects,
      kernel.clock.now(),
    )
  return result
}

/** Keyed: a plain hash of an input that holds a mobile number or a passphrase could be guessed at quickly by whoever takes the database. */
const fingerprintOf = ({ kernel, operation, input }: Call): Buffer =>
  kernel.keys.blindIndex('kernel.command', `${operation} ${JSON.stringify(input)}`)
/** The answer of a command holds personal data: it is kept sealed, for its account and key. */
const boundTo = ({ actor, idempotencyKey }: Call): string => `kernel.command/${actor?.accountId}/${idempotencyKey}`

/** The same key with the same input answers what it answered; with another input it is a mistake. */
const remembered = async (call: Call, query: Query): Promise<{ response: unknown } | undefined> => {
  if (!call.idempotencyKey || !call.actor) return undefined
  const fingerprint = fingerprintOf(call)
  const key = [call.actor.accountId, call.idempotencyKey]
  const claimed = await query(
    'insert into kernel.command (account_id, key, endpoint, fingerprint, at) values ($1, $2, $3, $4, $5) on conflict do nothing returning 1',
    [...key, call.operation, fingerprint, call.kernel.clock.now()],
    'kernel.command.claim',
  )
  if (claimed.length > 0) return undefined
  const [row] = await query<{ fingerprint: Buffer; response: Buffer | null }>(
    'select fingerprint, response from kernel.command where account_id = $1 and key = $2',
    key,
    'kernel.command.read',
  )
  if (!row?.fingerprint.equals(fingerprint))
    throw new AppError(409, 'key-reused', '同一个幂等键用在了不同的内容上，请刷新后重新提交。')
  if (call.endpoint.once)
    throw new AppError(
      409,
      'told-once',
      '这项操作已经办成，但其中的密钥只给出一次。没有收到的，请把它作废，再重新办理。',
    )
  if (!row.response) throw new AppError(409, 'done-already', '这项操作已经办成，请刷新页面查看结果。')
  return { response: JSON.parse(call.kernel.keys.open(row.response, boundTo(call)).toString('utf8')) as unknown }
}

const command = async (call: Call, effects: Effects): Promise<unknown> => {
  const { kernel } = call
  let replayed = false
  const work = async (tx: Transaction): Promise<unknown> => {
    const known = await remembered(call, tx.query)
    replayed = known !== undefined
    return known ? known.response : run(call, contextOf(call, tx.db, tx.query, effects))
  }
  const last = (tx: Transaction, result: unknown): Promise<unknown>[] => {
    if (replayed) return []
    const now = kernel.clock.now()
    const writes = [auditWrite(call, tx.query, 'command', effects, now)]
    if (effects.events.length > 0) writes.push(writeOutbox(tx.query, effects.events, kernel.config.HOME_NODE, now))
    if (call.idempotencyKey && call.actor && !call.endpoint.once)
      writes.push(
        tx.query('update kernel.command set response = $3 where account_id = $1 and key = $2', [
          call.actor.accountId,
          call.idempotencyKey,
          kernel.keys.seal(JSON.stringify(result ?? null), boundTo(call)),
        ]),
      )
    return writes
  }
  const result = await transaction(kernel.database.pool, work, { setup: setupOf(call), last })
  if (effects.events.length > 0) kernel.relay?.wake()
  return result
}

/** Whom the record of a call names: who called, or, where the call opened a session, who thereby signed in. */
const namedBy = async (call: Call, { session }: Effects): Promise<Call> =>
  call.actor || !session?.token
    ? call
    : { ...call, actor: (await call.kernel.ports.authenticate?.(call.kernel, session.token)) ?? null }

/** Long work that streams: no transaction is held for it; it opens its own, and its audit row follows. */
const ownTransactions = async (call: Call, effects: Effects): Promise<unknown> => {
  const { kernel } = call
  const result = await run(call, contextOf(call, drizzle(kernel.database.pool), queryOn(kernel.database.pool), effects))
  const named = await namedBy(call, effects)
  await transaction(kernel.database.pool, async (tx) => {
    await auditWrite(named, tx.query, 'command', effects, kernel.clock.now())
    if (effects.events.length > 0)
      await writeOutbox(tx.query, effects.events, kernel.config.HOME_NODE, kernel.clock.now())
  })
  kernel.relay?.wake()
  return result
}

const isRetryable = (error: unknown): boolean => {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return ['40001', '40P01'].includes(code ?? '') || ['40001', '40P01'].includes(cause?.code ?? '')
}

const outputOf = (call: Call, result: unknown, masked: boolean): unknown => {
  if (call.endpoint.kind === 'download') return result
  const output = call.endpoint.output.parse(result)
  return masked ? call.kernel.redactor.mask(output) : output
}

/** Runs one call that was admitted and answers its parsed output. */
export const execute = async (call: Call, masked: boolean): Promise<Answer> => {
  // A file cannot be masked: who may only see masked values may not take it away.
  if (masked && call.endpoint.kind === 'download')
    throw denied('您现在的网络或设备只能查看遮盖后的内容，不能下载。请换用单位的办公网络或已登记的设备。')
  const attempt =
    call.endpoint.method === 'GET' ? read : call.endpoint.ownTransactions || call.body ? ownTransactions : command
  for (let tries = 1; ; tries++) {
    try {
      const effects: Effects = { events: [] }
      const result = await attempt(call, effects)
      const { session, device } = effects
      return { output: outputOf(call, result, masked), session, device }
    } catch (error) {
      if (attempt !== command || tries === 3 || !isRetryable(error)) throw error
    }
  }
}

const auditRefusal = (call: Call, reason: string): Promise<unknown> =>
  writeAudit(call.kernel.database.query, {
    at: call.kernel.clock.now(),
    homeNode: call.kernel.config.HOME_NODE,
    actor: call.actor,
    requestId: call.requestId,
    address: call.address,
    action: call.operation,
    title: call.endpoint.summary,
    kind: 'refused',
    detail: { reason },
  })
