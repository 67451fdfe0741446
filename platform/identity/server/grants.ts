import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { readIdCursor } from '#kernel/cursors'
import { AppError, conflict, forbidden, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { GrantRow, grantingApi } from '../contract/roles.ts'
import {
  columnsOf,
  datesOf,
  type Grantee,
  isAdministrator,
  orExclusive,
  requireGrantee,
  requirePlace,
  requireRole,
  requireWithin,
  subjectOf,
} from './grants-rules.ts'
import { homeJoins, scopeJoins, scopeLabel } from './grants-words.ts'
import type { Holding } from './reaches.ts'

type Api = typeof grantingApi

type Row = Omit<GrantRow, 'grantedAt' | 'administrator'> & { grantedAt: Date }
const STATE = `case when g.valid_to <= $1 then 'past' when g.valid_from > $1 then 'future' else 'current' end`
const LIST = `g.id, home_p.id as "personId", coalesce(home_p.name, a.login) as "personName", home_u.name as "unitName", g.role, r.title as "roleTitle",
  g.scope, ${scopeLabel('g')} as "scopeLabel", g.valid_from as "validFrom", g.valid_to as "validTo", ${STATE} as state,
  q.proposed_by_name as "proposedByName", g.granted_by_name as "grantedByName", g.granted_at as "grantedAt", g.ended_by_name as "endedByName"`
const FROM = `identity.grant g join identity.account a on a.id = g.account_id join identity.role r on r.name = g.role
  left join identity.proposal q on q.id = g.proposal_id ${homeJoins('g.subject_id')} ${scopeJoins('g')}`

/** Newest first. */
export const listGrants = async (ctx: Ctx, input: ParsedOf<Api['grants']>): Promise<OutputOf<Api['grants']>> => {
  readIdCursor(input.cursor)
  const scope = ctx.scopeText('home_m.unit_id', 8)
  const rows = await ctx.sql<Row>(
    `select ${LIST} from ${FROM} where ($2::text is null or g.role = $2) and ($3::uuid is null or g.subject_id = $3)
       and ($4::text is null or ${STATE} = $4) and ($5::text is null or strpos(coalesce(home_p.name, a.login), $5) > 0)
       and ($6::uuid is null or g.id < $6) and ${scope.text}
     order by g.id desc limit $7`,
    [
      dayOf(ctx.now),
      input.role ?? null,
      input.personId ?? null,
      input.state ?? null,
      input.q ?? null,
      input.cursor ?? null,
      input.limit + 1,
      ...scope.params,
    ],
  )
  const page = rows.slice(0, input.limit)
  return {
    rows: page.map((row) => ({
      ...row,
      grantedAt: row.grantedAt.toISOString(),
      administrator: isAdministrator(row.role),
    })),
    next: rows.length > input.limit ? page.at(-1)!.id : null,
  }
}

/** Writes a grant that was decided; answers its id. */
export const writeGrant = async (
  ctx: Ctx,
  grantee: Pick<Grantee, 'accountId'>,
  input: Omit<ParsedOf<Api['giveRole']>, 'personId' | 'reason'>,
  proposalId: string | null,
): Promise<string> => {
  const [from, to] = datesOf(ctx, input)
  const where = columnsOf(input.scope)
  const id = newId()
  await orExclusive(
    ctx.sql(
      `insert into identity.grant (id, account_id, role, scope, unit_id, region_code, line, book_id, valid_from, valid_to, granted_by, granted_by_name, granted_at, proposal_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        id,
        grantee.accountId,
        input.role,
        where.scope,
        where.unit_id,
        where.region_code,
        where.line,
        where.book_id,
        from,
        to,
        ctx.actor.accountId,
        ctx.actor.name,
        ctx.now,
        proposalId,
      ],
    ),
  )
  return id
}

/** A unit administrator grants at once: a role that is marked for it, to somebody else of the own units, within the own units. */
export const giveRole = async (ctx: Ctx, input: ParsedOf<Api['giveRole']>): Promise<{ id: string }> => {
  const grantee = await requireGrantee(ctx, input.personId, 'grant:give')
  if (grantee.personId === subjectOf(ctx)) throw forbidden('不能给自己授权。请另一位管理员办理。')
  const role = await requireRole(ctx, input.role, grantee.unitId)
  if (!role.delegable)
    throw new AppError(403, 'not-delegable', `角色“${role.title}”须由系统管理员提出、安全管理员批准。`)
  // Divisions, lines and books change in other hands: a scope by them would grow beyond what was given.
  if (!['self', 'unit', 'subtree'].includes(input.scope.kind))
    throw new AppError(
      403,
      'scope-kind',
      '单位管理员只能按本人、一个单位、单位及其下级授权。其他范围请系统管理员提出。',
    )
  const where = columnsOf(input.scope)
  await requirePlace(ctx, where)
  await requireWithin(ctx, where, 'grant:give')
  const id = await writeGrant(ctx, grantee, input, null)
  ctx.audit({ type: 'grant', id, label: `${grantee.name}：${role.title}`, detail: { reason: input.reason } })
  return { id }
}

interface Open extends Holding {
  subject_id: string
  person: string
  title: string
  ended: boolean
}
/** A grant that has not ended, held until the command ends; 404 outside the caller's scope. */
export const lockGrant = async (ctx: Ctx, id: string, permission: string): Promise<Open> => {
  const scope = ctx.scopeText('home_m.unit_id', 3, permission)
  const grant = await ctx
    .sql<Open>(
      `select g.role, g.scope, g.unit_id, g.region_code, g.line, g.book_id, g.subject_id, coalesce(home_p.name, a.login) as person, r.title,
         coalesce(g.valid_to <= $2, false) as ended
       from identity.grant g join identity.account a on a.id = g.account_id join identity.role r on r.name = g.role ${homeJoins('g.subject_id')}
       where g.id = $1 and ${scope.text} for update of g`,
      [id, dayOf(ctx.now), ...scope.params],
    )
    .then(one('这项授权'))
  if (grant.ended) throw conflict('这项授权已经结束。')
  await requireWithin(ctx, grant, permission)
  return grant
}

/** It holds no longer from this moment. */
export const endGrant = (ctx: Ctx, id: string): Promise<unknown> =>
  ctx.sql(
    `update identity.grant set valid_to = greatest(valid_from, $2::date), ended_by = $3, ended_by_name = $4, ended_at = $5 where id = $1`,
    [id, dayOf(ctx.now), ctx.actor.accountId, ctx.actor.name, ctx.now],
  )

export const revokeGrant = async (ctx: Ctx, { id, reason }: ParsedOf<Api['revokeGrant']>) => {
  const grant = await lockGrant(ctx, id, 'grant:revoke')
  if (isAdministrator(grant.role))
    throw new AppError(409, 'needs-approval', '三员的授权须由系统管理员提出撤销、另一位安全管理员批准。')
  await endGrant(ctx, id)
  ctx.audit({ type: 'grant', id, label: `${grant.person}：${grant.title}`, detail: { reason } })
  return {}
}

export const grantRegions = async (ctx: Ctx, { q }: ParsedOf<Api['grantRegions']>) => ({
  rows: await ctx.sql<{ code: string; name: string }>(
    `select r.code, case when p.level >= 2 then p.name else '' end || r.name as name from directory.region r left join directory.region p on p.code = r.parent_code
     where r.valid_to is null and (r.code like $1 || '%' or strpos(r.name, $2) > 0) order by r.level, r.code limit 20`,
    [/^\d+$/.test(q) ? q : '-', q],
  ),
})
