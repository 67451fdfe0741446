import { notFound, one, stale } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { ApplicationContent, type AppState, type Webhook } from '../../contract.ts'
import type { Boxes } from './secret.ts'

export interface WebhookRow extends Boxes {
  id: string
  application_id: string
  url: string
  types: Webhook['types']
  state: Webhook['state']
  failing_since: Date | null
  last_ok_at: Date | null
  created_at: Date
  revision: number
  waiting: number
  dead: number
}
export const COUNTS = `(select count(*)::int from apps.delivery d where d.webhook_id = w.id and d.next_at is not null) as waiting,
  (select count(*)::int from apps.delivery d where d.webhook_id = w.id and d.state = 'dead') as dead`

export const present = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  types: row.types,
  state: row.state,
  failingSince: row.failing_since?.toISOString() ?? null,
  lastOkAt: row.last_ok_at?.toISOString() ?? null,
  waiting: row.waiting,
  dead: row.dead,
  createdAt: row.created_at.toISOString(),
  revision: row.revision,
})

export interface Owner {
  id: string
  name: string
  state: AppState
  scopes: string[]
  content: ApplicationContent
}
/** The application, if the caller manages it; locked for a command. */
export const owned = async (ctx: Ctx, id: string, lock: 'for update of app' | '' = ''): Promise<Owner> => {
  const scope = ctx.scopeText('app.unit_id', 2)
  const row = await ctx
    .sql<Omit<Owner, 'content'> & { content: unknown }>(
      `select app.id, app.name, app.state, app.scopes, app.content from apps.application app where app.id = $1 and ${scope.text} ${lock}`,
      [id, ...scope.params],
    )
    .then(one('应用'))
  return { ...row, content: ApplicationContent.parse(row.content) }
}

/** A subscription of an application the caller manages, both locked in the order of every command. */
export const takeWebhook = async (
  ctx: Ctx,
  seen: { id: string; revision?: number },
): Promise<{ app: Owner; webhook: WebhookRow }> => {
  const found = await ctx.sql<{ application_id: string }>('select application_id from apps.webhook where id = $1', [
    seen.id,
  ])
  if (!found[0]) throw notFound('事件订阅')
  const app = await owned(ctx, found[0].application_id, 'for update of app')
  const webhook = await readWebhook(ctx, seen.id, 'for update of w')
  if (seen.revision !== undefined && webhook.revision !== seen.revision) throw stale(webhook.revision)
  ctx.audit({ type: 'webhook', id: webhook.id, label: `${app.name} ${webhook.url}` })
  return { app, webhook }
}

export const readWebhook = ({ sql }: Pick<Ctx, 'sql'>, id: string, lock = ''): Promise<WebhookRow> =>
  sql<WebhookRow>(`select w.*, ${COUNTS} from apps.webhook w where w.id = $1 ${lock}`, [id]).then(one('事件订阅'))
