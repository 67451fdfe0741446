import type { OutputOf, ParsedOf } from '#kernel/contract'
import { conflict, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { AccountRule, accountsApi } from '../contract.ts'
import { ruleOf } from './open-accounts.ts'
import { hasSms } from './sms.ts'

type Api = typeof accountsApi

interface Stored {
  nameBy: AccountRule['nameBy']
  hours: number
  openNew: boolean
  tell: AccountRule['tell']
  owner: AccountRule['owner']
  updatedBy: string
  updatedAt: Date
  settable: boolean
}

/** The whole subtree lies in the scope of the permission: a rule reaches all of it, and goes on when whoever set it is gone. */
const whole = (ctx: Ctx, from: number) => ctx.scopeText('c.id', from, 'identity:open')
const WHOLE = (scope: string): string =>
  `not exists (select 1 from directory.unit c where c.pre between u.pre and u.pre_end and c.valid_to is null and not (${scope}))`

export const accountRule = async (ctx: Ctx, { unitId }: { unitId: string }): Promise<AccountRule> => {
  const seen = ctx.scopeText('u.id', 2, 'identity:accounts')
  const all = whole(ctx, 2 + seen.params.length)
  const row = await ctx
    .sql<Stored>(
      `select r.name_by as "nameBy", r.hours, r.open_new as "openNew", r.tell, r.updated_by as "updatedBy", r.updated_at as "updatedAt",
         case when o.id is not null then jsonb_build_object('id', o.id, 'name', o.name) end as owner, ${WHOLE(all.text)} as settable
       from directory.unit u cross join lateral ${ruleOf('u')} rule join identity.account_rule r on r.id = rule.id
       left join directory.unit o on o.id = r.unit_id where u.id = $1 and u.valid_to is null and ${seen.text}`,
      [unitId, ...seen.params, ...all.params],
    )
    .then(one('这个单位'))
  const { settable, updatedAt, ...rule } = row
  return {
    ...rule,
    updatedAt: updatedAt.toISOString(),
    sms: hasSms(ctx.kernel),
    can: { set: settable && ctx.can('identity:open') },
  }
}

const requireWhole = async (ctx: Ctx, unitId: string): Promise<void> => {
  const inside = ctx.scopeText('u.id', 2)
  const all = whole(ctx, 2 + inside.params.length)
  const [unit] = await ctx.sql<{ name: string; settable: boolean }>(
    `select u.name, ${WHOLE(all.text)} as settable from directory.unit u where u.id = $1 and u.valid_to is null and ${inside.text}`,
    [unitId, ...inside.params, ...all.params],
  )
  if (!unit) throw notFound('这个单位')
  if (!unit.settable)
    throw conflict(`规则管到${unit.name}的全部下级，您的管理范围只含其中一部分。请选您整个管得到的单位。`)
  ctx.audit({ type: 'unit', id: unitId, label: unit.name })
}

export const setAccountRule = async (
  ctx: Ctx,
  { unitId, nameBy, hours, openNew, tell }: ParsedOf<Api['setAccountRule']>,
): Promise<OutputOf<Api['setAccountRule']>> => {
  await requireWhole(ctx, unitId)
  if (tell === 'sms' && !hasSms(ctx.kernel)) throw conflict('本平台没有接入短信通道，请选打印或导出。')
  await ctx.sql(
    `insert into identity.account_rule as r (id, unit_id, name_by, hours, open_new, tell, since, updated_by, updated_at)
     values ($1, $2, $3, $4, $5, $6, case when $5 then $8::timestamptz end, $7, $8)
     on conflict (unit_id) do update set name_by = excluded.name_by, hours = excluded.hours, open_new = excluded.open_new, tell = excluded.tell,
       since = case when excluded.open_new then coalesce(case when r.open_new then r.since end, excluded.since) end,
       updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
    [newId(), unitId, nameBy, hours, openNew, tell, ctx.actor.name, ctx.now],
  )
  return accountRule(ctx, { unitId })
}

/** From now on the rule of the nearest unit above holds. */
export const dropAccountRule = async (ctx: Ctx, { unitId }: { unitId: string }): Promise<AccountRule> => {
  await requireWhole(ctx, unitId)
  const gone = await ctx.sql('delete from identity.account_rule where unit_id = $1 returning 1', [unitId])
  if (gone.length === 0) throw conflict('这个单位没有自己的开通规则，本来就按上级的办。')
  return accountRule(ctx, { unitId })
}
