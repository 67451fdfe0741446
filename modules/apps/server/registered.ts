import { forbidden, notFound, one, stale } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import {
  type AppAction,
  type AppDetail,
  ApplicationContent,
  type AppState,
  appActions,
  type CheckLine,
  type PendingState,
} from '../contract.ts'
import { issuerAt, originOf } from './oidc/mount.ts'
import { isOpen, moves, wrongState } from './rules.ts'

export interface AppRecord {
  id: string
  name: string
  unit_id: string
  unit_name: string
  state: AppState
  pending: PendingState | null
  version: number
  first_party: boolean
  icon_id: string | null
  quota_minute: number
  quota_day: number
  reason: string | null
  content: unknown
  revision: number
}
const SELECT = `select app.id, app.name, app.unit_id, u.name as unit_name, app.state, app.pending, app.version, app.first_party, app.icon_id,
    app.quota_minute, app.quota_day, app.reason, app.content, app.revision
  from apps.application app join directory.unit u on u.id = app.unit_id`

/** A condition that is true for the rows one of these permissions reaches; parameters begin at `$from`. */
const reached = (ctx: Ctx, permissions: readonly string[], from: number) => {
  const params: unknown[] = []
  const parts = permissions.map((permission) => {
    const part = ctx.scopeText('app.unit_id', from + params.length, permission)
    params.push(...part.params)
    return part.text
  })
  return { text: `(${parts.join(' or ')})`, params }
}
const EVERY = ['apps:register', 'apps:approve', 'apps:operate'] as const

/** The application, locked for an action: 404 when it is not the caller's, 409 when its state or revision says no. */
export const take = async (
  ctx: Ctx,
  action: AppAction,
  seen: { id: string; revision?: number },
): Promise<AppRecord> => {
  const scope = reached(ctx, [moves[action].by], 2)
  const row = await ctx
    .sql<AppRecord>(`${SELECT} where app.id = $1 and ${scope.text} for update of app`, [seen.id, ...scope.params])
    .then(one('应用'))
  if (seen.revision !== undefined && row.revision !== seen.revision) throw stale(row.revision)
  if (!isOpen(action, row)) throw wrongState(action, row)
  ctx.audit({ type: 'application', id: row.id, label: row.name })
  return row
}

export interface VersionRecord {
  no: number
  state: PendingState | 'approved'
  content: unknown
  checks: CheckLine[] | null
  checked_at: Date | null
  submitted_by: string | null
  submitted_at: Date | null
  reason: string | null
}
/** The change on its way. */
export const openVersion = async (ctx: Pick<Ctx, 'sql'>, id: string): Promise<VersionRecord | undefined> =>
  (
    await ctx.sql<VersionRecord>("select * from apps.version where application_id = $1 and state <> 'approved'", [id])
  )[0]

/** Whoever asked for a change does not decide on it (OWASP ASVS 5.0 §2.3.5: no one person alone). */
export const refuseOwn = (ctx: Ctx, version: VersionRecord): void => {
  if (version.submitted_by === ctx.actor.accountId)
    throw forbidden('送审人不能审核自己送审的应用，请由另一位有权限的同事审核。')
}

const clientsOf = async (ctx: Ctx, id: string): Promise<AppDetail['clients']> => {
  const rows = await ctx.sql<{
    id: string
    environment: 'test' | 'production'
    jwks: { keys: { kty: string; kid?: string }[] } | null
    secrets: { createdAt: string; until: string | null }[]
  }>(
    `select c.id, c.environment, c.jwks, (select coalesce(jsonb_agg(jsonb_build_object('createdAt', s.created_at, 'until', s.expires_at) order by s.created_at desc), '[]')
       from apps.secret s where s.client_id = c.id and (s.expires_at is null or s.expires_at > $2)) as secrets
     from apps.client c where c.application_id = $1 order by c.environment`,
    [id, ctx.now],
  )
  const moment = (text: string) => new Date(text).toISOString()
  return rows.map((row) => ({
    clientId: row.id,
    environment: row.environment,
    keys: (row.jwks?.keys ?? []).map(({ kty, kid }) => [kty, kid].filter(Boolean).join(' ')),
    secrets: row.secrets.map(({ createdAt, until }) => ({
      createdAt: moment(createdAt),
      until: until && moment(until),
    })),
  }))
}

const versionsOf = async (ctx: Ctx, id: string): Promise<AppDetail['versions']> =>
  (
    await ctx.sql<{ no: number; release: string; changes: string; by: string; at: Date }>(
      `select no, content ->> 'release' as release, content ->> 'changes' as changes, coalesce(decided_name, '') as by, decided_at as at
       from apps.version where application_id = $1 and state = 'approved' order by no desc limit 50`,
      [id],
    )
  ).map((row) => ({ ...row, at: row.at.toISOString() }))

/** Names of the people and units that contents hold as ids. */
const namesOf = async (ctx: Ctx, contents: readonly ApplicationContent[]): Promise<Record<string, string>> => {
  const people = contents.flatMap(({ contacts }) => contacts)
  const units = contents.flatMap(({ directoryUnits, audienceUnits }) => [...directoryUnits, ...audienceUnits])
  const rows = await ctx.sql<{ id: string; name: string }>(
    `select id, name from directory.person where id = any($1::uuid[]) union all select id, name from directory.unit where id = any($2::uuid[])`,
    [people, units],
  )
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]))
}

const issuerOf = ({ kernel }: Ctx): string =>
  issuerAt(originOf(kernel, undefined) ?? `http://127.0.0.1:${kernel.config.PORT}`)

const mayDo = async (ctx: Ctx, row: AppRecord, next: VersionRecord | undefined): Promise<AppDetail['can']> => {
  const held: Record<string, boolean> = {}
  for (const permission of EVERY) {
    const scope = reached(ctx, [permission], 2)
    const rows = await ctx.sql(`select 1 from apps.application app where app.id = $1 and ${scope.text}`, [
      row.id,
      ...scope.params,
    ])
    held[permission] = rows.length > 0
  }
  const own = next?.submitted_by === ctx.actor.accountId
  const can = appActions.map((action) => {
    const mine = own && (action === 'approve' || action === 'sendBack')
    return [action, held[moves[action].by] === true && isOpen(action, row) && !mine] as const
  })
  return Object.fromEntries(can) as AppDetail['can']
}

/** The registration as the caller may see it; 404 outside the reach of all three permissions. */
export const registered = async (ctx: Ctx, { id }: { id: string }): Promise<AppDetail> => {
  const scope = reached(ctx, EVERY, 2)
  const [row] = await ctx.sql<AppRecord>(`${SELECT} where app.id = $1 and ${scope.text}`, [id, ...scope.params])
  if (!row) throw notFound('应用')
  const next = await openVersion(ctx, id)
  const content = ApplicationContent.parse(row.content)
  const draft = next && ApplicationContent.parse(next.content)
  return {
    id,
    unit: { id: row.unit_id, name: row.unit_name },
    state: row.state,
    pending: row.pending,
    version: row.version,
    firstParty: row.first_party,
    iconId: row.icon_id,
    quotaMinute: row.quota_minute,
    quotaDay: row.quota_day,
    reason: row.reason,
    content,
    next: next && draft ? presentNext(next, draft) : null,
    versions: await versionsOf(ctx, id),
    clients: await clientsOf(ctx, id),
    names: await namesOf(ctx, draft ? [content, draft] : [content]),
    issuer: issuerOf(ctx),
    can: await mayDo(ctx, row, next),
    revision: row.revision,
  }
}

const presentNext = (next: VersionRecord, content: ApplicationContent): NonNullable<AppDetail['next']> => ({
  no: next.no,
  content,
  checks: next.checks ?? [],
  checkedAt: next.checked_at?.toISOString() ?? null,
  submittedAt: next.submitted_at?.toISOString() ?? null,
  reason: next.reason,
})
