import { dayOf } from '#kernel/clock'
import type { ParsedOf } from '#kernel/contract'
import { one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { type AppCard, type appsApi, identityScopes, type MyApp } from '../contract.ts'
import { usableBy } from './audience.ts'
import { cursorAfter, pageOf } from './lists.ts'

type Input<K extends keyof typeof appsApi> = ParsedOf<(typeof appsApi)[K]>

const COLUMNS = `app.id, app.name, app.summary, app.category, app.unit_id as "unitId", u.name as "unitName", app.desktop_url as "desktopUrl",
  app.phone_url as "phoneUrl", app.icon_id is not null as "hasIcon", f.person_id is not null as favourite`
/** `$1` person, `$2` today: the applications in force that the person may use and open. */
const MINE = `from apps.application app join directory.unit u on u.id = app.unit_id
  left join apps.favourite f on f.application_id = app.id and f.person_id = $1
  where app.state = 'approved' and (app.desktop_url is not null or app.phone_url is not null) and ${usableBy('$1', '$2')}`

const who = (ctx: Ctx): unknown[] => [ctx.actor.personId || null, dayOf(ctx.now)]

export const mine = async (ctx: Ctx, { q, category, unitId, favourite, phone, cursor, limit }: Input<'mine'>) => {
  const [name, id] = cursorAfter(cursor)
  const found = await ctx.sql<MyApp>(
    `select ${COLUMNS} ${MINE}
       and ($3::text is null or strpos(lower(app.name || ' ' || app.summary), lower($3)) > 0) and ($4::text is null or app.category = $4)
       and ($5::uuid is null or app.unit_id = $5) and (not $6::boolean or f.person_id is not null) and (not $7::boolean or app.phone_url is not null)
       and ($8::text is null or (app.name, app.id) > ($8, $9::uuid))
     order by app.name, app.id limit $10`,
    [...who(ctx), q || null, category ?? null, unitId ?? null, favourite ?? false, phone ?? false, name, id, limit + 1],
  )
  return pageOf(found, limit)
}

export const owners = async (ctx: Ctx) => ({
  rows: await ctx.sql<{ id: string; name: string; count: number }>(
    `select u.id, u.name, count(*)::int as count ${MINE} group by u.id, u.name order by count(*) desc, u.name limit 200`,
    who(ctx),
  ),
})

export const categories = async (ctx: Ctx) => ({
  rows: await ctx.sql<{ category: MyApp['category']; count: number }>(
    `select app.category, count(*)::int as count ${MINE} group by app.category order by count(*) desc, app.category`,
    who(ctx),
  ),
})

/** In words, what an application with these scopes learns about whoever signs in. */
export const learnsOf = (scopes: readonly string[]): string[] =>
  Object.entries(identityScopes).flatMap(([scope, title]) => (scopes.includes(scope) ? [title] : []))

type CardRow = Omit<AppCard, 'learns' | 'consentedAt'> & { scopes: string[]; consentedAt: Date | null }

export const card = async (ctx: Ctx, { id }: Input<'card'>): Promise<AppCard> => {
  const { scopes, consentedAt, ...row } = await ctx
    .sql<CardRow>(
      `select ${COLUMNS}, app.scopes, coalesce(app.content ->> 'release', '') as release,
         (select jsonb_build_object('personId', x.id, 'name', x.name) from directory.person x
           where x.id = (app.content -> 'contacts' ->> 0)::uuid and x.status = 'active') as contact,
         (select c.at from apps.consent c where c.application_id = app.id and c.account_id = $4) as "consentedAt"
       ${MINE} and app.id = $3`,
      [...who(ctx), id, ctx.actor.accountId],
    )
    .then(one('应用'))
  return { ...row, learns: learnsOf(scopes), consentedAt: consentedAt?.toISOString() ?? null }
}

export const favour = async (ctx: Ctx, { id, favourite }: Input<'favour'>) => {
  if (!favourite)
    await ctx.sql('delete from apps.favourite where person_id = $1 and application_id = $2', [ctx.actor.personId, id])
  else {
    await ctx.sql(`select 1 ${MINE} and app.id = $3`, [...who(ctx), id]).then(one('应用'))
    await ctx.sql(
      'insert into apps.favourite (person_id, application_id, at) values ($1, $2, $3) on conflict do nothing',
      [ctx.actor.personId, id, ctx.now],
    )
  }
  return {}
}

/** Taking back a consent also ends what the application got by it. */
export const withdrawConsent = async (ctx: Ctx, { id }: Input<'withdrawConsent'>) => {
  await ctx.sql('delete from apps.consent where account_id = $1 and application_id = $2', [ctx.actor.accountId, id])
  await ctx.sql(
    `delete from apps.oidc where kind = 'Grant' and client_id in (select id from apps.client where application_id = $1)
       and payload ->> 'accountId' = $2`,
    [id, ctx.actor.accountId],
  )
  ctx.audit({ type: 'application', id })
  return {}
}
