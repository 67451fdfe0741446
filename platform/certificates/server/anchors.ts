import type { ParsedOf } from '#kernel/contract'
import { AppError, conflict, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { Anchor, certificatesApi } from '../contract.ts'
import { readCertificates } from './import.ts'
import { keepCertificate } from './records.ts'

interface AnchorRecord {
  id: string
  certificate_id: string
  name: string
  fingerprint: string
  not_after: Date
  state: Anchor['state']
  needs_list: boolean
  built_in: boolean
  note: string
  proposed_at: Date
  proposed_by: string | null
  proposed_by_name: string
  decided_by_name: string | null
  reason: string | null
  number: string | null
  revoked: number | null
  next_update: Date | null
}

const present = (ctx: Ctx, row: AnchorRecord): Anchor => {
  const open = row.state === 'proposed'
  const own = row.proposed_by === ctx.actor.accountId
  return {
    id: row.id,
    certificateId: row.certificate_id,
    name: row.name,
    fingerprint: row.fingerprint,
    notAfter: row.not_after.toISOString(),
    state: row.state,
    needsList: row.needs_list,
    builtIn: row.built_in,
    note: row.note,
    proposedAt: row.proposed_at.toISOString(),
    proposedBy: row.proposed_by_name,
    decidedBy: row.decided_by_name,
    reason: row.reason,
    list:
      row.number === null
        ? null
        : { number: row.number, revoked: row.revoked!, nextUpdate: row.next_update!.toISOString() },
    can: {
      decide: open && !own && ctx.can('certificates:approve'),
      withdraw: open && own,
      retire: row.state === 'trusted' && ctx.can('certificates:approve'),
    },
  }
}

/** What waits first, then what is trusted, then the past; few rows, so all at once. */
export const listAnchors = async (ctx: Ctx) => {
  const rows = await ctx.sql<AnchorRecord>(
    `select a.id, a.certificate_id, c.holder_name as name, c.fingerprint, c.not_after, a.state, a.needs_list,
       own.id is not null as built_in, a.note, a.proposed_at, a.proposed_by, a.proposed_by_name, a.decided_by_name, a.reason,
       l.number, l.revoked, l.next_update
     from certificates.anchor a join certificates.certificate c on c.id = a.certificate_id
     left join certificates.authority own on own.id = c.id
     left join certificates.revocation_list l on l.issuer_id = c.id
     order by array_position(array['proposed', 'trusted', 'refused', 'retired'], a.state), a.id desc limit 500`,
  )
  return { rows: rows.map((row) => present(ctx, row)) }
}

export const proposeAnchor = async (ctx: Ctx, input: ParsedOf<typeof certificatesApi.proposeAnchor>) => {
  const [certificate, more] = readCertificates(input.text)
  if (!certificate || more) throw invalid('请只给出一张根证书。')
  if (!certificate.isAuthority || certificate.keyUsage?.includes('keyCertSign') === false)
    throw invalid('这不是签发机构的证书，不能作为信任的根。')
  if (certificate.notAfter < ctx.now) throw invalid('这张证书已经过期，不能作为信任的根。')
  const kept = await keepCertificate(ctx.sql, {
    certificate,
    kind: 'authority',
    source: 'imported',
    by: ctx.actor.name,
    now: ctx.now,
  })
  const [added] = await ctx.sql<{ id: string }>(
    `insert into certificates.anchor (id, certificate_id, state, needs_list, note, proposed_at, proposed_by, proposed_by_name)
     values ($1, $2, 'proposed', $3, $4, $5, $6, $7)
     on conflict (certificate_id) where state in ('proposed', 'trusted') do nothing returning id`,
    [newId(), kept.id, input.needsList, input.note, ctx.now, ctx.actor.accountId, ctx.actor.name],
  )
  if (!added) throw conflict('这张根证书已经受信任，或者正在等待批准。')
  ctx.audit({
    type: 'trust-anchor',
    id: added.id,
    label: certificate.subject.commonName,
    detail: { fingerprint: certificate.fingerprint },
  })
  return added
}

interface Locked {
  id: string
  state: Anchor['state']
  proposed_by: string | null
}
const lock = async (ctx: Ctx, id: string, state: Anchor['state']): Promise<Locked> => {
  const row = await ctx
    .sql<Locked & { name: string }>(
      `select a.id, a.state, a.proposed_by, c.holder_name as name from certificates.anchor a
       join certificates.certificate c on c.id = a.certificate_id where a.id = $1 for update of a`,
      [id],
    )
    .then(one('这张根证书'))
  if (row.state !== state) throw conflict('这张根证书的状态已经变了。请刷新后再看。')
  ctx.audit({ type: 'trust-anchor', id, label: row.name })
  return row
}
const decide = async (ctx: Ctx, id: string, state: Anchor['state'], reason: string | null) => {
  await ctx.sql(
    'update certificates.anchor set state = $2, decided_at = $3, decided_by = $4, decided_by_name = $5, reason = $6 where id = $1',
    [id, state, ctx.now, ctx.actor.accountId, ctx.actor.name, reason],
  )
  return {}
}
const refuseOwn = (ctx: Ctx, row: Locked): void => {
  if (row.proposed_by === ctx.actor.accountId)
    throw new AppError(403, 'four-eyes', '自己提出的根证书要由另一位安全管理员决定。')
}

export const trustAnchor = async (ctx: Ctx, id: string) => {
  refuseOwn(ctx, await lock(ctx, id, 'proposed'))
  return decide(ctx, id, 'trusted', null)
}
export const refuseAnchor = async (ctx: Ctx, { id, reason }: { id: string; reason: string }) => {
  refuseOwn(ctx, await lock(ctx, id, 'proposed'))
  return decide(ctx, id, 'refused', reason)
}
export const withdrawAnchor = async (ctx: Ctx, id: string) => {
  const row = await lock(ctx, id, 'proposed')
  if (row.proposed_by !== ctx.actor.accountId) throw notFound('您提出的这张根证书')
  return decide(ctx, id, 'refused', '提出人撤回')
}
/** Less trust needs no second person. Who proposed it may take it back as well, so it counts as decided by the one who acts. */
export const retireAnchor = async (ctx: Ctx, { id, reason }: { id: string; reason: string }) => {
  await lock(ctx, id, 'trusted')
  return decide(ctx, id, 'retired', reason)
}
