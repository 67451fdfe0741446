import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { ApplicationContent, type AppState, applicationChanged, type appsApi } from '../contract.ts'
import { setPending, writeClient } from './register.ts'
import { type AppRecord, openVersion, refuseOwn, registered, take } from './registered.ts'
import { excess } from './rules.ts'

type Input<K extends keyof typeof appsApi> = ParsedOf<(typeof appsApi)[K]>

interface Granted {
  scopes: readonly string[]
  directoryFields: readonly string[]
  firstParty: boolean
  quotaMinute: number
  quotaDay: number
}

const replaceUnits = async (
  ctx: Pick<Ctx, 'sql'>,
  table: 'reach' | 'audience',
  id: string,
  units: readonly string[],
) => {
  await ctx.sql(`delete from apps.${table} where application_id = $1`, [id])
  await ctx.sql(
    `insert into apps.${table} (application_id, unit_id) select $1, unit from unnest($2::uuid[]) unit on conflict do nothing`,
    [id, units],
  )
}

/** Puts a registration in force as far as it was granted. */
export const putInForce = async (
  ctx: Pick<Ctx, 'sql' | 'now'>,
  id: string,
  content: ApplicationContent,
  granted: Granted,
): Promise<void> => {
  await ctx.sql(
    `update apps.application set name = $2, summary = $3, category = $4, content = $5, scopes = $6, directory_fields = $7, first_party = $8,
       subject_group = $9, open_to_all = $10, audience_duties = $11, desktop_url = $12, phone_url = $13, health_url = $14, quota_minute = $15, quota_day = $16,
       state = 'approved', pending = null, version = version + 1, approved_at = coalesce(approved_at, $17), updated_at = $17, reason = null, revision = revision + 1
     where id = $1`,
    [
      id,
      content.name,
      content.summary,
      content.category,
      JSON.stringify(content),
      granted.scopes,
      granted.directoryFields,
      granted.firstParty,
      content.subjectGroup ? `group:${content.subjectGroup}` : id,
      content.openToAll,
      content.audienceDuties,
      content.desktopUrl,
      content.phoneUrl,
      content.healthUrl,
      granted.quotaMinute,
      granted.quotaDay,
      ctx.now,
    ],
  )
  const reads = granted.scopes.includes('directory.read')
  await replaceUnits(ctx, 'reach', id, reads ? content.directoryUnits : [])
  await replaceUnits(ctx, 'audience', id, content.audienceUnits)
  await writeClient(ctx, id, 'production', content.production, granted.scopes)
}

export const approve = async (ctx: Ctx, { id, revision, ...granted }: Input<'approve'>) => {
  const row = await take(ctx, 'approve', { id, revision })
  const version = (await openVersion(ctx, id))!
  refuseOwn(ctx, version)
  const content = ApplicationContent.parse(version.content)
  const faults = excess(content, granted)
  if (faults.length > 0) throw invalid('批准的范围有误。', faults)
  await ctx.sql(
    `update apps.version set state = 'approved', decided_by = $2, decided_name = $3, decided_at = $4 where application_id = $1 and state = 'submitted'`,
    [id, ctx.actor.accountId, ctx.actor.name, ctx.now],
  )
  await putInForce(ctx, id, content, granted)
  ctx.emit(applicationChanged, { id, state: 'approved', name: row.name })
  ctx.audit({ type: 'application', id, label: row.name, detail: { after: { ...granted, version: version.no } } })
  return registered(ctx, { id })
}

export const sendBack = async (ctx: Ctx, { reason, ...seen }: Input<'sendBack'>) => {
  const row = await take(ctx, 'sendBack', seen)
  refuseOwn(ctx, (await openVersion(ctx, row.id))!)
  await ctx.sql(
    `update apps.version set state = 'draft', reason = $2, checks = null, submitted_by = null, submitted_at = null
     where application_id = $1 and state = 'submitted'`,
    [row.id, reason],
  )
  await setPending(ctx, row, 'draft')
  return registered(ctx, row)
}

/** The trigger on the table tells every node; what they remember of the application dies within a second. */
const setState = async (ctx: Ctx, row: AppRecord, state: AppState, reason: string | null) => {
  await ctx.sql(
    'update apps.application set state = $2, reason = $3, updated_at = $4, revision = revision + 1 where id = $1',
    [row.id, state, reason, ctx.now],
  )
  ctx.emit(applicationChanged, { id: row.id, state, name: row.name })
  return registered(ctx, row)
}

export const suspend = async (ctx: Ctx, { reason, ...seen }: Input<'suspend'>) =>
  setState(ctx, await take(ctx, 'suspend', seen), 'suspended', reason)

export const resume = async (ctx: Ctx, seen: Input<'resume'>) =>
  setState(ctx, await take(ctx, 'resume', seen), 'approved', null)

/** A retired application keeps its history, nothing else: secrets, tokens and consents go. */
export const retire = async (ctx: Ctx, { reason, ...seen }: Input<'retire'>) => {
  const row = await take(ctx, 'retire', seen)
  const { id } = row
  // Tokens before the revision: whoever revokes one of them takes the two in the same order.
  await ctx.sql('delete from apps.oidc where client_id in (select id from apps.client where application_id = $1)', [id])
  await ctx.sql('delete from apps.secret where client_id in (select id from apps.client where application_id = $1)', [
    id,
  ])
  await ctx.sql('delete from apps.consent where application_id = $1', [id])
  await ctx.sql("delete from apps.version where application_id = $1 and state <> 'approved'", [id])
  await ctx.sql('update apps.application set pending = null where id = $1', [id])
  return setState(ctx, row, 'retired', reason)
}
