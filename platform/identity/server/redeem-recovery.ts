import { constantTimeEqual, hashPassword } from '#kernel/crypto'
import { AppError } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { countTry, forget, forgive, tried } from './attempts.ts'
import { endSessions, inTransaction } from './end-sessions.ts'
import { accountByLogin } from './find-account.ts'
import { refuseWeak } from './passwords.ts'
import { partHash } from './recoveries.ts'
import { auditFailure } from './sign-in.ts'

interface Usable {
  id: string
  first_hash: Buffer
  second_hash: Buffer
  reset_factors: boolean
}
interface Input {
  account: string
  secret: readonly [first: string, second: string]
  password: string
}
const NOTHING = Buffer.alloc(32)

/** With both parts the person sets a new password. The same answer and work for an account that is not there or has no recovery. */
export const redeemRecovery = async (
  ctx: Ctx,
  { account: login, secret: [first, second], password }: Input,
): Promise<void> => {
  const keys = tried(login, ctx.from.address)
  await countTry(ctx.sql, keys, ctx.now)
  const account = await accountByLogin(ctx.sql, login)
  const [found] = await ctx.sql<Usable>(
    `select r.id, r.first_hash, r.second_hash, r.reset_factors from identity.recovery r join identity.account a on a.id = r.account_id
     where a.login = $1 and r.approved_at is not null and r.refused_by is null and r.used_at is null and r.expires_at > $2`,
    [login.toLowerCase(), ctx.now],
  )
  // Both are always compared, in either order of handing over.
  const [one, two] = [partHash(ctx.kernel, first), partHash(ctx.kernel, second)]
  const [a, b] = [found?.first_hash ?? NOTHING, found?.second_hash ?? NOTHING]
  const straight = [constantTimeEqual(one, a), constantTimeEqual(two, b)].every(Boolean)
  const crossed = [constantTimeEqual(two, a), constantTimeEqual(one, b)].every(Boolean)
  if (!account || account.disabled || !found || (!straight && !crossed)) {
    await auditFailure(ctx, login.toLowerCase(), '账号找回失败', 'identity.redeemRecovery')
    throw new AppError(400, 'wrong-recovery', '账号或找回码不对，或者已经过期。请核对两段找回码，或请管理员重新办理。')
  }
  // The codes were right: what follows is no guess.
  await forgive(ctx.sql, keys)
  refuseWeak(password, [account.login, account.name])
  const hash = await hashPassword(password)
  await inTransaction(ctx, async (inside) => {
    const used = await inside.sql(
      'update identity.recovery set used_at = $2 where id = $1 and used_at is null returning 1',
      [found.id, ctx.now],
    )
    if (used.length === 0) throw new AppError(400, 'wrong-recovery', '这次找回已经用过了。请用新口令登录。')
    await inside.sql('update identity.account set password_hash = $2, password_at = $3 where id = $1', [
      account.id,
      hash,
      ctx.now,
    ])
    if (found.reset_factors) await resetFactors(inside, account.id)
    await endSessions(inside, 'account_id = $1', [account.id])
    await forget(inside.sql, keys)
  })
  ctx.audit({ type: 'account', id: account.id, label: account.login })
}

const resetFactors = async ({ sql }: Ctx, accountId: string): Promise<void> => {
  for (const table of ['totp', 'passkey', 'recovery_code'])
    await sql(`delete from identity.${table} where account_id = $1`, [accountId])
  await sql('update identity.account set sms_second = false where id = $1', [accountId])
}
