import { AppError } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Proof, Way } from '../contract.ts'
import { countTry, forgive, tried } from './attempts.ts'
import { type Account, accountById, numberOf } from './find-account.ts'
import { passkeyRequest } from './passkeys.ts'
import { assuranceOf, secondWays, showsProof } from './proofs.ts'
import { cacheOf } from './sessions.ts'
import { auditFailure } from './sign-in.ts'
import { sendSmsCode } from './sms.ts'

/** The second factors, and the password only where there are none: who stole an open session and the password must not add his own. */
const verifyWays = async (ctx: Ctx, account: Account): Promise<Way[]> => {
  const strong = await secondWays(ctx, account)
  return strong.length > 0 ? strong : ['password']
}

const own = async (ctx: Ctx): Promise<Account> => (await accountById(ctx.sql, ctx.actor.accountId))!

export const startVerify = async (ctx: Ctx, { sms }: { sms: boolean }) => {
  const account = await own(ctx)
  const ways = await verifyWays(ctx, account)
  return {
    ways,
    passkey: ways.includes('passkey') ? await passkeyRequest(ctx, 'verify', account.id) : undefined,
    sms: sms && ways.includes('sms') ? await sendSmsCode(ctx, numberOf(ctx.kernel, account)!, account.id) : undefined,
  }
}

/** Shows a factor again in this session. Counted like a sign-in: an open session is no way to guess a password. */
export const verify = async (ctx: Ctx, proof: Proof): Promise<void> => {
  const account = await own(ctx)
  const keys = tried(account.login, ctx.from.address)
  await countTry(ctx.sql, keys, ctx.now)
  const ways = await verifyWays(ctx, account)
  if (!ways.includes(proof.way) || !(await showsProof(ctx, account, proof))) {
    await auditFailure(ctx, account.login, '再次确认本人失败', 'identity.verify')
    throw new AppError(400, 'wrong-proof', '没有通过核对。请重新填写，或换一种方式。')
  }
  await forgive(ctx.sql, keys)
  const [session] = await ctx.sql<{ factors: string[] }>('select factors from identity.session where id = $1', [
    ctx.actor.sessionId,
  ])
  const factors = [...new Set([...(session?.factors ?? []), proof.way])]
  await ctx.sql(
    'update identity.session set verified_at = $2, factors = $3, assurance = greatest(assurance, $4) where id = $1',
    [ctx.actor.sessionId, ctx.now, factors, assuranceOf(factors)],
  )
  cacheOf(ctx.kernel)?.verified(ctx.actor.sessionId)
}
