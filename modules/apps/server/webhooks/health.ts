import type { ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import type { WebhookHealth, webhooksApi } from '../../contract.ts'
import { cursorAfter, pageOf } from '../lists.ts'
import { COUNTS } from './store.ts'

type Row = Omit<WebhookHealth, 'failingSince' | 'lastOkAt'> & { failing_since: Date | null; last_ok_at: Date | null }

/** How the deliveries of every application fare; no event and no content of one. */
export const webhookHealth = async (
  ctx: Ctx,
  { q, state, failing, cursor, limit }: ParsedOf<typeof webhooksApi.webhookHealth>,
) => {
  const [name, id] = cursorAfter(cursor)
  const scope = ctx.scopeText('app.unit_id', 7)
  const rows = await ctx.sql<Row>(
    `select w.id, w.url, w.state, w.failing_since, w.last_ok_at, app.id as "applicationId", app.name, u.name as "unitName", ${COUNTS}
     from apps.webhook w join apps.application app on app.id = w.application_id join directory.unit u on u.id = app.unit_id
     where ($1::text is null or strpos(lower(app.name), lower($1)) > 0) and ($2::text is null or w.state = $2)
       and ($3::boolean is null or (w.failing_since is not null) = $3) and ($4::text is null or (app.name, w.id) > ($4, $5::uuid)) and ${scope.text}
     order by app.name, w.id limit $6`,
    [q || null, state ?? null, failing ?? null, name, id, limit + 1, ...scope.params],
  )
  return pageOf(
    rows.map(({ failing_since, last_ok_at, ...row }) => ({
      ...row,
      failingSince: failing_since?.toISOString() ?? null,
      lastOkAt: last_ok_at?.toISOString() ?? null,
    })),
    limit,
  )
}
