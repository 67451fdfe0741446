import type { AccessDecision, AccessRequest, Kernel } from '#kernel/module'
import { isReserved } from '../contract/roles.ts'

/** What modules declare, and for the auditor whatever can be read: a module that comes later is open to the auditor from its first day. */
const declared = ({ modules }: Pick<Kernel, 'modules'>): (readonly [role: string, permission: string])[] => {
  const stated = modules.flatMap((module) =>
    (module.permissions ?? []).flatMap(({ name, roles }) => roles.map((role) => [role, name] as const)),
  )
  // A permission of no role at all is for callers that are no people: applications in their own name.
  const ofPeople = new Set(stated.map(([, permission]) => permission as string))
  const readable = new Set(
    modules.flatMap((module) =>
      Object.values(module.api ?? {}).flatMap(({ method, permission }) =>
        method === 'GET' && ofPeople.has(permission) && !isReserved(permission) ? [permission] : [],
      ),
    ),
  )
  return [...stated, ...[...readable].map((permission) => ['auditor', permission] as const)]
}

/** A default is applied once, ever: what a province took away stays away. */
export const syncRoles = async (kernel: Kernel): Promise<void> => {
  const pairs = declared(kernel)
  // Without a new default nothing is written: the revision that drops every remembered session stays as it is.
  await kernel.database.query(
    `with fresh as (
       insert into identity.role_default (role, permission)
       select distinct r, p from unnest($1::text[], $2::text[]) t (r, p)
       where not exists (select 1 from identity.role_default known where known.role = r and known.permission = p)
       on conflict do nothing returning role, permission)
     insert into identity.role_permission (role, permission) select role, permission from fresh on conflict do nothing`,
    [pairs.map(([role]) => role), pairs.map(([, permission]) => permission)],
  )
}

/** The auditor reads everything and does nothing but what any account may do for itself; undefined when this rule has no say. */
const decideAuditor = ({ actor, method, permission }: AccessRequest): AccessDecision | undefined =>
  actor.roles.has('auditor') && method !== 'GET' && permission !== 'signed-in'
    ? { outcome: 'deny', reason: '审计员只查看，不办理。这项操作请由有权办理的人来做。' }
    : undefined

/** Stands before whatever else decides: no access policy that somebody writes can lift it. */
export const guardDecisions = ({ ports }: Pick<Kernel, 'ports'>): void => {
  const { decide } = ports
  ports.decide = async (kernel, request) =>
    decideAuditor(request) ?? (await decide?.(kernel, request)) ?? { outcome: 'allow' }
}
