import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { invalid, notFound, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Explanation, grantingApi } from '../contract/roles.ts'
import { homeJoins, scopeJoins, scopeLabel } from './grants-words.ts'
import { gives, HOLDINGS, type Holding, implicit, inEffect, reachOf } from './reaches.ts'
import { permissionTitles } from './roles.ts'
import { reachPredicate } from './scopes.ts'

type Input = ParsedOf<(typeof grantingApi)['explainAccess']>
type Chain = Explanation['chains'][number]

interface Subject {
  id: string
  name: string
  status: string
  account_id: string | null
  disabled: boolean | null
  org_id: string | null
  org_name: string | null
}
const findSubject = async (ctx: Ctx, personId: string): Promise<Subject> => {
  const scope = ctx.scopeText('home_m.unit_id', 2)
  return ctx
    .sql<Subject>(
      `select p.id, p.name, p.status, a.id as account_id, a.disabled, o.id as org_id, o.name as org_name
       from directory.person p left join identity.account a on a.person_id = p.id and a.subject_kind = 'public-servant' ${homeJoins('p.id')}
       left join directory.unit o on o.no = home_m.org_no where p.id = $1 and ${scope.text}`,
      [personId, ...scope.params],
    )
    .then(one('此人'))
}

interface Found extends Holding {
  role_title: string
  scope_label: string
  valid_from: string | null
  valid_to: string | null
  state: Chain['state']
  proposed_by: string | null
  granted_by: string | null
  lent_until: string | null
}
const SHOWN = `h.*, r.title as role_title, ${scopeLabel('h')} as scope_label, g.valid_from, g.valid_to, q.proposed_by_name as proposed_by,
  g.granted_by_name as granted_by, d.valid_to as lent_until`
const JOINED = `join identity.role r on r.name = h.role join identity.role_permission rp on rp.role = h.role and rp.permission = $3
  left join identity.grant g on g.id = h.grant_id left join identity.proposal q on q.id = g.proposal_id left join identity.delegation d on d.id = h.delegation_id
  ${scopeJoins('h')}`
// What ended or has yet to begin explains a "no" as well.
const OUTSIDE = `select o.id as grant_id, o.role, o.scope, o.unit_id, o.region_code, o.line, o.book_id, null::uuid as delegation_id, null::text as lender,
  null::text[] as lent_roles, null::text[] as lent_permissions from identity.grant o where o.account_id = $1 and not (${inEffect('o')}) order by o.id desc limit 10`

/** Everything that could bring the permission to the person, by the same holdings that decide. */
const findHoldings = async (ctx: Ctx, subject: Subject, permission: string): Promise<Found[]> => {
  const day = dayOf(ctx.now)
  const params = [subject.account_id, day, permission]
  const [held, outside] = await Promise.all([
    ctx.sql<Found>(`select ${SHOWN}, 'current' as state from (${HOLDINGS}) h ${JOINED}`, params),
    ctx.sql<Found>(
      `select ${SHOWN}, case when g.valid_from > $2 then 'future' else 'past' end as state from (${OUTSIDE}) h ${JOINED}`,
      params,
    ),
  ])
  const [post] = await ctx.sql<{ title: string }>(
    "select r.title from identity.role r join identity.role_permission rp on rp.role = r.name where r.name = 'clerk' and rp.permission = $1",
    [permission],
  )
  if (subject.org_id && post)
    held.push({
      ...implicit(subject.org_id),
      role_title: post.title,
      scope_label: `${subject.org_name}及其下级`,
      valid_from: null,
      valid_to: null,
      state: 'current',
      proposed_by: null,
      granted_by: null,
      lent_until: null,
    })
  return [...held.filter((holding) => gives(holding, permission)), ...outside]
}

const states = { past: '已结束', future: '还没有到开始日期' }
const textOf = (found: Found, reaches: boolean): string => {
  const how =
    found.grant_id === null
      ? `因任职自然拥有“${found.role_title}”`
      : `被授予“${found.role_title}”${found.proposed_by ? `（${found.proposed_by}提出，${found.granted_by}批准）` : found.granted_by ? `（${found.granted_by}授予）` : ''}`
  const who = found.lender ? `${found.lender}${how}，委托使用到 ${found.lent_until} 前一天` : how
  const when = found.state === 'current' ? '' : `，但${states[found.state]}`
  const where = found.scope === 'self' ? '只限本人的' : `范围是${found.scope_label}，${reaches ? '含' : '不含'}这个单位`
  return `${who}，${where}${when}。${found.role === 'auditor' ? '审计员只查看、不办理。' : ''}`
}
const chainOf = async (ctx: Ctx, found: Found, unitId: string): Promise<Chain> => {
  const predicate = reachPredicate(reachOf(found)).text('$1::uuid', 2)
  const [row] = await ctx.sql<{ inside: boolean }>(`select $1::uuid is not null and ${predicate.text} as inside`, [
    unitId,
    ...predicate.params,
  ])
  return {
    role: found.role,
    roleTitle: found.role_title,
    scope: found.scope,
    scopeLabel: found.scope_label,
    reaches: row!.inside,
    state: found.state,
    validFrom: found.valid_from,
    validTo: found.valid_to,
    proposedByName: found.proposed_by,
    grantedByName: found.granted_by,
    lender: found.lender,
    lentUntil: found.lent_until,
    text: textOf(found, row!.inside),
  }
}

const missingOf = (subject: Subject, chains: readonly Chain[], permission: string, unit: string): string[] => {
  if (subject.status !== 'active') return [`${subject.name}已离职或退休。`]
  if (subject.account_id === null) return [`${subject.name}还没有账号。`]
  if (subject.disabled) return [`${subject.name}的账号已停用。`]
  if (chains.length === 0) return [`${subject.name}没有含“${permission}”的角色。`]
  const current = chains.filter(({ state }) => state === 'current')
  if (current.length === 0)
    return [`含“${permission}”的授权${chains.some(({ state }) => state === 'future') ? '还没有开始' : '已经结束'}。`]
  return [`${subject.name}有“${permission}”，但范围不含${unit}。`]
}

/** The nearest unit administrators who reach the unit, when the role is theirs to give; otherwise the two who propose and approve. */
const findGranters = async (ctx: Ctx, unitId: string, delegable: boolean): Promise<string[]> => {
  const day = dayOf(ctx.now)
  const near = delegable
    ? await ctx.sql<{ name: string; unit: string }>(
        `select p.name, t.name as unit from directory.unit u join directory.unit t on u.pre between t.pre and t.pre_end
         join identity.grant g on g.unit_id = t.id and g.scope = 'subtree' and ${inEffect('g')}
         join identity.role_permission rp on rp.role = g.role and rp.permission = 'grant:give'
         join directory.person p on p.id = g.subject_id where u.id = $1 order by t.depth desc, p.name limit 3`,
        [unitId, day],
      )
    : []
  const both = await ctx.sql<{ role: string; name: string }>(
    `select g.role, p.name from identity.grant g join directory.person p on p.id = g.subject_id
     where g.role in ('system-admin', 'security-admin') and g.scope = 'all' and $1::uuid is not null and ${inEffect('g')} order by g.role, p.name limit 6`,
    [unitId, day],
  )
  const names = (role: string): string =>
    both.flatMap((one) => (one.role === role ? [one.name] : [])).join('、') || '（尚未任命）'
  return [
    ...near.map(({ name, unit }) => `${unit}的单位管理员${name}`),
    `系统管理员${names('system-admin')}提出，安全管理员${names('security-admin')}批准`,
  ]
}

/** Why somebody can, or cannot, do this to a row of that unit: judged by the same holdings and the same predicate as the calls themselves. */
export const explainAccess = async (
  ctx: Ctx,
  input: Input,
): Promise<OutputOf<(typeof grantingApi)['explainAccess']>> => {
  const known = permissionTitles(ctx.kernel).get(input.permission)
  if (!known) throw invalid('没有这项权限。请从清单里选择。', [{ path: 'permission', message: '请重新选择' }])
  const [unit] = await ctx.sql<{ name: string }>('select name from directory.unit where id = $1', [input.unitId])
  if (!unit) throw notFound('这个单位')
  const subject = await findSubject(ctx, input.personId)
  ctx.audit({ type: 'person', id: subject.id, label: subject.name })
  const found = await findHoldings(ctx, subject, input.permission)
  const chains = await Promise.all(found.map((one) => chainOf(ctx, one, input.unitId)))
  const usable = subject.status === 'active' && subject.account_id !== null && !subject.disabled
  const allowed = usable && chains.some(({ state, reaches }) => state === 'current' && reaches)
  const roles = await ctx.sql<{ name: string; title: string; delegable: boolean }>(
    `select r.name, r.title, r.delegable from identity.role r join identity.role_permission rp on rp.role = r.name and rp.permission = $1
     where r.retired_at is null order by r.builtin desc, r.created_at, r.name`,
    [input.permission],
  )
  return {
    allowed,
    verdict: `${subject.name}${allowed ? '能' : '不能'}对${unit.name}“${known.title}”`,
    chains,
    missing: allowed ? [] : missingOf(subject, chains, known.title, unit.name),
    roles,
    granters: allowed
      ? []
      : await findGranters(
          ctx,
          input.unitId,
          roles.some(({ delegable }) => delegable),
        ),
  }
}
