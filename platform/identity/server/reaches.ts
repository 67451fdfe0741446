import type { Query } from '#kernel/db'
import { administrators, isLendable } from '../contract/roles.ts'
import { type Held, NOWHERE, type Places, type Reach, type ScopeKind } from './scopes.ts'

/** One role as an account holds it: granted, lent by somebody, or come with the post. */
export interface Holding {
  /** null for the role that comes with the main post */
  grant_id: string | null
  role: string
  scope: ScopeKind
  unit_id: string | null
  region_code: string | null
  line: string | null
  book_id: string | null
  delegation_id: string | null
  lender: string | null
  lent_roles: string[] | null
  lent_permissions: string[] | null
}

/** Every public servant is a clerk of the own unit without a grant row: 1.4 million rows that say nothing are not kept. */
export const IMPLICIT_ROLE = 'clerk'
export const ADMINISTRATORS: readonly string[] = administrators

const columns = 'g.role, g.scope, g.unit_id, g.region_code, g.line, g.book_id'
export const inEffect = (alias: string): string =>
  `${alias}.valid_from <= $2 and (${alias}.valid_to is null or ${alias}.valid_to > $2)`
/**
 * `$1` the account, `$2` the day. What somebody lends is what they hold themselves at this moment, never what was lent to them: it ends with
 * their own grant, and nobody lends it onward.
 */
export const HOLDINGS = `select g.id as grant_id, ${columns}, null::uuid as delegation_id, null::text as lender, null::text[] as lent_roles, null::text[] as lent_permissions
    from identity.grant g where g.account_id = $1 and ${inEffect('g')}
  union all
  select g.grant_id, ${columns}, d.id, p.name, d.roles, d.permissions from identity.delegation d
    join identity.account a on a.id = d.from_account and not a.disabled join directory.person p on p.id = a.person_id and p.status = 'active'
    cross join lateral (
      select o.id as grant_id, o.role, o.scope, o.unit_id, o.region_code, o.line, o.book_id from identity.grant o
        where o.account_id = a.id and ${inEffect('o')} and o.role not in ('system-admin', 'security-admin', 'auditor')
      union all
      select null, '${IMPLICIT_ROLE}', 'subtree', u.id, null, null, null from directory.post m join directory.unit u on u.no = m.org_no
        where m.person_id = p.id and m.kind = 'main' and m.valid_to is null) g
    where d.to_account = $1 and d.revoked_at is null and ${inEffect('d')}`

/** Whether a permission of its role comes with a holding: all of them with one's own, the lent ones with one that is lent. */
export const gives = (holding: Holding, permission: string): boolean =>
  holding.lender === null ||
  (isLendable(permission) &&
    (holding.lent_roles!.includes(holding.role) || holding.lent_permissions!.includes(permission)))

const joined = (known: Places, more: Partial<Places>): Places => ({
  units: [...known.units, ...(more.units ?? [])],
  subtrees: [...known.subtrees, ...(more.subtrees ?? [])],
  regions: [...known.regions, ...(more.regions ?? [])],
  lines: [...known.lines, ...(more.lines ?? [])],
  books: [...known.books, ...(more.books ?? [])],
})

type Where = Pick<Holding, 'scope' | 'unit_id' | 'region_code' | 'line' | 'book_id'>
/** The reach of one grant. `self` reaches no unit: rows that are one's own are known by their author. */
export const reachOf = ({ scope, unit_id, region_code, line, book_id }: Where): Reach => {
  if (scope === 'all') return 'all'
  if (scope === 'unit') return { ...NOWHERE, units: [unit_id!] }
  if (scope === 'subtree') return { ...NOWHERE, subtrees: [unit_id!] }
  if (scope === 'region') return { ...NOWHERE, regions: [region_code!] }
  if (scope === 'line') return { ...NOWHERE, lines: [{ line: line!, top: unit_id }] }
  return scope === 'book' ? { ...NOWHERE, books: [book_id!] } : NOWHERE
}

const gather = (holdings: readonly Holding[], byRole: ReadonlyMap<string, readonly string[]>): Map<string, Held> => {
  const gathered = new Map<string, Held>()
  for (const holding of holdings)
    for (const permission of byRole.get(holding.role) ?? []) {
      if (!gives(holding, permission)) continue
      const known = gathered.get(permission) ?? { reach: NOWHERE, lentBy: [] }
      const reach = reachOf(holding)
      gathered.set(permission, {
        reach: known.reach === 'all' || reach === 'all' ? 'all' : joined(known.reach, reach),
        lentBy: holding.lender === null ? known.lentBy : [...new Set([...known.lentBy, holding.lender])],
      })
    }
  return gathered
}

const rolesOf = (holdings: readonly Holding[]): Set<string> =>
  new Set(holdings.filter((one) => one.lent_roles?.includes(one.role) ?? true).map(({ role }) => role))

/** The roles an account holds, what it may do and how far each permission reaches, as of a day; `orgId` is the organisation of the main post. */
export const readReaches = async (
  query: Query,
  { accountId, orgId, day }: { accountId: string; orgId: string | null; day: string },
): Promise<{ roles: Set<string>; reaches: Map<string, Held> }> => {
  const [holdings, roles] = await Promise.all([
    query<Holding>(HOLDINGS, [accountId, day], 'identity.holdings'),
    query<{ role: string; permission: string }>(
      'select role, permission from identity.role_permission',
      [],
      'identity.roles',
    ),
  ])
  if (orgId) holdings.push(implicit(orgId))
  const byRole = new Map<string, string[]>()
  for (const { role, permission } of roles) byRole.set(role, [...(byRole.get(role) ?? []), permission])
  return { roles: rolesOf(holdings), reaches: gather(holdings, byRole) }
}

/** The role that comes with the main post in an organisation. */
export const implicit = (orgId: string): Holding => ({
  grant_id: null,
  role: IMPLICIT_ROLE,
  scope: 'subtree',
  unit_id: orgId,
  region_code: null,
  line: null,
  book_id: null,
  delegation_id: null,
  lender: null,
  lent_roles: null,
  lent_permissions: null,
})
