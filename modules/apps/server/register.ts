import type { ParsedOf } from '#kernel/contract'
import { conflict, forbidden, invalid } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { ApplicationContent, type appsApi, type Connection, type Environment } from '../contract.ts'
import { type AppRecord, openVersion, registered, take } from './registered.ts'
import { gaps } from './rules.ts'

type Input<K extends keyof typeof appsApi> = ParsedOf<(typeof appsApi)[K]>

/** The owner of a new application: the unit asked for, or the organisation of the author's main post. */
const owner = async (ctx: Ctx, asked: string | undefined): Promise<string> => {
  const scope = ctx.scopeText('u.id', 2)
  const which = asked ? 'u.id = $1' : 'u.no = (select org_no from directory.unit where id = $1)'
  const [row] = await ctx.sql<{ id: string }>(
    `select u.id from directory.unit u where ${which} and u.valid_to is null and ${scope.text}`,
    [asked ?? (ctx.actor.unitId || null), ...scope.params],
  )
  if (!row) throw forbidden('只能登记本单位的应用。请重新选择主管单位。')
  return row.id
}

const refuseUnknown = async (ctx: Ctx, content: ApplicationContent): Promise<void> => {
  const units = [...new Set([...content.directoryUnits, ...content.audienceUnits])]
  const people = [...new Set(content.contacts)]
  const [row] = await ctx.sql<{ units: number; people: number }>(
    `select (select count(*)::int from directory.unit where id = any($1::uuid[]) and valid_to is null) as units,
       (select count(*)::int from directory.person where id = any($2::uuid[]) and status = 'active') as people`,
    [units, people],
  )
  if (row!.units !== units.length || row!.people !== people.length)
    throw invalid('有单位或联系人已不存在，请重新选择。', [
      row!.people !== people.length
        ? { path: 'contacts', message: '有联系人已离职或不存在。' }
        : { path: 'audienceUnits', message: '有单位已撤销或不存在。' },
    ])
}

/** Names that look alike are one name: width, case and spaces make no difference. The index `application_looks` says the same. */
const looks = (name: string): string => `lower(regexp_replace(normalize(${name}, NFKC), '\\s+', '', 'g'))`
const refuseTaken = async (ctx: Ctx, id: string, name: string): Promise<void> => {
  const rows = await ctx.sql(
    `select 1 from apps.application where ${looks('name')} = ${looks('$1')} and id <> $2 and state <> 'retired'`,
    [name, id],
  )
  if (rows.length > 0) throw conflict(`已有名为“${name}”或看起来一样的应用，请换一个名称，或向其主管单位了解。`)
}

/** What the client of an environment may use from now on. */
export const writeClient = (
  ctx: Pick<Ctx, 'sql'>,
  applicationId: string,
  environment: Environment,
  { redirectUris, logoutUris, backchannelUri, jwks }: Connection,
  scopes: readonly string[],
): Promise<unknown> =>
  ctx.sql(
    `insert into apps.client (id, application_id, environment, redirect_uris, logout_uris, backchannel_uri, jwks, scopes)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (application_id, environment) do update set redirect_uris = excluded.redirect_uris, logout_uris = excluded.logout_uris,
       backchannel_uri = excluded.backchannel_uri, jwks = excluded.jwks, scopes = excluded.scopes`,
    [
      newId(),
      applicationId,
      environment,
      redirectUris,
      logoutUris,
      backchannelUri,
      jwks && JSON.stringify(jwks),
      scopes,
    ],
  )

/** Shows a draft in the lists before its first approval; afterwards the lists show what is in force. */
export const showDraft = (ctx: Ctx, id: string, content: ApplicationContent): Promise<unknown> =>
  ctx.sql(
    'update apps.application set name = $2, summary = $3, category = $4, content = $5 where id = $1 and version = 0',
    [id, content.name, content.summary, content.category, JSON.stringify(content)],
  )

/** Moves the change on its way, and the application with it as long as it was never approved. */
export const setPending = async (ctx: Ctx, { id }: AppRecord, pending: AppRecord['pending']): Promise<void> => {
  await ctx.sql(
    `update apps.application set pending = $2, state = case when version = 0 and $2::text is not null then $2 else state end,
       updated_at = $3, revision = revision + 1 where id = $1`,
    [id, pending, ctx.now],
  )
}

export const create = async (ctx: Ctx, { unitId, ...content }: Input<'create'>) => {
  const unit = await owner(ctx, unitId)
  const id = newId()
  await refuseUnknown(ctx, content)
  await refuseTaken(ctx, id, content.name)
  const text = JSON.stringify(content)
  await ctx.sql(
    `insert into apps.application (id, name, unit_id, state, pending, content, summary, category, subject_group, created_by, created_at, updated_at)
     values ($1::uuid, $2, $3, 'draft', 'draft', $4, $5, $6, $1::uuid::text, $7, $8, $8)`,
    [id, content.name, unit, text, content.summary, content.category, ctx.actor.accountId, ctx.now],
  )
  await ctx.sql("insert into apps.version (application_id, no, state, content) values ($1, 1, 'draft', $2)", [id, text])
  await writeClient(ctx, id, 'test', content.test, content.scopes)
  ctx.audit({ type: 'application', id, label: content.name })
  return registered(ctx, { id })
}

export const edit = async (ctx: Ctx, { id, revision, ...content }: Input<'edit'>) => {
  const row = await take(ctx, 'edit', { id, revision })
  await refuseUnknown(ctx, content)
  await refuseTaken(ctx, id, content.name)
  await ctx.sql(
    `insert into apps.version as v (application_id, no, state, content) values ($1, $2, 'draft', $3)
     on conflict (application_id, no) do update set state = 'draft', content = excluded.content, checks = null, checked_at = null
     where v.state <> 'approved'`,
    [id, row.version + 1, JSON.stringify(content)],
  )
  await showDraft(ctx, id, content)
  await writeClient(ctx, id, 'test', content.test, content.scopes)
  await setPending(ctx, row, 'draft')
  return registered(ctx, { id })
}

const setVersion = (ctx: Ctx, id: string, set: string, params: readonly unknown[] = []): Promise<unknown> =>
  ctx.sql(`update apps.version set ${set} where application_id = $1 and state <> 'approved'`, [id, ...params])

export const submit = async (ctx: Ctx, seen: Input<'submit'>) => {
  const row = await take(ctx, 'submit', seen)
  const version = await openVersion(ctx, row.id)
  const faults = gaps(ApplicationContent.parse(version!.content))
  if (faults.length > 0) throw invalid('登记还不完整，请补齐后再送审。', faults)
  await setVersion(ctx, row.id, "state = 'submitted', submitted_by = $2, submitted_at = $3, reason = null", [
    ctx.actor.accountId,
    ctx.now,
  ])
  await setPending(ctx, row, 'submitted')
  return registered(ctx, row)
}

export const recall = async (ctx: Ctx, seen: Input<'recall'>) => {
  const row = await take(ctx, 'recall', seen)
  await setVersion(ctx, row.id, "state = 'draft', submitted_by = null, submitted_at = null, checks = null")
  await setPending(ctx, row, 'draft')
  return registered(ctx, row)
}
