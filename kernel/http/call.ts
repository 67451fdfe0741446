import { sql } from 'drizzle-orm'
import type { Actor } from '#kernel/actor'
import type { AuditRecord } from '#kernel/audit'
import type { Endpoint } from '#kernel/contract'
import type { Query } from '#kernel/db'
import type { Ctx, Kernel, ModuleDef, ScopePredicate, Upload } from '#kernel/module'
import { type PendingEvent, pendingEvent } from '#kernel/outbox'
import { Hints } from '#kernel/system'

export interface Call {
  kernel: Kernel
  endpoint: Endpoint
  /** `module.endpoint`, the operation's name in audit, metrics and OpenAPI */
  operation: string
  handler: NonNullable<ModuleDef['handlers']>[string]
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

export interface Effects {
  events: PendingEvent[]
  hints: Hints
  target?: Parameters<Ctx['audit']>[0]
  session?: SessionChange
  device?: string
}

/** What the answer does to the caller's session cookie. */
export interface SessionChange {
  token: string | null
  seconds: number
}

export const noEffects = (): Effects => ({ events: [], hints: new Hints() })

export const contextOf = (call: Call, db: Ctx['db'], query: Query, effects: Effects): Ctx => {
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
    tell: effects.hints.tell,
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

export const auditOf = (call: Call, kind: 'command' | 'read' | 'export', effects: Effects, now: Date): AuditRecord => ({
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

export const timeoutOf = (endpoint: Endpoint) =>
  endpoint.timeoutMs ? `set local statement_timeout = ${Math.floor(endpoint.timeoutMs)}` : undefined
