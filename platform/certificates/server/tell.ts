import type { PayloadOf } from '#kernel/contract'
import type { SystemCtx } from '#kernel/module'
import { peopleWith } from '#platform/identity'
import { sendReading } from '#platform/tasks'
import { type certificateExpiring, certificateKinds } from '../contract.ts'

/** Whoever may issue and revoke is told of each threshold once, as something to read. What was revoked or removed meanwhile is not worth it. */
export const tellOperators = async (
  ctx: SystemCtx,
  { id, kind, days }: PayloadOf<typeof certificateExpiring>,
): Promise<void> => {
  const [found] = await ctx.sql<{ holder_name: string }>(
    'select holder_name from certificates.certificate where id = $1 and revoked_at is null',
    [id],
  )
  if (!found) return
  const when = days === 0 ? '已经过期' : `将在 ${days} 天内到期`
  for (const personId of await peopleWith(ctx, 'certificates:manage'))
    await sendReading(
      ctx,
      { source: 'certificates' },
      {
        personId,
        externalId: `${id}/${days}/${personId}`,
        matter: '证书到期',
        title: `${found.holder_name}的证书${when}`,
        summary: `${certificateKinds[kind]}证书。还要用的请换发，不再用的请吊销。`,
        url: `/certificates?state=expiring&row=${id}`,
      },
    )
}
