import { drizzle } from 'drizzle-orm/node-postgres'
import { writeAudit } from '#kernel/audit'
import { queryOn, type Transaction, transaction } from '#kernel/db'
import { AppError, forbidden, unauthenticated } from '#kernel/errors'
import type { Ctx, Upload } from '#kernel/module'
import { writeOutbox } from '#kernel/outbox'
import { auditOf, type Call, contextOf, type Effects, noEffects, type SessionChange, timeoutOf } from './call.ts'
import { flush } from './flush.ts'
import { keepAnswers, remembered } from './once.ts'

/** What goes back to the caller. */
export interface Answer {
  output: unknown
  session?: SessionChange
  device?: string
}

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

const run = (call: Call, ctx: Ctx): Promise<unknown> => call.handler(ctx, call.input as never, call.body as Upload)
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
    await writeAudit(
      kernel.database.query,
      auditOf(call, endpoint.audit === 'export' ? 'export' : 'read', effects, kernel.clock.now()),
    )
  return result
}

const command = async (call: Call, effects: Effects): Promise<unknown> => {
  const { kernel } = call
  let replayed = false
  const work = async (tx: Transaction): Promise<unknown> => {
    const [known] = await remembered([call], tx.query)
    replayed = known !== undefined
    if (known && 'error' in known) throw known.error
    return known ? known.response : run(call, contextOf(call, tx.db, tx.query, effects))
  }
  const last = (tx: Transaction, result: unknown): Promise<unknown>[] => {
    if (replayed) return []
    const now = kernel.clock.now()
    const writes = [
      writeAudit(tx.query, auditOf(call, call.endpoint.audit === 'export' ? 'export' : 'command', effects, now)),
    ]
    if (effects.events.length > 0) writes.push(writeOutbox(tx.query, effects.events, kernel.config.HOME_NODE, now))
    return [...writes, ...keepAnswers(tx.query, [{ call, result }])]
  }
  const result = await transaction(kernel.database.pool, work, { setup: setupOf(call), last })
  effects.hints.send(kernel)
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
    await writeAudit(tx.query, auditOf(named, 'command', effects, kernel.clock.now()))
    if (effects.events.length > 0)
      await writeOutbox(tx.query, effects.events, kernel.config.HOME_NODE, kernel.clock.now())
  })
  effects.hints.send(kernel)
  kernel.relay?.wake()
  return result
}

/** A hot command shares the transaction of those that come with it. */
const shared = (call: Call, effects: Effects): Promise<unknown> =>
  flush(call, effects, () => command(call, Object.assign(effects, noEffects())))

const isRetryable = (error: unknown): boolean => {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return ['40001', '40P01'].includes(code ?? '') || ['40001', '40P01'].includes(cause?.code ?? '')
}

const outputOf = (call: Call, result: unknown, masked: boolean): unknown => {
  if (call.endpoint.kind === 'download') return result
  const output = call.endpoint.output.parse(result)
  return masked ? call.kernel.redactor.mask(output) : output
}

const attemptOf = ({ endpoint, body, handler, input }: Call) => {
  if (endpoint.method === 'GET') return read
  if (endpoint.ownTransactions || body) return ownTransactions
  return handler.flush && !handler.flush.alone?.(input as never) ? shared : command
}

/** Runs one call that was admitted and answers its parsed output. */
export const execute = async (call: Call, masked: boolean): Promise<Answer> => {
  // A file cannot be masked: who may only see masked values may not take it away.
  if (masked && call.endpoint.kind === 'download')
    throw denied('您现在的网络或设备只能查看遮盖后的内容，不能下载。请换用单位的办公网络或已登记的设备。')
  const attempt = attemptOf(call)
  for (let tries = 1; ; tries++) {
    try {
      const effects = noEffects()
      const result = await attempt(call, effects)
      const { session, device } = effects
      return { output: outputOf(call, result, masked), session, device }
    } catch (error) {
      if (![command, shared].includes(attempt) || tries === 3 || !isRetryable(error)) throw error
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
