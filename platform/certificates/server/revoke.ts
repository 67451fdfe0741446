import type { ParsedOf } from '#kernel/contract'
import { conflict, one } from '#kernel/errors'
import type { Ctx, SystemCtx } from '#kernel/module'
import { type CertificateRow, certificateRevoked, type certificatesApi } from '../contract.ts'
import { openAuthority, publishList } from './authority.ts'
import { builtInAllowed, UNAVAILABLE } from './settings.ts'

interface Revocable {
  source: CertificateRow['source']
  issuer_id: string | null
  revoked_at: Date | null
}
/** Why it cannot be revoked here; null when it can. */
export const whyNotRevoke = (ctx: Pick<Ctx, 'kernel' | 'can'>, row: Revocable): string | null => {
  if (!ctx.can('certificates:manage')) return '吊销由安全管理员办理。'
  if (row.revoked_at) return '已经吊销了。'
  if (row.source === 'imported') return '不是本系统签发的，请向它的签发机构申请吊销，再导入新的吊销列表。'
  if (row.issuer_id === null) return '根证书不能吊销，请在“信任的根”里不再信任它。'
  return builtInAllowed(ctx.kernel.config) ? null : UNAVAILABLE
}

type Reason = ParsedOf<typeof certificatesApi.revoke>['reason']
/** Revokes and publishes the new list in the same transaction: who verifies here knows at once. */
export const revokeOne = async (ctx: SystemCtx | Ctx, id: string, issuerId: string, reason: Reason, by: string) => {
  // One revocation at a time for an authority: each list carries everything revoked before it.
  await ctx.sql('select 1 from certificates.authority where id = $1 for update', [issuerId])
  await ctx.sql(
    'update certificates.certificate set revoked_at = $2, revoked_reason = $3, revoked_by_name = $4 where id = $1',
    [id, ctx.now, reason, by],
  )
  await publishList(ctx, await openAuthority(ctx, { id: issuerId }))
  ctx.emit(certificateRevoked, { id, reason })
}

export const revoke = async (ctx: Ctx, { id, reason }: ParsedOf<typeof certificatesApi.revoke>) => {
  const row = await ctx
    .sql<Revocable & { holder_name: string }>(
      'select source, issuer_id, revoked_at, holder_name from certificates.certificate where id = $1 for update',
      [id],
    )
    .then(one('这张证书'))
  const whyNot = whyNotRevoke(ctx, row)
  if (whyNot) throw conflict(whyNot)
  await revokeOne(ctx, id, row.issuer_id!, reason, ctx.actor.name)
  ctx.audit({ type: 'certificate', id, label: row.holder_name, detail: { reason } })
  return {}
}
