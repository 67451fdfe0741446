import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError, invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { type DelegationRow, type grantingApi, isLendable } from '../contract/roles.ts'
import { isAdministrator } from './grants-rules.ts'
import { HOLDINGS, type Holding, IMPLICIT_ROLE } from './reaches.ts'
import { permissionTitles } from './roles.ts'

type Api = typeof grantingApi
type Lendable = OutputOf<Api['delegations']>['lendable']

/** What is the caller's own, by roles: what was lent to them they do not lend onward. */
const lendableOf = async (ctx: Ctx): Promise<Lendable> => {
  const held = await ctx.sql<Holding>(HOLDINGS, [ctx.actor.accountId, dayOf(ctx.now)])
  const names = new Set(held.filter(({ lender }) => lender === null).map(({ role }) => role))
  if (ctx.actor.unitId) names.add(IMPLICIT_ROLE)
  const rows = await ctx.sql<{ name: string; title: string; permissions: string[] }>(
    `select r.name, r.title, array(select p.permission from identity.role_permission p where p.role = r.name order by 1) as permissions
     from identity.role r where r.name = any($1) order by r.builtin desc, r.created_at, r.name`,
    [[...names].filter((name) => !isAdministrator(name))],
  )
  const titles = permissionTitles(ctx.kernel)
  return rows.map((role) => ({
    ...role,
    permissions: role.permissions.filter(isLendable).map((name) => ({ name, title: titles.get(name)?.title ?? name })),
  }))
}

interface Row extends Omit<DelegationRow, 'roles' | 'permissions'> {
  mine: boolean
  roles: DelegationRow['roles']
  permissions: string[]
}

export const listDelegations = async (ctx: Ctx): Promise<OutputOf<Api['delegations']>> => {
  const rows = await ctx.sql<Row>(
    `select d.id, d.from_account = $1 as mine, f.name as "fromName", t.name as "toName", d.valid_from as "validFrom", d.valid_to as "validTo", d.reason,
       coalesce((select jsonb_agg(jsonb_build_object('name', r.name, 'title', r.title) order by r.title) from identity.role r where r.name = any(d.roles)), '[]') as roles,
       d.permissions,
       case when d.revoked_at is not null then 'revoked' when d.valid_to <= $2 then 'past' when d.valid_from > $2 then 'future' else 'current' end as state
     from identity.delegation d join identity.account fa on fa.id = d.from_account join directory.person f on f.id = fa.person_id
     join identity.account ta on ta.id = d.to_account join directory.person t on t.id = ta.person_id
     where d.from_account = $1 or d.to_account = $1 order by d.id desc limit 200`,
    [ctx.actor.accountId, dayOf(ctx.now)],
  )
  const titles = permissionTitles(ctx.kernel)
  const shown = rows.map((row) => ({
    ...row,
    permissions: row.permissions.map((name) => ({ name, title: titles.get(name)?.title ?? name })),
  }))
  return {
    lent: shown.filter(({ mine }) => mine),
    borrowed: shown.filter(({ mine }) => !mine),
    lendable: await lendableOf(ctx),
  }
}

const borrower = async (ctx: Ctx, personId: string): Promise<{ id: string; name: string }> => {
  const [found] = await ctx.sql<{ id: string | null; name: string; auditor: boolean }>(
    `select a.id, p.name, exists (select 1 from identity.grant g where g.account_id = a.id and g.role = 'auditor' and (g.valid_to is null or g.valid_to > $2)) as auditor
     from directory.person p left join identity.account a on a.person_id = p.id and a.subject_kind = 'public-servant' and not a.disabled
     where p.id = $1 and p.status = 'active'`,
    [personId, dayOf(ctx.now)],
  )
  if (!found) throw notFound('此人')
  if (found.id === null) throw new AppError(409, 'no-account', `${found.name}还没有可用的账号，不能受托。`)
  if (found.id === ctx.actor.accountId) throw invalid('不能委托给自己。', [{ path: 'personId', message: '请选择别人' }])
  if (found.auditor) throw new AppError(409, 'auditor', `${found.name}是审计员，只查看、不办理，不能受托。`)
  return { id: found.id, name: found.name }
}

const MOST_DAYS = 366
const refuseDates = (ctx: Ctx, { validFrom, validTo }: ParsedOf<Api['lend']>): void => {
  if (validFrom < dayOf(ctx.now)) throw invalid('委托不能从过去开始。', [{ path: 'validFrom', message: '不早于今天' }])
  const days = (Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000
  if (days < 1 || days > MOST_DAYS)
    throw invalid('委托须有结束日期，在开始之后、一年以内。', [{ path: 'validTo', message: '在开始之后、一年以内' }])
}

/** Lends what is the caller's own at this moment; what they lose later, the borrower loses with them. */
export const lend = async (ctx: Ctx, input: ParsedOf<Api['lend']>): Promise<{ id: string }> => {
  refuseDates(ctx, input)
  const to = await borrower(ctx, input.personId)
  const own = await lendableOf(ctx)
  const permissions = new Set(own.flatMap((role) => role.permissions.map(({ name }) => name)))
  if (input.roles.length + input.permissions.length === 0)
    throw invalid('请选择要委托的角色或权限。', [{ path: 'roles', message: '至少选一项' }])
  if (
    input.roles.some((name) => !own.some((role) => role.name === name)) ||
    input.permissions.some((name) => !permissions.has(name))
  )
    throw new AppError(403, 'not-held', '只能委托您自己拥有的角色和权限；三员的、授权的和别人委托给您的不能再委托。')
  const id = newId()
  await ctx.sql(
    `insert into identity.delegation (id, from_account, to_account, roles, permissions, valid_from, valid_to, reason, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      ctx.actor.accountId,
      to.id,
      input.roles,
      input.permissions,
      input.validFrom,
      input.validTo,
      input.reason,
      ctx.now,
    ],
  )
  ctx.audit({ type: 'delegation', id, label: `${ctx.actor.name}委托${to.name}` })
  return { id }
}

/** Either side ends it at once. */
export const endDelegation = async (ctx: Ctx, { id }: ParsedOf<Api['endDelegation']>) => {
  const [ended] = await ctx.sql<{ label: string }>(
    `update identity.delegation d set revoked_at = $3 from identity.account fa join directory.person f on f.id = fa.person_id, identity.account ta join directory.person t on t.id = ta.person_id
     where d.id = $1 and $2 in (d.from_account, d.to_account) and d.revoked_at is null and fa.id = d.from_account and ta.id = d.to_account
     returning f.name || '委托' || t.name as label`,
    [id, ctx.actor.accountId, ctx.now],
  )
  if (!ended) throw notFound('这项委托')
  ctx.audit({ type: 'delegation', id, label: ended.label })
  return {}
}
