import { randomToken, sha256 } from '#kernel/crypto'
import { transaction } from '#kernel/db'
import { AppError, conflict, notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { openChallenge, readChallenge } from './challenges.ts'
import { accountById } from './find-account.ts'
import { openSession } from './open-session.ts'

const SECONDS = 120

interface ScanData {
  secret: string
  address: string
  agent: string
  at: string
  state: 'waiting' | 'seen' | 'confirmed' | 'refused'
  assurance: 1 | 2
}
const hashOf = (secret: string): string => sha256(secret).toString('base64url')

/** The ticket is what the picture shows; the secret stays in the browser that asked, and alone can take the session. */
export const startScan = async (ctx: Ctx) => {
  const secret = randomToken(32)
  const data: ScanData = {
    secret: hashOf(secret),
    address: ctx.from.address,
    agent: ctx.from.agent.slice(0, 300),
    at: ctx.now.toISOString(),
    state: 'waiting',
    assurance: 1,
  }
  const ticket = await openChallenge(ctx.sql, { kind: 'scan', data, now: ctx.now, seconds: SECONDS })
  return { ticket, secret, seconds: SECONDS }
}

export const scanState = async (ctx: Ctx, ticket: string) => ({
  state: (await readChallenge<ScanData>(ctx.sql, 'scan', ticket, ctx.now))?.data.state ?? ('gone' as const),
})

/** Moves the ticket on, and only from the states it may come from. */
const move = async (ctx: Ctx, ticket: string, from: readonly ScanData['state'][], change: Partial<ScanData>) => {
  const [row] = await ctx.sql<{ data: ScanData }>(
    `update identity.challenge set data = data || $4::jsonb, account_id = $5 where hash = $1 and kind = 'scan' and expires_at > $2
       and data->>'state' = any($3) and (account_id is null or account_id = $5) returning data`,
    [sha256(ticket), ctx.now, from, JSON.stringify(change), ctx.actor.accountId],
  )
  return row?.data
}
const goneScan = () => notFound('这次扫码登录')

/** The phone has read the picture: what it is about to let in. */
export const scan = async (ctx: Ctx, ticket: string) => {
  const data = await move(ctx, ticket, ['waiting', 'seen'], { state: 'seen' })
  if (!data) throw goneScan()
  return { address: data.address, agent: data.agent, at: data.at }
}
export const confirmScan = async (ctx: Ctx, ticket: string): Promise<void> => {
  const done = await move(ctx, ticket, ['seen'], { state: 'confirmed', assurance: ctx.actor.assurance })
  if (!done) throw goneScan()
  ctx.audit({ type: 'account', id: ctx.actor.accountId, label: done.address })
}
export const refuseScan = async (ctx: Ctx, ticket: string): Promise<void> => {
  if (!(await move(ctx, ticket, ['seen'], { state: 'refused' }))) throw goneScan()
}

/** Once, and only by the browser that showed the picture. */
export const finishScan = async (ctx: Ctx, input: { ticket: string; secret: string }) =>
  transaction(ctx.kernel.database.pool, async ({ query }) => {
    const [row] = await query<{ account_id: string; data: ScanData }>(
      `delete from identity.challenge where hash = $1 and kind = 'scan' and expires_at > $2 and data->>'state' = 'confirmed'
         and data->>'secret' = $3 returning account_id, data`,
      [sha256(input.ticket), ctx.now, hashOf(input.secret)],
    )
    const account = row ? await accountById(query, row.account_id) : undefined
    if (!row || !account) throw new AppError(401, 'ticket-gone', '这次扫码登录已经失效。请刷新图案再扫一次。')
    if (account.disabled) throw conflict('这个账号已停用，请联系本单位管理员。')
    const { assurance } = row.data
    const { token, seconds } = await openSession(ctx, query, account, { factors: ['scan'], assurance })
    ctx.audit({ type: 'account', id: account.id, label: account.login })
    ctx.session(token, seconds)
    return { token }
  })
