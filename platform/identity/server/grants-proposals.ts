import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { readIdCursor } from '#kernel/cursors'
import { AppError, conflict, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { grantingApi, ProposalRow, RoleProposal } from '../contract/roles.ts'
import { endGrant, lockGrant, writeGrant } from './grants.ts'
import {
  columnsOf,
  datesOf,
  isAdministrator,
  requireGrantee,
  requirePlace,
  requireRole,
  requireWithin,
  subjectOf,
} from './grants-rules.ts'
import { homeJoins, proposedScope, scopeJoins, scopeLabel } from './grants-words.ts'
import { applyRole, checkRole } from './roles.ts'

type Api = typeof grantingApi
type GrantInput = ParsedOf<Api['proposeGrant']>

interface Kept {
  kind: 'grant' | 'revoke' | 'role'
  subjectId: string | null
  role: string | null
  content: unknown
  reason: string
}
const insert = async (ctx: Ctx, { kind, subjectId, role, content, reason }: Kept, label: string) => {
  const id = newId()
  await ctx.sql(
    `insert into identity.proposal (id, kind, subject_id, role, content, reason, proposed_by, proposed_by_name, proposed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, kind, subjectId, role, JSON.stringify(content), reason, subjectOf(ctx), ctx.actor.name, ctx.now],
  )
  ctx.audit({ type: 'proposal', id, label, detail: { reason } })
  return { id }
}

/** What is proposed must be possible now, and is judged anew when it is approved. */
const checkGrant = async (ctx: Ctx, input: GrantInput, permission: string) => {
  const grantee = await requireGrantee(ctx, input.personId, permission)
  const role = await requireRole(ctx, input.role, grantee.unitId)
  const where = columnsOf(input.scope)
  await requirePlace(ctx, where)
  await requireWithin(ctx, where, permission)
  return { grantee, role }
}

export const proposeGrant = async (ctx: Ctx, input: GrantInput): Promise<{ id: string }> => {
  const { grantee, role } = await checkGrant(ctx, input, 'grant:propose')
  const [from, to] = datesOf(ctx, input)
  if (isAdministrator(role.name)) await refuseSecond(ctx, grantee, from, to)
  const content = { ...input, validFrom: from, validTo: to }
  return insert(
    ctx,
    { kind: 'grant', subjectId: grantee.personId, role: role.name, content, reason: input.reason },
    `授予${grantee.name}“${role.title}”`,
  )
}

/** Said early and in words; the constraint of the database has the last one. */
const refuseSecond = async (
  ctx: Ctx,
  { personId, name }: { personId: string; name: string },
  from: string,
  to: string | null,
) => {
  const [other] = await ctx.sql<{ title: string }>(
    `select r.title from identity.grant g join identity.role r on r.name = g.role
     where g.subject_id = $1 and g.role in ('system-admin', 'security-admin', 'auditor') and daterange(g.valid_from, g.valid_to) && daterange($2::date, $3::date)`,
    [personId, from, to],
  )
  if (other) throw conflict(`三员互斥：${name}在这段日期里已是${other.title}。请先结束原来的授权，或错开日期。`)
}

export const proposeRevoke = async (ctx: Ctx, { id, reason }: ParsedOf<Api['proposeRevoke']>) => {
  const grant = await lockGrant(ctx, id, 'grant:propose')
  if (!isAdministrator(grant.role)) throw conflict('这项授权可以直接撤销，不必审批。')
  return insert(
    ctx,
    { kind: 'revoke', subjectId: grant.subject_id, role: grant.role, content: { grantId: id }, reason },
    `撤销${grant.person}的“${grant.title}”`,
  )
}

export const proposeRole = async (ctx: Ctx, { proposal }: ParsedOf<Api['proposeRole']>) => {
  const { title, texts } = await checkRole(ctx, proposal, 'grant:propose')
  const role = proposal.change === 'create' ? null : proposal.role
  return insert(
    ctx,
    { kind: 'role', subjectId: null, role, content: { proposal, title, texts }, reason: proposal.reason },
    title,
  )
}

interface Row extends Omit<ProposalRow, 'proposedAt' | 'decidedAt' | 'texts' | 'title' | 'blocked' | 'can'> {
  proposed_by: string
  subject_id: string | null
  content: { validFrom?: string; validTo?: string | null; title?: string; texts?: string[] }
  person: string | null
  role_title: string | null
  scope_label: string | null
  proposed_at: Date
  decided_at: Date | null
}
const columns = `q.id, q.kind, q.subject_id, q.content, q.reason, q.state, q.proposed_by, q.proposed_by_name as "proposedByName", q.proposed_at,
  q.decided_by_name as "decidedByName", q.decided_at, q.note, home_p.name as person, r.title as role_title, ${scopeLabel('asked')} as scope_label`
const FROM = `identity.proposal q left join identity.role r on r.name = q.role ${homeJoins('q.subject_id')}
  left join lateral (select ${proposedScope('q.content')}) asked on true ${scopeJoins('asked')}`

const titleOf = (row: Row): string => {
  if (row.kind === 'role') return row.content.title!
  return row.kind === 'grant' ? `授予${row.person}“${row.role_title}”` : `撤销${row.person}的“${row.role_title}”`
}
const textsOf = ({ kind, content, scope_label }: Row): string[] => {
  if (kind === 'role') return content.texts!
  if (kind === 'revoke') return ['批准后立即失效']
  return [
    `范围：${scope_label}`,
    `自 ${content.validFrom} 起${content.validTo ? `，到 ${content.validTo} 前一天止` : '，长期有效'}`,
  ]
}
/** Nobody approves what is the own: not the proposal, not the grant. */
const blockedFor = (ctx: Ctx, row: Pick<Row, 'proposed_by' | 'subject_id'>): string | null => {
  if (row.proposed_by === subjectOf(ctx)) return '这是您自己提出的，须由另一位安全管理员批准。'
  return row.subject_id === subjectOf(ctx) ? '这是给您自己的授权，须由另一位安全管理员批准。' : null
}

/** Newest first. Changes of built-in roles concern everybody: only who reaches everything sees them beside those of the own units. */
export const listProposals = async (
  ctx: Ctx,
  input: ParsedOf<Api['proposals']>,
): Promise<OutputOf<Api['proposals']>> => {
  readIdCursor(input.cursor)
  const scope = ctx.scopeText("coalesce(home_m.unit_id, r.owner_unit, (q.content #>> '{proposal,ownerId}')::uuid)", 5)
  const rows = await ctx.sql<Row>(
    `select ${columns} from ${FROM} where ($1::text is null or q.state = $1) and ($2::uuid is null or q.id < $2)
       and ($3::text is null or strpos(concat_ws(' ', home_p.name, r.title, q.content ->> 'title', q.proposed_by_name), $3) > 0) and ${scope.text}
     order by q.id desc limit $4`,
    [input.state ?? null, input.cursor ?? null, input.q ?? null, input.limit + 1, ...scope.params],
  )
  const page = rows.slice(0, input.limit)
  return { rows: page.map((row) => present(ctx, row)), next: rows.length > input.limit ? page.at(-1)!.id : null }
}

const present = (ctx: Ctx, row: Row): ProposalRow => {
  const open = row.state === 'open'
  const blocked = open && ctx.can('grant:approve') ? blockedFor(ctx, row) : null
  return {
    id: row.id,
    kind: row.kind,
    title: titleOf(row),
    texts: textsOf(row),
    reason: row.reason,
    state: row.state,
    proposedByName: row.proposedByName,
    proposedAt: row.proposed_at.toISOString(),
    decidedByName: row.decidedByName,
    decidedAt: row.decided_at?.toISOString() ?? null,
    note: row.note,
    blocked,
    can: {
      approve: open && ctx.can('grant:approve') && blocked === null,
      withdraw: open && row.proposed_by === subjectOf(ctx),
    },
  }
}

interface Locked {
  kind: Kept['kind']
  subject_id: string | null
  proposed_by: string
  role: string | null
  content: GrantInput & { grantId: string; proposal: RoleProposal; title: string }
  state: ProposalRow['state']
}
/** An open proposal, held until the command ends; two decisions at once meet here. */
const lock = async (ctx: Ctx, id: string): Promise<Locked> => {
  const found = await ctx
    .sql<Locked>(
      'select kind, subject_id, proposed_by, role, content, state from identity.proposal where id = $1 for update',
      [id],
    )
    .then(one('这份提请'))
  if (found.state !== 'open') throw conflict('这份提请已经有了结果。请刷新查看。')
  return found
}
const close = async (ctx: Ctx, id: string, state: ProposalRow['state'], note: string): Promise<void> => {
  await ctx.sql(
    'update identity.proposal set state = $2, decided_by = $3, decided_by_name = $4, decided_at = $5, note = $6 where id = $1',
    [id, state, subjectOf(ctx), ctx.actor.name, ctx.now, note],
  )
}

const apply = async (ctx: Ctx, id: string, { kind, content }: Locked): Promise<string> => {
  if (kind === 'role') return applyRole(ctx, content.proposal)
  if (kind === 'revoke') {
    const grant = await lockGrant(ctx, content.grantId, 'grant:approve')
    await endGrant(ctx, content.grantId)
    return `撤销${grant.person}的“${grant.title}”`
  }
  if (content.validTo !== null && content.validTo <= dayOf(ctx.now))
    throw conflict('提请的期限已过，不能再批准。请不批准，由系统管理员重新提出。')
  const { grantee, role } = await checkGrant(ctx, content, 'grant:approve')
  await writeGrant(ctx, grantee, content, id)
  return `授予${grantee.name}“${role.title}”`
}

export const approveProposal = async (ctx: Ctx, { id, note }: ParsedOf<Api['approveProposal']>) => {
  const proposal = await lock(ctx, id)
  const blocked = blockedFor(ctx, proposal)
  if (blocked) throw new AppError(403, 'own-proposal', blocked)
  await close(ctx, id, 'approved', note)
  ctx.audit({ type: 'proposal', id, label: await apply(ctx, id, proposal) })
  return {}
}

/** Whose unit it is, or everybody for a built-in role: a refusal is bound by the same scope as an approval. */
const requireScope = async (ctx: Ctx, id: string, permission: string): Promise<void> => {
  const scope = ctx.scopeText(
    "coalesce(home_m.unit_id, r.owner_unit, (q.content #>> '{proposal,ownerId}')::uuid)",
    2,
    permission,
  )
  await ctx.sql(`select 1 from ${FROM} where q.id = $1 and ${scope.text}`, [id, ...scope.params]).then(one('这份提请'))
}

export const refuseProposal = async (ctx: Ctx, { id, note }: ParsedOf<Api['refuseProposal']>) => {
  await requireScope(ctx, id, 'grant:approve')
  await lock(ctx, id)
  await close(ctx, id, 'refused', note)
  ctx.audit({ type: 'proposal', id, detail: { note } })
  return {}
}

export const withdrawProposal = async (ctx: Ctx, { id }: ParsedOf<Api['withdrawProposal']>) => {
  const { proposed_by } = await lock(ctx, id)
  if (proposed_by !== subjectOf(ctx))
    throw new AppError(403, 'not-own', '只有提出的人能撤回。不同意的由安全管理员不批准。')
  await close(ctx, id, 'withdrawn', '')
  ctx.audit({ type: 'proposal', id })
  return {}
}
