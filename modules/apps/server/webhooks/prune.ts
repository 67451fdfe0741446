import type { SystemCtx } from '#kernel/module'

/** A piece at a time: what a busy day leaves behind must not be one long transaction. */
const PIECE = 20_000
export const pruneDeliveries = async ({ sql, now }: SystemCtx): Promise<void> => {
  await sql(
    `delete from apps.delivery where id in (select id from apps.delivery where
       (state = 'delivered' and done_at < $1::timestamptz - interval '7 days') or happened_at < $1::timestamptz - interval '30 days' limit ${PIECE})`,
    [now],
  )
  await sql('update apps.webhook set old_secret_box = null, old_secret_until = null where old_secret_until < $1', [now])
}
