import { errors, type Provider } from 'oidc-provider'
import { newId } from '#kernel/ids'
import type { Kernel, SystemCtx } from '#kernel/module'
import { OutboundError } from '#kernel/outbound'
import { sidOf } from './grants.ts'
import { providerFor } from './mount.ts'

/**
 * Back-channel logout (OpenID Connect Back-Channel Logout 1.0): whoever signed in with a platform session that has ended is told, through the
 * outbound gateway, again and again with growing pauses for a day.
 */
const PAUSES_MIN = [1, 2, 5, 15, 60, 180, 360, 720]
const BATCH = 20

interface Dead {
  client_id: string
  session_id: string
  issuer: string
  account_id: string
  told: boolean
}

/** Ends the grants of platform sessions that are over and notes whom to tell; all sessions, or those just named. */
export const noteEndedSessions = async (
  ctx: Pick<SystemCtx, 'sql' | 'now' | 'kernel'>,
  sessionIds?: readonly string[],
) => {
  const dead = await ctx.sql<Dead>(
    `delete from apps.oidc o using apps.client c
     where o.kind = 'Grant' and o.session_id is not null and c.id = o.client_id and ($2::uuid[] is null or o.session_id = any($2))
       and not exists (select 1 from identity.session s where s.id = o.session_id and s.expires_at > $1)
     returning o.client_id, o.session_id, o.issuer, o.payload ->> 'accountId' as account_id, c.backchannel_uri is not null as told`,
    [ctx.now, sessionIds ?? null],
  )
  const once = new Map(dead.filter(({ told }) => told).map((row) => [`${row.client_id}/${row.session_id}`, row]))
  for (const { client_id, session_id, issuer, account_id } of once.values())
    await ctx.sql(
      'insert into apps.logout (id, client_id, issuer, account_id, sid, next_at, created_at) values ($1, $2, $3, $4, $5, $6, $6)',
      [newId(), client_id, issuer, account_id, sidOf(ctx.kernel, session_id, client_id), ctx.now],
    )
}

interface Due {
  id: string
  client_id: string
  issuer: string
  account_id: string
  sid: string
  attempts: number
}
/** Takes some for this node: until their time is over nobody else sends them. */
const TAKE = `update apps.logout set attempts = attempts + 1, next_at = $1::timestamptz + interval '2 minutes'
  where id in (select id from apps.logout where next_at <= $1 order by next_at limit ${BATCH} for update skip locked)
  returning id, client_id, issuer, account_id, sid, attempts`

const logoutToken = async (provider: Provider, { client_id, account_id, sid }: Due) => {
  const client = await provider.Client.find(client_id)
  const uri = client?.metadata().backchannel_logout_uri
  if (!client || !uri) return undefined
  const token = new provider.IdToken({ sub: account_id }, { client })
  token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} })
  token.set('jti', newId())
  token.set('sid', sid)
  // Without a mask the subject would be left out.
  Object.assign(token, { mask: { sub: null } })
  return { uri, body: new URLSearchParams({ logout_token: await token.issue({ use: 'logout' }) }).toString() }
}

const send = async (kernel: Kernel, due: Due): Promise<string | null> => {
  try {
    const message = await logoutToken(await providerFor(kernel, due.issuer), due)
    // Not served any more: whoever has no access needs no word of its end.
    if (!message) return null
    const { status } = await kernel.outbound.request(message.uri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: message.body,
    })
    return status === 200 || status === 204 ? null : `答复了 ${status}`
  } catch (error) {
    if (error instanceof OutboundError || error instanceof errors.OIDCProviderError) return error.message
    throw error
  }
}

/** Sends what is due now. Two nodes never send the same at once. */
export const sendLogouts = async (kernel: Kernel): Promise<void> => {
  const { query } = kernel.database
  for (;;) {
    const now = kernel.clock.now()
    const due = await query<Due>(TAKE, [now])
    await Promise.all(
      due.map(async (one) => {
        const fault = await send(kernel, one)
        const pause = PAUSES_MIN[one.attempts - 1]
        const next = fault !== null && pause !== undefined ? new Date(now.getTime() + pause * 60_000) : null
        await query('update apps.logout set next_at = $2, fault = $3, done_at = $4 where id = $1', [
          one.id,
          next,
          fault,
          fault === null ? now : null,
        ])
      }),
    )
    if (due.length < BATCH) return
  }
}
