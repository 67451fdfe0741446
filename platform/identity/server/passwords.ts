import { hashPassword, verifyPassword } from '#kernel/crypto'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { countFailure, refuseResting, tried } from './attempts.ts'
import { endSessions, inTransaction } from './end-sessions.ts'
import { accountById } from './find-account.ts'
import { faultOf } from './password-policy.ts'

/** Refuses what is guessed first, and says which of the reasons it is. */
export const refuseWeak = (password: string, own: readonly string[]): void => {
  const fault = faultOf(password, own)
  if (fault) throw invalid(fault, [{ path: 'next', message: fault }])
}

/** A new password ends every other session of the account. */
export const changePassword = async (ctx: Ctx, input: { secret: string; password: string }): Promise<void> => {
  const account = (await accountById(ctx.sql, ctx.actor.accountId))!
  const keys = tried(account.login, ctx.from.address)
  await refuseResting(ctx.sql, keys, ctx.now)
  if (!(await verifyPassword(account.password_hash, input.secret))) {
    await countFailure(ctx.sql, keys, ctx.now)
    throw invalid('现在的口令不对。', [{ path: 'current', message: '口令不对' }])
  }
  refuseWeak(input.password, [account.login, account.name])
  const hash = await hashPassword(input.password)
  await inTransaction(ctx, async (inside) => {
    await inside.sql('update identity.account set password_hash = $2, password_at = $3 where id = $1', [
      account.id,
      hash,
      ctx.now,
    ])
    await endSessions(inside, 'account_id = $1 and id <> $2', [account.id, ctx.actor.sessionId])
  })
  ctx.audit({ type: 'account', id: account.id, label: account.login })
}
