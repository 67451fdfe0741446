import type { Query } from '#kernel/db'
import type { Reach } from './scopes.ts'

interface GrantRecord {
  role: string
  scope: 'self' | 'unit' | 'subtree' | 'all'
  unit_id: string | null
}

const findGrants = `select role, scope, unit_id from identity.grant
  where account_id = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)`

/** Every public servant is a clerk of the own unit without a grant row: 1.4 million rows that say nothing are not kept. */
const IMPLICIT_ROLE = 'clerk'

const reachesOf = (
  grants: readonly GrantRecord[],
  byRole: ReadonlyMap<string, readonly string[]>,
): Map<string, Reach> => {
  const gathered = new Map<string, Reach>()
  for (const { role, scope, unit_id } of grants)
    for (const permission of byRole.get(role) ?? []) {
      const known = gathered.get(permission) ?? { subtrees: [], units: [] }
      if (known === 'all' || scope === 'all') gathered.set(permission, 'all')
      else if (unit_id && scope === 'subtree')
        gathered.set(permission, { ...known, subtrees: [...known.subtrees, unit_id] })
      else if (unit_id && scope === 'unit') gathered.set(permission, { ...known, units: [...known.units, unit_id] })
      else gathered.set(permission, known)
    }
  return gathered
}

/** The roles an account holds, what it may do and how far each permission reaches, as of a day; `orgId` is the organisation of the main post. */
export const readReaches = async (
  query: Query,
  { accountId, orgId, day }: { accountId: string; orgId: string | null; day: string },
): Promise<{ roles: Set<string>; reaches: Map<string, Reach> }> => {
  const [grants, roles] = await Promise.all([
    query<GrantRecord>(findGrants, [accountId, day], 'identity.grants'),
    query<{ role: string; permission: string }>(
      'select role, permission from identity.role_permission',
      [],
      'identity.roles',
    ),
  ])
  if (orgId) grants.push({ role: IMPLICIT_ROLE, scope: 'subtree', unit_id: orgId })
  const byRole = new Map<string, string[]>()
  for (const { role, permission } of roles) byRole.set(role, [...(byRole.get(role) ?? []), permission])
  return { roles: new Set(grants.map(({ role }) => role)), reaches: reachesOf(grants, byRole) }
}
