import type { Kernel } from '#kernel/module'

/** A piece at a time: what a busy day leaves behind must not be one long transaction. */
const PIECE = 5000
const OLD = [
  "state = 'delivered' and done_at < $1::timestamptz - interval '7 days'",
  "state <> 'delivered' and happened_at < $1::timestamptz - interval '30 days'",
]
export const pruneDeliveries = async ({ database: { query }, clock }: Kernel): Promise<void> => {
  const now = clock.now()
  for (const old of OLD)
    for (;;) {
      const gone = await query(
        `delete from apps.delivery where id in (select id from apps.delivery where ${old} limit ${PIECE}) returning 1`,
        [now],
      )
      if (gone.length < PIECE) break
    }
  await query('update apps.webhook set old_secret_box = null, old_secret_until = null where old_secret_until < $1', [
    now,
  ])
}
