import { constantTimeEqual, hashPassword } from '#kernel/crypto'
import { AppError } from '#kernel/errors'
import type { Ctx, SystemCtx } from '#kernel/module'
import { countTry, forget, forgive, tried } from './attempts.ts'
import { endSessions, inTransaction } from './end-sessions.ts'
import { type Account, accountByName } from './find-account.ts'
import { refuseWeak } from './passwords.ts'
import { partHash } from './recoveries.ts'
import { auditFailure, proceed } from './sign-in.ts'

interface Usable {
  id: string
  first_hash: Buffer
  second_hash: Buffer | null
  reset_factors: boolean
}
const NOTHING = Buffer.alloc(32)
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** What one-time parts can be good for, and what is said when they are not. */
interface Use {
  /** SQL: which rows of `r`, with the account `a`; `$2` is now */
  which: string
  title: string
  action: string
  wrong: () => AppError
  /** another took it away between the look and the use */
  late: () => AppError
}

/** Two administrators' parts, for an account that was in use, or for the first administrators. */
const recovery: Use = {
  which: "r.kind in ('recovery', 'appointment')",
  title: '账号找回失败',
  action: 'identity.redeemRecovery',
  wrong: () =>
    new AppError(400, 'wrong-recovery', '账号或找回码不对，或者已经过期。请核对两段找回码，或请管理员重新办理。'),
  late: () => new AppError(400, 'wrong-recovery', '这次找回已经用过了。请用新口令登录。'),
}
const wrongActivation = () =>
  new AppError(
    400,
    'wrong-activation',
    '登录名或激活码不对，或者激活码已经用过、过期或撤回。请核对后再试，或请本单位管理员重新发激活码。',
  )
/** One administrator's part, for an account that nobody has used yet. It opens no account of the three administrators 三员: those take two. */
const activation: Use = {
  which: `r.kind = 'activation' and coalesce(a.password_hash, '') = '' and not exists (select 1 from identity.grant g where g.account_id = a.id
    and g.role in ('system-admin', 'security-admin', 'auditor') and (g.valid_to is null or g.valid_to > $2::date))`,
  title: '账号激活失败',
  action: 'identity.activate',
  wrong: wrongActivation,
  late: wrongActivation,
}

/** All are always compared, in either order of handing over. */
const matches = (ctx: Ctx, typed: readonly string[], found: Usable | undefined): boolean => {
  const given = typed.map((part) => partHash(ctx.kernel, part))
  const [a, b] = [found?.first_hash ?? NOTHING, found?.second_hash ?? NOTHING]
  const held = typed.length === 1 ? [a] : [a, b]
  const straight = held.map((hash, at) => constantTimeEqual(given[at]!, hash)).every(Boolean)
  const crossed = held.map((hash, at) => constantTimeEqual(given[held.length - 1 - at]!, hash)).every(Boolean)
  return found !== undefined && (straight || crossed)
}

interface Input {
  account: string
  secret: readonly string[]
  password: string
}

/** With the parts the person sets a password. The same answer and work for an account that is not there, is closed, or has no parts. */
const redeem = async (ctx: Ctx, use: Use, { account: name, secret, password }: Input): Promise<Account> => {
  const keys = tried(name, ctx.from.address)
  await countTry(ctx.sql, keys, ctx.now)
  const account = await accountByName(ctx, name)
  const [found] = await ctx.sql<Usable>(
    `select r.id, r.first_hash, r.second_hash, r.reset_factors from identity.recovery r join identity.account a on a.id = r.account_id
     where a.id = $1 and r.approved_at is not null and r.refused_by is null and r.used_at is null and r.expires_at > $2 and ${use.which}`,
    [account?.id ?? NOBODY, ctx.now],
  )
  if (!matches(ctx, secret, found) || !account || account.disabled) {
    await auditFailure(ctx, name.toLowerCase(), use.title, use.action)
    throw use.wrong()
  }
  // The parts were right: what follows is no guess.
  await forgive(ctx.sql, keys)
  refuseWeak(password, [account.login, account.name])
  const hash = await hashPassword(password)
  await inTransaction(ctx, async (inside) => {
    const used = await inside.sql(
      `update identity.recovery set used_at = $2 where id = $1 and used_at is null and refused_by is null and expires_at > $2
         and first_hash = $3 returning 1`,
      [found!.id, ctx.now, found!.first_hash],
    )
    if (used.length === 0) throw use.late()
    await inside.sql('update identity.account set password_hash = $2, password_at = $3 where id = $1', [
      account.id,
      hash,
      ctx.now,
    ])
    if (found!.reset_factors) await resetFactors(inside, [account.id])
    await endSessions(inside, 'account_id = $1', [account.id])
    await forget(inside.sql, keys)
  })
  ctx.audit({ type: 'account', id: account.id, label: account.login })
  return account
}

export const redeemRecovery = async (ctx: Ctx, input: Input): Promise<void> => {
  await redeem(ctx, recovery, input)
}
/** 激活: the first password, and in. */
export const activate = async (ctx: Ctx, input: Input) => proceed(ctx, await redeem(ctx, activation, input), 'password')

/** Everything an account could be opened with beside its password. */
export const resetFactors = async ({ sql }: Pick<SystemCtx, 'sql'>, accountIds: readonly string[]): Promise<void> => {
  for (const table of ['totp', 'passkey', 'recovery_code'])
    await sql(`delete from identity.${table} where account_id = any($1::uuid[])`, [accountIds])
  await sql('update identity.account set sms_second = false where id = any($1::uuid[]) and sms_second', [accountIds])
}
