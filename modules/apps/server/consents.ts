import type { Interaction } from 'oidc-provider'
import type { ParsedOf } from '#kernel/contract'
import { sha256 } from '#kernel/crypto'
import { AppError } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { appsApi } from '../contract.ts'
import { learnsOf } from './mine.ts'
import { splitScopes } from './oidc/grants.ts'
import { providerFor } from './oidc/mount.ts'

type Input<K extends keyof typeof appsApi> = ParsedOf<(typeof appsApi)[K]>

const gone = () => new AppError(404, 'consent-gone', '这个授权请求已过期，或不是您发起的。请回到应用重新登录。')

interface Asked {
  interaction: Interaction
  applicationId: string
  name: string
  unitName: string
  scopes: string[]
  returnHost: string
}

/** The request for consent that the caller's own browser began; nobody answers another's. */
const askedOf = async (ctx: Ctx, uid: string): Promise<Asked> => {
  const [stored] = await ctx.sql<{ issuer: string }>(
    "select issuer from apps.oidc where kind = 'Interaction' and id_hash = $1 and expires_at > now()",
    [sha256(uid)],
  )
  const interaction = stored && (await (await providerFor(ctx.kernel, stored.issuer)).Interaction.find(uid))
  const { accountId, uid: sessionId } = interaction?.session ?? {}
  const isOwn = accountId === ctx.actor.accountId && sessionId === ctx.actor.sessionId
  if (!interaction || !isOwn || interaction.prompt.name !== 'consent') throw gone()
  const { client_id, scope, redirect_uri } = interaction.params
  const [app] = await ctx.sql<{ id: string; name: string; unit_name: string; scopes: string[] }>(
    `select app.id, app.name, u.name as unit_name, c.scopes from apps.client c join apps.application app on app.id = c.application_id
     join directory.unit u on u.id = app.unit_id where c.id = $1`,
    [client_id],
  )
  if (!app) throw gone()
  return {
    interaction,
    applicationId: app.id,
    name: app.name,
    unitName: app.unit_name,
    scopes: splitScopes(String(scope ?? '').split(' ')).agreed.filter(
      (one) => one === 'openid' || app.scopes.includes(one),
    ),
    returnHost: new URL(String(redirect_uri)).host,
  }
}

export const consent = async (ctx: Ctx, { uid }: Input<'consent'>) => {
  const { name, unitName, scopes, returnHost } = await askedOf(ctx, uid)
  return { uid, name, unitName, learns: learnsOf(scopes), returnHost }
}

export const answerConsent = async (ctx: Ctx, { uid, accept }: Input<'answerConsent'>) => {
  const { interaction, applicationId, name, scopes } = await askedOf(ctx, uid)
  ctx.audit({ type: 'application', id: applicationId, label: name })
  if (accept)
    await ctx.sql(
      `insert into apps.consent as c (account_id, application_id, scopes, at) values ($1, $2, $3, $4)
       on conflict (account_id, application_id) do update
         set at = excluded.at, scopes = array(select distinct unnest(c.scopes || excluded.scopes))`,
      [ctx.actor.accountId, applicationId, scopes, ctx.now],
    )
  interaction.result = accept
    ? { ...interaction.lastSubmission, consent: {} }
    : { error: 'access_denied', error_description: 'the person did not agree' }
  await interaction.persist()
  return { returnTo: interaction.returnTo }
}
